'use strict';
// Files that stay open until the process ends, whichever thread opened them.
//
// Node closes what a worker thread opened through fs when the thread ends, and the number goes to
// whatever is opened next. It does not for a FileHandle that gave its descriptor away.

const { internalBinding } = require('./internals');

// A FileHandle, or undefined where the file cannot be opened. What is not kept is to be closed.
function open(file, flags, mode) {
  return internalBinding('fs').openFileHandle(file, flags, mode, undefined, {});
}

// The descriptor.
function keep(handle) {
  const { fd } = handle;
  handle.releaseFD();
  return fd;
}

module.exports = { keep, open };
