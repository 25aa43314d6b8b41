'use strict';
// Reads the payload in place. The format is loader/payload_format.h; this file is its only reader
// inside an executable. Nothing is decoded before it is asked for. The memory is mapped read-only:
// what is handed to the application is always a copy.

const { internal, internalBinding } = require('./internals');

const { crc32 } = internalBinding('zlib');

const MAGIC = 0x54474E49;
const VERSION = 5;
// Places in the header: words, but for the seal, which is at a byte.
const HEADER = { mainEntry: 4, entries: 6, resolutions: 10, indexChecksum: 14, runtime: 15, seal: 128 };
const HEADER_SIZE = 160; // bytes
const PART_WORDS = 5; // of a part of the runtime
const ENTRY_WORDS = 12;
const NO_ENTRY = 0xFFFFFFFF;

const KIND_DIRECTORY = 0;
const KIND_FILE = 1;
const KIND_SYMLINK = 2;
const KIND_MASK = 3;
const EXECUTABLE = 1 << 2;
const READS_FILES = 1 << 9;
const STRIPPED = 1 << 10;
const STORAGE_SHIFT = 4;
const STORAGE_ZSTD = 1;
const FORMAT_SHIFT = 6;
const FORMATS = [undefined, 'commonjs', 'module', 'json', 'commonjs-typescript', 'module-typescript'];

const buffer = payloadBuffer;
const words = new Uint32Array(buffer, 0, buffer.byteLength >>> 2);
const bytes = Buffer.from(buffer);
if (words[0] !== MAGIC || words[1] !== VERSION) {
  damaged('it has no payload');
}
if (crc32(new Uint8Array(buffer, HEADER_SIZE, words[HEADER.runtime] - HEADER_SIZE), 0) !== words[HEADER.indexChecksum]) {
  damaged('its index has changed');
}

// Nothing runs that is not what was built. Not an exception, which an application might pass over.
function stop(message) {
  process._rawDebug(message);
  process.reallyExit(3);
}

function damaged(what) {
  stop(`${process.execPath} is damaged: ${what}`);
}
const firstEntry = words[HEADER.entries] >>> 2;
const firstResolution = words[HEADER.resolutions] >>> 2;

const word = (entry, field) => words[firstEntry + entry * ENTRY_WORDS + field];
const kind = (entry) => word(entry, 0) & KIND_MASK;
const isExecutable = (entry) => (word(entry, 0) & EXECUTABLE) !== 0;
const readsFiles = (entry) => (word(entry, 0) & READS_FILES) !== 0;
const format = (entry) => FORMATS[(word(entry, 0) >>> FORMAT_SHIFT) & 7];
const parent = (entry) => word(entry, 3);
const size = (entry) => word(entry, 6);
const text = (offset, length) => bytes.utf8Slice(offset, offset + length);
// The path below the root, '' for the root.
const path = (entry) => text(word(entry, 1), word(entry, 2));
const linkTarget = (entry) => text(word(entry, 4), word(entry, 5));
const linkEntry = (entry) => (word(entry, 6) === NO_ENTRY ? -1 : word(entry, 6));

function list(offset, length, count) {
  return count === 0 ? [] : text(offset, length).split('\0');
}

// A view without the cost of a Buffer's; the entry's bytes are what they were at build time.
function checked(entry, offset, length, crc, what) {
  const view = new Uint8Array(buffer, offset, length);
  if (crc32(view, 0) !== crc) {
    damaged(`the ${what} of ${path(entry)} has changed`);
  }
  return view;
}

function stored(entry) {
  return checked(entry, word(entry, 4), word(entry, 5), word(entry, 7), 'content');
}

function isCompressed(entry) {
  return ((word(entry, 0) >>> STORAGE_SHIFT) & 3) === STORAGE_ZSTD;
}

// The content of a file where it lies, if it lies there as it is: not for the application, which might
// write to it.
function contentView(entry) {
  const view = stored(entry);
  return isCompressed(entry) ? internal('zlib').zstdDecompressSync(view) : view;
}

// The first bytes of a file's content, as Latin-1.
function contentStart(entry, length) {
  const view = contentView(entry);
  return Buffer.from(view.buffer, view.byteOffset, Math.min(length, view.length)).latin1Slice();
}

// The content of a file in memory of its own.
function content(entry) {
  const view = contentView(entry);
  if (isCompressed(entry)) return view;
  const copy = Buffer.allocUnsafeSlow(view.length);
  copy.set(view);
  return copy;
}

// The content of a file as text, without a copy in between.
function contentText(entry) {
  if (isCompressed(entry)) return content(entry).toString();
  stored(entry); // checks it
  return text(word(entry, 4), size(entry));
}

// The JavaScript that the build made of a TypeScript file, or undefined. Its place stands behind the
// file's resolutions.
function strippedText(entry) {
  if ((word(entry, 0) & STRIPPED) === 0) return undefined;
  const head = firstResolution + word(entry, 11) - 1;
  const place = head + 6 + words[head] + words[head + 3];
  const [offset, length, crc] = [words[place], words[place + 1], words[place + 2]];
  checked(entry, offset, length, crc, 'stripped source');
  return text(offset, length);
}

// The V8 code cache of a file, or undefined. V8 only reads it.
function codeCache(entry) {
  const length = word(entry, 9);
  if (length === 0) return undefined;
  return checked(entry, word(entry, 8), length, word(entry, 10), 'code cache');
}

// The script and the code cache of a part of the runtime.
function runtimePart(part) {
  const at = HEADER.runtime + part * PART_WORDS;
  const [script, scriptSize, cache, cacheSize, crc] = words.subarray(at, at + PART_WORDS);
  if (crc32(new Uint8Array(buffer, script, cache + cacheSize - script), 0) !== crc) damaged('its runtime has changed');
  return {
    script: bytes.latin1Slice(script, script + scriptSize), // all of it is ASCII
    cache: cacheSize === 0 ? undefined : new Uint8Array(buffer, cache, cacheSize),
  };
}

// The names in a directory, sorted; the child at index i is entry `firstChild + i`.
function childNames(entry) {
  return list(word(entry, 6), word(entry, 7), word(entry, 5));
}
const firstChild = (entry) => word(entry, 4);

// What a file's literal specifiers lead to: { names, at }, where words[at + i] is the entry that
// names[i] leads to. `imports`: those of import, else those of require().
function resolutions(entry, imports) {
  const index = word(entry, 11);
  if (index === 0) return undefined;
  const head = firstResolution + index - 1;
  const requireCount = words[head];
  const targets = head + 6;
  if (imports) {
    return { names: list(words[head + 4], words[head + 5], words[head + 3]), at: targets + requireCount };
  }
  return { names: list(words[head + 1], words[head + 2], requireCount), at: targets };
}

module.exports = {
  KIND_DIRECTORY,
  KIND_FILE,
  KIND_SYMLINK,
  childNames,
  codeCache,
  content,
  contentStart,
  contentText,
  contentView,
  firstChild,
  format,
  isCompressed,
  isExecutable,
  kind,
  linkEntry,
  linkTarget,
  mainEntry: words[HEADER.mainEntry],
  parent,
  path,
  readsFiles,
  resolutions,
  runtimePart,
  size,
  stop,
  strippedText,
  // The digest of the manifest, in hex: what this executable is, in one word.
  seal: () => bytes.hexSlice(HEADER.seal, HEADER.seal + 32),
  wordAt: (index) => words[index],
};
