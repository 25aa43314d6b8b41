'use strict';
// What is changed of Node when it is used: few programs read a database, start a child or a thread, and not
// all have ES modules. The others are not to wait for what these need.

const { internal, whenLoaded } = require('./internals');
const { pathOf } = require('./fs_handlers');
const tree = require('./tree');

// A module of Node's, the one of ours that changes it, and how its function for that is called.
const PATCHES = [
  ['internal/child_process', './children'], // this executable as node, programs of the tree
  ['internal/fs/glob', './fs_glob'], //        patterns that start with the root
  ['internal/worker', './workers'], //         threads
  ['sqlite', './native_readers', 'patchSqlite'], // databases of the tree
  ['wasi', './native_readers', 'patchWasi'], // its folders
];

// What goes in the place of one of Node's functions, made of it by a module of ours on the first call.
function madeLater(original, id, maker) {
  let made;
  return function(...args) {
    made ??= require(id)[maker](original);
    return Reflect.apply(made, this, args);
  };
}

function replaceLater(object, name, id, maker = name) {
  object[name] = madeLater(object[name], id, maker);
}

// Node has these at each start, and calls them for ES modules and TypeScript alone.
function patchLoaders() {
  const { translators } = internal('internal/modules/esm/translators');
  translators.set('module', madeLater(translators.get('module'), './esm', 'translate'));
  const loader = Object.getPrototypeOf(internal('internal/modules/esm/loader').getOrInitializeCascadedLoader());
  replaceLater(loader, 'resolveSync', './esm');
  replaceLater(loader, 'load', './esm');
  replaceLater(loader, 'register', './esm');
  whenLoaded('internal/modules/typescript', (exports) => {
    replaceLater(exports, 'stripTypeScriptModuleTypes', './typescript', 'stripTypes');
  });
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
  for (const [id, ours, patch = 'patch'] of PATCHES) whenLoaded(id, (exports) => require(ours)[patch](exports));
  patchLoaders();
  patchLoadEnvFile();
  patchExecve();
}

module.exports = { install };
