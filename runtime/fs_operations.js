'use strict';
// What the operations of fs do with the embedded tree. fs_handlers.js comes here with those that concern it; each
// still answers undefined to what turns out not to.

const { internal, internalBinding } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const ops = require('./fs_tree');
const fds = require('./fs_handle');
const { pathOf, within } = require('./fs_handlers');

const { C, failure } = ops;

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

// An operation that would change the file at a path.
function refused(look, syscall) {
  return on(look, (entry, path) => { throw failure(entry < 0 ? ops.codeOf(entry) : 'EROFS', syscall, path); });
}

// One that would change the folder that a path's last name is in, and does not look at what has the name.
function refusedName(syscall) {
  return (value) => {
    const path = pathOf(value);
    const entry = tree.locate(path.replace(SLASHES, ''));
    if (entry === undefined) return undefined;
    throw failure(entry < 0 ? ops.codeOfChange(entry) : 'EROFS', syscall, path);
  };
}
const SLASHES = /[/\\]+$/;

// One that would make a new name.
function refusedAddition(syscall, path, ...paths) {
  const entry = tree.locate(path.replace(SLASHES, ''));
  throw failure(entry < 0 ? ops.codeOfChange(entry) : 'EEXIST', syscall, ...paths, path);
}

// ---- operations with two paths

function rename(from, to) {
  if (!within(from) && !within(to)) return undefined;
  const [source, target] = [pathOf(from), pathOf(to)];
  if (!within(from) || !within(to)) throw failure('EXDEV', 'rename', source, target);
  const missing = [source, target].map(tree.locate).find((entry) => entry < tree.NOT_FOUND);
  throw failure(missing === undefined ? 'EROFS' : ops.codeOf(missing), 'rename', source, target);
}

function link(existing, added) {
  if (!within(existing) && !within(added)) return undefined;
  const [source, target] = [pathOf(existing), pathOf(added)];
  const entry = tree.locate(source);
  if (entry < 0) throw failure(ops.codeOf(entry), 'link', source, target);
  if (within(added)) refusedAddition('link', target, source);
  throw failure('EXDEV', 'link', source, target);
}

function symlink(target, path) {
  if (!within(path)) return undefined;
  return refusedAddition('symlink', pathOf(path), pathOf(target));
}

function copyFile(source, destination, mode = 0) {
  const from = pathOf(source);
  const to = pathOf(destination);
  const entry = tree.locateReal(from);
  if (entry === undefined && !within(to)) return undefined;
  if (entry < 0) throw failure(ops.codeOf(entry), 'copyfile', from, to);
  const fs = internal('fs');
  if (within(to)) {
    if (entry === undefined && !fs.existsSync(from)) throw failure('ENOENT', 'copyfile', from, to);
    refuseCopy(mode, from, to);
  }
  if (payload.kind(entry) === payload.KIND_DIRECTORY) throw failure('EISDIR', 'copyfile', from, to);
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

function refuseCopy(mode, from, to) {
  const flags = C.O_WRONLY | C.O_CREAT | ((mode & C.COPYFILE_EXCL) !== 0 ? C.O_EXCL : 0);
  try {
    ops.openable(tree.locateReal(to), to, flags);
  } catch (error) {
    throw failure(error.code, 'copyfile', from, to);
  }
}

// ---- operations with results of their own shape

function exists(value) {
  const entry = tree.locateReal(pathOf(value));
  return entry === undefined ? undefined : entry >= 0;
}

function mkdir(value, options) {
  const path = pathOf(value);
  const entry = tree.locate(path.replace(SLASHES, ''));
  if (entry === undefined) return undefined;
  if (options?.recursive !== true) return refusedAddition('mkdir', path);
  const real = tree.locateReal(path);
  if (real >= 0 && payload.kind(real) === payload.KIND_DIRECTORY) return { result: undefined };
  if (real === tree.NOT_DIRECTORY || entry === tree.NOT_DIRECTORY) throw failure('ENOTDIR', 'mkdir', path);
  if (real >= 0) throw failure('EEXIST', 'mkdir', path);
  throw failure(entry >= 0 ? 'ENOENT' : 'EROFS', 'mkdir', path);
}

function mkdtemp(value) {
  const path = `${pathOf(value)}XXXXXX`;
  const entry = tree.locate(path);
  if (entry === undefined) return undefined;
  throw failure(ops.codeOfChange(entry), 'mkdtemp', path);
}

function rm(value, options) {
  const path = pathOf(value);
  const entry = tree.locate(path);
  if (entry === undefined) return undefined;
  if (entry === tree.NOT_DIRECTORY) throw failure('ENOTDIR', 'lstat', path);
  if (entry < 0 && options?.force === true) return true;
  ops.existing(entry, 'lstat', path);
  const isDirectory = payload.kind(entry) === payload.KIND_DIRECTORY;
  if (!isDirectory) throw failure('EROFS', 'unlink', path);
  if (options?.recursive === true) throw failure('EROFS', 'rmdir', path);
  const { ERR_FS_EISDIR } = internal('internal/errors').codes;
  throw new ERR_FS_EISDIR.HideStackFramesError({
    code: 'EISDIR', message: 'is a directory', path, syscall: 'rm', errno: internal('os').constants.errno.EISDIR,
  });
}

function open(value, flags) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  const wanted = internal('internal/fs/utils').stringToFlags(flags);
  return fds.open(ops.openable(entry, path, wanted));
}

function readdir(value, options) {
  const path = pathOf(value);
  if (tree.isFolderAbove(path)) return require('./fs_above').readdir(path, options);
  const entry = tree.locateReal(path);
  return entry === undefined ? undefined : ops.readdir(entry, path, options);
}

function opendir(value, options) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  const isAbove = tree.isFolderAbove(path);
  if (!isAbove && entry === undefined) return undefined;
  if (!isAbove) ops.directory(entry, 'opendir', path);
  const { VirtualDir } = internal('internal/vfs/dir');
  Object.setPrototypeOf(VirtualDir.prototype, internal('internal/fs/dir').Dir.prototype); // for instanceof
  const recursive = options?.recursive === true;
  const entries = readdir(value, { recursive, withFileTypes: true });
  return entries && new VirtualDir(path, entries);
}

function readFile(namesPath) {
  return (value, options) => {
    const handle = fds.handleOf(value);
    if (handle !== undefined) return handle.readFileSync(options);
    const path = pathOf(value);
    const entry = tree.locateReal(path);
    return entry === undefined ? undefined : ops.readFile(entry, path, options, namesPath ? path : undefined);
  };
}

// Writing goes by path or by descriptor.
function writer(flag) {
  return (value, data, options) => {
    fds.handleOf(value)?.writeSync();
    const path = pathOf(value);
    const entry = tree.locateReal(path);
    if (entry === undefined) return undefined;
    return ops.openable(entry, path, internal('internal/fs/utils').stringToFlags(options?.flag ?? flag));
  };
}

function truncate(value) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  return entry === undefined ? undefined : ops.openable(entry, path, C.O_RDWR);
}

function blob(value, options) {
  const path = pathOf(value);
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  const isDirectory = payload.kind(ops.existing(entry, 'stat', path)) === payload.KIND_DIRECTORY;
  return new (internal('buffer').Blob)(isDirectory ? [] : [payload.content(entry)], options);
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
// a handler's (by Node's `then`) bring that about instead of rejecting.
class CallbackPromise extends Promise {
  constructor(executor) {
    super((resolve) => {
      executor(resolve, (error) => {
        process.nextTick(internalBinding('errors').triggerUncaughtException, error, false);
      });
    });
  }
}

class HandlerPromise extends Promise {
  static get [Symbol.species]() {
    return CallbackPromise;
  }
}

// As Node's, an error that is found later knows nothing of who asked.
function asynchronous(operation) {
  return (...args) => {
    try {
      const result = operation(...args);
      return result === undefined ? undefined : HandlerPromise.resolve(result);
    } catch (error) {
      error.stack = `${error.name}: ${error.message}`;
      return HandlerPromise.reject(error);
    }
  };
}

function asynchronousStat(operation) {
  return (value, options) => {
    const promise = asynchronous(operation)(value, options);
    if (options?.throwIfNoEntry !== false || promise === undefined) return promise;
    return new HandlerPromise((resolve, reject) => {
      promise.then(resolve, (error) => (/^ENO(ENT|TDIR)$/.test(error.code) ? resolve(undefined) : reject(error)));
    });
  };
}

// Node lets an ENOENT pass when there need not be an entry, but not an ENOTDIR.
function statSync(value, options) {
  const entry = options?.throwIfNoEntry === false ? tree.locateReal(pathOf(value)) : undefined;
  if (entry === tree.NOT_DIRECTORY) throw failure('ENOENT', 'stat', pathOf(value));
  return shared.stat(value, options);
}

function promisesOpen(value, flags) {
  const fd = open(value, flags);
  return fd === undefined ? undefined : Promise.resolve(fds.fileHandle(fd));
}

// ---- all of them

// What the synchronous and the asynchronous function of one name share.
const shared = {
  access: on(tree.locateReal, (entry, path, mode) => { ops.access(entry, path, mode); return true; }),
  appendFile: writer('a'),
  chmod: refused(tree.locateReal, 'chmod'),
  chown: refused(tree.locateReal, 'chown'),
  copyFile,
  fchmod: onHandle((handle) => handle.chmodSync()),
  fchown: onHandle((handle) => handle.chownSync()),
  fdatasync: onHandle(() => true),
  fstat: onHandle((handle, options) => handle.statSync(options)),
  fsync: onHandle(() => true),
  ftruncate: onHandle((handle) => handle.truncateSync()),
  futimes: onHandle((handle) => handle.utimesSync()),
  lchown: refused(tree.locate, 'lchown'),
  link,
  lstat: notFollowing(ops.lstat),
  lutimes: refused(tree.locate, 'lutime'),
  mkdir,
  mkdtemp,
  open,
  read: onHandle((handle, ...args) => handle.readSync(...args)),
  readFile: readFile(true),
  readdir,
  readlink: notFollowing(ops.readlink),
  readv: onHandle((handle, ...args) => handle.readvSync(...args)),
  realpath: following(ops.realpath),
  rename,
  rm,
  rmdir: refusedName('rmdir'),
  stat: following(ops.stat),
  statfs: following((entry, path, options) => { ops.existing(entry, 'statfs', path); return ops.statfs(options); }),
  symlink,
  truncate,
  unlink: refusedName('unlink'),
  utimes: refused(tree.locateReal, 'utime'),
  write: onHandle((handle) => handle.writeSync()),
  writeFile: writer('w'),
  writev: onHandle((handle) => handle.writeSync()),
};

const formsOfShared = (form) => Object.fromEntries(Object.entries(shared).map(form));

const watching = (name) => (value, ...rest) => require('./fs_watch')[name](pathOf(value), ...rest);

module.exports = {
  ...formsOfShared(([name, operation]) => [`${name}Sync`, operation]),
  ...formsOfShared(([name, operation]) => [name, asynchronous(operation)]),
  stat: asynchronousStat(shared.stat),
  statSync,
  readFileSync: readFile(false),
  realpathSync: following(ops.realpathSync),
  lchmod: C.O_SYMLINK === undefined ? () => undefined : asynchronous(refused(tree.locate, 'lchmod')),
  existsSync: exists,
  closeSync,
  close: asynchronous(closeSync),
  opendirSync: opendir,
  promisesOpen,
  openAsBlob: blob,
  openAsBlobSync: blob,
  // Node's streams work on top of open, read and close.
  createReadStream: () => undefined,
  createWriteStream: () => undefined,
  watch: watching('watch'),
  watchFile: watching('watchFile'),
  unwatchFile: watching('unwatchFile'),
  promisesWatch: watching('promisesWatch'),
};
