'use strict';
// Parts of Node that read files by native code, past fs and its handlers: node:sqlite and
// process.loadEnvFile. A file of the tree is given to them as text, or as a copy on disk.

const { internal } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { pathOf } = require('./fs_handlers');

function fileEntry(value) {
  const entry = tree.locateReal(pathOf(value));
  return entry >= 0 && payload.kind(entry) === payload.KIND_FILE ? entry : undefined;
}

// Nobody can write to the tree.
function patchSqlite(sqlite) {
  const Original = sqlite.DatabaseSync;
  sqlite.DatabaseSync = class DatabaseSync extends Original {
    constructor(path, options) {
      const entry = fileEntry(path);
      if (entry === undefined) super(...(options === undefined ? [path] : [path, options]));
      else super(require('./materialize').materialize(entry), { ...options, readOnly: true });
    }
  };
}

// process.loadEnvFile for a file of the tree.
function loadEnvFile(path) {
  const values = internal('util').parseEnv(internal('fs').readFileSync(path, 'utf8'));
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}

module.exports = { loadEnvFile, patch: patchSqlite };
