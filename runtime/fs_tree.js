'use strict';
// The synchronous file operations over the embedded tree; everything else about fs is built on them.
//
// Answers like a disk that is mounted read-only: the same values, error codes and messages, in the order
// Linux looks for reasons to refuse. Times
// are the ones npm gives to the files it unpacks.

const { internal, internalBinding } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');

const { fs: C } = internalBinding('constants');

const { privateSymbols: { decorated_private_symbol: isDecorated } } = internalBinding('util');

const DEVICE = 0x1A607; // unlike any real one, so that (dev, ino) stays unique
const BLOCK_SIZE = 4096;
const MTIME = 499162500; // 1985-10-26T08:15:00Z, in seconds

// An error as Node's native side makes them: the same text, and properties in the same order, which
// shows where one is printed.
function failure(code, syscall, path, dest) {
  const uv = internalBinding('uv');
  const errno = uv[`UV_${code}`];
  let message = `${code}: ${uv.getErrorMessage(errno)}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const error = Object.assign(new Error(message), { errno, code, syscall });
  error[isDecorated] = true; // Node is not to print our source line above it
  if (path !== undefined) error.path = path;
  if (dest !== undefined) error.dest = dest;
  return error;
}

const isWindows = process.platform === 'win32';

// Windows says of a path through a file only that it is not found.
const codeOf = (entry) => (entry === tree.NOT_DIRECTORY && !isWindows ? 'ENOTDIR' : 'ENOENT');

// What making or removing a name that is not there leads to.
const codeOfChange = (entry) => (entry === tree.NOT_FOUND ? 'EROFS' : codeOf(entry));

function existing(entry, syscall, path) {
  if (entry < 0) throw failure(codeOf(entry), syscall, path);
  return entry;
}

// ---- stat

// The permissions that Node shows: Windows has no more than whether a file may be written to.
const permissions = (mode) => (isWindows ? 0o666 : mode);

function statValues(entry) {
  const kind = payload.kind(entry);
  let mode = C.S_IFREG | permissions(payload.isExecutable(entry) ? 0o755 : 0o644);
  let size = 0;
  let links = 1;
  if (kind === payload.KIND_DIRECTORY) {
    mode = C.S_IFDIR | permissions(0o755);
    size = isWindows ? 0 : BLOCK_SIZE;
    links = isWindows ? 1 : 2;
  } else if (kind === payload.KIND_SYMLINK) {
    mode = C.S_IFLNK | permissions(0o777);
    size = Buffer.byteLength(payload.linkTarget(entry));
  } else {
    size = payload.size(entry);
  }
  const user = process.getuid?.() ?? 0;
  const group = process.getgid?.() ?? 0;
  const blocks = Math.ceil(size / 512);
  return [DEVICE, mode, links, user, group, 0, BLOCK_SIZE, entry + 1, size, blocks,
          MTIME, 0, MTIME, 0, MTIME, 0, MTIME, 0];
}

function stats(entry, options) {
  const { getStatsFromBinding } = internal('internal/fs/utils');
  const values = statValues(entry);
  return getStatsFromBinding(options?.bigint ? BigInt64Array.from(values, BigInt) : Float64Array.from(values));
}

function stat(entry, path, options) {
  return stats(existing(entry, 'stat', path), options);
}

function lstat(entry, path, options) {
  return stats(existing(entry, 'lstat', path), options);
}

function statfs(options) {
  const { getStatFsFromBinding } = internal('internal/fs/utils');
  const values = [0, BLOCK_SIZE, BLOCK_SIZE, 0, 0, 0, 0, 0];
  return getStatFsFromBinding(options?.bigint ? BigInt64Array.from(values, BigInt) : Float64Array.from(values));
}

// ---- directories

function direntType(entry) {
  switch (payload.kind(entry)) {
    case payload.KIND_DIRECTORY: return C.UV_DIRENT_DIR;
    case payload.KIND_SYMLINK: return C.UV_DIRENT_LINK;
    default: return C.UV_DIRENT_FILE;
  }
}

function directory(entry, syscall, path) {
  existing(entry, syscall, path);
  if (payload.kind(entry) !== payload.KIND_DIRECTORY) throw failure('ENOTDIR', syscall, path);
  return entry;
}

// The places of a directory's names in the order in which the disk of the system would list them: NTFS sorts
// without regard to case; elsewhere any order will do.
function listing(names) {
  const places = names.map((name, place) => place);
  if (!isWindows) return places;
  const keys = names.map((name) => name.toUpperCase());
  return places.sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
}

// Breadth first, as Node lists recursively: a directory's names, then those of its directories. Links
// to directories count as such only where names alone are asked for; that, too, is as in Node.
function* walk(top, path, options) {
  const { join } = internal('path');
  const look = options?.withFileTypes ? (entry) => entry : tree.follow;
  const queue = [[top, path, '']];
  while (queue.length > 0) {
    const [entry, parentPath, prefix] = queue.shift();
    const names = tree.namesOf(entry);
    for (const i of listing(names)) {
      const child = payload.firstChild(entry) + i;
      const relative = join(prefix, names[i]);
      yield { child, name: names[i], parentPath, relative };
      if (options?.recursive !== true) continue;
      const real = look(child);
      if (real >= 0 && payload.kind(real) === payload.KIND_DIRECTORY) {
        queue.push([real, join(parentPath, names[i]), relative]);
      }
    }
  }
}

function readdir(entry, path, options) {
  directory(entry, 'scandir', path);
  const encode = (name) => encodeName(name, options);
  const { Dirent } = internal('internal/fs/utils');
  const out = [];
  for (const { child, name, parentPath, relative } of walk(entry, path, options)) {
    out.push(options?.withFileTypes ?
      new Dirent(encode(name), direntType(child), parentPath) : encode(relative));
  }
  return out;
}

// ---- names

function encodeName(name, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (!encoding || encoding === 'utf8' || encoding === 'utf-8') return name;
  const buffer = Buffer.from(name);
  return encoding === 'buffer' ? buffer : buffer.toString(encoding);
}

function readlink(entry, path, options) {
  existing(entry, 'readlink', path);
  if (payload.kind(entry) !== payload.KIND_SYMLINK) throw failure('EINVAL', 'readlink', path);
  return encodeName(payload.linkTarget(entry), options);
}

function realpath(entry, path, options) {
  return encodeName(tree.absolutePath(existing(entry, 'realpath', path)), options);
}

// fs.realpathSync goes along the path by itself, and names the step that failed.
function realpathSync(entry, path, options) {
  if (entry >= 0) return realpath(entry, path, options);
  const { dirname, resolve } = internal('path');
  let step = resolve(path);
  if (entry === tree.NOT_DIRECTORY) {
    const file = tree.locateReal(step);
    if (file >= 0) return realpath(file, path, options); // it was a slash behind it
  }
  if (tree.locate(step) >= 0) throw failure('ENOENT', 'stat', step);
  while (tree.locate(dirname(step)) === entry) step = dirname(step);
  if (entry === tree.NO_FOLDER) step = dirname(step);
  throw failure(codeOf(entry), 'lstat', step);
}

function access(entry, path, mode) {
  existing(entry, 'access', path);
  if (mode === undefined) return;
  if ((mode & C.W_OK) !== 0) throw failure('EROFS', 'access', path);
  if (isWindows || (mode & C.X_OK) === 0) return;
  if (payload.kind(entry) === payload.KIND_FILE && !payload.isExecutable(entry)) {
    throw failure('EACCES', 'access', path);
  }
}

// ---- contents

// Whether open(2) flags ask to change the file.
function writes(flags) {
  return (flags & (C.O_WRONLY | C.O_RDWR | C.O_TRUNC | C.O_APPEND)) !== 0;
}

// The file entry to open, with the errors that open(2) gives on a read-only disk.
function openable(entry, path, flags) {
  const creates = (flags & C.O_CREAT) !== 0;
  if (creates && /[/\\]$/.test(path)) throw failure('EISDIR', 'open', path);
  if (creates && (flags & C.O_EXCL) !== 0 && tree.locate(path) >= 0) throw failure('EEXIST', 'open', path);
  if (creates && entry < 0) throw failure(codeOfChange(entry), 'open', path);
  if ((flags & C.O_NOFOLLOW) !== 0 && entry !== tree.locate(path)) throw failure('ELOOP', 'open', path);
  existing(entry, 'open', path);
  const isDirectory = payload.kind(entry) === payload.KIND_DIRECTORY;
  if (creates && isDirectory) throw failure('EISDIR', 'open', path);
  if ((flags & C.O_DIRECTORY) !== 0) directory(entry, 'open', path);
  if (writes(flags)) throw failure(isDirectory ? 'EISDIR' : 'EROFS', 'open', path);
  return entry;
}

function decode(entry, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (!encoding || encoding === 'buffer') return payload.content(entry);
  if (encoding === 'utf8' || encoding === 'utf-8') return payload.contentText(entry);
  return payload.content(entry).toString(encoding);
}

// `readPath`: what an error of read(2) is to name.
function readFile(entry, path, options, readPath) {
  const { getOptions, stringToFlags } = internal('internal/fs/utils');
  openable(entry, path, stringToFlags(getOptions(options, {}).flag ?? 'r'));
  if (payload.kind(entry) === payload.KIND_DIRECTORY) throw failure('EISDIR', 'read', readPath);
  return decode(entry, options);
}

module.exports = {
  C, MTIME, access, codeOf, codeOfChange, decode, directory, existing, failure, lstat, openable, readFile, readdir,
  readlink, realpath, realpathSync, stat, statfs, stats,
};
