'use strict';
// Functions of fs in Node 26.10.0 that do not ask the handlers, do not tell them all they were asked, or go
// another way where there are any.

const { internal, whenLoaded } = require('./internals');
const { FIRST_VIRTUAL, concernsTree, pathOf, withoutHandlers, within } = require('./fs_handlers');
const tree = require('./tree');

function patchCopies(fs) {
  const { cp, cpSync } = fs;
  fs.cpSync = function(source, target, options) {
    const isOurs = within(source) || within(target);
    return (isOurs ? require('./fs_copy').cpSync : cpSync)(source, target, options);
  };
  fs.cp = function(source, target, options, callback) {
    const isOurs = within(source) || within(target);
    return (isOurs ? require('./fs_copy').cp : cp)(source, target, options, callback);
  };
}

const refuseTemporary = (prefix) => require('./fs_operations').mkdtempSync(prefix);

function patchFs(fs) {
  const { fstatSync, mkdtempDisposableSync, realpathSync } = fs;
  fs.fstatSync = function(fd, options) { // `bigint` does not reach the handler
    const handle = options?.bigint === true && fd >= FIRST_VIRTUAL ? require('./fs_handle').handleOf(fd) : undefined;
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
    return entry === undefined ? native(value, options) : require('./fs_tree').realpath(entry, path, options);
  };
}

function patchPromises({ exports: promises }) {
  const { cp, mkdtempDisposable, readFile } = promises;
  promises.cp = async function(source, target, options) {
    const isOurs = within(source) || within(target);
    return (isOurs ? require('./fs_copy').promisesCp : cp)(source, target, options);
  };
  promises.mkdtempDisposable = async function(prefix, options) {
    if (within(prefix)) refuseTemporary(prefix);
    return mkdtempDisposable(prefix, options);
  };
  promises.readFile = function(path, options) { // one round trip, and errors without a stack, only where there are none
    return concernsTree(path) ? readFile(path, options) : withoutHandlers(() => readFile(path, options));
  };
}

function install() {
  const fs = internal('fs');
  patchCopies(fs);
  patchFs(fs);
  whenLoaded('internal/fs/promises', patchPromises);
}

module.exports = { install };
