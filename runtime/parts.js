'use strict';
// The parts of the runtime: this one is run by every start, the others when a module of theirs is first asked for.
// CMakeLists.txt says what is in which.

const { internalBinding } = require('./internals');
const { counts } = require('./modules');
const payload = require('./payload');

// The functions of a part's modules, by name.
function load(part) {
  counts.partsLoaded++;
  const { script, cache } = payload.runtimePart(part);
  const { function: evaluate } = internalBinding('contextify').compileFunction(
    script, `node:internal/ingot-${part}`, 0, 0, cache, false, undefined, undefined,
    ['embedderRequire', 'internalBinding', 'payloadBuffer'], Symbol('ingot'));
  return evaluate();
}

module.exports = { load };
