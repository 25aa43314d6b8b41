'use strict';
// The main script of the single executable application: finds the payload, then compiles and runs
// the first part of the runtime that lies in it, with its code cache. Kept small, as it is compiled at each start.
// Header words: loader/payload_format.h.
const { emitWarning } = process;
process.emitWarning = () => {}; // the next line would warn that it is for tests only
const { internalBinding } = require('internal/test/binding');
process.emitWarning = emitWarning;
const payload = internalBinding('sea').getAsset('ingot');
const header = new Uint32Array(payload, 0, 40);
const bytes = Buffer.from(payload);
const { crc32 } = internalBinding('zlib');
const unsealed = header.slice();
unsealed[5] = 0;
if (crc32(new Uint8Array(unsealed.buffer), 0) !== header[5] || crc32(bytes.subarray(header[15], header[17] + header[18]), 0) !== header[19]) {
  process._rawDebug(`${process.execPath} is damaged: its runtime has changed`);
  process.reallyExit(3);
}
const cache = bytes.subarray(header[17], header[17] + header[18]);
internalBinding('contextify').compileFunction(
  bytes.latin1Slice(header[15], header[15] + header[16]), 'node:internal/ingot', 0, 0,
  cache.length === 0 ? undefined : cache, false, undefined, undefined,
  ['embedderRequire', 'internalBinding', 'payloadBuffer'], Symbol('ingot')).function(require, internalBinding, payload);
