'use strict';
// Copies of embedded files on disk, for what cannot live in the tree: programs to execute, shared
// libraries to load. Made once per executable and user, at
//
//   <user folder>/files/<seal of the executable>/<path in the tree>
//
// The seal is the digest of the manifest, which holds the digest of every file: other contents, other
// folder. A copy is used again only while it is what was left there: a regular file of this user's, in
// folders that nobody else can write to, with the size, mode and time it was given.

const { internal } = require('./internals');
const payload = require('./payload');
const { isPrivate, userFolder, claim } = require('./user_folder');

const MTIME = 499162500; // seconds; as fs_tree.js

const made = new Map(); // entry -> path on disk

function isUntouched(file, entry) {
  const stats = internal('fs').lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.isFile() && isPrivate(stats) && stats.nlink === 1 &&
    stats.size === payload.size(entry) && stats.mtimeMs === MTIME * 1000 &&
    (process.platform === 'win32' || (stats.mode & 0o777) === 0o500);
}

function write(file, entry) {
  const fs = internal('fs');
  const draft = `${file}.${process.pid}.${Date.now()}`;
  const fd = fs.openSync(draft, 'wx', 0o500);
  try {
    fs.writeFileSync(fd, payload.isCompressed(entry) ? payload.content(entry) : payload.stored(entry));
    fs.fchmodSync(fd, 0o500);
    fs.futimesSync(fd, MTIME, MTIME);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(draft, file);
}

// The path on disk of a copy of a file entry.
function materialize(entry) {
  const known = made.get(entry);
  if (known !== undefined) return known;
  const { dirname, join } = internal('path');
  const top = userFolder(join('files', payload.seal()));
  const file = join(top, payload.path(entry));
  if (!isUntouched(file, entry)) {
    claim(dirname(file));
    write(file, entry);
  }
  made.set(entry, file);
  return file;
}

module.exports = { materialize };
