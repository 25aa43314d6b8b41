'use strict';
// Child processes of the application.
//
// Under Node, process.execPath is `node`: applications start it with a script, and files of their own
// package as programs. Here process.execPath is the executable itself. All ways to start a process go
// through two functions of Node's bindings; there a command line is rewritten:
//
// - a program of the tree that is a script for node: this executable, as `node script`
// - another program of the tree: a copy on disk (materialize.js)
// - this executable: told by its environment that it is to be `node` (key.js, node_command.js)
//
// spawnfile, spawnargs and errors keep showing what the application asked for.

const { internal, internalBinding, whenLoaded } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { VARIABLE, tokenFor } = require('./key');
const { materialize } = require('./materialize');

const SCRIPT = /\.[cm]?[jt]s$/;
const NODE_SHEBANG = /^#!.*\bnode\b/;

function isNodeScript(entry) {
  const start = payload.content(entry).subarray(0, 128).latin1Slice();
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

function withToken(environment, args) {
  const pairs = (environment ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`))
    .filter((pair) => !pair.startsWith(`${VARIABLE}=`));
  pairs.push(`${VARIABLE}=${tokenFor(args)}`);
  return pairs;
}

// A command that mentions this executable or a file of the tree somewhere, as those do that go
// through a shell, hands the permission on to what it starts.
function mentionsUs(args) {
  return args.some((arg) => arg.includes(process.execPath) || arg.includes(tree.ROOT));
}

// { file, args, environment } as they are to be started; args[0] is the program's own name.
function rewrite(file, args, environment) {
  const entry = tree.locateReal(file);
  if (entry !== undefined && entry >= 0 && payload.kind(entry) === payload.KIND_FILE) {
    if (!isNodeScript(entry)) return { file: materialize(entry), args, environment };
    args = [process.execPath, file, ...args.slice(1)];
    file = process.execPath;
  } else if (!isThisExecutable(file)) {
    return { file, args, environment: mentionsUs(args) ? withToken(environment, args) : environment };
  }
  return { file, args, environment: withToken(environment, args.slice(1)) };
}

function patchAsynchronous() {
  const { Process } = internalBinding('process_wrap');
  const { spawn } = Process.prototype;
  Process.prototype.spawn = function(file, args, cwd, environment, ...rest) {
    const command = rewrite(file, args ?? [file], environment);
    return Reflect.apply(spawn, this, [command.file, command.args, cwd, command.environment, ...rest]);
  };
}

function patchSynchronous() {
  const binding = internalBinding('spawn_sync');
  const { spawn } = binding;
  binding.spawn = function(options) {
    const { file, args, environment } = rewrite(options.file, options.args, options.envPairs);
    return Reflect.apply(spawn, binding, [{ ...options, file, args, envPairs: environment }]);
  };
}

function install() {
  whenLoaded('internal/child_process', () => {
    patchAsynchronous();
    patchSynchronous();
  });
}

module.exports = { install };
