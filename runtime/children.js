'use strict';
// Child processes of the application.
//
// Under Node, process.execPath is `node`: applications start it with a script, and files of their own
// package as programs. Here process.execPath is the executable itself. All ways to start a process go
// through two functions of Node's bindings; there a command line is rewritten:
//
// - this executable: told by its environment that it is to be `node` (key.js, node_command.js)
// - a program of the tree that is a script for node: this executable, as `node script`
// - another program of the tree: a copy on disk (materialize.js)
// - any other program: paths of the tree among its arguments become paths on disk
//
// spawnfile, spawnargs and errors keep showing what the application asked for.

const { internal, internalBinding, whenLoaded } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { VARIABLE, tokenFor } = require('./key');
const { SCRIPT, materialize, toDisk } = require('./materialize');

const NODE_SHEBANG = /^#!.*\bnode\b/;

function isNodeScript(entry) {
  const start = payload.contentStart(entry, 128);
  return NODE_SHEBANG.test(start) || (!start.startsWith('#!') && SCRIPT.test(payload.path(entry)));
}

function isThisExecutable(file) {
  if (file === process.execPath) return true;
  if (!file.includes('/') && !file.includes('\\')) return false;
  try {
    const fs = internal('fs');
    const [one, other] = [file, process.execPath].map((path) => fs.statSync(path, { bigint: true }));
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

function withToken(environment, args, folder) {
  const pairs = (environment ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`))
    .filter((pair) => !pair.startsWith(`${VARIABLE}=`));
  pairs.push(`${VARIABLE}=${tokenFor(args, folder)}`);
  return pairs;
}

const mentions = (args, text) => args.some((arg) => arg.includes(text));
const mentionsTree = (args) => args.some((arg) => tree.indexOfRoot(arg) !== -1);

// For a program that is not ours. One that mentions this executable, as a shell does that is to start
// it, hands the permission on to what it starts.
function rewriteForOthers(command) {
  const { args } = command;
  if (mentions(args, process.execPath)) command = { ...command, environment: withToken(command.environment, args) };
  if (!mentionsTree(args) && tree.locate(command.cwd ?? '') === undefined) return command;
  return { ...command, args: args.map(toDisk), cwd: command.cwd && toDisk(command.cwd) };
}

// { file, args, cwd, environment } as they are to be used; args[0] is the program's own name.
function rewrite(command) {
  const { file } = command;
  let { args, cwd } = command;
  cwd ??= require('./working_folder').current();
  command = { ...command, cwd };
  const entry = tree.locateReal(file);
  const isInTree = entry !== undefined && entry >= 0 && payload.kind(entry) === payload.KIND_FILE;
  if (isInTree && isNodeScript(entry)) args = [process.execPath, file, ...args.slice(1)];
  else if (isInTree) return rewriteForOthers({ ...command, file: materialize(entry) });
  else if (!isThisExecutable(file)) return rewriteForOthers(command);
  return asNode({ ...command, file: process.execPath, args });
}

// The operating system cannot go to a folder of the tree; the child is told to.
function asNode(command) {
  const { args, cwd, environment } = command;
  const isInTree = tree.locate(cwd ?? '') !== undefined;
  return {
    ...command, cwd: isInTree ? undefined : cwd,
    environment: withToken(environment, args.slice(1), isInTree ? internal('path').resolve(cwd) : ''),
  };
}

function patchAsynchronous() {
  const { Process } = internalBinding('process_wrap');
  const { spawn } = Process.prototype;
  Process.prototype.spawn = function(file, args, cwd, environment, ...rest) {
    const command = rewrite({ file, args: args ?? [file], cwd, environment });
    return Reflect.apply(spawn, this, [command.file, command.args, command.cwd, command.environment, ...rest]);
  };
}

function patchSynchronous() {
  const binding = internalBinding('spawn_sync');
  const { spawn } = binding;
  binding.spawn = function(options) {
    const { file, args, cwd, envPairs: environment } = options;
    const command = rewrite({ file, args, cwd, environment });
    return Reflect.apply(spawn, binding, [{ ...options, ...command, envPairs: command.environment }]);
  };
}

function install() {
  whenLoaded('internal/child_process', () => {
    patchAsynchronous();
    patchSynchronous();
  });
}

module.exports = { install };
