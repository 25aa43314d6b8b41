// The small application that tests of compact executables cast, and how they judge its starts.
import fs from 'node:fs';
import path from 'node:path';
import { runIngot } from './project.mjs';
import { Report } from './report.mjs';

export const kMegabyte = 1_000_000;
export const kDamaged = 3; // exit code

export const kNoLoader = /they have no loader/; // what ingot says then

export const kMain = `
const { spawnSync, fork } = require('node:child_process');
const fs = require('node:fs');
const say = (value) => console.log(JSON.stringify(value));
const uses = {
  hello: () => say('hello'),
  process: () => say({ pid: process.pid, exec: process.execPath, argv0: process.argv0, args: process.argv.slice(2), env: process.env,
    exe: fs.readlinkSync('/proc/self/exe'), title: process.title, comm: fs.readFileSync('/proc/self/comm', 'utf8') }),
  files: () => say(fs.readdirSync('/proc/self/fd').map((fd) => { try { return fs.readlinkSync('/proc/self/fd/' + fd).replace(/\\d+/g, ''); } catch { return ''; } }).sort()),
  names: () => say([process.execPath, process.argv[0], ...process.argv.slice(2)]),
  child: () => { const child = fork(__filename, ['message']); child.on('message', (text) => say(text)); },
  message: () => process.send('from the child'),
  addon: () => say(require('./addon.node')),
  exit: () => process.exit(42),
  throw: () => { throw new Error('on purpose'); },
  wait: () => { console.log('ready'); setTimeout(() => {}, 60_000); },
};
uses[process.argv[2] ?? 'hello']();
`;

export function makeProject(dir) {
  const manifest = { name: 'sample', version: '1.0.0', license: 'MIT', bin: 'main.js' };
  fs.mkdirSync(dir);
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(dir, 'package-lock.json'),
    JSON.stringify({ name: manifest.name, version: manifest.version, lockfileVersion: 3, packages: { '': manifest } }));
  fs.writeFileSync(path.join(dir, 'main.js'), kMain);
}

export function require_(condition, message) { if (!condition) throw new Error(message); }
// `all`: what follows cannot be run either.
export function skip(why, all = false) { throw Object.assign(new Error(why), { skip: why, all }); }

// The application runs, and says nothing but its own.
export function requireHello(r, when = '') {
  const said = `exit ${r.status ?? r.signal}, ${JSON.stringify(r.stdout)}, ${JSON.stringify(r.stderr)}`;
  require_(r.status === 0 && r.stdout.replace('\r', '') === '"hello"\n' && r.stderr === '', `it does not say hello${when}: ${said}`);
}

// Casts the project in `scratch`; skips the test where this ingot has no loader for the target.
export async function buildSample(options, scratch, name, words, store = options.store) {
  const out = path.join(scratch, name);
  const r = await runIngot(options.ingot, ['build', path.join(scratch, 'sample'), '-o', out, '--store', store, ...words], { cwd: scratch });
  if (kNoLoader.test(r.stderr)) skip('this ingot was built without the loader for that target', true);
  if (r.exit !== 0) throw new Error(`ingot build ended with ${r.exit}: ${r.stderr}`);
  return out;
}

// A report with `check(name, run)`, which runs one test and takes what it returns for a detail.
export function makeChecker(options) {
  const report = new Report();
  const check = async (name, run) => {
    if (!options.matches(name)) return;
    try {
      report.pass(name, await run());
    } catch (e) {
      if (e.skip) report[e.all ? 'skipAll' : 'skip'](name, e.skip);
      else report.fail(name, [e.stack]);
    }
  };
  return { report, check };
}

// Whether what is cached was used as it was, or made anew.
export const inodeOf = (file) => fs.statSync(file).ino;
export const kMark = 'changed after it was cached';

// Where the compressed runtime is in an executable: behind the CompactHeader, which begins a section of the file.
export function frameIn(file, alignment) {
  let record = 0;
  while (file.toString('latin1', record, record + 4) !== 'INGC') record += alignment;
  return record + 112;
}
