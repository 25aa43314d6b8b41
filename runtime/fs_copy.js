'use strict';
// fs.cp, fs.cpSync and fs.promises.cp out of the tree.
//
// Node's own copy with calls below the handlers of fs, so one from or to the tree is made here, of the
// functions that have them. From and to real folders Node's own is used (fs_gaps.js).

const { internal } = require('./internals');
const { failure } = require('./fs_tree');
const { pathOf } = require('./fs_handlers');

function checkTarget(target, isDirectory, source) {
  const fs = internal('fs');
  const stats = fs.statSync(target, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  const { codes } = internal('internal/errors');
  const details = { message: '', path: target, syscall: 'cp', errno: internal('os').constants.errno.EINVAL, code: 'EINVAL' };
  if (isDirectory && !stats.isDirectory()) {
    throw new codes.ERR_FS_CP_DIR_TO_NON_DIR({ ...details, message: `cannot overwrite non-directory ${target} with directory ${source}` });
  }
  if (!isDirectory && stats.isDirectory()) {
    throw new codes.ERR_FS_CP_NON_DIR_TO_DIR({ ...details, message: `cannot overwrite directory ${target} with non-directory ${source}` });
  }
  return true;
}

function copyFile(source, target, options) {
  const fs = internal('fs');
  if (checkTarget(target, false, source) && options.force === false) {
    if (options.errorOnExist !== true) return;
    throw failure('EEXIST', 'cp', target);
  }
  fs.mkdirSync(internal('path').dirname(target), { recursive: true });
  fs.rmSync(target, { force: true });
  fs.copyFileSync(source, target, options.mode ?? 0);
}

function copyLink(source, target, options) {
  const fs = internal('fs');
  const { dirname, isAbsolute, resolve } = internal('path');
  let link = fs.readlinkSync(source);
  if (options.verbatimSymlinks !== true && !isAbsolute(link)) link = resolve(dirname(source), link);
  fs.rmSync(target, { force: true });
  fs.symlinkSync(link, target);
}

function copyDirectory(source, target, options) {
  const fs = internal('fs');
  const { join } = internal('path');
  if (options.recursive !== true) {
    const { ERR_FS_EISDIR } = internal('internal/errors').codes;
    throw new ERR_FS_EISDIR({
      message: `${source} is a directory (not copied)`, path: source, syscall: 'cp', code: 'EISDIR',
      errno: internal('os').constants.errno.EISDIR,
    });
  }
  if (!checkTarget(target, true, source)) fs.mkdirSync(target, { recursive: true });
  for (const name of fs.readdirSync(source)) copy(join(source, name), join(target, name), options);
}

function copy(source, target, options) {
  if (options.filter !== undefined && !options.filter(source, target)) return;
  const fs = internal('fs');
  const stats = options.dereference === true ? fs.statSync(source) : fs.lstatSync(source);
  if (stats.isDirectory()) copyDirectory(source, target, options);
  else if (stats.isSymbolicLink()) copyLink(source, target, options);
  else copyFile(source, target, options);
}

function checkDifferent(source, target) {
  const { resolve } = internal('path');
  if (resolve(source) !== resolve(target)) return;
  const { ERR_FS_CP_EINVAL } = internal('internal/errors').codes;
  throw new ERR_FS_CP_EINVAL({
    message: 'src and dest cannot be the same', path: target, syscall: 'cp', code: 'EINVAL',
    errno: internal('os').constants.errno.EINVAL,
  });
}

// With a filter that may answer with a promise.
async function copyAsynchronously(source, target, options) {
  checkDifferent(source, target);
  if (options.filter === undefined) {
    copy(source, target, options);
    return;
  }
  const fs = internal('fs');
  const { join } = internal('path');
  const { filter, ...rest } = options;
  if (!await filter(source, target)) return;
  if (!fs.lstatSync(source).isDirectory()) {
    copy(source, target, rest);
    return;
  }
  copyDirectory(source, target, { ...rest, filter: () => false });
  for (const name of fs.readdirSync(source)) {
    await copyAsynchronously(join(source, name), join(target, name), options);
  }
}

function cpSync(source, target, options) {
  checkDifferent(pathOf(source), pathOf(target));
  return copy(pathOf(source), pathOf(target), options ?? {});
}

function promisesCp(source, target, options) {
  return copyAsynchronously(pathOf(source), pathOf(target), options ?? {});
}

function cp(source, target, options, callback) {
  if (typeof options === 'function') [options, callback] = [{}, options];
  promisesCp(source, target, options)
    .then(() => process.nextTick(callback, null), (error) => process.nextTick(callback, error));
}

module.exports = { cp, cpSync, promisesCp };
