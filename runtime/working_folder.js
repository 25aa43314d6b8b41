'use strict';
// process.chdir() into the tree, where the operating system cannot go: process.cwd() says so, and relative
// paths lead there (tree.js), until the application goes to a real folder again.

const { internal, internalBinding } = require('./internals');
const tree = require('./tree');

const isWindows = process.platform === 'win32';

let folder;

// A folder of the tree, or undefined for the real one.
function enter(path) {
  folder = path;
  tree.setWorkingFolder(path);
}

function change(chdir, path) {
  const entry = tree.locateReal(path);
  if (entry === undefined) {
    Reflect.apply(chdir, process, [folder === undefined ? path : internal('path').resolve(path)]);
    return enter(undefined);
  }
  const { directory, failure } = require('./fs_tree');
  try {
    return enter(tree.absolutePath(directory(entry, 'chdir', path)));
  } catch (error) {
    throw failure(isWindows ? 'ENOENT' : error.code, 'chdir', process.cwd(), path); // there a file is no folder that exists
  }
}

function install() {
  if (!internalBinding('worker').isMainThread) return; // threads cannot go elsewhere
  const { chdir, cwd } = process;
  process.chdir = function(path) {
    return typeof path === 'string' ? change(chdir, path) : Reflect.apply(chdir, process, [path]);
  };
  process.cwd = function() {
    return folder ?? Reflect.apply(cwd, process, []);
  };
}

module.exports = { current: () => folder, enter, install };
