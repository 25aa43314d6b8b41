'use strict';
// Functions of fs in Node 26.10.0 that do not ask the handlers, or do not tell them all they were asked.

const { internal, whenLoaded } = require('./internals');
const { handleOf } = require('./fs_handle');
const { realpath } = require('./fs_tree');
const { pathOf, refuseTemporary, within } = require('./fs_handlers');
const tree = require('./tree');

// ---- glob with patterns that start with the root: Node walks there from '/', through the null device

const isAbsolutePattern = (pattern) => typeof pattern === 'string' && pattern.startsWith(tree.PREFIX);

// The same pattern from the root.
function below(pattern, options) {
  const { exclude } = options ?? {};
  const { join } = internal('path');
  const changed = { ...options, cwd: tree.ROOT };
  if (typeof exclude === 'function') changed.exclude = (at) => exclude(typeof at === 'string' ? join(tree.ROOT, at) : at);
  return [pattern.slice(tree.PREFIX.length), changed];
}

const absolute = (found) => (typeof found === 'string' ? internal('path').join(tree.ROOT, found) : found);

function patchGlob(exports) {
  const Original = exports.Glob;
  exports.Glob = class Glob extends Original {
    #others = [];

    constructor(pattern, options) {
      const patterns = Array.isArray(pattern) ? pattern : [pattern];
      const inTree = patterns.filter(isAbsolutePattern);
      super(inTree.length === 0 ? pattern : patterns.filter((one) => !isAbsolutePattern(one)), options);
      this.#others = inTree.map((one) => new Original(...below(one, options)));
      this.matchers = [...this.matchers, ...this.#others.flatMap(({ matchers }) => matchers)];
    }

    globSync() {
      return [...super.globSync(), ...this.#others.flatMap((one) => one.globSync().map(absolute))];
    }

    async* glob() {
      yield* super.glob();
      for (const one of this.#others) for await (const found of one.glob()) yield absolute(found);
    }
  };
}

function patchPromises(promises) {
  const { mkdtempDisposable } = promises;
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
  patchFs(internal('fs'));
  whenLoaded('internal/fs/glob', patchGlob);
  whenLoaded('internal/fs/promises', ({ exports: promises }) => patchPromises(promises));
}

module.exports = { install };
