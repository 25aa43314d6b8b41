'use strict';
// An open file of the embedded tree: what stands behind a virtual file descriptor.
//
// Node's own table of virtual descriptors (internal/vfs/fd) maps numbers to these objects and makes
// FileHandles of them; the methods are the ones it calls.

const { internal } = require('./internals');
const payload = require('./payload');
const { decode, failure, stats } = require('./fs_tree');

function refuse(code, syscall) {
  return async () => { throw failure(code, syscall); };
}

class TreeHandle {
  #entry;
  #content; // loaded by the first read
  #position = 0;

  constructor(entry) {
    this.#entry = entry;
  }

  #bytes() {
    if (payload.kind(this.#entry) === payload.KIND_DIRECTORY) throw failure('EISDIR', 'read');
    this.#content ??= payload.content(this.#entry);
    return this.#content;
  }

  readSync(buffer, offset = 0, length = buffer.byteLength - offset, position = null) {
    const content = this.#bytes();
    const moves = position === null || position === undefined || position === -1 || position === -1n;
    const from = moves ? this.#position : Number(position);
    const count = Math.max(0, Math.min(length, content.length - from));
    const target = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    target.set(content.subarray(from, from + count), offset);
    if (moves) this.#position += count;
    return count;
  }

  async read(buffer, offset, length, position) {
    if (!ArrayBuffer.isView(buffer)) {
      ({ buffer = Buffer.alloc(16384), offset = 0, length, position = null } = buffer ?? {});
    } else if (typeof offset === 'object' && offset !== null) {
      ({ offset = 0, length, position = null } = offset);
    }
    length ??= buffer.byteLength - (offset ?? 0);
    return { bytesRead: this.readSync(buffer, offset ?? 0, length, position), buffer };
  }

  readvSync(buffers, position) {
    let total = 0;
    for (const buffer of buffers) {
      const at = typeof position === 'number' ? position + total : null;
      const count = this.readSync(buffer, 0, buffer.byteLength, at);
      total += count;
      if (count < buffer.byteLength) break;
    }
    return total;
  }

  async readv(buffers, position) {
    return { bytesRead: this.readvSync(buffers, position), buffers };
  }

  readFileSync(options) {
    const rest = this.#bytes().subarray(this.#position);
    this.#position += rest.length;
    if (rest.length === payload.size(this.#entry)) return decode(this.#entry, options);
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return encoding && encoding !== 'buffer' ? rest.toString(encoding) : Buffer.from(rest);
  }

  async readFile(options) {
    return this.readFileSync(options);
  }

  statSync(options) {
    return stats(this.#entry, options);
  }

  async stat(options) {
    return this.statSync(options);
  }

  // The path of the directory behind the descriptor, for operations that go by path.
  get path() {
    return require('./tree').absolutePath(this.#entry);
  }

  writeSync() { throw failure('EBADF', 'write'); }
  truncateSync() { throw failure('EINVAL', 'ftruncate'); }
  chmodSync() { throw failure('EROFS', 'fchmod'); }
  chownSync() { throw failure('EROFS', 'fchown'); }
  utimesSync() { throw failure('EROFS', 'futime'); }
  closeSync() {}
  async close() {}
  async datasync() {}
  async sync() {}
}

for (const [method, code, syscall] of [
  ['appendFile', 'EBADF', 'write'], ['write', 'EBADF', 'write'], ['writeFile', 'EBADF', 'write'],
  ['writev', 'EBADF', 'writev'], ['truncate', 'EINVAL', 'ftruncate'], ['chmod', 'EROFS', 'fchmod'],
  ['chown', 'EROFS', 'fchown'], ['utimes', 'EROFS', 'futime'],
]) {
  TreeHandle.prototype[method] = refuse(code, syscall);
}

const FIRST_VIRTUAL = 0x40000000; // internal/vfs/fd: VFS_FD_MASK

const table = () => internal('internal/vfs/fd');

function open(entry) {
  return table().openVirtualFd(new TreeHandle(entry));
}

// The handle behind a descriptor, or undefined if the descriptor is a real one.
function handleOf(fd) {
  if (typeof fd !== 'number' || fd < FIRST_VIRTUAL) return undefined;
  const open = table().getVirtualFd(fd);
  return open?.entry instanceof TreeHandle ? open.entry : undefined;
}

function close(fd) {
  table().closeVirtualFd(fd);
}

function fileHandle(fd) {
  return table().createVfsFileHandle(table().getVirtualFd(fd));
}

module.exports = { close, fileHandle, handleOf, open };
