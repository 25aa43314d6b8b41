'use strict';
// Parts of Node that read files by native code, past fs and its handlers: node:sqlite, node:wasi and
// process.loadEnvFile. A file of the tree is given to them as text, or as a copy on disk.

const { internal } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { pathOf } = require('./fs_handlers');

function fileEntry(value) {
  const entry = tree.locateReal(pathOf(value));
  return entry >= 0 && payload.kind(entry) === payload.KIND_FILE ? entry : undefined;
}

// SQLite may be told of an extension without the ending of its file.
const ENDING = { darwin: '.dylib', win32: '.dll' }[process.platform] ?? '.so';

// Nobody can write to the tree.
function patchSqlite(sqlite) {
  const Original = sqlite.DatabaseSync;
  sqlite.DatabaseSync = class DatabaseSync extends Original {
    constructor(path, options) {
      const entry = fileEntry(path);
      if (entry === undefined) super(...(options === undefined ? [path] : [path, options]));
      else super(require('./materialize').materialize(entry), { ...options, readOnly: true });
    }

    loadExtension(path, ...rest) {
      const entry = fileEntry(path) ?? fileEntry(`${path}${ENDING}`);
      return super.loadExtension(entry === undefined ? path : require('./materialize').materialize(entry), ...rest);
    }
  };
}

function folderOnDisk(path) {
  const entry = tree.locateReal(`${path}`);
  return entry >= 0 && payload.kind(entry) === payload.KIND_DIRECTORY ? require('./materialize').materializeFolder(entry) : path;
}

// A program's folders are opened when it is set up; folders of the tree are on disk by then.
function patchWasi(wasi) {
  const Original = wasi.WASI;
  wasi.WASI = class WASI extends Original {
    constructor(options = undefined) {
      const { preopens } = options ?? {};
      if (preopens === null || typeof preopens !== 'object' || Array.isArray(preopens)) super(options);
      else super({ ...options, preopens: Object.fromEntries(Object.entries(preopens).map(([name, path]) => [name, folderOnDisk(path)])) });
    }
  };
}

// process.loadEnvFile for a file of the tree.
function loadEnvFile(path) {
  const values = internal('util').parseEnv(internal('fs').readFileSync(path, 'utf8'));
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}

module.exports = { loadEnvFile, patchSqlite, patchWasi };
