'use strict';
// The type stripper: TypeScript in, JavaScript out, in the host's template and at build time. It is
// Node's own: what the template would do to a file when it loads it, with every position kept.
//
//   node type_stripper.js INPUT OUTPUT
//
//   INPUT  = *( size source )           ; u32 little-endian
//   OUTPUT = *( result line size text ) ; result: packer/compile/strip_types.cc; text: the JavaScript,
//                                       ; or what Node says against the source at that line

const fs = require('fs');
const { stripTypeScriptTypes } = require('module');

const STRIPPED = 0;
const REFUSED = 1;

process.emitWarning = () => {}; // of the function being experimental

// Where the error is stands in the first line of its stack: "<file>:<line>".
function lineOf(error) {
  const line = /^.*:(\d+)$/.exec(`${error.stack}`.split('\n', 1)[0]);
  return line === null ? 0 : Number(line[1]);
}

function strip(source) {
  try {
    return { result: STRIPPED, line: 0, text: stripTypeScriptTypes(source) };
  } catch (error) {
    return { result: REFUSED, line: lineOf(error), text: `${error.code}: ${error.message}` };
  }
}

const input = fs.readFileSync(process.argv[2]);
const output = fs.openSync(process.argv[3], 'w');
for (let at = 0; at < input.length;) {
  const size = input.readUInt32LE(at);
  const { result, line, text } = strip(input.utf8Slice(at + 4, at + 4 + size));
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(result, 0);
  head.writeUInt32LE(line, 4);
  head.writeUInt32LE(bytes.length, 8);
  fs.writevSync(output, [head, bytes]);
  at += 4 + size;
}
fs.closeSync(output);
