'use strict';
// The embedded tree as paths: which entry a path names, and which path an entry has.
//
// The tree hangs at a place that no real file can have: below the null device, where Node's own
// virtual file systems live, too. Ownership is decided by the prefix alone.
//
// On Windows the null device has two names, \\.\NUL and NUL in any folder. Node uses the first. The tree is
// below the second, as programs expect paths with a drive letter: TypeScript and cspell, for two, do not find
// their files below \\.\NUL, and what nobody answers for there opens the device, which reads as an empty
// file; C:\NUL\vfs is not found, like /dev/null/vfs. Names in the tree differ by case, on every system.

const { internal } = require('./internals');
const payload = require('./payload');

const isWindows = process.platform === 'win32';
const ROOT = isWindows ? 'C:\\NUL\\vfs\\0' : '/dev/null/vfs/0';
const PREFIX = ROOT + (isWindows ? '\\' : '/');
const ABOVE = ROOT.slice(0, -'vfs/0'.length);
const DEVICES = isWindows ? undefined : '/dev'; // Windows does not list its devices
const FOLDERS_ABOVE = [ABOVE.slice(0, -1), ROOT.slice(0, -'/0'.length), DEVICES];

// Results of a failed look-up.
const NOT_FOUND = -1; // ENOENT, in a folder that is there
const NOT_DIRECTORY = -2; // ENOTDIR
const NO_FOLDER = -3; // ENOENT, in a folder that is not there

const children = new Map(); // directory entry -> sorted names
const directories = new Map(); // path below the root -> directory entry, links followed
directories.set('', 0);

function namesOf(directory) {
  let names = children.get(directory);
  if (names === undefined) {
    names = payload.childNames(directory);
    children.set(directory, names);
  }
  return names;
}

function child(directory, name) {
  const names = namesOf(directory);
  let low = 0;
  let high = names.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = names[middle];
    if (found === name) return payload.firstChild(directory) + middle;
    if (found < name) low = middle + 1;
    else high = middle - 1;
  }
  return NOT_FOUND;
}

function follow(entry) {
  if (payload.kind(entry) !== payload.KIND_SYMLINK) return entry;
  const real = payload.linkEntry(entry);
  return real === -1 ? NOT_FOUND : real;
}

function findDirectory(relative) {
  const known = directories.get(relative);
  if (known !== undefined) return known;
  let entry = find(relative);
  if (entry >= 0) entry = follow(entry);
  if (entry === NOT_FOUND) entry = NO_FOLDER;
  else if (entry >= 0 && payload.kind(entry) !== payload.KIND_DIRECTORY) entry = NOT_DIRECTORY;
  directories.set(relative, entry);
  return entry;
}

// The entry at a path below the root, a link at its end not followed.
function find(relative) {
  if (relative === '') return 0;
  const slash = relative.lastIndexOf('/');
  const directory = slash === -1 ? 0 : findDirectory(relative.slice(0, slash));
  return directory < 0 ? directory : child(directory, slash === -1 ? relative : relative.slice(slash + 1));
}

// Windows takes a path with slashes, a small drive letter or \\?\ in front for the same.
function spelled(path) {
  if (path.startsWith('\\\\?\\')) path = path.slice(4);
  if (path.includes('/')) path = path.replaceAll('/', '\\');
  return path.startsWith('c') ? `C${path.slice(1)}` : path;
}

const SPELLINGS = /c:[\\/]NUL[\\/]vfs[\\/]0/gi;

// Where in a text the root is named, from a place on, or -1. All its spellings are of one length.
function indexOfRoot(text, from = 0) {
  if (!isWindows) return text.indexOf(ROOT, from);
  SPELLINGS.lastIndex = from;
  return SPELLINGS.exec(text)?.index ?? -1;
}

// The working folder, while the application has one in the tree (working_folder.js).
let folder;
function setWorkingFolder(path) {
  folder = path;
}

// Whether a normalised path is in the tree's name space.
function owns(path) {
  return path.startsWith(PREFIX) || path === ROOT;
}

const ODD = /[/\\]\.{0,2}(?:[/\\]|$)/;

// The path below the root ('' for the root) that a path names, or undefined if it is outside. '.', '..'
// and doubled or trailing slashes are resolved first, and so is a way to the tree from a real folder.
function relativePath(path) {
  if (isWindows) path = spelled(path);
  if (folder !== undefined && path !== '') path = internal('path').resolve(path);
  if (!path.includes(ROOT)) return undefined;
  if (ODD.test(path) || !path.startsWith(ROOT)) path = internal('path').resolve(path);
  if (!owns(path)) return undefined;
  const relative = path.length <= PREFIX.length ? '' : path.slice(PREFIX.length);
  return isWindows ? relative.replaceAll('\\', '/') : relative;
}

const isAbove = (path) => (isWindows ? spelled(path) : path).startsWith(ABOVE);

// Whether a path is one of the two folders between the tree and the disk, the first of which is the null device, or
// the one that lists devices. Who goes up from a file of its own and lists each folder on the way, or down to it,
// has to come past them.
function isFolderAbove(path) {
  if (!isWindows && folder === undefined && !path.includes(DEVICES)) return false;
  const whole = internal('path').resolve(path);
  return FOLDERS_ABOVE.includes(isWindows ? spelled(whole) : whole);
}

// The entry a path names: >= 0, one of the failures above, or undefined outside the tree. Between the null
// device and the tree there is nothing: who looks for a file in all folders above finds none, as elsewhere.
function locate(path) {
  const relative = relativePath(path);
  if (relative === undefined) return isAbove(path) ? NO_FOLDER : undefined;
  return TRAILING.test(path) ? locateDirectory(relative) : find(relative);
}

// With a slash behind it, a path has to lead to a directory.
const TRAILING = isWindows ? /[/\\]$/ : /\/$/;
function locateDirectory(relative) {
  const entry = findDirectory(relative);
  return entry === NO_FOLDER ? find(relative) : entry;
}

// The same with a link at the end followed.
function locateReal(path) {
  const entry = locate(path);
  return entry === undefined || entry < 0 ? entry : follow(entry);
}

const paths = new Map();

// The absolute path of an entry.
function absolutePath(entry) {
  let path = paths.get(entry);
  if (path === undefined) {
    path = payload.path(entry);
    if (isWindows) path = path.replaceAll('/', '\\');
    path = path === '' ? ROOT : PREFIX + path;
    paths.set(entry, path);
  }
  return path;
}

module.exports = {
  DEVICES, NOT_DIRECTORY, NOT_FOUND, NO_FOLDER, PREFIX, ROOT,
  absolutePath, child, follow, indexOfRoot, isFolderAbove, locate, locateReal, namesOf, owns, relativePath, setWorkingFolder,
};
