# Joins runtime/*.js into one script: cmake -DOUT=file -DDIR=folder -DMODULES="main;payload" -P link.cmake
# Each module becomes a function that is called when it is first required.
file(WRITE ${OUT} "'use strict';\nconst sources = {\n")
foreach(module IN LISTS MODULES)
  file(READ ${DIR}/${module}.js text)
  file(APPEND ${OUT} "'./${module}'(module, exports, require) {\n")
  file(APPEND ${OUT} "${text}")
  file(APPEND ${OUT} "},\n")
endforeach()
# workers.js starts threads with the text of stub.js, here as a template literal.
file(READ ${DIR}/stub.js stub)
string(REPLACE "\\" "\\\\" stub "${stub}")
string(REPLACE "`" "\\`" stub "${stub}")
string(REPLACE "\${" "\\\${" stub "${stub}")
file(APPEND ${OUT} "};
const stub = `${stub}`;
const loaded = Object.create(null);
function require(id) {
  let module = loaded[id];
  if (module === undefined) {
    module = loaded[id] = { exports: {} };
    sources[id](module, module.exports, require);
  }
  return module.exports;
}
require('./main');
")
