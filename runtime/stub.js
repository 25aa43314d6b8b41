'use strict';
// The main script of the single executable application: finds the payload, then compiles and runs
// the runtime that lies in it, with its code cache. Kept small, as it is compiled at each start.
// Header words: loader/payload_format.h.
const { emitWarning } = process;
process.emitWarning = () => {}; // the next line would warn that it is for tests only
const { internalBinding } = require('internal/test/binding');
process.emitWarning = emitWarning;
const payload = internalBinding('sea').getAsset('ingot');
const header = new Uint32Array(payload, 0, 32);
const bytes = Buffer.from(payload);
const { crc32 } = internalBinding('zlib');
const unsealed = header.slice();
unsealed[5] = 0;
if (crc32(new Uint8Array(unsealed.buffer), 0) !== header[5] || crc32(bytes.subarray(header[12], header[14] + header[15]), 0) !== header[19]) {
  process._rawDebug(`${process.execPath} is damaged: its runtime has changed`);
  process.reallyExit(3);
}
const cache = bytes.subarray(header[14], header[14] + header[15]);
internalBinding('contextify').compileFunction(
  bytes.utf8Slice(header[12], header[12] + header[13]), 'node:internal/ingot', 0, 0,
  cache.length === 0 ? undefined : cache, false, undefined, undefined,
  ['embedderRequire', 'internalBinding', 'payloadBuffer'], Symbol('ingot')).function(require, internalBinding, payload);
