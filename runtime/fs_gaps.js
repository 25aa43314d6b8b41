'use strict';
// Functions of fs in Node 26.10.0 that do not ask the handlers, or do not tell them all they were asked.

const { internal, whenLoaded } = require('./internals');
const { handleOf } = require('./fs_handle');
const { realpath } = require('./fs_tree');
const { pathOf, refuseTemporary, within } = require('./fs_handlers');
const tree = require('./tree');

// ---- glob with patterns that start with the root: Node walks there from '/', through the null device

const isAbsolutePattern = (pattern) => typeof pattern === 'string' && pattern.startsWith(tree.PREFIX);

function below(pattern, options) {
  const { exclude } = options ?? {};
  const { join } = internal('path');
  const changed = { ...options, cwd: tree.ROOT };
  if (typeof exclude === 'function') changed.exclude = (at) => exclude(typeof at === 'string' ? join(tree.ROOT, at) : at);
  return [pattern.slice(tree.PREFIX.length), changed];
}

const absolute = (found) => (typeof found === 'string' ? internal('path').join(tree.ROOT, found) : found);

// [arguments for Node's own, function for its results], one for each kind of pattern.
function parts(pattern, options) {
  const patterns = Array.isArray(pattern) ? pattern : [pattern];
  if (!patterns.some(isAbsolutePattern)) return [[[pattern, options], (found) => found]];
  const others = patterns.filter((one) => !isAbsolutePattern(one));
  const out = patterns.filter(isAbsolutePattern).map((one) => [below(one, options), absolute]);
  if (others.length > 0) out.push([[others, options], (found) => found]);
  return out;
}

function patchGlob(fs) {
  const { glob, globSync } = fs;
  fs.globSync = function(pattern, options) {
    return parts(pattern, options).flatMap(([args, finish]) => globSync(...args).map(finish));
  };
  fs.glob = function(pattern, options, callback) {
    if (typeof options === 'function') [options, callback] = [undefined, options];
    const all = parts(pattern, options);
    if (all.length === 1 && all[0][0][0] === pattern) return glob(pattern, options ?? {}, callback);
    return process.nextTick(() => callback(null, fs.globSync(pattern, options)));
  };
}

function patchPromises(promises) {
  const { glob, mkdtempDisposable } = promises;
  promises.glob = async function* (pattern, options) {
    for (const [args, finish] of parts(pattern, options)) {
      for await (const found of glob(...args)) yield finish(found);
    }
  };
  promises.mkdtempDisposable = async function(prefix, options) {
    if (within(prefix)) refuseTemporary(prefix);
    return mkdtempDisposable(prefix, options);
  };
}

// ---- one by one

function patchFs(fs) {
  const { fstatSync, mkdtempDisposableSync, realpathSync } = fs;
  fs.fstatSync = function(fd, options) { // `bigint` does not reach the handler
    const handle = options?.bigint === true ? handleOf(fd) : undefined;
    return handle === undefined ? fstatSync(fd, options) : handle.statSync(options);
  };
  fs.mkdtempDisposableSync = function(prefix, options) {
    if (within(prefix)) refuseTemporary(prefix);
    return mkdtempDisposableSync(prefix, options);
  };
  const { native } = realpathSync;
  realpathSync.native = function(value, options) { // shares its handler with realpathSync, but not its errors
    const path = pathOf(value);
    const entry = tree.locateReal(path);
    return entry === undefined ? native(value, options) : realpath(entry, path, options);
  };
}

function install() {
  const fs = internal('fs');
  patchFs(fs);
  patchGlob(fs);
  whenLoaded('internal/fs/promises', ({ exports: promises }) => patchPromises(promises));
}

module.exports = { install };
