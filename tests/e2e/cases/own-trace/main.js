// Everything that a trace can follow, in a project that has more files.
import fs from 'node:fs';
import path, { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fork } from 'node:child_process';
import { named } from './lib/named.js';
export * as reexported from './lib/reexported.js';

const __filename = fileURLToPath(import.meta.url);
const __dirname = dirname(__filename);
const require = createRequire(import.meta.url);
const legacy = createRequire(import.meta.url);

const read = (file) => fs.readFileSync(file, 'utf8').trim();
console.log(named, require('./lib/common.cjs').common, legacy('./lib/old.cjs'));
console.log((await import('./lib/late.js')).late);
console.log(read(new URL('./assets/url.txt', import.meta.url)), read(path.join(__dirname, 'assets', 'joined.txt')));
console.log(read(`${__dirname}/assets/template.txt`), read(__dirname + '/assets/added.txt'), read(join(import.meta.dirname, 'assets/dirname.txt')));
console.log(fs.readdirSync(join(dirname(fileURLToPath(import.meta.url)), 'assets/deep')).join());
console.log(JSON.parse(read(join(__dirname, 'package.json'))).name, path.basename(__filename), import.meta.main);
new Worker(new URL('./lib/worker.js', import.meta.url)).on('message', (message) => {
  console.log(message);
  fork(path.join(__dirname, 'lib/forked')).on('message', (text) => console.log(text));
});
