'use strict';
// Worker threads see the embedded tree, too.
//
// A new thread starts with nothing of ours. So a Worker is started with a small script that sets up
// the runtime in the thread and then does what Node would have done with the script that was asked
// for: a path, a URL or source text.

const { Module, internal, isLoaded } = require('./internals');
const payload = require('./payload');
const { draftOf, isPrivate, userFolder } = require('./user_folder');

// What starts the runtime in a thread is what starts it in the process (stub.js, whose text the build
// puts here as `stub`); `request` is what to do then (main.js).
function bootstrap(request) {
  return `globalThis[Symbol.for('ingot.request')] = ${JSON.stringify(request)}; {${stub}}`;
}

// What to run in the thread, or undefined when the arguments are wrong and Node is to say so.
function requestFor(filename, options) {
  const { fileURLToPath, isURL } = internal('internal/url');
  const { isAbsolute, resolve } = internal('path');
  if (options.eval) return typeof filename === 'string' ? { evaluate: filename } : undefined;
  if (isURL(filename)) {
    if (filename.protocol === 'data:') return { url: `${filename}` };
    return filename.protocol === 'file:' ? { path: fileURLToPath(filename) } : undefined;
  }
  if (typeof filename !== 'string') return undefined;
  return isAbsolute(filename) || /^\.\.?[\\/]/.test(filename) ? { path: resolve(filename) } : undefined;
}

function patchPublic(exports) {
  const Original = exports.Worker;
  exports.Worker = class Worker extends Original {
    constructor(filename, options = {}, ...rest) {
      const request = rest.length === 0 ? requestFor(filename, options) : undefined;
      if (request === undefined) {
        super(filename, options, ...rest);
        return;
      }
      const { plan, withNodeOptions } = require('./thread_options');
      require('./loaded_addons').share();
      const { options: changed, preloads, forNode } = plan(options);
      withNodeOptions(forNode, () => super(bootstrap({ ...request, preloads }), { ...changed, eval: true }));
    }
  };
}

// The thread that runs the hooks of module.register() and --experimental-loader is started by Node itself, without a
// script that could be ours. It loads --require modules first, from the disk: the same bootstrap, in a file that only
// this user can write and that is compared before it is used.
function preloadFile() {
  const fs = internal('fs');
  const text = bootstrap({ preload: true });
  const file = internal('path').join(userFolder('threads'), `${payload.seal()}.cjs`);
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile() || !isPrivate(stats) || fs.readFileSync(file, 'utf8') !== text) {
    const draft = draftOf(file);
    fs.writeFileSync(draft, text, { mode: 0o400, flag: 'wx' });
    fs.renameSync(draft, file);
  }
  return file;
}

function patchInternal(exports) {
  const Original = exports.InternalWorker;
  exports.InternalWorker = class InternalWorker extends Original {
    constructor(filename, options) {
      const loaders = internal('internal/options').getOptionValue('--experimental-loader');
      const execArgv = ['--expose-internals', '--require', preloadFile(), ...loaders.map((url) => `--experimental-loader=${url}`)];
      require('./thread_options').withNodeOptions('', () => super(filename, { ...options, execArgv }));
    }
  };
}

function forgetEvaluation() {
  delete process._eval;
  for (const name of ['module', 'exports', 'require', '__filename', '__dirname']) delete globalThis[name];
}

// In a turn of its own: an exception must not pass through the bootstrap, which would add its line to
// the stack.
function run(request) {
  if (request.preload) { // Node goes on by itself
    require('./modules').giveBytes();
    return;
  }
  require('./thread_options').enter(request.preloads);
  process.nextTick(runNow, request);
}

function runNow({ evaluate, path, url, preloads }) {
  if (evaluate === undefined) forgetEvaluation();
  Module._preloadModules(preloads.requires);
  if (evaluate !== undefined) {
    Object.defineProperty(process, '_eval', {
      __proto__: null, configurable: true, enumerable: true, value: evaluate,
    });
    // --import has no effect on these in Node.
    internal('internal/process/execution').evalTypeScript('[worker eval]', evaluate);
    return;
  }
  const command = require('./node_command');
  const imports = [...command.registrations(preloads.loaders), ...preloads.imports];
  if (path !== undefined) {
    process.argv[1] = path;
    command.runScript(path, imports);
    return;
  }
  process.argv.splice(1, 1);
  command.runAfter(imports, (loader) => loader.import(url, undefined, { __proto__: null }, undefined, true));
}

function patch(exports) {
  patchInternal(exports);
  patchPublic(exports);
  // In a thread the public module is there before us.
  if (isLoaded('worker_threads')) internal('worker_threads').Worker = exports.Worker;
}

module.exports = { patch, run };
