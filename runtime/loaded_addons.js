'use strict';
// Which addons of the tree this process has loaded through descriptors, in all its threads.
//
// The system's loader tells libraries apart by name, here /proc/self/fd/N. So a number must not be used for a
// second addon: the descriptor stays open, which keeps it. And a thread that loads an addon which another thread
// has loaded must use the same name: under Node both get the same library, with one set of variables.
//
// Node 26.10.0's memory files, which are used where nothing else can be, are closed after loading, and their
// numbers can only be guessed.
//
// The record is memory that all threads share: a lock, a count, then pairs of entry and descriptor.

const { internal, internalBinding } = require('./internals');
const { keep, open } = require('./kept_descriptor');

const KEY = 'ingot.addons';
const LOCK = 0;
const COUNT = 1;
const FIRST = 2;
const CAPACITY = 256; // of pairs; an addon beyond is loaded anew in each thread
const PATIENCE = 5000; // ms; a thread that was ended while it held the lock does not give it back

let record;
let isShared = false;
let depth = 0; // an addon may load another one

function table() {
  if (record === undefined && !internalBinding('worker').isMainThread) {
    record = internal('internal/worker').getEnvironmentData(KEY);
    isShared = record !== undefined;
  }
  record ??= new Int32Array(new SharedArrayBuffer((FIRST + 2 * CAPACITY) * Int32Array.BYTES_PER_ELEMENT));
  return record;
}

// For the threads that are started from here on.
function share() {
  if (isShared) return;
  isShared = true;
  internal('internal/worker').setEnvironmentData(KEY, table());
}

function exclusively(action) {
  const words = table();
  while (depth === 0 && Atomics.compareExchange(words, LOCK, 0, 1) !== 0) {
    if (Atomics.wait(words, LOCK, 1, PATIENCE) === 'timed-out') break;
  }
  depth++;
  try {
    return action();
  } finally {
    depth--;
    if (depth === 0) {
      Atomics.store(words, LOCK, 0);
      Atomics.notify(words, LOCK, 1);
    }
  }
}

const fileName = (descriptor) => `/proc/self/fd/${descriptor}`;

function placeOf(entry) {
  const words = table();
  for (let i = 0; i < words[COUNT]; i++) {
    if (words[FIRST + 2 * i] === entry) return FIRST + 2 * i;
  }
  return -1;
}

// The name under which the system's loader knows an addon, or undefined.
function nameOf(entry) {
  const place = placeOf(entry);
  return place === -1 ? undefined : fileName(table()[place + 1]);
}

// The system's loader, given the name of an addon once more, reads the file if it let go of the addon. The copy
// on disk that is behind the name, as disk_copy.js gives them; undefined when it has changed, so that another is
// needed; null when there is nothing to read: a memory file is no more.
function copyOf(entry) {
  const descriptor = table()[placeOf(entry) + 1];
  try {
    if (!internal('fs').fstatSync(descriptor).isFile()) return null;
    return require('./disk_copy').reopened(descriptor, entry);
  } catch (error) {
    if (error.code !== 'EBADF') throw error;
    return null; // closed by the application
  }
}

function remember(entry, descriptor) {
  const words = table();
  let place = placeOf(entry);
  if (place === -1) {
    if (words[COUNT] === CAPACITY) return;
    place = FIRST + 2 * words[COUNT]++;
    words[place] = entry;
  }
  words[place + 1] = descriptor;
}

// The lowest free number, which nothing else gets from here on.
const reserve = () => keep(open('/dev/null', 0, 0));

// Calls `load`, which loads an addon from a memory file.
function loading(entry, load) {
  const fs = internal('fs');
  const expected = fs.openSync('/dev/null', 'r');
  fs.closeSync(expected);
  let known = false;
  try {
    const result = load();
    known = true;
    return result;
  } finally {
    // The memory file had the lowest free number, unless another thread opened or closed something meanwhile.
    if (reserve() !== expected) for (let i = 0; i < 16; i++) reserve();
    else if (known) remember(entry, expected);
  }
}

module.exports = { copyOf, exclusively, fileName, loading, nameOf, remember, share };
