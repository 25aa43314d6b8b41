// Compact executables for Windows, under wine: what the loader makes of the states that its cache folder can be in,
// that the process is the user's executable, and that a changed byte is found. The applications of cases/ run in
// compact form by `emulated.mjs --compact --target win-x64`.
//
// With --all, first starts are killed 20 times instead of 3, and the slow level of compression is tried, too.
// wine has one user, to whom it gives an administrator's rights: the loader reads a cached runtime whole each time.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { buildSample, frameIn, inodeOf, kDamaged, kMark, kMegabyte, makeChecker, makeProject, require_, requireHello, skip } from './lib/compact_sample.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { hasTerminals, inTerminal, sleep } from './lib/sandbox.mjs';
import { prepareWine, windowsPath } from './lib/wine.mjs';

const kMost = 36 * kMegabyte; // with --compact=fast
const kMostSmall = 34 * kMegabyte;
const kCompiler = 'x86_64-w64-mingw32-gcc';
const kLibrary = 'libnode.dll';

const options = readOptions({ all: { type: 'boolean' } });
const { report, check } = makeChecker(options);
const scratch = makeScratch(options.work, 'compact-windows');
const wine = prepareWine(path.join(options.work, 'wine'));
let compact;

let folders = 0;
const newFolder = () => path.join(scratch, `cache-${++folders}`);
const runtimesIn = (folder) => path.join(folder, 'runtimes');
// The folder of the one runtime there.
function runtimeIn(folder) {
  const names = fs.readdirSync(runtimesIn(folder)).sort();
  require_(names.length === 2 && names[0].length === 64 && names[1] === 'lock', `there are ${names.join(' ')}`);
  const runtime = path.join(runtimesIn(folder), names[0]);
  require_(fs.readdirSync(runtime).sort().join() === `${kLibrary},seal`, `there are ${fs.readdirSync(runtime).join(' ')}`);
  return runtime;
}
const libraryIn = (folder) => path.join(runtimeIn(folder), kLibrary);
// wine gives programs its own folder for temporary files, whatever the environment says.
const leftovers = () => fs.globSync('prefix/drive_c/users/*/{AppData/Local/,}Temp/ingot-runtime-*', { cwd: path.join(options.work, 'wine') });

// `cache`: a folder of this machine, or 'off'.
function begin(cache, args, exe) {
  const env = { ...process.env, INGOT_CACHE: cache === 'off' ? cache : windowsPath(cache) };
  return spawn(wine.command[0], [...wine.command.slice(1), exe, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
}

function start(cache, args = [], exe = compact) {
  return new Promise((resolve, reject) => {
    const child = begin(cache, args, exe);
    const r = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => { r[stream] += text; });
    child.on('error', reject).on('close', (status, signal) => resolve({ ...r, status, signal }));
  });
}

// Another first start at work, for as long as the stdin of what is returned is open: wine takes a program's lock as
// POSIX has it.
async function holdLock(file) {
  fs.writeFileSync(file, '', { mode: 0o600 });
  const kHold = 'use Fcntl; open(F, "+<", $ARGV[0]) or die; $l = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; $| = 1; print "held"; <STDIN>';
  const holder = spawn('perl', ['-e', kHold, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const held = await new Promise((resolve) => holder.on('error', () => resolve(false)).on('exit', () => resolve(false)).stdout.once('data', () => resolve(true)));
  if (!held) skip('there is no perl to hold a lock');
  return holder;
}

// As addons do that were made for any program's name: what they need of Node they ask the process's program for.
const kAddon = `
#include <windows.h>
typedef int (*make_text)(void*, const char*, size_t, void**);
__declspec(dllexport) void* napi_register_module_v1(void* env, void* exports) {
  make_text make = (make_text)(void*)GetProcAddress(GetModuleHandleA(NULL), "napi_create_string_utf8");
  void* text = exports;
  if (make != NULL) make(env, "from the addon", 14, &text);
  return text;
}`;

// False when there is no compiler.
function makeAddon(project) {
  const source = path.join(scratch, 'addon.c');
  fs.writeFileSync(source, kAddon);
  return spawnSync(kCompiler, ['-shared', '-o', path.join(project, 'addon.node'), source]).status === 0;
}

async function runChecks(hasAddon) {
  await check('it is a third of a direct executable', async () => {
    compact = await buildSample(options, scratch, 'compact.exe', ['--compact=fast', '--target', 'win-x64']);
    const size = fs.statSync(compact).size;
    require_(size <= kMost, `it has ${size} bytes`);
    return `${(size / kMegabyte).toFixed(1)} MB`;
  });
  if (!compact) return;

  await check('ingot verify, inspect and extract understand it', async () => {
    const run = (...words) => runIngot(options.ingot, words, { cwd: scratch });
    const verified = await run('verify', compact);
    require_(verified.exit === 0 && /runtime .*Node\.js \S+ for win-x64/.test(verified.stdout) && /loader  +the same/.test(verified.stdout), verified.stdout + verified.stderr);
    const inspected = JSON.parse((await run('inspect', '--json', compact)).stdout);
    require_(inspected.compact?.level === 'fast', JSON.stringify(inspected));
    const extracted = await run('extract', compact, path.join(scratch, 'extracted'));
    require_(extracted.exit === 0, extracted.stderr);
  });

  const kept = newFolder();
  await check('two first starts at once agree on one runtime, and a further one uses it', async () => {
    for (const r of await Promise.all([start(kept), start(kept)])) requireHello(r);
    const before = inodeOf(libraryIn(kept));
    requireHello(await start(kept));
    require_(inodeOf(libraryIn(kept)) === before, 'it was unpacked again');
  });

  await check('the process is the executable that the user started', async () => {
    const named = await start(kept, ['names', '', 'a b']);
    require_(JSON.stringify(JSON.parse(named.stdout)) === JSON.stringify([windowsPath(compact), windowsPath(compact), 'names', '', 'a b']), named.stdout + named.stderr);
    const child = await start(kept, ['child']);
    require_(child.stdout.trim() === '"from the child"', `the child: ${child.stdout}${child.stderr}`);
    const exit = await start(kept, ['exit']);
    require_(exit.status === 42, `exit ${exit.status}`);
  });

  await check('an addon that asks the program for Node\'s functions is led to them', async () => {
    if (!hasAddon) skip(`there is no ${kCompiler}`);
    const r = await start(kept, ['addon']);
    require_(r.stdout.trim() === '"from the addon"', `exit ${r.status} ${r.stdout}${r.stderr}`);
  });

  await check('a first start that is killed leaves nothing wrong', async () => {
    let unfinished = 0;
    const times = options.all ? 20 : 3, begun = performance.now();
    requireHello(await start(newFolder()));
    const usual = performance.now() - begun;
    for (let i = 0; i < times; ++i) {
      const folder = newFolder();
      const child = begin(folder, ['wait'], compact);
      await sleep(Math.random() * usual);
      child.kill('SIGTERM'); // the script kills the program
      await new Promise((resolve) => child.on('close', resolve));
      if (fs.globSync('runtimes/*/seal', { cwd: folder }).length === 0) unfinished++;
      requireHello(await start(folder), ` after kill ${i}`);
      runtimeIn(folder);
      fs.rmSync(folder, { recursive: true });
    }
    return `${times} kills, ${unfinished} before it was done`;
  });

  await check('a cached runtime that was changed is replaced before it runs', async () => {
    const tampering = {
      'its content, with its old times': (file) => {
        const { atime, mtime } = fs.statSync(file);
        const fd = fs.openSync(file, 'r+');
        fs.writeSync(fd, kMark, 4096);
        fs.closeSync(fd);
        fs.utimesSync(file, atime, mtime);
      },
      'another file in its place': (file) => fs.writeFileSync(file, 'MZ'),
      'half a runtime that a killed start left': (file) => fs.renameSync(file, path.join(path.dirname(file), 'part')),
    };
    const sound = fs.readFileSync(libraryIn(kept));
    for (const [what, tamper] of Object.entries(tampering)) {
      tamper(libraryIn(kept));
      requireHello(await start(kept), ` after ${what}`);
      require_(fs.readFileSync(libraryIn(kept)).equals(sound), `${what}: the runtime is not what was sealed`);
    }
    const before = inodeOf(libraryIn(kept));
    fs.rmSync(path.join(runtimeIn(kept), 'seal'));
    requireHello(await start(kept), ' without a record');
    require_(inodeOf(libraryIn(kept)) === before, 'a sound runtime was unpacked again');
    return `${Object.keys(tampering).length + 1} kinds of change`;
  });

  await check('with --compact=small it has at most 34 MB', async () => {
    if (!options.all) skip('compressing takes a minute: with --all');
    const small = await buildSample(options, scratch, 'small.exe', ['--compact', '--target', 'win-x64']);
    const size = fs.statSync(small).size;
    require_(size <= kMostSmall, `it has ${size} bytes`);
    requireHello(await start(kept, [], small));
    runtimeIn(kept); // the same one
    return `${(size / kMegabyte).toFixed(1)} MB`;
  });

  await check('without a cache it runs from a temporary folder, which the next start removes', async () => {
    requireHello(await start('off'));
    const [first] = leftovers();
    requireHello(await start('off'));
    require_(leftovers().length === 1 && leftovers()[0] !== first, `there are ${leftovers().join(' ')}`);
  });

  await check('a cache folder that others may write to is not used', async () => {
    const shared = newFolder();
    fs.mkdirSync(runtimesIn(shared), { recursive: true });
    fs.chmodSync(runtimesIn(shared), 0o777);
    requireHello(await start(shared));
    require_(fs.readdirSync(runtimesIn(shared)).length === 0, 'it was written to');
  });

  await check('a cache folder of another user is not used', async () => {
    if (process.geteuid() !== 0) skip('only root can give a folder away');
    const foreign = newFolder();
    requireHello(await start(foreign));
    const before = leftovers();
    fs.chownSync(runtimesIn(foreign), 12345, 12345);
    requireHello(await start(foreign));
    require_(leftovers().length === 1 && leftovers()[0] !== before[0], 'what lies there was loaded');
    fs.chownSync(runtimesIn(foreign), 0, 0);
    requireHello(await start(foreign));
    runtimeIn(foreign);
  });

  await check('a long first start says so on a console, in a line that is gone when it is done, and not in a file', async () => {
    if (!hasTerminals()) skip('there is no script(1) to make a terminal');
    const kLine = 'compact.exe: unpacking for the first start ...';
    for (const words of [inTerminal([...wine.consoleCommand, compact]), [...wine.command, compact]]) {
      const folder = newFolder();
      fs.mkdirSync(runtimesIn(folder), { recursive: true, mode: 0o700 });
      const holder = await holdLock(path.join(runtimesIn(folder), 'lock'));
      const child = spawn(words[0], words.slice(1), { env: { ...process.env, TERM: 'xterm', INGOT_CACHE: windowsPath(folder) }, stdio: ['ignore', 'pipe', 'pipe'], timeout: 120_000 });
      const onConsole = words.length > 2;
      let text = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (part) => {
          text += part;
          if (text.includes(kLine)) holder.stdin.end();
        });
      if (!onConsole) await sleep(3000); // wine itself takes a second of them
      if (!onConsole) holder.stdin.end();
      await new Promise((resolve) => child.on('close', resolve));
      // wine hides its cursor while it draws, and draws by itself what erases a line.
      const shown = text.replace(/\x1b\[\?25[hl]/g, '').replace(/\r+\n/g, '\n');
      require_(shown === (onConsole ? `${kLine}\r\x1b[K"hello"\n` : '"hello"\n'), JSON.stringify(text));
    }
  });

  await check('runtimes that nobody has started for a month are removed', async () => {
    const folder = newFolder();
    const [old, young] = ['0', '1'].map((digit) => path.join(runtimesIn(folder), digit.repeat(64)));
    for (const runtime of [old, young]) {
      fs.mkdirSync(runtime, { recursive: true });
      for (const name of [kLibrary, 'seal']) fs.writeFileSync(path.join(runtime, name), '');
    }
    const long = Date.now() / 1000 - 31 * 24 * 60 * 60;
    fs.utimesSync(path.join(old, 'seal'), long, long);
    requireHello(await start(folder));
    require_(!fs.existsSync(old), 'an old one is still there');
    require_(fs.existsSync(path.join(young, kLibrary)), 'a young one is gone');
  });

  await check('a changed byte of the compressed runtime is found, by its start and by ingot verify', async () => {
    const file = fs.readFileSync(compact);
    const frame = frameIn(file, 0x200);
    for (const [what, at] of [['the record', frame - 70], ['the frame', frame + 10_000_000]]) {
      const changed = path.join(scratch, 'changed.exe');
      file[at] ^= 0x10;
      fs.writeFileSync(changed, file);
      file[at] ^= 0x10;
      const r = await start(newFolder(), [], changed);
      require_(r.status === kDamaged && /^changed\.exe: damaged: .*\n$/.test(r.stderr) && r.stdout === '', `${what}: exit ${r.status ?? r.signal} ${r.stderr}`);
      const verified = await runIngot(options.ingot, ['verify', changed], { cwd: scratch });
      require_(verified.exit === kDamaged, `${what}: verify ended with ${verified.exit}`);
    }
  });
}

if (wine.why) {
  await check('compact executables under wine', () => skip(wine.why, true));
} else {
  const project = path.join(scratch, 'sample');
  makeProject(project);
  await runChecks(makeAddon(project)); // wine's server ends by itself: others may be using it
}
report.close();
