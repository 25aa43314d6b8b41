'use strict';
// Plugs the embedded tree into fs, fs/promises and all that is built on them.
//
// Node 26 asks an object of handlers before each operation (internal/fs/utils, vfsState); one that
// answers undefined passes the operation on to the real disk. Node's own handlers, those of
// node:vfs, have defects that applications meet (copyFile out of the tree fails with EXDEV, an
// exception in a callback becomes an unhandled rejection, modes and inode numbers are made up per
// call); these replace them. Here is decided whose an operation is; what those on the tree do is in
// fs_operations.js, which is loaded for the first of them.

const { internal } = require('./internals');
const tree = require('./tree');

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

const within = (value) => tree.relativePath(pathOf(value)) !== undefined;

const FIRST_VIRTUAL = 0x40000000; // internal/vfs/fd: VFS_FD_MASK

// Whether an argument of fs names something of the tree: a path, a descriptor or a FileHandle.
function concernsTree(value) {
  const fd = typeof value === 'object' ? value?.fd : value;
  return typeof fd === 'number' ? fd >= FIRST_VIRTUAL : tree.locate(pathOf(value)) !== undefined;
}

const LISTS = new Set(['opendirSync', 'readdir', 'readdirSync']);

const WITH_TWO_PATHS = new Set(['copyFile', 'link', 'rename', 'symlink'].flatMap((name) => [name, `${name}Sync`]));

// An error has a stack that begins in Node's function.
function handlerOf(name) {
  const hasTwo = WITH_TWO_PATHS.has(name);
  const lists = LISTS.has(name);
  return function handler(...args) {
    const isOurs = concernsTree(args[0]) || (hasTwo && concernsTree(args[1])) || (lists && tree.isFolderAbove(pathOf(args[0])));
    if (!isOurs) return undefined;
    try {
      return require('./fs_operations')[name](...args);
    } catch (error) {
      Error.captureStackTrace(error, handler);
      throw error;
    }
  };
}

// Each handler is made when Node first asks for it.
const source = new Proxy({ __proto__: null }, {
  get(target, name, handlers) {
    const value = handlerOf(name);
    Object.defineProperty(handlers, name, { __proto__: null, value });
    return value;
  },
});

const handlers = { __proto__: source };

function install() {
  internal('internal/fs/utils').setVfsHandlers(handlers);
}

// Calls `action`, in which Node finds no handlers to ask.
function withoutHandlers(action) {
  const { setVfsHandlers } = internal('internal/fs/utils');
  setVfsHandlers(null);
  try {
    return action();
  } finally {
    setVfsHandlers(handlers);
  }
}

module.exports = { FIRST_VIRTUAL, concernsTree, install, pathOf, withoutHandlers, within };
