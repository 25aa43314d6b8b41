// Where the parts of an executable's payload lie in the file (loader/payload_format.h), for tests that change one.

const kMagic = 0x54474e49;
const kEntryWords = 12;
const kFile = 1;

function findPayload(bytes) {
  const magic = Buffer.alloc(4);
  magic.writeUInt32LE(kMagic);
  for (let at = bytes.lastIndexOf(magic); at !== -1; at = bytes.lastIndexOf(magic, at - 1)) {
    const [version, size] = [bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)];
    if (version < 100 && size > 160 && at + size <= bytes.length) return at;
    if (at === 0) break;
  }
  throw new Error('no payload');
}

// { sections: name -> [offset, size], parts: [{ name, script, cache }] of the runtime, files: path -> { compressed, content, cache } }, offsets in the file.
export function payloadParts(bytes) {
  const start = findPayload(bytes);
  const word = (i) => bytes.readUInt32LE(start + 4 * i);
  const names = ['entries', 'names', 'resolutions', 'manifest'];
  const section = (at) => [start + word(at), word(at + 1)];
  const sections = Object.fromEntries(names.map((name, i) => [name, section(6 + 2 * i)]));
  const parts = ['start', 'often', 'seldom'].map((name, i) => ({ name, script: section(15 + 5 * i), cache: section(17 + 5 * i) }));
  const files = {};
  for (let entry = 0; entry < word(3); entry++) {
    const field = (i) => word(word(6) / 4 + entry * kEntryWords + i);
    if ((field(0) & 3) !== kFile) continue;
    const path = bytes.toString('utf8', start + field(1), start + field(1) + field(2));
    files[path] = { compressed: ((field(0) >> 4) & 3) === 1, content: [start + field(4), field(5)], cache: [start + field(8), field(9)] };
  }
  return { header: [start, 160], sections, parts, files };
}
