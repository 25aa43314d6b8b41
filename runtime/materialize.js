'use strict';
// Copies of embedded files on disk, for what cannot see the tree: the operating system's loader, other
// programs, native code that reads files by itself. Made once per executable and user, at
//
//   <user folder>/files/<seal of the executable>/<path in the tree>
//
// The seal is the digest of the manifest, which holds the digest of every file: other contents, other
// folder. A copy is used again only while it is what was left there: a regular file of this user's, in
// folders that nobody else can write to, with the size, mode and time it was given, and not changed in any
// way since the last one was written; when that was, a file beside the folders says. Reading the contents of
// all copies again at each start would cost more than the copies save.

const { internal } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { MTIME } = require('./fs_tree');
const { claim, draftOf, isPrivate, userFolder } = require('./user_folder');

const done = new Set(); // entries, files and folders, that are on disk

const isWindows = process.platform === 'win32';
const PROGRAM = 'INGOT_PROGRAM'; // the variable that names this executable to writeCommand's files

// Windows opens paths of up to 259 characters only, so there the seal's first half has to do.
let root;
function diskRoot() {
  root ??= userFolder(internal('path').join('files', isWindows ? payload.seal().slice(0, 32) : payload.seal()));
  return root;
}

// When the last copy was written, in ms. The system sets a file's change time, and lets nobody set it back.
const stampFile = () => internal('path').join(userFolder('complete'), payload.seal());
let lastWrite;

function timeOfLastWrite() {
  if (lastWrite === undefined) {
    const stats = internal('fs').lstatSync(stampFile(), { throwIfNoEntry: false });
    lastWrite = stats !== undefined && stats.isFile() && isPrivate(stats) ? stats.mtimeMs : 0;
  }
  return lastWrite;
}

function noteWrite() {
  const fs = internal('fs');
  const now = Date.now() + 1;
  fs.writeFileSync(stampFile(), '', { mode: 0o600 });
  fs.utimesSync(stampFile(), now / 1000, now / 1000);
  lastWrite = now;
}

const modeOf = (entry) => (payload.isExecutable(entry) ? 0o500 : 0o400);
const diskPath = (entry) => internal('path').join(diskRoot(), payload.path(entry));

function isUntouched(file, entry) {
  const stats = internal('fs').lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.isFile() && isPrivate(stats) && stats.nlink === 1 &&
    stats.size === payload.size(entry) && stats.mtimeMs === MTIME * 1000 &&
    (isWindows || ((stats.mode & 0o777) === modeOf(entry) && stats.ctimeMs <= timeOfLastWrite()));
}

function writeFile(file, entry) {
  const fs = internal('fs');
  const draft = draftOf(file);
  const fd = fs.openSync(draft, 'wx', modeOf(entry));
  try {
    fs.writeFileSync(fd, payload.contentView(entry));
    fs.fchmodSync(fd, modeOf(entry));
    fs.futimesSync(fd, MTIME, MTIME);
  } finally {
    fs.closeSync(fd);
  }
  try {
    fs.renameSync(draft, file);
    noteWrite();
  } catch (error) {
    // Windows replaces no file that is in use; then the one that was first has the same content.
    fs.unlinkSync(draft);
    if (!isUntouched(file, entry)) throw error;
  }
}

// A command of a package, where a shell of Windows finds it: starts this executable (children.js names it)
// with the script beside, like the file that npm puts there for node.
function writeCommand(file, entry) {
  const script = payload.linkTarget(entry).replaceAll('/', '\\');
  internal('fs').writeFileSync(`${file}.cmd`, `@"%${PROGRAM}%" "%~dp0${script}" %*\r\n`);
}

// Links on Windows need a right that users do not have, but for those to folders.
function writeLinkForWindows(file, entry) {
  const fs = internal('fs');
  const { basename, dirname } = internal('path');
  const real = tree.follow(entry);
  if (real < 0 || fs.existsSync(file)) return;
  if (payload.kind(real) === payload.KIND_DIRECTORY) fs.symlinkSync(diskPath(real), file, 'junction');
  else if (basename(dirname(file)) === '.bin') writeCommand(file, entry);
  else fs.writeFileSync(file, payload.contentView(real), { flag: 'wx', mode: modeOf(real) });
}

function writeLink(file, entry) {
  if (isWindows) {
    writeLinkForWindows(file, entry);
    return;
  }
  const fs = internal('fs');
  const target = payload.linkTarget(entry);
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isSymbolicLink() && fs.readlinkSync(file) === target) return;
  const draft = draftOf(file);
  fs.symlinkSync(target, draft);
  fs.renameSync(draft, file);
}

// The path on disk of a copy of a file.
function materialize(entry) {
  const file = diskPath(entry);
  if (!done.has(entry)) {
    if (!isUntouched(file, entry)) {
      claim(internal('path').dirname(file));
      writeFile(file, entry);
    }
    done.add(entry);
  }
  return file;
}

// A link to a file is of use only with the file: PATH may name a folder that has nothing but links.
function materializeLink(entry) {
  writeLink(diskPath(entry), entry);
  const real = tree.follow(entry);
  if (real >= 0 && payload.kind(real) === payload.KIND_FILE) materialize(real);
}

// A folder with everything below it. That it is complete is noted beside the files, so that a later
// start asks the disk once and not once per file.
function materializeFolder(folder) {
  const path = diskPath(folder);
  if (done.has(folder)) return path;
  const fs = internal('fs');
  const note = internal('path').join(userFolder('complete'), `${payload.seal()}-${folder}`);
  const stats = fs.lstatSync(note, { throwIfNoEntry: false });
  if (stats === undefined || !isPrivate(stats) || !fs.existsSync(path)) {
    copyBelow(folder);
    fs.writeFileSync(note, '', { mode: 0o600 });
  }
  done.add(folder);
  return path;
}

function copyBelow(folder) {
  claim(diskPath(folder));
  const count = tree.namesOf(folder).length;
  for (let child = payload.firstChild(folder); child < payload.firstChild(folder) + count; child++) {
    switch (payload.kind(child)) {
      case payload.KIND_DIRECTORY: copyBelow(child); break;
      case payload.KIND_SYMLINK: materializeLink(child); break;
      default: materialize(child);
    }
  }
}

// What a program that is given a file or folder of the tree may also want to read: a script's modules
// may be anywhere in the tree, other files belong to their package.
const SCRIPT = /\.[cm]?[jt]s$/;
function companions(entry) {
  if (SCRIPT.test(payload.path(entry))) return 0;
  let folder = payload.kind(entry) === payload.KIND_DIRECTORY ? entry : payload.parent(entry);
  while (folder !== 0 && tree.child(folder, 'package.json') < 0) folder = payload.parent(folder);
  return folder;
}

// The same for a variable of its environment, which it may never look at: a dependency's file with its package,
// anything else alone.
function companionsOfMention(entry) {
  if (payload.kind(entry) === payload.KIND_DIRECTORY) return entry;
  let folder = payload.parent(entry);
  while (folder !== 0 && tree.child(folder, 'package.json') < 0) folder = payload.parent(folder);
  return folder === 0 ? entry : folder;
}

// ---- paths in texts that leave the process, and in those that come back

const END_OF_PATH = /["'`\s:;|&<>()]/;

const materializeAll = (entry) => (payload.kind(entry) === payload.KIND_DIRECTORY ? materializeFolder(entry) : materialize(entry));

// `text` with every path of the tree in it replaced by one on disk, and what it names put there.
function toDisk(text, folderFor = companions) {
  let out = '';
  let from = 0;
  for (let at = tree.indexOfRoot(text); at !== -1; at = tree.indexOfRoot(text, from)) {
    const rest = text.slice(at);
    const end = rest.slice(tree.ROOT.length).search(END_OF_PATH);
    const candidates = end === -1 ? [rest] : [rest, rest.slice(0, tree.ROOT.length + end)];
    if (isWindows) candidates.push(...candidates.map((candidate) => candidate.replace(/\.cmd$/i, ''))); // writeCommand
    const path = candidates.find((candidate) => tree.locateReal(candidate) >= 0);
    out += text.slice(from, at) + diskRoot();
    from = at + tree.ROOT.length;
    if (path !== undefined) materializeAll(folderFor(tree.locateReal(path)));
  }
  return out + text.slice(from);
}

// A variable of a program's environment, NAME=value.
function variableToDisk(pair) {
  const at = tree.indexOfRoot(pair);
  if (at === -1) return pair;
  if (pair.startsWith('NODE_')) return toDisk(pair);
  return pair.length - at <= tree.PREFIX.length ? pair : toDisk(pair, companionsOfMention);
}

// The tree's own path for one on disk that belongs to it; any other as it is.
function fromDisk(path) {
  if (root === undefined) return path;
  const spelled = isWindows ? path.replaceAll('/', '\\') : path;
  return spelled.startsWith(root) ? tree.ROOT + path.slice(root.length) : path;
}

module.exports = { PROGRAM, SCRIPT, diskRoot, fromDisk, materialize, materializeFolder, toDisk, variableToDisk };
