// Measures the speed goals and prints a table. Ratios on one machine in one run; never part of the test suite.
//
//   node tests/bench/bench.mjs --ingot FILE --npm NPM_CLI [--only RE] [--runs N] [--write]
//
// Results go to build/bench.json; --write also renews docs/bench.md.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyProject, baselineOf, runIngot } from '../e2e/lib/project.mjs';
import { makeScratch } from '../e2e/lib/options.mjs';
import { compare, peakMemory, timeOnce } from './measure.mjs';
import { asPnpmLockfile, makeProject, npmLockfile, pnpmLockfile } from './lockfiles.mjs';
import { formatTable } from './table.mjs';

const kRoot = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    ingot: { type: 'string' }, npm: { type: 'string' }, only: { type: 'string', default: '' }, runs: { type: 'string', default: '31' },
    write: { type: 'boolean' }, json: { type: 'string', default: path.join(kRoot, 'build/bench.json') },
  },
});
const work = path.join(kRoot, 'build/e2e');
fs.mkdirSync(work, { recursive: true });
const store = path.join(work, 'store');
const scratch = makeScratch(work, 'bench');
const ingot = path.resolve(values.ingot), npm = path.resolve(values.npm), node = process.execPath;
const runs = Number(values.runs), slowRuns = Math.max(5, Math.ceil(runs / 4));
const eslint = path.join(kRoot, 'tests/e2e/cases/eslint');

async function cast(dir, out, more = []) {
  const r = await runIngot(ingot, ['build', dir, '-o', out, '--store', store, ...more]);
  if (r.exit !== 0) throw new Error(`ingot build ${dir}: exit ${r.exit}\n${r.stderr}`);
  return out;
}

function makeHello(name, files) {
  const dir = path.join(scratch, name);
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'hello.js'), "console.log('hello');\n");
  const manifest = { name: 'hello', version: '1.0.0', main: 'hello.js' };
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(dir, 'package-lock.json'),
    JSON.stringify({ ...manifest, main: undefined, lockfileVersion: 3, requires: true, packages: { '': { name: 'hello', version: '1.0.0' } } }));
  for (let i = 0; i < files; i++) {
    const folder = path.join(dir, 'files', String(i % 100));
    if (i < 100) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `part-${i}.js`), `exports.part = ${i};\nexports.twice = (n) => n * 2 + ${i};\n`);
  }
  return dir;
}

// Copies written in the same way, just now: how a file came into memory makes its start up to a tenth faster or slower.
function alike(...files) {
  return files.map((file, i) => {
    const copy = path.join(scratch, `copy-${i}`);
    fs.writeFileSync(copy, fs.readFileSync(file), { mode: 0o755 });
    return copy;
  });
}

const times = (r) => [`${r.a.toFixed(1)} ms`, `${r.b.toFixed(1)} ms`];
const ratioCell = (r) => `${r.ratio.toFixed(2)} (${r.ratioLow.toFixed(2)} to ${r.ratioHigh.toFixed(2)})`;

const differenceCell = (r) => `${r.difference < 0 ? '' : '+'}${r.difference.toFixed(2)} ms (${r.differenceLow.toFixed(2)} to ${r.differenceHigh.toFixed(2)})`;

// The same project for all targets and for this machine's alone.
function fiveAndOne() {
  const out = path.join(scratch, 'targets');
  const command = (more) => ({ argv: [ingot, 'build', eslint, '--store', store, '--bin', 'eslint', ...more], before: () => fs.rmSync(out, { recursive: true, force: true }) });
  return [command(['-o', path.join(out, 'eslint')]), command(['-o', path.join(out, '{target}{ext}'), '--target', 'all'])];
}

const megabytes = (n) => `${(n / 1e6).toFixed(0)} MB`;

async function highestPeak(command) {
  const peaks = [];
  for (let i = 0; i < 3; i++) peaks.push(await peakMemory(command));
  const highest = (name) => Math.max(...peaks.map((p) => p[name]));
  return { together: highest('together'), own: highest('own') };
}

// The same project with npm's lockfile and with pnpm's.
function pnpmAndNpm() {
  const lockfile = JSON.parse(fs.readFileSync(path.join(eslint, 'package-lock.json'), 'utf8'));
  return ['pnpm', 'npm'].map((manager) => {
    const project = path.join(scratch, `eslint-${manager}`), out = path.join(scratch, `eslint-${manager}.exe`);
    copyProject(eslint, project);
    if (manager === 'pnpm') {
      fs.rmSync(path.join(project, 'package-lock.json'));
      fs.writeFileSync(path.join(project, 'pnpm-lock.yaml'), asPnpmLockfile(lockfile));
    }
    const argv = [ingot, 'build', project, '-o', out, '--store', store, '--bin', 'eslint'];
    timeOnce({ argv });  // fills the store
    return { argv: [...argv, '--offline'], before: () => fs.rmSync(out, { force: true }) };
  });
}

// A project with a file of its own, as it was changed since the build before, and as nothing was built before: with npm's
// cache alone.
function changedAndFirst() {
  const project = path.join(scratch, 'changed'), own = path.join(scratch, 'changed-store'), out = path.join(scratch, 'changed.exe');
  copyProject(eslint, project);
  let change = 0;
  const write = () => {
    fs.rmSync(out, { force: true });
    fs.writeFileSync(path.join(project, 'main.js'), `require('eslint');\nexports.change = ${change++};\n`);
  };
  const argv = [ingot, 'build', project, '-o', out, '--store', own, '--entry', 'main.js', '--offline'];
  const forget = () => fs.rmSync(own, { recursive: true, force: true });
  return [{ argv, before: write }, { argv, before: () => (write(), forget()) }];
}

// How fast the text of a lockfile is read, by the probe that measures nothing else.
function readingSpeed(name, text, atLeast) {
  const dir = path.join(scratch, `reading-${name}`);
  fs.mkdirSync(dir);
  fs.writeFileSync(path.join(dir, name), text);
  const probe = path.join(path.dirname(ingot), 'tests/differential/lockfiles/lockfile_probe');
  const r = spawnSync(probe, ['--speed', path.join(dir, name)], { encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`lockfile_probe ended with ${r.status}\n${r.stderr}`);
  const speed = Number(r.stdout);
  return { r: { megabytesPerSecond: speed }, cells: [`${speed.toFixed(0)} MB/s`, `${atLeast} MB/s`, (atLeast / speed).toFixed(2)], goal: '1.00', met: speed >= atLeast };
}

// Both use all processors; the digests are of the same tarballs, which lie in the page cache for both.
function verifyAndOpenssl() {
  const project = path.join(scratch, 'verified'), tarballs = path.join(scratch, 'tarballs'), filled = path.join(scratch, 'verified-store');
  makeProject(project, tarballs, 1500);
  const verify = { argv: [ingot, 'verify', project, '--store', filled, '--offline', '--target', 'linux-x64'] };
  timeOnce({ argv: [...verify.argv, '--tarballs', tarballs] });  // fills the store
  const each = Math.ceil(1500 / os.cpus().length);
  return [verify, { argv: ['sh', '-c', `find "$0" -name '*.tgz' -print0 | xargs -0 -n ${each} -P ${os.cpus().length} openssl dgst -sha512`, tarballs] }];
}

const rows = {
  async 'reading package-lock.json : 200 MB/s'() {
    return readingSpeed('package-lock.json', npmLockfile(25_000), 200);
  },
  async 'reading pnpm-lock.yaml : 40 MB/s'() {
    return readingSpeed('pnpm-lock.yaml', pnpmLockfile(25_000), 40);
  },
  async 'ingot verify of 1,500 packages : openssl dgst -sha512'() {
    const r = compare(...verifyAndOpenssl(), slowRuns);
    return { r, cells: [...times(r), ratioCell(r)], goal: '1.30', met: r.ratio <= 1.3 };
  },
  async 'ingot verify of an executable : openssl dgst -sha256'() {
    const exe = await cast(eslint, path.join(scratch, 'eslint-verify.exe'), ['--bin', 'eslint']);
    const r = compare({ argv: [ingot, 'verify', exe] }, { argv: ['openssl', 'dgst', '-sha256', exe] }, slowRuns);
    return { r, cells: [...times(r), ratioCell(r)], goal: '1.50', met: r.ratio <= 1.5 };
  },
  async 'ingot inspect of an executable : ingot --version'() {
    const exe = await cast(eslint, path.join(scratch, 'eslint-inspect.exe'), ['--bin', 'eslint']);
    const r = compare({ argv: [ingot, 'inspect', exe] }, { argv: [ingot, '--version'] }, slowRuns);
    return { r, cells: [...times(r), differenceCell(r)], goal: '+50 ms', met: r.difference <= 50 };
  },
  async 'building eslint : npm ci --offline'() {
    const project = path.join(scratch, 'eslint'), install = path.join(scratch, 'eslint-install'), out = path.join(scratch, 'eslint.exe');
    copyProject(eslint, project);
    copyProject(eslint, install);
    baselineOf('eslint', eslint, { npm, work });  // fills npm's cache
    await cast(project, out, ['--bin', 'eslint']);
    const r = compare(
      { argv: [ingot, 'build', project, '-o', out, '--store', store, '--offline', '--bin', 'eslint'], before: () => fs.rmSync(out, { force: true }) },
      { argv: [node, npm, 'ci', '--offline', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], cwd: install,
        before: () => fs.rmSync(path.join(install, 'node_modules'), { recursive: true, force: true }) }, slowRuns, 1);
    return { r, cells: [...times(r), ratioCell(r)], goal: '0.50', met: r.ratio <= 0.5 };
  },
  async 'building eslint from pnpm-lock.yaml : from package-lock.json'() {
    const r = compare(...pnpmAndNpm(), runs);
    return { r, cells: [...times(r), ratioCell(r)], goal: '1.00', met: r.ratio <= 1 };
  },
  async 'building eslint again with a changed file : the first time'() {
    baselineOf('eslint', eslint, { npm, work });  // fills npm's cache
    const r = compare(...changedAndFirst(), slowRuns, 1);
    return { r, cells: [...times(r), ratioCell(r)], goal: '0.35', met: r.ratio <= 0.35 };
  },
  async 'eslint --version : node eslint.js --version'() {
    const exe = await cast(eslint, path.join(scratch, 'eslint-start.exe'), ['--bin', 'eslint']);
    const install = baselineOf('eslint', eslint, { npm, work });
    const r = compare({ argv: [exe, '--version'] }, { argv: [node, path.join(install, 'node_modules/eslint/bin/eslint.js'), '--version'] }, runs);
    return { r, cells: [...times(r), ratioCell(r)], goal: '0.75', met: r.ratio <= 0.75 };
  },
  async 'hello world : node hello.js'() {
    const dir = makeHello('hello-start', 0);
    const [exe, other] = alike(await cast(dir, path.join(scratch, 'hello-start.exe')), node);
    const r = compare({ argv: [exe] }, { argv: [other, path.join(dir, 'hello.js')] }, runs * 2);
    return { r, cells: [...times(r), ratioCell(r)], goal: '1.00', met: r.ratio <= 1 };
  },
  async 'hello world, compact : direct'() {
    const dir = makeHello('hello-compact', 0);
    const [compact, direct] = [await cast(dir, path.join(scratch, 'compact.exe'), ['--compact=fast']), await cast(dir, path.join(scratch, 'direct.exe'))];
    const env = { ...process.env, INGOT_CACHE: path.join(scratch, 'compact-cache') };  // unpacked just now, too
    const r = compare({ argv: [compact], env }, { argv: [direct] }, runs * 2);
    return { r, cells: [...times(r), differenceCell(r)], goal: '+3 ms', met: r.difference <= 3 };
  },
  async 'first start of hello world, compact : direct'() {
    const dir = makeHello('hello-first', 0);
    const [compact, direct] = [await cast(dir, path.join(scratch, 'first.exe'), ['--compact=fast']), await cast(dir, path.join(scratch, 'first-direct.exe'))];
    const cache = path.join(scratch, 'first-cache');
    const env = { ...process.env, INGOT_CACHE: cache };
    const r = compare({ argv: [compact], env, before: () => fs.rmSync(cache, { recursive: true, force: true }) }, { argv: [direct] }, slowRuns);
    return { r, cells: [...times(r), differenceCell(r)], goal: '+600 ms', met: r.difference <= 600 };
  },
  async 'hello with 10,000 files : with 10 files'() {
    const many = await cast(makeHello('hello-10000', 10_000), path.join(scratch, 'hello-10000.exe'));
    const few = await cast(makeHello('hello-10', 10), path.join(scratch, 'hello-10.exe'));
    const r = compare({ argv: [many] }, { argv: [few] }, runs * 2);
    return { r, cells: [...times(r), differenceCell(r)], goal: '+2 ms', met: r.difference <= 2 };
  },
  async 'building eslint for five targets : for one'() {
    const [one, five] = fiveAndOne();
    for (const command of [one, five]) timeOnce(command);  // fills the store
    const r = compare({ ...five, argv: [...five.argv, '--offline'] }, { ...one, argv: [...one.argv, '--offline'] }, slowRuns, 1);
    return { r, cells: [...times(r), ratioCell(r)], goal: '3.00', met: r.ratio <= 3 };
  },
  async 'peak memory of building eslint : size of the output'() {
    const out = path.join(scratch, 'eslint-memory.exe');
    const command = { argv: [ingot, 'build', eslint, '-o', out, '--store', store, '--bin', 'eslint'], before: () => fs.rmSync(out, { force: true }) };
    await cast(eslint, out, ['--bin', 'eslint']);
    const { together, own } = await highestPeak(command), size = fs.statSync(out).size;
    return { r: { together, own, size, ratio: together / size },
      cells: [megabytes(together), megabytes(size), `${(together / size).toFixed(2)} (ingot alone ${(own / size).toFixed(2)})`], goal: '2.50', met: together / size <= 2.5 };
  },
  // Of the two with the largest templates: with them, too, one is written while another is prepared.
  async 'peak memory of building eslint for five targets : for two'() {
    const [, five] = fiveAndOne();
    timeOnce(five);  // fills the store
    const argv = five.argv.with(-1, 'darwin-x64,darwin-arm64');
    const a = (await highestPeak(five)).own, b = (await highestPeak({ ...five, argv })).own, ratio = a / b;
    return { r: { a, b, ratio }, cells: [megabytes(a), megabytes(b), ratio.toFixed(2)], goal: '1.10', met: ratio <= 1.1 };
  },
};

const table = [], record = {};
for (const [name, row] of Object.entries(rows)) {
  if (!new RegExp(values.only).test(name)) continue;
  const { r, cells, goal, met } = await row();
  record[name] = { ...r, goal, met };
  table.push([name, ...cells, goal, met ? 'yes' : 'NO']);
  console.log(`${met ? 'met ' : 'MISS'}  ${name}: ${cells[2]}`);
}
const text = formatTable(['A : B', 'A', 'B', 'A against B', 'at most', 'met'], table);
const machine = `${os.cpus().length} cores of ${os.cpus()[0].model.trim()}, Linux ${os.release().split('-')[0]}, Node.js ${process.version}`;
console.log(`\n${text}\n\nmedians, with the middle half of the pairs in brackets; ${machine}`);
fs.writeFileSync(values.json, `${JSON.stringify({ machine, date: new Date().toISOString().slice(0, 10), rows: record }, null, 2)}\n`);
if (values.write) {
  fs.writeFileSync(path.join(kRoot, 'docs/bench.md'), `# Speed

\`./dev bench --write\` made this table. Two commands run in turns on one machine; medians, and in brackets the middle
half of the pairs. Store and caches are warm, but for what is built the first time. npm runs on the same Node.js as the
executables.

${text}

${machine}.
`);
}
process.exitCode = Object.values(record).every((r) => r.met) ? 0 : 1;
