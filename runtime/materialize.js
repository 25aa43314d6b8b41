'use strict';
// What is put on disk of the embedded tree, as copies (disk_copy.js): single files, folders, and whatever a text
// that leaves the process names.

const { internal } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { diskPath, diskRoot, ensure, isRootKnown, modeOf } = require('./disk_copy');
const { claim, draftOf, isPrivate, userFolder } = require('./user_folder');

const done = new Set(); // folders that are on disk

const isWindows = process.platform === 'win32';
const PROGRAM = 'INGOT_PROGRAM'; // the variable that names this executable to writeCommand's files

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
const materialize = (entry) => ensure(entry).file;

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

// The path on disk of what native code is to read, with what it may find from there: a dependency's package, else
// the folder that the file is in.
function materializeForReading(entry) {
  if (payload.kind(entry) === payload.KIND_DIRECTORY) return materializeFolder(entry);
  const around = companionsOfMention(entry);
  const folder = around === entry ? payload.parent(entry) : around;
  if (folder !== 0) materializeFolder(folder);
  return materialize(entry);
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
  if (!isRootKnown()) return path;
  const spelled = isWindows ? path.replaceAll('/', '\\') : path;
  return spelled.startsWith(diskRoot()) ? tree.ROOT + path.slice(diskRoot().length) : path;
}

module.exports = {
  PROGRAM, SCRIPT, diskRoot, fromDisk, materialize, materializeFolder, materializeForReading, toDisk, variableToDisk,
};
