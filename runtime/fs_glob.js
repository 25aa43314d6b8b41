'use strict';
// fs.glob with patterns that start with the root: Node walks there from '/', through the null device.

const { internal } = require('./internals');
const tree = require('./tree');

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

function patch(exports) {
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

module.exports = { patch };
