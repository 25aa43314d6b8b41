'use strict';
// What happens between Node's start and the application's first line. The table of contents of the
// runtime: each step is a file.

const { KEY_VARIABLE, Module, hide, internal } = require('./internals');

require('./fs_handlers').install(); //  fs, fs/promises: the embedded tree
require('./fs_gaps').install(); //      functions of fs that ask nobody
require('./working_folder').install(); // process.chdir into the tree
require('./packages').install(); //     what Node's module loaders ask of the disk
require('./commonjs').install(); //     require() from the table, with code cache
require('./addons').install(); //       .node files
require('./on_demand').install(); //    import, TypeScript, child processes, worker threads: when they are used
require('./warnings').install(); //     the hint in the first warning
require('./leave').install(); //        the end of the process
hide(); //                              to the application, this is plain Node

const payload = require('./payload');

// Whether Module.runMain would find out only what the build knows: that the entry is CommonJS.
function isPlainCommonJs() {
  if (payload.format(payload.mainEntry) !== 'commonjs') return false;
  const { getOptionValue } = internal('internal/options');
  return ['--import', '--experimental-loader'].every((name) => getOptionValue(name).length === 0) &&
    !getOptionValue('--entry-url') && Module.runMain === internal('internal/modules/run_main').executeUserEntryPoint;
}

function runApplication() {
  const main = require('./modules').mainPath();
  process.argv[1] = main;
  if (isPlainCommonJs()) internal('internal/modules/cjs/loader').wrapModuleLoad(main, null, true);
  else Module.runMain(main);
}

// What this thread was started for (workers.js), or undefined in the main thread.
function takeRequest() {
  const key = Symbol.for('ingot.request');
  const request = globalThis[key];
  delete globalThis[key];
  return request;
}

// What the environment allows this process, if it says anything.
function permissionOf(args) {
  return process.env[KEY_VARIABLE] === undefined ? undefined : require('./key').permission(args);
}

function start() {
  if (process.env.NODE_DEBUG?.includes('ingot')) require('./modules').reportCountsAtExit();
  const request = takeRequest();
  if (request !== undefined) {
    require('./workers').run(request);
    return;
  }
  // Node repeats its own name where the script's would be.
  const args = process.argv.slice(2);
  const permission = permissionOf(args);
  if (permission?.folder) require('./working_folder').enter(permission.folder);
  const asNode = permission?.as === 'node' ||
    (permission?.as === 'descendant' && require('./node_command').isMeantForNode(args));
  if (asNode) require('./node_command').run(args, permission.obeys);
  else runApplication();
}

start();
