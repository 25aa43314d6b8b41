// Writes package tarballs for tests, good and bad: ustar with whatever names, types and sizes it is told.
import zlib from 'node:zlib';

const kTypes = { file: '0', hardlink: '1', link: '2', device: '3', folder: '5' };

function header({ path, type = 'file', size, mode = 0o644, target = '' }) {
  const block = Buffer.alloc(512);
  const octal = (value, offset, width) => block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, offset);
  block.write(path, 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(499162500, 136, 12);
  block.write('        ', 148);
  block.write(kTypes[type], 156);
  block.write(target, 157, 100);
  block.write('ustar\x0000', 257, 'latin1');
  octal(block.reduce((sum, byte) => sum + byte, 0), 148, 7);
  return block;
}

// Entries are { path, content?, type?, mode?, target? }.
export function makeTar(entries) {
  const blocks = [];
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    blocks.push(header({ ...entry, size: content.length }), content, Buffer.alloc(-content.length & 511));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const makeTarball = (entries) => zlib.gzipSync(makeTar(entries), { level: 9 });

// A gzip file of about a megabyte that holds one file of `gigabytes` zeros: the compressed form of one piece
// of zeros, repeated, is a valid stream as long as each piece ends at a byte boundary.
export function makeBomb(manifest, gigabytes = 1) {
  const piece = Buffer.alloc(1 << 24);
  const times = gigabytes * 64;
  const head = Buffer.concat([makeTar([{ path: 'package/package.json', content: JSON.stringify(manifest) }]).subarray(0, -1024),
    header({ path: 'package/zeros.bin', size: piece.length * times })]);
  const flushed = (data) => zlib.deflateRawSync(data, { level: 9, finishFlush: zlib.constants.Z_FULL_FLUSH });
  const tail = Buffer.alloc(1024);
  let crc = zlib.crc32(head);
  for (let i = 0; i < times; i++) crc = zlib.crc32(piece, crc);
  crc = zlib.crc32(tail, crc);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE((head.length + piece.length * times + tail.length) % 2 ** 32, 4);
  const body = flushed(piece);
  return Buffer.concat([Buffer.from('1f8b08000000000002ff', 'hex'), flushed(head),
    ...Array.from({ length: times }, () => body), zlib.deflateRawSync(tail, { level: 9 }), trailer]);
}
