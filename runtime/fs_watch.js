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

// Under the names that Node's own have.
class FSWatcher extends QuietWatcher {}
class StatWatcher extends QuietWatcher {}

function quiet(Watcher, options) {
  const watcher = new Watcher();
  if (options?.persistent === false) watcher.unref();
  options?.signal?.addEventListener('abort', () => watcher.close(), { once: true });
  return watcher;
}

function watch(path, options, listener) {
  if (tree.locateReal(path) < 0) throw Object.assign(failure('ENOENT', 'watch', path), { filename: path });
  if (typeof options === 'function') {
    listener = options;
    options = undefined;
  }
  const watcher = quiet(FSWatcher, typeof options === 'string' ? undefined : options);
  if (listener !== undefined) watcher.on('change', listener);
  return watcher;
}

// As under Node there is one watcher for a file, however many listen.
const watched = new Map(); // path -> StatWatcher

function watchFile(path, options, listener) {
  if (typeof options === 'function') [options, listener] = [undefined, options];
  internal('internal/validators').validateFunction(listener, 'listener');
  const known = watched.get(path);
  const watcher = known ?? quiet(StatWatcher, options);
  watched.set(path, watcher);
  return watcher.addListener('change', listener);
}

function unwatchFile(path, listener) {
  const watcher = watched.get(path);
  if (watcher === undefined) return true;
  if (listener === undefined) watcher.removeAllListeners('change');
  else watcher.removeListener('change', listener);
  if (watcher.listenerCount('change') === 0) {
    watched.delete(path);
    watcher.close();
  }
  return true;
}

async function* promisesWatch(path, options) {
  const { promise, reject } = Promise.withResolvers();
  const keepAlive = quiet(FSWatcher, options);
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

module.exports = { promisesWatch, unwatchFile, watch, watchFile };
