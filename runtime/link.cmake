# Joins runtime/*.js into the scripts of the runtime's parts:
# cmake -DOUT=prefix -DDIR=folder "-DPARTS=start;often" -Dstart=internals,main -Doften=esm,fs_tree -P link.cmake
# writes <OUT>start.js and so on. A part holds functions that are called when their module is first required; the
# first one runs main.js, and loads the others (parts.js).
cmake_policy(VERSION 3.25)
set(elsewhere "")
set(number 0)
foreach(part IN LISTS PARTS)
  string(REPLACE "," ";" ${part} "${${part}}")
  set(functions "")
  foreach(module IN LISTS ${part})
    file(READ ${DIR}/${module}.js text)
    string(APPEND functions "'./${module}'(module, exports, require) {\n${text}},\n")
    if(number GREATER 0)
      string(APPEND elsewhere "'./${module}': ${number},\n")
    endif()
  endforeach()
  set(functions_${part} "${functions}")
  math(EXPR number "${number} + 1")
endforeach()

# workers.js starts threads with the text of stub.js, there as a template literal.
file(READ ${DIR}/stub.js stub)
string(REPLACE "\\" "\\\\" stub "${stub}")
string(REPLACE "`" "\\`" stub "${stub}")
string(REPLACE "\${" "\\\${" stub "${stub}")

foreach(part IN LISTS PARTS)
  set(constants "")
  if("workers" IN_LIST ${part})
    set(constants "const stub = `${stub}`;\n")
  endif()
  set(script "'use strict';\n${constants}return {\n${functions_${part}}};\n")
  if("main" IN_LIST ${part})
    set(script "'use strict';
const sources = {
${functions_${part}}};
const elsewhere = {
${elsewhere}};
const loaded = Object.create(null);
function require(id) {
  let module = loaded[id];
  if (module === undefined) {
    module = loaded[id] = { exports: {} };
    if (sources[id] === undefined) Object.assign(sources, require('./parts').load(elsewhere[id]));
    sources[id](module, module.exports, require);
  }
  return module.exports;
}
require('./main');
")
  endif()
  file(WRITE ${OUT}${part}.js "${script}")
endforeach()
