// What a start asks of the system, counted, not timed: no cache is rejected, modules cost no system call, and files that
// nobody opens cost nothing. Calls that name a file are counted by strace; without it those tests are skipped.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';

const kModules = 40; // of each kind: required, imported, and CommonJS that is imported
const kUnusedFiles = 2000;

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'start');
const environment = { PATH: '/usr/bin:/bin', HOME: scratch, NODE_DEBUG: 'ingot' };

// { program, main }: a project of these files, cast, and the file that `node` runs of it.
async function cast(name, files) {
  const dir = path.join(scratch, name), program = path.join(scratch, `${name}.bin`);
  const manifest = { name, version: '1.0.0', main: 'main.js' };
  const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest } };
  const all = { 'package.json': JSON.stringify(manifest), 'package-lock.json': JSON.stringify(lock), ...files };
  for (const [file, text] of Object.entries(all)) {
    fs.mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    fs.writeFileSync(path.join(dir, file), text);
  }
  const r = await runIngot(options.ingot, ['build', dir, '-o', program, '--store', options.store]);
  if (r.exit !== 0) throw new Error(`ingot build ended with ${r.exit}:\n${r.stderr}`);
  return { program, main: path.join(dir, 'main.js') };
}

function run(argv) {
  const r = spawnSync(argv[0], argv.slice(1), { cwd: scratch, env: environment, encoding: 'utf8', input: '' });
  if (r.status !== 0 || !r.stdout.endsWith('done\n')) throw new Error(`${argv.join(' ')} ended with ${r.status}:\n${r.stderr}`);
  return r.stderr;
}

const countsOf = ({ program }) => JSON.parse(/^INGOT \d+: (.*)$/m.exec(run([program]))[1]);

// The calls that name a file, of all threads, without what differs from one process to the next. (The C library counts
// the cores when threads happen to wait for each other.)
function fileCalls(argv) {
  const log = path.join(scratch, 'strace.log');
  run(['strace', '-f', '-qq', '-e', 'trace=%file', '-e', 'signal=none', '-o', log, ...argv]);
  const lines = fs.readFileSync(log, 'utf8').split('\n').filter((line) => line !== '' && !/resumed>|^\d+ +execve\(|"\/sys\//.test(line));
  return lines.map((line) => line.replace(/^\d+ +/, '').replaceAll(argv[0], '{PROGRAM}').replace(/ += .*| <unfinished .*/, ''));
}

const canTrace = spawnSync('strace', ['-qq', '-o', path.join(scratch, 'strace.log'), 'true']).status === 0;

const modules = {};
for (let i = 0; i < kModules; i++) {
  modules[`lib/${i}.js`] = `exports.own = function own() { return ${i}; };\n${i > 0 ? `exports.before = require('./${i - 1}');\n` : ''}`;
  modules[`lib/${i}.mjs`] = `import './${i}.cjs';\nexport function own() { return ${i}; }\n${i > 0 ? `export * as before from './${i - 1}.mjs';\n` : ''}`;
  modules[`lib/${i}.cjs`] = `exports.own = function own() { return ${i}; };\n`;
}
const loadModules = `require('./lib/${kModules - 1}');\nimport('./lib/${kModules - 1}.mjs').then(() => console.log('done'));\n`;
const unused = Object.fromEntries(Array.from({ length: kUnusedFiles }, (_, i) => [`data/${i % 50}/${i}.txt`, `${i}\n`]));
const small = await cast('small', { 'main.js': "console.log('done');\n" });
const beside = await cast('beside', { 'main.js': "console.log('done');\n", ...unused });
const large = await cast('large', { 'main.js': loadModules, ...modules });
const firstOfEach = Object.fromEntries(['lib/0.js', 'lib/0.mjs', 'lib/0.cjs'].map((file) => [file, modules[file]]));
const one = await cast('one', { 'main.js': loadModules.replaceAll(`${kModules - 1}`, '0'), ...firstOfEach });

{
  const { cacheAccepted, cacheRejected, noCache, resolvedByNode } = countsOf(large);
  const wanted = 3 * kModules + 1, reasons = [];
  if (cacheAccepted !== wanted) reasons.push(`${cacheAccepted} modules of ${wanted} came from their code cache`);
  if (cacheRejected !== 0) reasons.push(`V8 rejected ${cacheRejected} code caches`);
  if (noCache !== 0) reasons.push(`${noCache} modules had no code cache`);
  if (resolvedByNode > 1) reasons.push(`Node looked for ${resolvedByNode} modules by itself`);
  report.settle('each module comes from its code cache, and its requests from the table', reasons);
}
{
  const { partsLoaded, copiesMade } = countsOf(small);
  report.settle('a small program needs one part of the runtime and no copy on disk', partsLoaded + copiesMade === 0 ? [] : [`${partsLoaded} parts more, ${copiesMade} copies`]);
}

// Of `a` and `b`, what only one has.
function difference(a, b) {
  const rest = [...b];
  const only = a.filter((call) => {
    const at = rest.indexOf(call);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [...only.map((call) => `only the first: ${call}`), ...rest.map((call) => `only the second: ${call}`)];
}

const kTraced = {
  'files that nobody opens cost a start no system call': () => difference(fileCalls([beside.program]), fileCalls([small.program])),
  'modules cost a start no system call': () => difference(fileCalls([large.program]), fileCalls([one.program])),
  'a start asks for fewer files than that of node': () => {
    const own = fileCalls([large.program]), nodes = fileCalls([process.execPath, large.main]);
    return own.length < nodes.length - 3 * kModules ? [] : [`${own.length} calls that name a file, node ${nodes.length}`];
  },
};
for (const [name, test] of Object.entries(kTraced)) {
  if (canTrace) report.settle(name, test());
  else report.skip(name, 'strace is not installed or may not trace');
}
report.close();
