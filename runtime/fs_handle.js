'use strict';
// An open file of the embedded tree: what stands behind a virtual file descriptor.
//
// Node's own table of virtual descriptors (internal/vfs/fd) maps numbers to these objects; the methods are the
// ones it and FileHandle call.

const { internal } = require('./internals');
const payload = require('./payload');
const { FIRST_VIRTUAL } = require('./fs_handlers');
const { decode, failure, stats } = require('./fs_tree');

function refuse(code, syscall) {
  return async () => { throw failure(code, syscall); };
}

const validators = () => internal('internal/validators');

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
      if (buffer !== undefined) validators().validateObject(buffer, 'options', validators().kValidateObjectAllowNullable);
      ({ buffer = Buffer.alloc(16384), offset = 0, length, position = null } = buffer ?? {});
      validators().validateBuffer(buffer);
    } else if (typeof offset === 'object' && offset !== null) {
      ({ offset = 0, length, position = null } = offset);
    }
    offset ??= 0;
    validators().validateInteger(offset, 'offset', 0);
    length = (length ?? buffer.byteLength - offset) | 0;
    const { validateOffsetLengthRead, validatePosition } = internal('internal/fs/utils');
    if (position !== null && position !== undefined) validatePosition(position, 'position', length);
    if (length !== 0) validateOffsetLengthRead(offset, length, buffer.byteLength);
    return { __proto__: null, bytesRead: this.readSync(buffer, offset, length, position), buffer };
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

  // A descriptor of a copy on disk, at the same place, for what reads below fs. The caller closes it.
  openCopy() {
    if (payload.kind(this.#entry) === payload.KIND_DIRECTORY) throw failure('EISDIR', 'open', this.path);
    const fs = internal('fs');
    const fd = fs.openSync(require('./materialize').materialize(this.#entry), 'r');
    if (this.#position > 0) fs.readSync(fd, Buffer.allocUnsafe(this.#position), 0, this.#position, null);
    return fd;
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
  ['writev', 'EBADF', 'write'], ['truncate', 'EINVAL', 'ftruncate'], ['chmod', 'EROFS', 'fchmod'],
  ['chown', 'EROFS', 'fchown'], ['utimes', 'EROFS', 'futime'],
]) {
  TreeHandle.prototype[method] = refuse(code, syscall);
}

const METHODS = [
  'appendFile', 'chmod', 'chown', 'datasync', 'sync', 'read', 'readv', 'readFile', 'stat', 'truncate', 'utimes',
  'write', 'writev', 'writeFile',
];

const table = () => internal('internal/vfs/fd');

function open(entry) {
  return table().openVirtualFd(new TreeHandle(entry));
}

// The handle behind a descriptor or a FileHandle, or undefined if that is a real one.
function handleOf(value) {
  const fd = typeof value === 'object' ? value?.fd : value;
  if (typeof fd !== 'number' || fd < FIRST_VIRTUAL) return undefined;
  const open = table().getVirtualFd(fd);
  return open?.entry instanceof TreeHandle ? open.entry : undefined;
}

function close(fd) {
  table().closeVirtualFd(fd);
}

// Node's FileHandle with the operations of ours, which refuse once it is closed.
function fileHandle(fd) {
  const { FileHandle } = internal('internal/fs/promises');
  const handle = new FileHandle(table().getVirtualFd(fd));
  const entry = handleOf(fd);
  for (const name of METHODS) {
    const value = async (...args) => {
      if (handle.fd === -1) throw Object.assign(new Error('file closed'), { code: 'EBADF', syscall: name });
      return entry[name](...args);
    };
    Object.defineProperty(handle, name, { value, configurable: true, writable: true });
  }
  return handle;
}

module.exports = { close, fileHandle, handleOf, open };
