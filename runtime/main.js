'use strict';
// What happens between Node's start and the application's first line. The table of contents of the
// runtime: each step is a file.

const { Module, hide } = require('./internals');

// Node's own modules that the steps below need are loaded while the door is open.
require('./fs_handlers').install(); //  fs, fs/promises: the embedded tree
require('./packages').install(); //     what Node's module loaders ask of the disk
require('./commonjs').install(); //     require() from the table, with code cache
require('./esm').install(); //          import from the table, with code cache
hide(); //                              to the application, this is plain Node

const payload = require('./payload');
const tree = require('./tree');

const main = tree.absolutePath(payload.mainEntry);
process.argv[1] = main;
Module.runMain(main);
