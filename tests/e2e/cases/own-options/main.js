// An executable whose user may give Node options, by NODE_OPTIONS, as under Node.
const { fork, spawnSync } = require('node:child_process');
const path = require('node:path');
const v8 = require('node:v8');
const { Worker } = require('node:worker_threads');

const lib = (name) => path.join(__dirname, 'lib', name);
const commands = {
  all: async () => {
    console.log(JSON.stringify({ argv: process.argv.slice(2), execArgv: process.execArgv, title: process.title.startsWith('given'), preloaded: globalThis.preloaded, NODE_OPTIONS: process.env.NODE_OPTIONS }));
    console.log(require('#by'), (await import('#by')).default, Error.stackTraceLimit, typeof globalThis.gc);
    console.log(v8.getHeapStatistics().heap_size_limit < 400e6);
    await new Promise((resolve) => fork(lib('shows.js'), ['fork']).on('exit', resolve));
    await new Promise((resolve) => new Worker(lib('shows.js'), { argv: ['thread'] }).on('exit', resolve));
    console.log(spawnSync(process.execPath, [lib('shows.js'), 'spawn'], { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } }).stdout);
  },
  permission: () => {
    console.log(process.permission.has('fs.write'), process.permission.has('fs.read', '/'));
    try { require('node:fs').writeFileSync('file', ''); } catch (e) { console.log(e.code); }
    try { spawnSync('true'); } catch (e) { console.log(e.code); }
    console.log(require('node:fs').readFileSync(lib('shows.js'), 'utf8').length, require('#by'));
  },
  imports: async () => console.log((await import('./lib/imports.mjs')).default),
  fails: () => { console.log(typeof require('node:inspector').url()); throw new Error('uncaught'); },
};
commands[process.argv[2]]();
