// Reads a Mach-O executable and checks its embedded code signature by hash alone: every page, every special slot.
// Written from Apple's <mach-o/loader.h> and cs_blobs.h, not from ingot's code: it is the second opinion on it, and
// judges files that ingot did not make as well.
import { createHash } from 'node:crypto';

const kMagic64 = 0xfeedfacf;
const kSegment64 = 0x19, kCodeSignature = 0x1d, kMain = 0x80000028;
const kSuperBlob = 0xfade0cc0, kCodeDirectory = 0xfade0c02;
const kHashes = { 1: ['sha1', 20], 2: ['sha256', 32], 3: ['sha256', 20], 4: ['sha384', 48] };

const sha = (name, bytes, length) => createHash(name).update(bytes).digest().subarray(0, length);
const textAt = (bytes, at) => bytes.toString('latin1', at, bytes.indexOf(0, at));

export function readMachO(file) {
  if (file.readUInt32LE(0) !== kMagic64) throw new Error('not a 64-bit Mach-O file');
  const segments = new Map();
  let signature, entry, at = 32;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const type = file.readUInt32LE(at), size = file.readUInt32LE(at + 4);
    if (type === kSegment64) {
      segments.set(file.toString('latin1', at + 8, at + 24).replace(/\0+$/, ''), {
        address: file.readBigUInt64LE(at + 24), offset: Number(file.readBigUInt64LE(at + 40)),
        size: Number(file.readBigUInt64LE(at + 48)), protection: file.readUInt32LE(at + 60), flags: file.readUInt32LE(at + 68),
      });
    }
    if (type === kMain) entry = Number(file.readBigUInt64LE(at + 8));
    if (type === kCodeSignature) signature = { offset: file.readUInt32LE(at + 8), size: file.readUInt32LE(at + 12) };
    at += size;
  }
  return { cpu: file.readUInt32LE(4), type: file.readUInt32LE(12), entry, segments, signature };
}

// The blobs of a signature by slot number.
function blobsOf(signature) {
  if (signature.readUInt32BE(0) !== kSuperBlob) throw new Error('no SuperBlob');
  const blobs = new Map();
  for (let i = 0; i < signature.readUInt32BE(8); i++) {
    const at = signature.readUInt32BE(16 + 8 * i);
    blobs.set(signature.readUInt32BE(12 + 8 * i), signature.subarray(at, at + signature.readUInt32BE(at + 4)));
  }
  return blobs;
}

// Throws an Error that says what does not match.
export function verifySignature(file) {
  const image = readMachO(file);
  if (!image.signature) throw new Error('it is not signed');
  const { offset, size } = image.signature;
  const linkedit = image.segments.get('__LINKEDIT');
  if (offset + size !== file.length || linkedit.offset + linkedit.size !== file.length) throw new Error('the signature is not the end of the file');
  const blobs = blobsOf(file.subarray(offset, offset + size));
  const directory = blobs.get(0);
  if (directory?.readUInt32BE(0) !== kCodeDirectory) throw new Error('no CodeDirectory');
  const version = directory.readUInt32BE(8), codeLimit = directory.readUInt32BE(32);
  const [algorithm, length] = kHashes[directory[37]];
  if (directory[36] !== length) throw new Error('a hash of another length than its algorithm has');
  const hashes = directory.readUInt32BE(16), pageSize = 1 << directory[39];
  if (codeLimit !== offset) throw new Error(`signs ${codeLimit} bytes, not all ${offset} before the signature`);
  const pages = directory.readUInt32BE(28), slots = directory.readUInt32BE(24);
  if (pages !== Math.ceil(codeLimit / pageSize)) throw new Error(`${pages} pages, not ${Math.ceil(codeLimit / pageSize)}`);
  for (let page = 0; page < pages; page++) {
    const expected = directory.subarray(hashes + page * length, hashes + (page + 1) * length);
    const bytes = file.subarray(page * pageSize, Math.min((page + 1) * pageSize, codeLimit));
    if (!sha(algorithm, bytes, length).equals(expected)) throw new Error(`page ${page} is not what was signed`);
  }
  let filled = 0;
  for (let slot = 1; slot <= slots; slot++) {
    const expected = directory.subarray(hashes - slot * length, hashes - (slot - 1) * length);
    const blob = blobs.get(slot);
    const wanted = blob ? sha(algorithm, blob, length) : Buffer.alloc(length);
    if (!wanted.equals(expected)) throw new Error(`slot ${slot} is not what was signed`);
    if (blob) filled++;
  }
  for (const slot of blobs.keys()) {
    if (slot > slots && slot < 0x1000) throw new Error(`slot ${slot} is not hashed`);
  }
  const hasText = version >= 0x20400;
  if (hasText && Number(directory.readBigUInt64BE(72)) !== image.segments.get('__TEXT').size) throw new Error('another size of __TEXT than it has');
  const team = version >= 0x20200 && directory.readUInt32BE(48);
  return {
    pages, slots: filled, flags: directory.readUInt32BE(12), version, pageSize, algorithm,
    identifier: textAt(directory, directory.readUInt32BE(20)), team: team ? textAt(directory, team) : '',
    directory, blobs,
  };
}
