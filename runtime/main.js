'use strict';
// What happens between Node's start and the application's first line. The table of contents of the
// runtime: each step is a file.

const { Module, hide } = require('./internals');

require('./fs_handlers').install(); //  fs, fs/promises: the embedded tree
require('./fs_copy').install(); //      fs.cp out of the tree
require('./fs_gaps').install(); //      functions of fs that ask nobody
require('./working_folder').install(); // process.chdir into the tree
require('./native_readers').install(); // sqlite and .env files
require('./packages').install(); //     what Node's module loaders ask of the disk
require('./commonjs').install(); //     require() from the table, with code cache
require('./esm').install(); //          import from the table, with code cache
require('./typescript').install(); //   TypeScript, stripped at build time
require('./addons').install(); //       .node files
require('./children').install(); //     child processes: this executable as node, programs of the tree
require('./workers').install(); //      worker threads
require('./warnings').install(); //     the hint in the first warning
require('./leave').install(); //        the end of the process
hide(); //                              to the application, this is plain Node

const payload = require('./payload');
const tree = require('./tree');

function runApplication() {
  const main = tree.absolutePath(payload.mainEntry);
  process.argv[1] = main;
  Module.runMain(main);
}

function start() {
  if (process.env.NODE_DEBUG?.includes('ingot')) require('./modules').reportCountsAtExit();
  const request = require('./workers').takeRequest();
  if (request !== undefined) {
    require('./workers').run(request);
    return;
  }
  // Node repeats its own name where the script's would be.
  const args = process.argv.slice(2);
  const permission = require('./key').permission(args);
  if (permission?.folder) require('./working_folder').enter(permission.folder);
  const asNode = permission?.as === 'node' ||
    (permission?.as === 'descendant' && require('./node_command').isMeantForNode(args));
  if (asNode) require('./node_command').run(args, permission.obeys);
  else runApplication();
}

start();
