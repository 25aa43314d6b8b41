'use strict';
// The code-cache compiler: JavaScript in, V8 code caches out, in the host's template and at build
// time. It parses and compiles; it never runs a line of the application.
//
//   node --expose-internals --predictable --random-seed=1 compiler.js INPUT OUTPUT
//
//   INPUT  = *( format size source )        ; u32 little-endian; format: EntryFormat in
//   OUTPUT = *( format size code-cache )    ; loader/payload_format.h; size 0: no cache
//
// What a cache holds of the process that made it (numbers that V8 counts, memory it does not clear) is
// taken out of the output by packer/compile/v8/canonical.h.

const fs = require('fs');
const v8 = require('v8');
const { emitWarning } = process;
process.emitWarning = () => {};
const { internalBinding } = require('internal/test/binding');
process.emitWarning = emitWarning;

const { compileFunction, containsModuleSyntax } = internalBinding('contextify');
const { ModuleWrap } = internalBinding('module_wrap');
const {
  source_text_module_default_hdo: moduleOption,
  vm_dynamic_import_default_internal: scriptOption,
} = internalBinding('symbols');

const UNKNOWN = 0;
const COMMONJS = 1;
const MODULE = 2;
const RUNTIME = 8; // packer/compile/code_cache.h, CompileAs
const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];
const RUNTIME_PARAMETERS = ['embedderRequire', 'internalBinding', 'payloadBuffer']; // stub.js
const NAME = 'ingot'; // V8 replaces it by the real one when the cache is used
const FLAG_HASH = 12; // place of the hash of V8's flags in a cache
const EMPTY = Buffer.alloc(0);

function produceFunction(source, parameters) {
  return compileFunction(source, NAME, 0, 0, undefined, true, undefined, undefined, parameters, scriptOption)
    .cachedData;
}

const produce = {
  [COMMONJS]: (source) => produceFunction(source, PARAMETERS),
  [RUNTIME]: (source) => produceFunction(source, RUNTIME_PARAMETERS),
  [MODULE]: (source) =>
    new ModuleWrap(NAME, undefined, source, 0, 0, moduleOption).createCachedData(),
};

// V8 must neither hand out the result of an earlier compilation of the same source, which may hold
// more functions than this one would, nor drop code that it takes for unused. The flags for that do not
// change the code, so the caches say that they were made with the flags V8 has by default.
const defaultFlags = produceFunction('', []).readUInt32LE(FLAG_HASH);
v8.setFlagsFromString('--no-compilation-cache');
v8.setFlagsFromString('--no-flush-bytecode');

// What is loaded of the runtime is called, most of it, so its caches hold all functions.
function compile(source, format) {
  if (format === RUNTIME) v8.setFlagsFromString('--no-lazy');
  const cache = produce[format](source);
  if (format === RUNTIME) v8.setFlagsFromString('--lazy');
  cache.writeUInt32LE(defaultFlags, FLAG_HASH);
  return cache;
}

// As Node decides on a .js file whose package.json does not say: CommonJS unless it only parses as a
// module.
function detect(source) {
  return containsModuleSyntax(source, NAME) ? MODULE : COMMONJS;
}

function compileUnit(source, format) {
  try {
    const actual = format === UNKNOWN ? detect(source) : format;
    return { format: actual, cache: compile(source, actual) };
  } catch {
    return { format, cache: EMPTY }; // a syntax error is the application's to report, if it ever runs
  }
}

const input = fs.readFileSync(process.argv[2]);
const output = fs.openSync(process.argv[3], 'w');
for (let at = 0; at < input.length;) {
  const size = input.readUInt32LE(at + 4);
  const source = input.utf8Slice(at + 8, at + 8 + size);
  const { format, cache } = compileUnit(source, input.readUInt32LE(at));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(format, 0);
  head.writeUInt32LE(cache.length, 4);
  fs.writevSync(output, [head, cache]);
  at += 8 + size;
}
fs.closeSync(output);
