'use strict';
// Child processes of the application.
//
// Under Node, process.execPath is `node`: applications start it with a script, and files of their own
// package as programs. Here process.execPath is the executable itself. All ways to start a process go
// through two functions of Node's bindings and process.execve; there a command line is rewritten:
//
// - a name that PATH finds in the tree first: the program there
// - this executable: told by its environment that it is to be `node` (key.js, node_command.js)
// - a program of the tree that is a script for node: this executable, as `node script`
// - `node` with files of the tree: this executable, likewise
// - another program of the tree: a copy on disk (materialize.js)
// - any other program: paths of the tree among its arguments and in its environment become paths on disk
//
// An open file of the tree that is to be a child's standard stream is opened on disk.
//
// spawnfile, spawnargs and errors keep showing what the application asked for.

const { KEY_VARIABLE, internal, internalBinding } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { handleOf } = require('./fs_handle');
const { tokenFor } = require('./key');
const { PROGRAM, SCRIPT, materialize, toDisk, variableToDisk } = require('./materialize');

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

const environmentOfProcess = () => Object.entries(process.env).map(([name, value]) => `${name}=${value}`);

function withToken(environment, args, folder) {
  const pairs = (environment ?? environmentOfProcess()).filter((pair) => !pair.startsWith(`${KEY_VARIABLE}=`));
  const nodeOptions = pairs.find((pair) => pair.startsWith('NODE_OPTIONS='))?.slice('NODE_OPTIONS='.length);
  pairs.push(`${KEY_VARIABLE}=${tokenFor(args, { folder, obeys: require('./thread_options').isOwn(nodeOptions) })}`);
  return pairs;
}

const mentionsTree = (texts) => texts.some((text) => tree.indexOfRoot(text) !== -1);

// Whether a program is told of this executable. A shell notes what it has started in a variable, _.
function isToldOfUs(args, environment) {
  return args.some((arg) => arg.includes(process.execPath)) ||
    environment.some((pair) => pair.endsWith(`=${process.execPath}`) && !pair.startsWith('_='));
}

// For a program that is not ours: paths of the tree that it is given become paths on disk. One that is told
// of this executable, as a shell is that is to start it, hands the permission on to what it starts.
function rewriteForOthers(command) {
  const { args, cwd } = command;
  let environment = command.environment ?? environmentOfProcess();
  if (process.platform === 'win32' && (mentionsTree(args) || mentionsTree(environment))) {
    environment = [...environment, `${PROGRAM}=${process.execPath}`]; // a shell may start a package's command
  }
  const isTold = isToldOfUs(args, environment);
  if (!isTold && !mentionsTree(args) && !mentionsTree(environment) && tree.locate(cwd ?? '') === undefined) return command;
  if (isTold) environment = withToken(environment, args);
  return { ...command, environment: environment.map(variableToDisk), args: args.map((arg) => toDisk(arg)), cwd: cwd && toDisk(cwd) };
}

// A `node` that is given files of the tree, as its script or to load first, cannot see them. We can.
const NODE = /(?:^|[\\/])node(?:\.exe)?$/;
function isNodeForTree({ file, args, environment }) {
  if (!NODE.test(file)) return false;
  return mentionsTree(args) ||
    mentionsTree((environment ?? environmentOfProcess()).filter((pair) => pair.startsWith('NODE_')));
}

// The file of the tree that a name stands for, where PATH leads to it before any other; else the name. A shell of
// Windows finds commands by itself (materialize.js).
function inPath(name, environment) {
  if (process.platform === 'win32' || name.includes('/')) return name;
  const path = (environment ?? environmentOfProcess()).find((pair) => pair.startsWith('PATH='));
  if (path === undefined || tree.indexOfRoot(path) === -1) return name;
  for (const folder of path.slice('PATH='.length).split(':')) {
    const file = `${folder}/${name}`;
    const entry = tree.locateReal(file);
    if (entry >= 0) return file;
    if (entry === undefined && internal('fs').existsSync(file)) return name;
  }
  return name;
}

// { file, args, cwd, environment } as they are to be used; args[0] is the program's own name.
function rewrite(command) {
  let { cwd } = command;
  const file = inPath(command.file, command.environment);
  let args = Array.from(command.args, String); // numbers are let through: Node's bindings make them texts
  cwd ??= require('./working_folder').current();
  command = { ...command, file, args, cwd };
  const entry = tree.locateReal(file);
  // The system would say of one that is missing that the null device is no folder.
  if (entry < 0) return { ...command, file: '' };
  const isInTree = entry !== undefined && entry >= 0 && payload.kind(entry) === payload.KIND_FILE;
  if (isInTree && isNodeScript(entry)) args = [process.execPath, file, ...args.slice(1)];
  else if (isInTree) return rewriteForOthers({ ...command, file: materialize(entry) });
  else if (!isNodeForTree(command) && !isThisExecutable(file)) return rewriteForOthers(command);
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

// Calls `start` with the standard streams of a child, where files of the tree are open on disk meanwhile.
function withStreams(streams, start) {
  const { closeSync } = internal('fs');
  const copies = [];
  const real = (stream) => {
    const handle = handleOf(stream.fd);
    if (handle === undefined) return stream;
    const fd = handle.openCopy();
    copies.push(fd);
    return { ...stream, fd };
  };
  try {
    return start(streams?.map(real));
  } finally {
    copies.forEach((fd) => closeSync(fd));
  }
}

function patchAsynchronous() {
  const { Process } = internalBinding('process_wrap');
  const { spawn } = Process.prototype;
  Process.prototype.spawn = function(file, args, cwd, environment, stdio, ...rest) {
    const command = rewrite({ file, args: args ?? [file], cwd, environment });
    return withStreams(stdio, (streams) =>
      Reflect.apply(spawn, this, [command.file, command.args, command.cwd, command.environment, streams, ...rest]));
  };
}

function patchSynchronous() {
  const binding = internalBinding('spawn_sync');
  const { spawn } = binding;
  binding.spawn = function(options) {
    const { file, args, cwd, envPairs: environment, stdio } = options;
    const command = rewrite({ file, args, cwd, environment });
    return withStreams(stdio, (streams) =>
      Reflect.apply(spawn, binding, [{ ...options, ...command, envPairs: command.environment, stdio: streams }]));
  };
}

// This process becomes another program: no child, but a command line all the same.
function execve(original, file, args, env) {
  if (typeof file !== 'string' || !Array.isArray(args) || env === null || typeof env !== 'object') {
    return Reflect.apply(original, process, [file, args, env]);
  }
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const path = file.includes('/') ? file : `./${file}`; // PATH is not searched
  const command = rewrite({ file: path, args, environment: pairs });
  const environment = Object.fromEntries((command.environment ?? pairs).map((pair) => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  }));
  return Reflect.apply(original, process, [command.file, command.args, environment]);
}

function patch() {
  patchAsynchronous();
  patchSynchronous();
}

module.exports = { execve, patch, rewrite };
