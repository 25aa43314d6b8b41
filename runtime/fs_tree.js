'use strict';
// The synchronous file operations over the embedded tree; everything else about fs is built on them.
//
// Answers like a disk that is mounted read-only: the same values, error codes and messages. Times
// are the ones npm gives to the files it unpacks.

const { internal, internalBinding } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');

const { fs: C } = internalBinding('constants');
const uv = internalBinding('uv');

const DEVICE = 0x1A607; // unlike any real one, so that (dev, ino) stays unique
const BLOCK_SIZE = 4096;
const MTIME = 499162500; // 1985-10-26T08:15:00Z, in seconds

function failure(code, syscall, path, dest) {
  const { UVException } = internal('internal/errors');
  return new UVException({ errno: uv[`UV_${code}`], syscall, path, dest });
}

const codeOf = (entry) => (entry === tree.NOT_DIRECTORY ? 'ENOTDIR' : 'ENOENT');

function existing(entry, syscall, path) {
  if (entry < 0) throw failure(codeOf(entry), syscall, path);
  return entry;
}

// ---- stat

function statValues(entry) {
  const kind = payload.kind(entry);
  let mode = C.S_IFREG | (payload.isExecutable(entry) ? 0o755 : 0o644);
  let size = 0;
  let links = 1;
  if (kind === payload.KIND_DIRECTORY) {
    mode = C.S_IFDIR | 0o755;
    size = BLOCK_SIZE;
    links = 2;
  } else if (kind === payload.KIND_SYMLINK) {
    mode = C.S_IFLNK | 0o777;
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
  const values = { type: 0, bsize: BLOCK_SIZE, frsize: BLOCK_SIZE, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
  if (options?.bigint) {
    for (const key of Object.keys(values)) values[key] = BigInt(values[key]);
  }
  return values;
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

// Breadth first, as Node lists recursively: a directory's names, then those of its directories. Links
// to directories count as such only where names alone are asked for; that, too, is as in Node.
function* walk(top, path, options) {
  const { join } = internal('path');
  const look = options?.withFileTypes ? (entry) => entry : tree.follow;
  const queue = [[top, path, '']];
  while (queue.length > 0) {
    const [entry, parentPath, prefix] = queue.shift();
    const names = tree.namesOf(entry);
    for (let i = 0; i < names.length; i++) {
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
  const asBuffer = options === 'buffer' || options?.encoding === 'buffer';
  const encode = asBuffer ? (name) => Buffer.from(name) : (name) => name;
  const { Dirent } = internal('internal/fs/utils');
  const out = [];
  for (const { child, name, parentPath, relative } of walk(entry, path, options)) {
    out.push(options?.withFileTypes ?
      new Dirent(encode(name), direntType(child), encode(parentPath)) : encode(relative));
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

function access(entry, path, mode) {
  existing(entry, 'access', path);
  if (mode === undefined) return;
  if ((mode & C.W_OK) !== 0) throw failure('EROFS', 'access', path);
  if ((mode & C.X_OK) !== 0 && payload.kind(entry) === payload.KIND_FILE && !payload.isExecutable(entry)) {
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
  if (entry === tree.NOT_FOUND && (flags & C.O_CREAT) !== 0) throw failure('EROFS', 'open', path);
  existing(entry, 'open', path);
  if ((flags & C.O_CREAT) !== 0 && (flags & C.O_EXCL) !== 0) throw failure('EEXIST', 'open', path);
  if (writes(flags)) {
    throw failure(payload.kind(entry) === payload.KIND_DIRECTORY ? 'EISDIR' : 'EROFS', 'open', path);
  }
  if ((flags & C.O_DIRECTORY) !== 0) directory(entry, 'open', path);
  return entry;
}

function decode(entry, options) {
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (!encoding || encoding === 'buffer') return payload.content(entry);
  if (encoding === 'utf8' || encoding === 'utf-8') return payload.contentText(entry);
  internal('internal/fs/utils').getOptions(options, {}); // throws for an encoding there is not
  return payload.content(entry).toString(encoding);
}

function readFile(entry, path, options) {
  const flag = typeof options === 'object' && options !== null ? options.flag ?? 'r' : 'r';
  openable(entry, path, internal('internal/fs/utils').stringToFlags(flag));
  if (payload.kind(entry) === payload.KIND_DIRECTORY) throw failure('EISDIR', 'read');
  return decode(entry, options);
}

module.exports = {
  C, MTIME, access, decode, directory, existing, failure, lstat, openable, readFile, readdir, readlink,
  realpath, stat, statfs, stats,
};
