'use strict';
// The one folder on disk that belongs to this user and to nobody else: for native files that the
// operating system has to find by path (materialize.js) and for the key that tells our own children
// from strangers (key.js).
//
// XDG_CACHE_HOME/ingot, ~/.cache/ingot, or a folder in the temporary directory; the first that can be
// had. A folder that somebody else owns, or that others may write to, is never used.

const { internal } = require('./internals');

const isWindows = process.platform === 'win32';

// Whether a folder or file is ours alone. Windows keeps %LOCALAPPDATA% private by itself.
function isPrivate(stats) {
  return isWindows || (stats.uid === process.geteuid() && (stats.mode & 0o077) === 0);
}

function candidates() {
  const { join } = internal('path');
  const os = internal('os');
  const { env } = process;
  const out = [];
  if (isWindows && env.LOCALAPPDATA) out.push(join(env.LOCALAPPDATA, 'ingot'));
  if (!isWindows && env.XDG_CACHE_HOME?.startsWith('/')) out.push(join(env.XDG_CACHE_HOME, 'ingot'));
  if (!isWindows && env.HOME?.startsWith('/')) out.push(join(env.HOME, '.cache', 'ingot'));
  out.push(join(os.tmpdir(), isWindows ? 'ingot' : `ingot-${process.geteuid()}`));
  return out;
}

// Makes the folder, its parents included, and checks that it is private.
function claim(folder) {
  const fs = internal('fs');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stats = fs.lstatSync(folder);
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

// A file is written under a name of its own, then renamed: a process that looks meanwhile, or a kill,
// sees the old state or the new one.
function draftOf(file) {
  return `${file}.${process.pid}.${process.hrtime.bigint()}`;
}

module.exports = { claim, draftOf, isPrivate, userFolder };
