'use strict';
// What a worker thread is started with: execArgv and NODE_OPTIONS.
//
// Node loads --require, --import and --experimental-loader modules before a thread's script, when the
// embedded tree is not there yet. So they are taken out of the options that Node sees, and loaded by the
// runtime of the thread (workers.js). The NODE_OPTIONS that the process itself was started with are not
// obeyed, in threads as in the process; those that the application gives to a thread are.

const PRELOADS = new Map([
  ['--require', 'requires'], ['-r', 'requires'], ['--import', 'imports'],
  ['--experimental-loader', 'loaders'], ['--loader', 'loaders'],
]);
const OPTION = /(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g; // as Node splits NODE_OPTIONS

let { outsiders } = require('./internals'); // the NODE_OPTIONS that this process was started with
let inherited = []; // of the options this process or thread was given, those that its threads get, too

// { native, requires, imports, loaders }: the options for Node, and the modules to load.
function separate(options) {
  const out = { native: [], requires: [], imports: [], loaders: [] };
  for (let i = 0; i < options.length; i++) {
    const option = `${options[i]}`;
    const equals = option.indexOf('=');
    const list = PRELOADS.get(equals === -1 ? option : option.slice(0, equals));
    if (list === undefined) out.native.push(option);
    else out[list].push(equals === -1 ? `${options[++i]}` : option.slice(equals + 1));
  }
  return out;
}

// Node reads options up to an empty one.
function upToEmpty(options) {
  const end = options.indexOf('');
  return end === -1 ? options : options.slice(0, end);
}

function split(text) {
  return (text.match(OPTION) ?? []).map((word) =>
    word.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inside) => inside.replace(/\\(.)/g, '$1')));
}

// Whether a value of NODE_OPTIONS is one that the application has set.
const isOwn = (value) => value !== undefined && value !== outsiders;

function ofEnvironment(value) {
  return separate(isOwn(value) ? split(`${value}`) : []);
}

// The options in the NODE_OPTIONS of this process, which its parent, the application, has set.
function ownEnvironment() {
  outsiders = undefined;
  return split(process.env.NODE_OPTIONS ?? '');
}

const quoted = (word) => (/[\s"\\]/.test(word) ? `"${word.replace(/["\\]/g, '\\$&')}"` : word);

// { options, preloads, forNode }: of the options an application gives to a Worker, those for Node, what the
// runtime of the thread is to do about the rest, and the NODE_OPTIONS that Node may see.
function plan(options) {
  const isOwnEnvironment = typeof options.env === 'object' && options.env !== null;
  const { NODE_OPTIONS } = isOwnEnvironment ? options.env : process.env;
  const hasArguments = Array.isArray(options.execArgv);
  const given = upToEmpty(hasArguments ? options.execArgv : isOwnEnvironment ? [] : inherited);
  const first = ofEnvironment(NODE_OPTIONS);
  const second = separate(given);
  const preloads = { outsiders, given: given.map(String) };
  for (const list of ['requires', 'imports', 'loaders']) preloads[list] = [...first[list], ...second[list]];
  const changed = { ...options };
  if (hasArguments || given.length > 0) {
    changed.execArgv = [...second.native, '--expose-internals'];
    preloads.execArgv = hasArguments ? preloads.given : process.execArgv;
  }
  const forNode = first.native.map(quoted).join(' ');
  if (NODE_OPTIONS !== undefined) preloads.NODE_OPTIONS = `${NODE_OPTIONS}`;
  if (NODE_OPTIONS !== undefined && isOwnEnvironment) changed.env = { ...options.env, NODE_OPTIONS: forNode };
  return { options: changed, preloads, forNode };
}

// Calls `action`, in which Node reads NODE_OPTIONS from the environment of the process, with this value there.
function withNodeOptions(value, action) {
  const { NODE_OPTIONS } = process.env;
  if (NODE_OPTIONS === undefined || NODE_OPTIONS === value) return action();
  process.env.NODE_OPTIONS = value;
  try {
    return action();
  } finally {
    process.env.NODE_OPTIONS = NODE_OPTIONS;
  }
}

// In a thread: what its parent's plan said.
function enter(preloads) {
  outsiders = preloads.outsiders;
  if (preloads.execArgv !== undefined) process.execArgv = preloads.execArgv;
  if (preloads.NODE_OPTIONS !== undefined) process.env.NODE_OPTIONS = preloads.NODE_OPTIONS;
  inherit(preloads.given);
}

function inherit(options) {
  inherited = options;
}

module.exports = { enter, inherit, isOwn, ownEnvironment, plan, withNodeOptions };
