'use strict';
// Watching the embedded tree: allowed, and quiet, as nothing in it ever changes.

const { internal } = require('./internals');
const tree = require('./tree');
const { failure } = require('./fs_tree');

class QuietWatcher extends internal('events') {
  // Keeps the process alive like a real watcher until it is closed or told not to.
  #timer = setInterval(() => {}, 0x7FFFFFFF);

  close() {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.nextTick(() => this.emit('close'));
  }

  ref() {
    this.#timer?.ref();
    return this;
  }

  unref() {
    this.#timer?.unref();
    return this;
  }

  [Symbol.dispose]() {
    this.close();
  }
}

function quiet(options) {
  const watcher = new QuietWatcher();
  if (options?.persistent === false) watcher.unref();
  options?.signal?.addEventListener('abort', () => watcher.close(), { once: true });
  return watcher;
}

function watch(path, options, listener) {
  if (tree.locateReal(path) < 0) throw failure('ENOENT', 'watch', path);
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  const watcher = quiet(typeof options === 'string' ? undefined : options);
  if (listener !== undefined) watcher.on('change', listener);
  return watcher;
}

function watchFile(options) {
  return quiet(typeof options === 'function' ? undefined : options);
}

async function* promisesWatch(options) {
  const { promise, reject } = Promise.withResolvers();
  const keepAlive = quiet(options);
  const abort = () => {
    const error = new Error('The operation was aborted');
    error.name = 'AbortError';
    error.code = 'ABORT_ERR';
    reject(error);
  };
  if (options?.signal?.aborted) abort();
  options?.signal?.addEventListener('abort', abort, { once: true });
  try {
    yield await promise;
  } finally {
    keepAlive.close();
  }
}

module.exports = { promisesWatch, watch, watchFile };
