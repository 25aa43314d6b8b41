'use strict';
// The folders above the tree, as they are listed. Packages that match patterns walk down from where the pattern and
// the working folder part, which may be the root of the disk; below a device, where the tree is, nobody would look.
// So the null device counts as a folder when devices are listed with types, and has a way to the tree. All else about
// it is as it is: with stat it is a device.

const { internal } = require('./internals');
const { C } = require('./fs_tree');
const { withoutHandlers } = require('./fs_handlers');
const tree = require('./tree');

function folder(name, parentPath) {
  const { Dirent } = internal('internal/fs/utils');
  return new Dirent(name, C.UV_DIRENT_DIR, parentPath);
}

// A folder's names or, with `withFileTypes`, entries; undefined where they are as Node has them.
function readdir(path, options) {
  const { relative, resolve, sep } = internal('path');
  const whole = resolve(path);
  const [name] = relative(whole, tree.ROOT).split(sep);
  const isTyped = options?.withFileTypes === true;
  if (whole !== tree.DEVICES) return [isTyped ? folder(name, path) : name];
  if (!isTyped || options.recursive === true) return undefined;
  const entries = withoutHandlers(() => internal('fs').readdirSync(path, options));
  return entries.map((entry) => (entry.name === name ? folder(name, entry.parentPath) : entry));
}

module.exports = { readdir };
