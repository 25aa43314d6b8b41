// Measures applications of the compatibility corpus as plain node, and as one executable in several ways
// (ways.mjs): how fast they start, how large they are, how long they take to make. Never part of the test suite.
//
//   node tests/bench/applications.mjs --ingot FILE --corpus DIR --peers DIR --timed FILE
//        [--only RE] [--runs N] [--work DIR] [--json FILE] [--write]
//   node tests/bench/applications.mjs --list      the names, joined by |
//
// DIR of --corpus is a copy in which the applications are installed. Executables are kept in --work and made anew
// when the tool or the application has changed. --write renews docs/bench.html.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, peakMemory, quantile } from './measure.mjs';
import { makePage } from './page.mjs';
import { formatTable } from './table.mjs';
import { reasonOf, ways } from './ways.mjs';

const kRoot = path.resolve(import.meta.dirname, '../..');
// Small and large ones, CommonJS and ES modules, none with a server or a terminal.
const kApplications = [
  'babel', 'commitlint', 'cspell', 'html-minifier-terser', 'jest', 'markdownlint-cli2', 'node-gyp', 'npm', 'prettier', 'redocly',
  'rollup', 'svgo', 'typedoc', 'uglify-js', 'webpack',
];
const kWeighings = 5;
const { values } = parseArgs({
  options: {
    ingot: { type: 'string' }, corpus: { type: 'string' }, peers: { type: 'string' }, timed: { type: 'string' }, only: { type: 'string', default: '' },
    runs: { type: 'string', default: '21' }, work: { type: 'string', default: path.join(kRoot, 'build/bench') }, write: { type: 'boolean' }, list: { type: 'boolean' },
    json: { type: 'string', default: path.join(kRoot, 'build/bench-applications.json') },
  },
});
if (values.list) {
  console.log(kApplications.join('|'));
  process.exit();
}
const work = path.resolve(values.work), runs = Number(values.runs);
const tools = {
  node: process.execPath, ingot: path.resolve(values.ingot), store: path.join(work, 'store'),
  esbuild: path.resolve(values.peers, 'node_modules/@esbuild/linux-x64/bin/esbuild'), bun: path.resolve(values.peers, 'node_modules/@oven/bun-linux-x64/bin/bun'),
};
const corpus = JSON.parse(fs.readFileSync(path.join(values.corpus, 'cases.json'), 'utf8')).apps;
const hashOf = (...files) => files.reduce((hash, file) => hash.update(fs.readFileSync(file)), createHash('sha256')).digest('hex').slice(0, 16);

// Executables run with the application's folder somewhere else than where they were made, so that they cannot
// read from it: plain node runs it there.
function installed(app) {
  return { from: path.resolve(values.corpus, 'apps', app.id), away: path.join(work, 'installed', app.id) };
}

async function outOfReach({ from, away }, action) {
  fs.mkdirSync(path.dirname(away), { recursive: true });
  fs.renameSync(from, away);
  const back = () => fs.existsSync(away) && fs.renameSync(away, from);
  process.once('exit', back);
  try {
    return await action();
  } finally {
    back();
    process.off('exit', back);
  }
}

// { file, ms, size }, or { reason } why it could not be made.
function make(app, way) {
  const home = path.join(work, 'made', app.id, way.replace(/\W+/g, '-')), out = path.join(home, 'app'), note = path.join(home, 'made.json');
  const { from } = installed(app);
  const key = hashOf(path.join(from, 'package-lock.json'), way === 'ingot' ? tools.ingot : path.join(values.peers, 'package-lock.json'), path.join(import.meta.dirname, 'ways.mjs'));
  if (fs.existsSync(note)) {
    const known = JSON.parse(fs.readFileSync(note, 'utf8'));
    if (known.key === key) return known;
  }
  fs.rmSync(home, { recursive: true, force: true });
  fs.mkdirSync(home, { recursive: true });
  const started = performance.now();
  let made;
  try {
    ways[way]({ dir: from, entry: app.entry, out, work: home, tools });
    made = { key, file: out, ms: performance.now() - started, size: fs.statSync(out).size };
  } catch (error) {
    made = { key, reason: error.message };
  }
  fs.writeFileSync(note, JSON.stringify(made));
  return made;
}

// With the same work folder, home and environment for all.
const folder = path.join(work, 'empty');
fs.mkdirSync(folder, { recursive: true });
const environment = { PATH: '/usr/bin:/bin', HOME: folder, TMPDIR: folder, NODE_NO_WARNINGS: '1' };

// `root`: where the application sees itself, which some say. An application that starts its own program as if it
// were `node` never ends where that is not so: after a while its whole group of processes is killed.
function answerOf(argv, root) {
  const r = spawnSync('timeout', ['--signal=KILL', '20', ...argv], { cwd: folder, env: environment, encoding: 'utf8', input: '' });
  if (r.error) return { status: undefined, stdout: '', stderr: r.error.message };
  return { ...r, stdout: r.stdout.replaceAll(root, '') };
}

function timeOnce(argv, expected) {
  const r = spawnSync(path.resolve(values.timed), argv, { cwd: folder, env: environment, encoding: 'utf8' });
  const [wall, cpu, status] = r.stdout.split(' ').map(Number);
  if (status !== expected) throw new Error(`${argv.join(' ')} ended with ${status}`);
  return { wall: wall / 1000, cpu: cpu / 1000 };
}

const spread = (samples) => ({ median: median(samples), low: quantile(samples, 0.25), high: quantile(samples, 0.75) });

// All in turns, in an order that changes from round to round; ratios are those of one round.
function measure(commands, status) {
  const names = Object.keys(commands), samples = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -2; round < runs; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round + 2) % names.length];
      const sample = timeOnce(commands[name], status);
      if (round >= 0) samples[name].push(sample);
    }
  }
  const results = {};
  for (const name of names) {
    results[name] = {};
    for (const what of ['wall', 'cpu']) {
      const own = samples[name].map((sample) => sample[what]);
      results[name][what] = { ...spread(own), toNode: spread(own.map((value, i) => value / samples.node[i][what])) };
      if (name !== 'ingot') results[name][what].ofIngot = spread(samples.ingot.map((sample, i) => sample[what] / own[i]));
    }
  }
  return results;
}

// The memory of the process itself, and of that what is not the page cache's, which all processes share.
async function weigh(commands, status) {
  const results = {};
  for (const [name, argv] of Object.entries(commands)) {
    const peaks = [];
    for (let i = 0; i < kWeighings; i++) peaks.push(await peakMemory({ argv, cwd: folder, env: environment, status }));
    results[name] = { memory: { peak: median(peaks.map(({ own }) => own)), anonymous: median(peaks.map(({ anonymous }) => anonymous)) } };
  }
  return results;
}

async function benchmark(app) {
  const made = Object.fromEntries(Object.keys(ways).map((way) => [way, make(app, way)]));
  const place = installed(app);
  return outOfReach(place, async () => {
    const commands = { node: [tools.node, path.join(place.away, app.entry), ...app.smoke] };
    const expected = answerOf(commands.node, place.away); // some end their --help with an exit code
    if (expected.stdout === '') throw new Error(`node cannot run ${app.id}: ${reasonOf(expected)}`);
    const ways = { node: {} };
    for (const [way, { file, ms, size, reason }] of Object.entries(made)) {
      ways[way] = { ms, size, reason };
      if (reason) continue;
      const answer = answerOf([file, ...app.smoke], '/dev/null/vfs/0');
      if (answer.stdout === expected.stdout && answer.status === expected.status) commands[way] = [file, ...app.smoke];
      else ways[way].reason = answer.status === expected.status ? 'says something else than under node' : reasonOf(answer);
    }
    if (!commands.ingot) throw new Error(`${app.id} does not run as cast by ingot: ${ways.ingot.reason}`);
    for (const results of [measure(commands, expected.status), await weigh(commands, expected.status)]) {
      for (const [way, result] of Object.entries(results)) Object.assign(ways[way], result);
    }
    return { name: app.id, command: app.smoke.join(' '), ways };
  });
}

const geometricMean = (list) => Math.exp(list.reduce((sum, value) => sum + Math.log(value), 0) / list.length);

// Of the applications that the way runs.
function means(rows) {
  const out = {};
  for (const way of ['node', ...Object.keys(ways)].filter((name) => name !== 'ingot')) {
    const both = rows.filter((row) => row.ways[way].wall);
    const of = (what) => (both.length === 0 ? undefined : geometricMean(both.map((row) => row.ways[way][what].ofIngot.median)));
    out[way] = { applications: both.length, wall: of('wall'), cpu: of('cpu') };
  }
  return out;
}

const time = (result) => (result.wall ? `${result.wall.median.toFixed(0)} (${result.cpu.median.toFixed(0)})` : '-');
const ratio = (result) => (result.wall ? `${result.wall.ofIngot.median.toFixed(2)} (${result.wall.ofIngot.low.toFixed(2)} to ${result.wall.ofIngot.high.toFixed(2)})` : '-');
const megabytes = ({ memory }) => (memory ? `${(memory.peak / 1e6).toFixed(0)} (${(memory.anonymous / 1e6).toFixed(0)})` : '-');
const rows = [];
for (const id of kApplications) {
  if (!new RegExp(values.only).test(id)) continue;
  const app = corpus.find((one) => one.id === id);
  if (!app || !fs.existsSync(installed(app).from)) throw new Error(`${id} is not installed in ${values.corpus}`);
  rows.push(await benchmark(app));
  console.log(`${id}: ${ratio(rows.at(-1).ways.node)} of node`);
}
const names = Object.keys(ways);
const cells = rows.map(({ name, ways: all }) => [
  name, time(all.node), ...names.map((way) => time(all[way])), ...['node', ...names.slice(0, -1)].map((way) => ratio(all[way])),
]);
console.log(`\n${formatTable(['application', 'node', ...names, 'ingot : node', ...names.slice(0, -1).map((way) => `ingot : ${way}`)], cells)}`);
console.log('\nmedians, wall milliseconds (processor milliseconds); ratios of wall time, with the middle half of the rounds');
const memory = rows.map(({ name, ways: all }) => {
  const more = (what) => ((all.ingot.memory[what] - all.node.memory[what]) / 1e6).toFixed(1);
  return [name, ...['node', ...names].map((way) => megabytes(all[way])), `${more('peak')} (${more('anonymous')})`];
});
console.log(`\n${formatTable(['peak memory', 'node', ...names, 'ingot - node'], memory)}`);
console.log('\nmedians, MB; in brackets what is no file\'s');
const sums = means(rows);
for (const [way, { applications, wall, cpu }] of Object.entries(sums)) {
  if (applications > 0) console.log(`ingot : ${way}, geometric mean of ${applications}: ${wall.toFixed(2)} wall, ${cpu.toFixed(2)} processor`);
}
for (const { name, ways: all } of rows) {
  for (const [way, { reason }] of Object.entries(all)) if (reason) console.log(`${way} does not run ${name}: ${reason}`);
}
const versions = JSON.parse(fs.readFileSync(path.join(values.peers, 'package.json'), 'utf8')).dependencies;
const record = {
  machine: `${os.cpus().length} cores of ${os.cpus()[0].model.trim()}, Linux ${os.release().split('-')[0]}`, node: process.version, ...versions,
  date: new Date().toISOString().slice(0, 10), runs, means: sums, applications: rows,
};
fs.writeFileSync(values.json, `${JSON.stringify(record, null, 2)}\n`);
if (values.write) fs.writeFileSync(path.join(kRoot, 'docs/bench.html'), makePage(record));
