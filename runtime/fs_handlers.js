'use strict';
// Plugs the embedded tree into fs, fs/promises and all that is built on them.
//
// Node 26 asks an object of handlers before each operation (internal/fs/utils, vfsState); one that
// answers undefined passes the operation on to the real disk. Node's own handlers, those of
// node:vfs, have defects that applications meet (copyFile out of the tree fails with EXDEV, an
// exception in a callback becomes an unhandled rejection, modes and inode numbers are made up per
// call); these replace them, and this folder is the one place that knows.

const { internal } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const ops = require('./fs_tree');
const fds = require('./fs_handle');

const { C, failure } = ops;

// ---- paths as fs takes them: string, Buffer or file: URL

function pathOf(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString();
  if (value?.href !== undefined && value.protocol === 'file:') {
    try {
      return internal('internal/url').fileURLToPath(value);
    } catch {
      return ''; // fs itself says what is wrong with it
    }
  }
  return '';
}

const within = (value) => tree.owns(pathOf(value));

// An operation on the entry at a path, links followed or not: (entry, path, options) => result.
function on(look, operation) {
  return (value, options) => {
    const path = pathOf(value);
    const entry = look(path);
    return entry === undefined ? undefined : operation(entry, path, options);
  };
}
const following = (operation) => on(tree.locateReal, operation);
const notFollowing = (operation) => on(tree.locate, operation);

// An operation that would change the tree.
function refused(syscall, code = 'EROFS') {
  return (value) => {
    const path = pathOf(value);
    if (tree.locate(path) === undefined) return undefined;
    throw failure(code, syscall, path);
  };
}

// ---- operations with two paths

function rename(from, to) {
  if (!within(from) && !within(to)) return undefined;
  throw failure(within(from) && within(to) ? 'EROFS' : 'EXDEV', 'rename', pathOf(from), pathOf(to));
}

function link(existing, added) {
  if (!within(existing) && !within(added)) return undefined;
  throw failure(within(existing) && within(added) ? 'EROFS' : 'EXDEV', 'link', pathOf(existing), pathOf(added));
}

function symlink(target, path) {
  if (!within(path)) return undefined;
  throw failure('EROFS', 'symlink', pathOf(target), pathOf(path));
}

function copyFile(source, destination, mode = 0) {
  const from = pathOf(source);
  const to = pathOf(destination);
  if (tree.owns(to)) throw failure('EROFS', 'copyfile', from, to);
  const entry = tree.locateReal(from);
  if (entry === undefined) return undefined;
  if (entry < 0) throw failure('ENOENT', 'copyfile', from, to);
  if (payload.kind(entry) === payload.KIND_DIRECTORY) throw failure('EISDIR', 'copyfile', from, to);
  const fs = internal('fs');
  const bits = payload.isExecutable(entry) ? 0o755 : 0o644;
  try {
    const flag = (mode & C.COPYFILE_EXCL) !== 0 ? 'wx' : 'w';
    fs.writeFileSync(to, payload.content(entry), { flag, mode: bits });
    fs.chmodSync(to, bits); // libuv copies the mode whatever the umask
  } catch (error) {
    if (error?.code === undefined) throw error;
    throw failure(error.code, 'copyfile', from, to);
  }
  return true;
}

// ---- operations with results of their own shape

function exists(value) {
  const entry = tree.locateReal(pathOf(value));
  return entry === undefined ? undefined : entry >= 0;
}

function mkdir(value, options) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  const isDirectory = entry >= 0 && payload.kind(entry) === payload.KIND_DIRECTORY;
  if (isDirectory && options?.recursive === true) return { result: undefined };
  throw failure(entry >= 0 ? 'EEXIST' : 'EROFS', 'mkdir', path);
}

function rm(value, options) {
  const path = pathOf(value);
  const entry = tree.locate(path);
  if (entry === undefined) return undefined;
  if (entry < 0 && options?.force === true) return true;
  throw failure(entry < 0 ? 'ENOENT' : 'EROFS', 'rm', path);
}

function open(value, flags) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  const wanted = internal('internal/fs/utils').stringToFlags(flags);
  return fds.open(ops.openable(entry, path, wanted));
}

function opendir(value, options) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  ops.directory(entry, 'opendir', path);
  const { VirtualDir } = internal('internal/vfs/dir');
  const recursive = options?.recursive === true;
  return new VirtualDir(path, ops.readdir(entry, path, { recursive, withFileTypes: true }));
}

function readFile(value, options) {
  const handle = fds.handleOf(value);
  if (handle !== undefined) return handle.readFileSync(options);
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  return entry === undefined ? undefined : ops.readFile(entry, path, options);
}

// Writing goes by path or by descriptor.
function writeFile(value) {
  fds.handleOf(value)?.writeSync();
  return refused('open')(value);
}

async function blob(value, options) {
  return new (internal('buffer').Blob)([readFile(value)], options);
}

// ---- operations on descriptors

function onHandle(operation) {
  return (fd, ...rest) => {
    const handle = fds.handleOf(fd);
    return handle === undefined ? undefined : operation(handle, ...rest);
  };
}

function closeSync(fd) {
  if (fds.handleOf(fd) === undefined) return undefined;
  fds.close(fd);
  return true;
}

// ---- the asynchronous forms

// Node calls an fs callback from a promise reaction, where an exception would turn into an
// unhandled rejection; as under plain Node it has to be an uncaught exception. Promises derived from
// a handler's (by Node's `then`) throw instead of rejecting.
class CallbackPromise extends Promise {
  constructor(executor) {
    super((resolve) => {
      executor(resolve, (error) => {
        process.nextTick(() => { throw error; });
      });
    });
  }
}

class HandlerPromise extends Promise {
  static get [Symbol.species]() {
    return CallbackPromise;
  }
}

function asynchronous(operation) {
  return (...args) => {
    try {
      const result = operation(...args);
      return result === undefined ? undefined : HandlerPromise.resolve(result);
    } catch (error) {
      return HandlerPromise.reject(error);
    }
  };
}

function asynchronousStat(operation) {
  return (value, options) => {
    const promise = asynchronous(operation)(value, options);
    if (options?.throwIfNoEntry !== false || promise === undefined) return promise;
    return new HandlerPromise((resolve, reject) => {
      promise.then(resolve, (error) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    });
  };
}

function promisesOpen(value, flags) {
  const fd = open(value, flags);
  return fd === undefined ? undefined : Promise.resolve(fds.fileHandle(fd));
}

// ---- all of them

// What the synchronous and the asynchronous function of one name share.
const shared = {
  access: on(tree.locateReal, (entry, path, mode) => { ops.access(entry, path, mode); return true; }),
  appendFile: writeFile,
  chmod: refused('chmod'),
  chown: refused('chown'),
  copyFile,
  fchmod: onHandle((handle) => handle.chmodSync()),
  fchown: onHandle((handle) => handle.chownSync()),
  fdatasync: onHandle(() => true),
  fstat: onHandle((handle, options) => handle.statSync(options)),
  fsync: onHandle(() => true),
  ftruncate: onHandle((handle) => handle.truncateSync()),
  futimes: onHandle((handle) => handle.utimesSync()),
  lchown: refused('lchown'),
  link,
  lstat: notFollowing(ops.lstat),
  lutimes: refused('lutime'),
  mkdir,
  mkdtemp: refused('mkdtemp'),
  open,
  read: onHandle((handle, ...args) => handle.readSync(...args)),
  readFile,
  readdir: following(ops.readdir),
  readlink: notFollowing(ops.readlink),
  readv: onHandle((handle, ...args) => handle.readvSync(...args)),
  realpath: following(ops.realpath),
  rename,
  rm,
  rmdir: refused('rmdir'),
  stat: following(ops.stat),
  statfs: following((entry, path, options) => { ops.existing(entry, 'statfs', path); return ops.statfs(options); }),
  symlink,
  truncate: refused('open'),
  unlink: refused('unlink'),
  utimes: refused('utime'),
  write: onHandle((handle) => handle.writeSync()),
  writeFile,
  writev: onHandle((handle) => handle.writeSync()),
};

function createHandlers() {
  const handlers = { __proto__: null };
  for (const name of Object.keys(shared)) {
    handlers[`${name}Sync`] = shared[name];
    handlers[name] = asynchronous(shared[name]);
  }
  handlers.stat = asynchronousStat(shared.stat);
  handlers.lstat = asynchronousStat(shared.lstat);
  handlers.lchmod = asynchronous(refused('lchmod'));
  handlers.existsSync = exists;
  handlers.closeSync = closeSync;
  handlers.close = asynchronous(closeSync);
  handlers.opendirSync = opendir;
  handlers.promisesOpen = promisesOpen;
  handlers.openAsBlob = truthyPath(blob);
  handlers.openAsBlobSync = handlers.openAsBlob;
  // Node's streams work on top of open, read and close.
  handlers.createReadStream = () => undefined;
  handlers.createWriteStream = () => undefined;
  const lazyWatch = () => require('./fs_watch');
  handlers.watch = (value, ...rest) => (within(value) ? lazyWatch().watch(pathOf(value), ...rest) : undefined);
  handlers.watchFile = (value, ...rest) => (within(value) ? lazyWatch().watchFile(...rest) : undefined);
  handlers.unwatchFile = (value) => (within(value) ? true : undefined);
  handlers.promisesWatch = (value, ...rest) => (within(value) ? lazyWatch().promisesWatch(...rest) : undefined);
  return handlers;
}

function truthyPath(operation) {
  return (value, ...rest) => (within(value) ? operation(value, ...rest) : undefined);
}

function install() {
  internal('internal/fs/utils').setVfsHandlers(createHandlers());
}

module.exports = { install, pathOf, within };
