'use strict';
// Copies of single embedded files on disk, for what cannot see the tree: the operating system's loader, other
// programs, native code that reads files by itself. Made once per executable and user, at
//
//   <user folder>/files/<seal of the executable>/<path in the tree>
//
// The seal is the digest of the manifest, which holds the digest of every file: other contents, other
// folder. A copy is used again only while it is what was left there: a regular file of this user's, in
// folders that nobody else can write to, with the size, mode and time it was given, and not changed in any
// way since. The system notes every change of a file with a time that nobody can set back; so beside the
// folders is an empty file for each copy that was made,
//
//   <user folder>/written/<seal>-<entry>-<inode>-<time of change, in ns>
//
// Reading the contents of all copies again at each start would cost more than the copies save.

const { internal } = require('./internals');
const payload = require('./payload');
const { MTIME } = require('./fs_tree');
const { counts } = require('./modules');
const { claim, draftOf, isPrivate, userFolder } = require('./user_folder');

const isWindows = process.platform === 'win32';
const BIGINT = { bigint: true, throwIfNoEntry: false };

// Windows opens paths of up to 259 characters only, so there the seal's first half has to do.
let root;
function diskRoot() {
  root ??= userFolder(internal('path').join('files', isWindows ? payload.seal().slice(0, 32) : payload.seal()));
  return root;
}

const isRootKnown = () => root !== undefined;
const diskPath = (entry) => internal('path').join(diskRoot(), payload.path(entry));
const modeOf = (entry) => (payload.isExecutable(entry) ? 0o500 : 0o400);

let records;
function recordOf(entry, stats) {
  records ??= userFolder('written');
  return internal('path').join(records, `${payload.seal()}-${entry}-${stats.ino}-${stats.ctimeNs}`);
}

// Whether a file with these `stats` (of BIGINT) is the copy that was left there. Windows, where Node cannot
// see when a file was changed, has no records.
function isUntouched(stats, entry) {
  if (stats === undefined || !stats.isFile() || !isPrivate(stats) || stats.nlink !== 1n) return false;
  if (stats.size !== BigInt(payload.size(entry)) || stats.mtimeMs !== BigInt(MTIME) * 1000n) return false;
  if (isWindows) return true;
  if (Number(stats.mode & 0o777n) !== modeOf(entry)) return false;
  const record = internal('fs').lstatSync(recordOf(entry, stats), BIGINT);
  return record !== undefined && record.isFile() && isPrivate(record);
}

const isSame = (before, now) => now.ino === before.ino && now.ctimeNs === before.ctimeNs;
const statsAt = (file) => internal('fs').lstatSync(file, BIGINT);

function fill(fd, entry) {
  const fs = internal('fs');
  fs.writeFileSync(fd, payload.contentView(entry));
  fs.fchmodSync(fd, modeOf(entry));
  fs.futimesSync(fd, MTIME, MTIME);
}

function write(file, entry) {
  const fs = internal('fs');
  claim(internal('path').dirname(file));
  const draft = draftOf(file);
  const fd = fs.openSync(draft, 'wx', modeOf(entry));
  let isOpen = true;
  const close = () => {
    if (isOpen) fs.closeSync(fd);
    isOpen = false;
  };
  try {
    fill(fd, entry);
    if (isWindows) close(); // which renames no open file
    fs.renameSync(draft, file);
    if (!isWindows) fs.writeFileSync(recordOf(entry, fs.fstatSync(fd, BIGINT)), '', { mode: 0o600 });
    counts.copiesMade++;
  } catch (error) {
    // Windows replaces no file that is in use; then the one that was first has the same content.
    close();
    fs.rmSync(draft, { force: true });
    if (!isUntouched(statsAt(file), entry)) throw error;
  } finally {
    close();
  }
}

// Sees to it that there is a copy of the file `entry`: { file, stats }, its path and what it was when it was
// checked.
function ensure(entry) {
  const file = diskPath(entry);
  let stats = statsAt(file);
  if (!isUntouched(stats, entry)) {
    write(file, entry);
    stats = statsAt(file);
  }
  return { file, stats };
}

function openUntouched(file, entry) {
  const { constants, fstatSync } = internal('fs');
  const handle = require('./kept_descriptor').open(file, constants.O_RDONLY | constants.O_NOFOLLOW, 0);
  if (handle === undefined) return undefined;
  const stats = fstatSync(handle.fd, BIGINT);
  if (isUntouched(stats, entry)) return { handle, stats };
  handle.close();
  return undefined;
}

// { handle, stats }: the copy of a file, open: what is done with the descriptor is done with the file that was
// checked. undefined when another process is just replacing the copy. Throws where no copies can be made.
function open(entry) {
  const file = diskPath(entry);
  const found = openUntouched(file, entry);
  if (found !== undefined) return found;
  write(file, entry);
  return openUntouched(file, entry);
}

// Whether what can be read at a descriptor is the content of the file `entry`.
function hasContent(fd, entry) {
  const fs = internal('fs');
  const read = Buffer.allocUnsafeSlow(payload.size(entry) + 1);
  let length = 0;
  for (let got = -1; got !== 0 && length < read.length; length += got) {
    got = fs.readSync(fd, read, length, read.length - length, length);
  }
  return length === payload.size(entry) && Buffer.compare(read.subarray(0, length), payload.contentView(entry)) === 0;
}

function stop(entry) {
  payload.stop(`${process.execPath}: the copy of ${payload.path(entry)} on disk was changed while it was loaded`);
}

// After a copy of open() was loaded: ends the process when it is no longer what was checked. That it has
// lost its name is no change: another process made a copy at the same time, or somebody cleans up.
function checkAfterLoading({ fd, stats }, entry) {
  const now = internal('fs').fstatSync(fd, BIGINT);
  if (isSame(stats, now)) return;
  if (now.nlink !== 0n || !hasContent(fd, entry)) stop(entry);
}

// The same for one of ensure(). There may be another file in its place, which has to be as good. The systems
// other than Linux may note something about a file when it is loaded.
function checkPathAfterLoading({ file, stats }, entry) {
  if (process.platform !== 'linux') return;
  const now = statsAt(file);
  if (now === undefined || isSame(stats, now)) return;
  if (now.ino === stats.ino || !now.isFile()) stop(entry);
  const fs = internal('fs');
  const fd = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  if (!hasContent(fd, entry)) stop(entry);
  fs.closeSync(fd);
}

// What open() gave for a descriptor that belongs to it, or undefined when that has changed. A copy that has lost
// its name, with which goes what is known of it, is read.
function reopened(fd, entry) {
  const stats = internal('fs').fstatSync(fd, BIGINT);
  const isSound = isUntouched(stats, entry) ||
    (stats.nlink === 0n && stats.size === BigInt(payload.size(entry)) && hasContent(fd, entry));
  return isSound ? { fd, stats } : undefined;
}

module.exports = { checkAfterLoading, checkPathAfterLoading, diskPath, diskRoot, ensure, isRootKnown, modeOf, open, reopened };
