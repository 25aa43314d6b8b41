'use strict';
// The one folder on disk that belongs to this user and to nobody else: for native files that the
// operating system has to find by path (materialize.js) and for the key that tells our own children
// from strangers (key.js).
//
// The first of these that can be had: XDG_CACHE_HOME/ingot; ~/.cache/ingot, on macOS ~/Library/Caches/ingot; a
// folder in the temporary directory. A folder that somebody else owns, or that others may write to, is never
// used. On Windows, where Node cannot see who may write: AppData\Local\ingot in the home that the system
// names for the user of this process. Windows gives that folder to this user alone; what an environment
// variable names could be anybody's.

const { internal } = require('./internals');

const isWindows = process.platform === 'win32';

// Whether a folder or file is ours alone.
function isPrivate(stats) {
  return isWindows || (Number(stats.uid) === process.geteuid() && (Number(stats.mode) & 0o077) === 0);
}

function* candidates() {
  const { join } = internal('path');
  if (isWindows) {
    yield join(internal('os').userInfo().homedir, 'AppData', 'Local', 'ingot');
    return;
  }
  const { HOME, XDG_CACHE_HOME } = process.env;
  if (XDG_CACHE_HOME?.startsWith('/')) yield join(XDG_CACHE_HOME, 'ingot');
  if (HOME?.startsWith('/')) yield join(HOME, process.platform === 'darwin' ? 'Library/Caches' : '.cache', 'ingot');
  yield join(internal('os').tmpdir(), `ingot-${process.geteuid()}`);
}

// Like mkdirSync with `recursive`, which in Node 26.10.0 never returns where the system says ENOENT for a folder
// whose parent is there, as in /proc.
function makeFolder(folder) {
  const fs = internal('fs');
  const parent = internal('path').dirname(folder);
  if (!fs.existsSync(parent)) makeFolder(parent);
  try {
    fs.mkdirSync(folder, 0o700);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error; // another process was first
  }
}

// Makes the folder, its parents included, and checks that it is private.
function claim(folder) {
  const fs = internal('fs');
  let stats = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) {
    makeFolder(folder);
    stats = fs.lstatSync(folder);
  }
  if (!stats.isDirectory() || !isPrivate(stats)) {
    throw new Error(`${folder} is not a folder that only its user can use`);
  }
  return folder;
}

// A private folder `name` below one of the candidates.
function userFolder(name) {
  const { join } = internal('path');
  let firstError;
  for (const candidate of candidates()) {
    try {
      return claim(join(candidate, name));
    } catch (error) {
      firstError ??= error;
    }
  }
  throw firstError;
}

// Whether a file lies in `ingot/<name>/`, in folders that are private as those above. On Windows only the one
// place will do, as every folder looks private there.
function isInUserFolder(file, name) {
  const { basename, dirname, join } = internal('path');
  const fs = internal('fs');
  const folder = dirname(file);
  const parent = dirname(folder);
  if (isWindows) return [...candidates()].some((candidate) => folder === join(candidate, name));
  if (basename(folder) !== name || !/^ingot(-\d+)?$/.test(basename(parent))) return false;
  return [folder, parent].every((path) => {
    const stats = fs.lstatSync(path, { throwIfNoEntry: false });
    return stats?.isDirectory() && isPrivate(stats);
  });
}

// A file is written under a name of its own, then renamed: a process that looks meanwhile, or a kill,
// sees the old state or the new one.
function draftOf(file) {
  return `${file}.${process.pid}.${process.hrtime.bigint()}`;
}

module.exports = { claim, draftOf, isInUserFolder, isPrivate, userFolder };
