'use strict';
// What is changed of Node when it is used: few programs read a database, start a child or a thread, and the
// others are not to wait for what these need.

const { whenLoaded } = require('./internals');
const { pathOf } = require('./fs_handlers');
const tree = require('./tree');

// A module of Node's, and the one of ours whose `patch` changes it.
const PATCHES = [
  ['internal/child_process', './children'], // this executable as node, programs of the tree
  ['internal/fs/glob', './fs_glob'], //        patterns that start with the root
  ['internal/worker', './workers'], //         threads
  ['sqlite', './native_readers'], //           databases of the tree
];

// Node loads this one at each start, and calls it for TypeScript alone.
function patchTypescript(exports) {
  const { stripTypeScriptModuleTypes: original } = exports;
  exports.stripTypeScriptModuleTypes = function stripTypeScriptModuleTypes(...args) {
    return require('./typescript').stripTypeScriptModuleTypes(original, ...args);
  };
}

function patchLoadEnvFile() {
  const { loadEnvFile } = process;
  process.loadEnvFile = function(path = undefined) {
    const isOurs = path !== undefined && path !== null && tree.locate(pathOf(path)) !== undefined;
    return isOurs ? require('./native_readers').loadEnvFile(path) : loadEnvFile(path);
  };
}

function patchExecve() {
  const { execve } = process;
  if (execve === undefined) return;
  process.execve = function(file, args = [], env = process.env) {
    return require('./children').execve(execve, file, args, env);
  };
}

function install() {
  for (const [id, ours] of PATCHES) whenLoaded(id, (exports) => require(ours).patch(exports));
  whenLoaded('internal/modules/typescript', patchTypescript);
  patchLoadEnvFile();
  patchExecve();
}

module.exports = { install };
