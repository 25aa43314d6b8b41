// Compact executables: what the loader makes of every state that its cache folder can be in, that the process it
// becomes is the one a direct executable is, and that a changed byte is found. The applications of cases/ run in
// compact form by `run.mjs --compact`.
//
// With --all, first starts are killed 50 times instead of 8, and the slow level of compression is tried even when
// that takes minutes.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { buildSample, frameIn, inodeOf, kDamaged, kMain, kMark, kMegabyte, makeChecker, makeProject, require_, requireHello, skip } from './lib/compact_sample.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { prepareQemu } from './lib/qemu.mjs';
import { hasTerminals, inTerminal, sleep } from './lib/sandbox.mjs';

const kMemoryDisk = '/dev/shm';
const kMostSmall = 32 * kMegabyte;
const kNoLinker = 127; // exit code, as of a shell that finds no program
const kDay = 24 * 60 * 60;

const options = readOptions({ all: { type: 'boolean' } });
const checker = makeChecker(options);
const scratch = makeScratch(options.work, 'compact');
const project = path.join(scratch, 'sample');
const isRoot = process.geteuid() === 0;

const build = (name, words = [], store = options.store) => buildSample(options, scratch, name, words, store);

// Its files under other names, as gigabytes are not to be copied.
function linkFolder(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [one, other] = [from, to].map((folder) => path.join(folder, entry.name));
    if (entry.isDirectory()) linkFolder(one, other);
    else fs.linkSync(one, other);
  }
}

// A disk in memory saves waiting for 4 GB to be written, where there is one that holds programs.
function placeOfHomes() {
  const [, , , flags] = fs.readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' ')).findLast(([, folder]) => folder === kMemoryDisk) ?? [];
  if (!flags || flags.split(',').some((flag) => flag === 'noexec' || flag === 'ro')) return scratch;
  const { bavail, bsize } = fs.statfsSync(kMemoryDisk);
  return bavail * bsize >= 2000 * kMegabyte ? makeScratch(kMemoryDisk, 'ingot-homes') : scratch;
}

const placed = placeOfHomes();
let homes = 0;
// A home without a cache folder.
function newHome() {
  const home = path.join(placed, `home-${++homes}`);
  fs.mkdirSync(home, { mode: 0o700 });
  return home;
}
// Homes are of the check that makes them.
async function check(name, run) {
  await checker.check(name, run);
  for (; homes > 0; --homes) fs.rmSync(path.join(placed, `home-${homes}`), { recursive: true, force: true });
}
const cacheOf = (home) => path.join(home, '.cache/ingot/runtimes');
const namesIn = (home) => fs.readdirSync(cacheOf(home)).sort();
const runtimeIn = (home) => path.join(cacheOf(home), namesIn(home).find((name) => name.length === 64));

function start(exe, args, env, words = []) {
  const [program, ...rest] = [...words, exe, ...args];
  return spawnSync(program, rest, { encoding: 'utf8', env, timeout: 60_000, killSignal: 'SIGKILL' });
}

makeProject(project);
const direct = await build('direct');
const compact = await build('compact', ['--compact=fast']);

await check('it is a third of a direct executable, and at most 36 MB', async () => {
  const size = fs.statSync(compact).size;
  require_(size <= 36 * kMegabyte, `it has ${size} bytes`);
  return `${(size / kMegabyte).toFixed(1)} MB, direct ${(fs.statSync(direct).size / kMegabyte).toFixed(1)} MB`;
});

await check('the same inputs give the same bytes, whether the store has the compressed runtime or not', async () => {
  const store = path.join(scratch, 'store');
  for (const kind of ['template', 'template-stripped'])
    linkFolder(path.join(options.store, 'derived', kind), path.join(store, 'derived', kind));
  const again = await build('again', ['--compact=fast'], store);
  fs.rmSync(store, { recursive: true });
  require_(fs.readFileSync(again).equals(fs.readFileSync(compact)), 'two builds differ');
});

const ingot = (...words) => runIngot(options.ingot, words, { cwd: scratch });

// What each of ingot's commands has to say of a compact executable.
async function requireUnderstood(exe, level) {
  const verified = await ingot('verify', exe);
  require_(verified.exit === 0 && /runtime .*Node\.js/.test(verified.stdout) && /loader  +the same/.test(verified.stdout), verified.stdout + verified.stderr);
  const inspected = JSON.parse((await ingot('inspect', '--json', exe)).stdout);
  require_(inspected.compact?.level === level && inspected.node.sha256.length === 64, JSON.stringify(inspected));
  const folder = path.join(scratch, 'extracted');
  const extracted = await ingot('extract', exe, folder);
  require_(extracted.exit === 0 && fs.readFileSync(path.join(folder, 'main.js'), 'utf8') === kMain, extracted.stderr);
  fs.rmSync(folder, { recursive: true });
}

await check('ingot verify, inspect and extract understand it', () => requireUnderstood(compact, 'fast'));

await check('ingot sbom, licenses and why say of it what they say of a direct executable', async () => {
  for (const words of [['sbom'], ['sbom', '--format', 'spdx'], ['licenses'], ['why', 'main.js']]) {
    const [expected, actual] = await Promise.all([direct, compact].map((exe) => ingot(...words, exe)));
    const tidy = ({ stdout }, exe) => stdout.replaceAll(exe, '<EXE>').replaceAll(path.basename(exe), '<EXE>')
      .replaceAll(createHash('sha256').update(fs.readFileSync(exe)).digest('hex'), '<SHA256>')
      .replace(/urn:uuid:[-0-9a-f]+|"documentNamespace": "[^"]+"/, '<MADE OF IT>');
    require_(expected.exit === 0 && actual.exit === 0 && expected.stdout.length > 10, `${words}: exit ${actual.exit} ${actual.stderr}`);
    require_(tidy(expected, direct) === tidy(actual, compact), `${words}:\n${expected.stdout}\n${actual.stdout}`);
  }
});

await check('ingot diff tells how it differs from others', async () => {
  const differ = async (a, b) => {
    const r = await ingot('diff', '--json', a, b);
    return { exit: r.exit, kinds: JSON.parse(r.stdout).differences.map(({ kind, name }) => `${kind} ${name}`) };
  };
  const same = await differ(compact, compact);
  require_(same.exit === 0 && same.kinds.length === 0, JSON.stringify(same));
  const formed = await differ(direct, compact);
  require_(formed.exit === 1 && formed.kinds.includes('option compact'), JSON.stringify(formed));
});

await check('the process is the one that a direct executable is', async () => {
  const home = newHome();
  const env = { HOME: home, PATH: '/usr/bin:/bin', SOMETHING: 'a=b' };
  requireHello(start(compact, [], env));
  for (const use of ['process', 'files', 'child', 'exit', 'throw']) {
    const [expected, actual] = [direct, compact].map((exe) => start(exe, [use, '', 'a b'], env));
    const tidy = (r, exe) => (r.stdout + r.stderr).replaceAll(exe, '<EXE>').replace(/"pid":\d+/, '"pid":0');
    require_(expected.status === actual.status, `${use}: exit ${actual.status}, not ${expected.status}\n${actual.stderr}`);
    require_(tidy(expected, direct) === tidy(actual, compact), `${use}:\n${tidy(expected, direct)}\n${tidy(actual, compact)}`);
  }
  const child = spawn(compact, ['process'], { env });
  let text = '';
  child.stdout.on('data', (data) => { text += data; });
  await new Promise((resolve) => child.on('close', resolve));
  require_(JSON.parse(text).pid === child.pid, 'its process id is not the one that was started');
});

await check('a signal ends it as it ends a direct executable', async () => {
  const child = spawn(compact, ['wait'], { env: { HOME: newHome() } });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  child.kill('SIGTERM');
  const signal = await new Promise((resolve) => child.on('exit', (code, by) => resolve(by)));
  require_(signal === 'SIGTERM', `it ended by ${signal}`);
});

await check('a first start leaves one private runtime, a further one uses it', () => {
  const home = newHome();
  requireHello(start(compact, [], { HOME: home }));
  const names = namesIn(home);
  require_(names.length === 3 && names[2] === 'lock' && names[1] === `${names[0]}.seal`, names.join(' '));
  const mode = (file) => (fs.statSync(file).mode & 0o777).toString(8);
  require_(mode(cacheOf(home)) === '700' && mode(runtimeIn(home)) === '500', 'others may read it');
  const before = inodeOf(runtimeIn(home));
  requireHello(start(compact, [], { HOME: home }));
  require_(inodeOf(runtimeIn(home)) === before, 'it was unpacked again');
});

await check('two applications share one runtime', async () => {
  fs.writeFileSync(path.join(project, 'more.js'), '');
  const other = await build('other', ['--compact=fast', '--include', 'more.js']);
  const home = newHome();
  requireHello(start(compact, [], { HOME: home }));
  const before = inodeOf(runtimeIn(home));
  requireHello(start(other, [], { HOME: home }));
  require_(namesIn(home).length === 3 && inodeOf(runtimeIn(home)) === before, 'there are two');
});

await check('the environment says where the cache is, or that there is none', () => {
  const [home, xdg, own] = [newHome(), newHome(), newHome()];
  requireHello(start(compact, [], { HOME: home, XDG_CACHE_HOME: xdg }));
  require_(fs.existsSync(path.join(xdg, 'ingot/runtimes')), 'XDG_CACHE_HOME is not used');
  requireHello(start(compact, [], { HOME: home, XDG_CACHE_HOME: newHome(), INGOT_CACHE: path.join(own, 'a/b') }));
  require_(fs.existsSync(path.join(own, 'a/b/runtimes')), 'INGOT_CACHE is not used');
  for (const env of [{ HOME: home, INGOT_CACHE: 'off' }, { HOME: home, INGOT_CACHE: 'relative' }, { HOME: 'relative' }, {}])
    requireHello(start(compact, [], env), ` with ${JSON.stringify(env)}`);
  require_(fs.readdirSync(home).length === 0 && !fs.existsSync(path.join(scratch, 'relative')), 'HOME is used all the same');
});

// Each is done to a runtime that was cached; afterwards the application has to run, and the cache to be sound.
const kTampering = {
  'its content, with its old times': (file) => {
    const { atime, mtime } = fs.statSync(file);
    fs.chmodSync(file, 0o700);
    const fd = fs.openSync(file, 'r+');
    fs.writeSync(fd, kMark, 4096);
    fs.closeSync(fd);
    fs.chmodSync(file, 0o500);
    fs.utimesSync(file, atime, mtime);
  },
  'its size': (file) => { fs.chmodSync(file, 0o700); fs.truncateSync(file, 4096); fs.chmodSync(file, 0o500); },
  'its mode': (file) => fs.chmodSync(file, 0o777),
  'another file in its place': (file) => { fs.rmSync(file); fs.copyFileSync('/bin/true', file); fs.chmodSync(file, 0o500); },
  'a symbolic link in its place': (file) => { fs.rmSync(file); fs.symlinkSync('/bin/true', file); },
  'its record': (file) => fs.writeFileSync(`${file}.seal`, Buffer.alloc(40, 7)),
  'no record': (file) => fs.rmSync(`${file}.seal`),
  'half a runtime that a killed start left': (file) => { fs.renameSync(file, `${file}.part`); fs.rmSync(`${file}.seal`); },
};

await check('a cached runtime that was changed is replaced before it runs', () => {
  const home = newHome();
  requireHello(start(compact, [], { HOME: home }));
  const sound = fs.readFileSync(runtimeIn(home));
  for (const [what, tamper] of Object.entries(kTampering)) {
    const file = path.join(cacheOf(home), path.basename(runtimeIn(home)));
    tamper(file);
    requireHello(start(compact, [], { HOME: home }), ` after ${what}`);
    require_(fs.readFileSync(file).equals(sound), `${what}: the runtime is not what was sealed`);
    require_(namesIn(home).length === 3, `${what}: there are ${namesIn(home).join(' ')}`);
  }
  return `${Object.keys(kTampering).length} kinds of change`;
});

// Each makes something of a home where no runtime may be kept; afterwards the application runs, from memory.
const kBadFolders = {
  'a symbolic link in the place of ingot/': (home) => {
    const elsewhere = newHome();
    fs.mkdirSync(path.join(home, '.cache'));
    fs.symlinkSync(elsewhere, path.join(home, '.cache/ingot'));
    return elsewhere;
  },
  'a symbolic link in the place of runtimes/': (home) => {
    const elsewhere = newHome();
    fs.mkdirSync(path.dirname(cacheOf(home)), { recursive: true, mode: 0o700 });
    fs.symlinkSync(elsewhere, cacheOf(home));
    return elsewhere;
  },
  'runtimes/ that others may read': (home) => {
    fs.mkdirSync(cacheOf(home), { recursive: true, mode: 0o700 });
    fs.chmodSync(cacheOf(home), 0o755);
    return cacheOf(home);
  },
  'ingot/ that others may write to': (home) => {
    const folder = path.dirname(cacheOf(home));
    fs.mkdirSync(folder, { recursive: true });
    fs.chmodSync(folder, 0o777);
    return folder;
  },
  'a file in the place of ingot/': (home) => {
    fs.mkdirSync(path.join(home, '.cache'));
    fs.writeFileSync(path.join(home, '.cache/ingot'), '');
  },
};

await check('a cache folder that is not the user\'s alone is not used', () => {
  for (const [what, make] of Object.entries(kBadFolders)) {
    const home = newHome();
    const empty = make(home);
    requireHello(start(compact, [], { HOME: home }), ` with ${what}`);
    require_(empty === undefined || fs.readdirSync(empty).length === 0, `${what}: it was written to`);
  }
  return `${Object.keys(kBadFolders).length} kinds of folder`;
});

await check('a cache folder of another user is not used', () => {
  if (!isRoot) skip('only root can make such a folder');
  const home = newHome();
  fs.mkdirSync(cacheOf(home), { recursive: true, mode: 0o700 });
  fs.chownSync(cacheOf(home), 1234, 1234);
  requireHello(start(compact, [], { HOME: home }));
  require_(fs.readdirSync(cacheOf(home)).length === 0, 'it was written to');
});

// Runs it where `mount` has mounted something on the home; says which files were there afterwards.
function startMounted(mount, home) {
  const line = `${mount} && "$1"; code=$?; find "$0" -type f >&2; exit $code`;
  const r = spawnSync('/usr/bin/unshare', ['--mount', '/bin/sh', '-c', line, home, compact],
    { encoding: 'utf8', env: { HOME: home, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, timeout: 60_000 });
  return { ...r, files: r.stderr.trim() };
}
const kMounts = {
  'a disk that is full': ['mount -t tmpfs -o size=20m none "$0"', /^(\S*\/lock)?$/],
  'a disk that allows no programs': ['mount -t tmpfs -o noexec none "$0"', /^$/],
  'a disk that is read-only': ['mount -t tmpfs -o ro none "$0"', /^$/],
};
for (const [what, [mount, left]] of Object.entries(kMounts)) {
  await check(`${what} is no obstacle, and nothing is left on it`, () => {
    const home = newHome();
    if (startMounted(`${mount} && exit 99`, home).status !== 99) skip('nothing can be mounted here');
    const r = startMounted(mount, home);
    require_(r.status === 0 && r.stdout === '"hello"\n', `exit ${r.status ?? r.signal}\n${r.stdout}${r.stderr}`);
    require_(left.test(r.files), `left: ${r.files}`);
  });
}

await check('where no memory is to be had for programs, it runs from a temporary file that is gone afterwards', () => {
  const line = 'mount -t tmpfs none "$1" && mount -t tmpfs -o noexec none "$2" && echo 2 >/proc/sys/vm/memfd_noexec || exit 99\n' +
    'for folder in "$1" "$2"; do TMPDIR=$folder "$0" && ls -A "$folder" || exit 1; done';
  const folders = [newHome(), newHome()];
  const r = spawnSync('/usr/bin/unshare', ['--mount', '--pid', '--fork', '--mount-proc', '/bin/sh', '-c', line, compact, ...folders],
    { encoding: 'utf8', env: { INGOT_CACHE: 'off', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, timeout: 60_000 });
  if (r.status === 99 || r.error) skip('memory for programs cannot be forbidden here');
  require_(r.status === 0 && r.stdout === '"hello"\n"hello"\n', `exit ${r.status ?? r.signal}\n${r.stdout}${r.stderr}`);
});

// Where there is no dynamic linker, its own work is all that it does.
await check('unpacking takes at most 20 MB of memory', () => {
  const timed = path.join(path.dirname(options.ingot), 'tests/bench_timed');
  if (!fs.existsSync(timed)) skip('bench_timed was not built');
  const root = newHome();
  fs.copyFileSync(compact, path.join(root, 'compact'));
  const measure = (cache) => {
    const r = spawnSync(timed, ['/usr/sbin/chroot', root, '/compact'], { encoding: 'utf8', env: { INGOT_CACHE: cache } });
    return r.stdout.split(' ').map(Number);
  };
  const peaks = ['/cache', 'off'].map((cache) => {
    const [, , status, memory] = measure(cache);
    if (status === 125) skip('only root can change the root folder');
    require_(status === kNoLinker, `exit ${status}`);
    return memory * 1024;
  });
  require_(fs.readdirSync(path.join(root, 'cache/runtimes')).length === 3, 'nothing was unpacked');
  for (const peak of peaks) require_(peak <= 20 * kMegabyte, `it has taken ${peak} bytes`);
  return peaks.map((peak) => `${(peak / kMegabyte).toFixed(1)} MB`).join(', ');
});

await check('ten first starts at once agree', async () => {
  const home = newHome();
  const all = Array.from({ length: 10 }, () => new Promise((resolve) => {
    const child = spawn(compact, [], { env: { HOME: home } });
    let stdout = '', stderr = '';
    child.stdout.on('data', (data) => { stdout += data; });
    child.stderr.on('data', (data) => { stderr += data; });
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  }));
  for (const r of await Promise.all(all)) requireHello(r);
  require_(namesIn(home).length === 3, namesIn(home).join(' '));
});

await check('a first start that is killed leaves nothing wrong', async () => {
  const home = newHome();
  const times = options.all ? 50 : 8;
  let unfinished = 0;
  const begun = performance.now();
  requireHello(start(compact, [], { HOME: home }));
  const usual = performance.now() - begun;
  for (let i = 0; i < times; ++i) {
    fs.rmSync(path.join(home, '.cache'), { recursive: true, force: true });
    const child = spawn(compact, ['wait'], { env: { HOME: home }, stdio: 'ignore' });
    await sleep(Math.random() * usual * 1.2);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    if (!fs.existsSync(cacheOf(home)) || namesIn(home).every((name) => !name.endsWith('.seal'))) unfinished++;
    requireHello(start(compact, [], { HOME: home }), ` after kill ${i}`);
    require_(namesIn(home).length === 3, `after kill ${i}: ${namesIn(home).join(' ')}`);
  }
  return `${times} kills, ${unfinished} before it was done`;
});

await check('runtimes that nobody has started for a month are removed, unless they are in use', async () => {
  const home = newHome();
  fs.mkdirSync(cacheOf(home), { recursive: true, mode: 0o700 });
  const long = Date.now() / 1000 - 31 * kDay;
  const made = { old: '0', used: '1', young: '2' };
  for (const [kind, digit] of Object.entries(made)) {
    const file = path.join(cacheOf(home), digit.repeat(64));
    for (const name of [file, `${file}.seal`]) {
      fs.writeFileSync(name, '', { mode: 0o500 });
      if (kind !== 'young') fs.utimesSync(name, long, long);
    }
    made[kind] = file;
  }
  const holder = spawn('/usr/bin/flock', ['-s', made.used, 'sh', '-c', 'echo held; exec sleep 60']);
  await new Promise((resolve, reject) => holder.on('error', reject).stdout.once('data', resolve));
  requireHello(start(compact, [], { HOME: home }));
  spawnSync('/usr/bin/pkill', ['-P', String(holder.pid)]);
  holder.kill();
  require_(!fs.existsSync(made.old) && !fs.existsSync(`${made.old}.seal`), 'an old one is still there');
  require_(fs.existsSync(made.used) && fs.existsSync(made.young), 'one that is used is gone');
});

await check('a process holds its runtime for as long as it runs', async () => {
  const home = newHome();
  const child = spawn(compact, ['wait'], { env: { HOME: home } });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const isFree = () => spawnSync('/usr/bin/flock', ['-x', '-n', runtimeIn(home), 'true']).status === 0;
  require_(!isFree(), 'a running process does not hold it');
  child.kill();
  await new Promise((resolve) => child.on('exit', resolve));
  require_(isFree(), 'it is held after the end');
});

await check('a changed byte of the compressed runtime is found, by its start and by ingot verify', async () => {
  const file = fs.readFileSync(compact);
  const frame = frameIn(file, 0x10000);
  for (const [what, at] of [['the record', frame - 70], ['the frame', frame + 10_000_000], ['its end', frame + 30_000_000]]) {
    const changed = path.join(scratch, 'changed');
    file[at] ^= 0x10;
    fs.writeFileSync(changed, file, { mode: 0o755 });
    file[at] ^= 0x10;
    const home = newHome();
    for (const env of [{ HOME: home }, { INGOT_CACHE: 'off' }]) {
      const r = start(changed, [], env);
      require_(r.status === kDamaged && /^changed: damaged: .*\n$/.test(r.stderr) && r.stdout === '', `${what}: exit ${r.status ?? r.signal} ${r.stderr}`);
    }
    const left = fs.existsSync(cacheOf(home)) ? namesIn(home) : [];
    require_(left.every((name) => name === 'lock'), `${what}: the cache has ${left.join(' ')}`);
    const verified = await runIngot(options.ingot, ['verify', changed], { cwd: scratch });
    require_(verified.exit === kDamaged, `${what}: verify ended with ${verified.exit}`);
    fs.rmSync(changed);
  }
});

await check('with --compact=paranoid the cached runtime is read at each start', async () => {
  const home = newHome();
  const paranoid = await build('paranoid', ['--compact=paranoid']);
  requireHello(start(paranoid, [], { HOME: home }));
  // Only a forged record can hide a change from the others.
  kTampering['its content, with its old times'](runtimeIn(home));
  const record = fs.readFileSync(`${runtimeIn(home)}.seal`);
  const { ctimeNs } = fs.statSync(runtimeIn(home), { bigint: true });
  record.writeBigInt64LE(ctimeNs / 1_000_000_000n, 24);
  record.writeUInt32LE(Number(ctimeNs % 1_000_000_000n), 32);
  fs.writeFileSync(`${runtimeIn(home)}.seal`, record);
  requireHello(start(paranoid, [], { HOME: home }));
  require_(!fs.readFileSync(runtimeIn(home)).includes(kMark), 'the change was not found');
});

await check('one for linux-arm64 does the same under qemu', async () => {
  const qemu = prepareQemu(path.join(options.work, 'qemu'));
  if (qemu.why) skip(qemu.why);
  const arm64 = await build('arm64', ['--compact=fast', '--target', 'linux-arm64']);
  const home = newHome();
  requireHello(start(arm64, [], { HOME: home }, qemu.command));
  const before = inodeOf(runtimeIn(home));
  kTampering['its content, with its old times'](runtimeIn(home));
  requireHello(start(arm64, [], { HOME: home }, qemu.command), ' after a change');
  require_(namesIn(home).length === 3 && inodeOf(runtimeIn(home)) !== before, 'the changed runtime was not replaced');
  requireHello(start(arm64, [], { INGOT_CACHE: 'off' }, qemu.command), ' from memory');
  const child = start(arm64, ['child'], { HOME: home }, qemu.command);
  require_(child.stdout === '"from the child"\n', `the child: ${child.stdout}${child.stderr}`);
});

await check('what it says of a missing cache folder is for terminals only', () => {
  if (!hasTerminals()) skip('there is no script(1) to make a terminal');
  const [program, ...args] = inTerminal([compact]);
  const r = spawnSync(program, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', TERM: 'xterm' } });
  require_(/compact: there is no home for a cache folder\r\n.*"hello"/s.test(r.stdout), JSON.stringify(r.stdout));
});

// Another start holds the folder until the line is there, so that it has to come however fast this machine is.
await check('a long first start says so on a terminal, in a line that is gone when it is done, and not on a pipe', async () => {
  if (!hasTerminals()) skip('there is no script(1) to make a terminal');
  const kLine = 'compact: unpacking for the first start ...', kGone = '\r\x1b[K';
  for (const words of [inTerminal([compact]), [compact]]) {
    const home = newHome();
    fs.mkdirSync(cacheOf(home), { recursive: true, mode: 0o700 });
    const lock = path.join(cacheOf(home), 'lock');
    const holder = spawn('/usr/bin/flock', ['-x', lock, 'sh', '-c', 'echo held; read line'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve, reject) => holder.on('error', reject).stdout.once('data', resolve));
    const child = spawn(words[0], words.slice(1), { env: { HOME: home, PATH: '/usr/bin:/bin', TERM: 'xterm' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    const onTerminal = words.length > 1;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part) => {
        text += part;
        if (text.includes(kLine)) holder.stdin.end();
      });
    if (!onTerminal) await sleep(600);
    if (!onTerminal) holder.stdin.end();
    await new Promise((resolve) => child.on('close', resolve));
    const expected = onTerminal ? `${kLine}${kGone}"hello"\r\n` : '"hello"\n';
    require_(text === expected, JSON.stringify(text));
  }
});

await check('with --compact=small it is smaller by a tenth, and all the same otherwise', async () => {
  const stored = path.join(options.store, 'derived/runtime-compressed');
  const isMade = fs.readdirSync(stored, { recursive: true }).some((name) => {
    const status = fs.statSync(path.join(stored, name));
    return status.isFile() && status.size < kMostSmall;
  });
  if (!options.all && !isMade) skip('compressing takes a minute: with --all');
  const small = await build('small', ['--compact']);
  const [size, fast] = [small, compact].map((exe) => fs.statSync(exe).size);
  require_(size < fast * 0.9 && size <= kMostSmall, `${size} bytes, fast ${fast}`);
  await requireUnderstood(small, 'small');
  const home = newHome();
  requireHello(start(compact, [], { HOME: home }));
  const before = inodeOf(runtimeIn(home));
  requireHello(start(small, [], { HOME: home }));
  require_(namesIn(home).length === 3 && inodeOf(runtimeIn(home)) === before, 'it does not share the runtime of --compact=fast');
  requireHello(start(small, [], { HOME: newHome() }));
  requireHello(start(small, [], { INGOT_CACHE: 'off' }));
  return `${(size / kMegabyte).toFixed(1)} MB`;
});

checker.report.close();
