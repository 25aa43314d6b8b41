// A test project on disk: copies without node_modules, the baseline with it (npm ci, kept per content), and
// the executable that ingot makes of it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { snapshot } from './sandbox.mjs';

// The case's own files are no part of the project.
const kNotProject = new Set(['case.json', 'work', 'node_modules']);

export function copyProject(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (kNotProject.has(name)) continue;
    fs.cpSync(path.join(from, name), path.join(to, name), { recursive: true, verbatimSymlinks: true });
  }
}

function contentHash(dir) {
  const hash = createHash('sha256');
  const entries = [...snapshot(dir)].filter(([name]) => !kNotProject.has(name.split('/')[0]));
  for (const [name, entry] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name}\0${entry.kind}\0${entry.executable}\0${entry.target ?? ''}\0`).update(entry.content ?? '');
  }
  return hash.digest('hex').slice(0, 16);
}

function hasPackages(dir) {
  const lock = JSON.parse(fs.readFileSync(path.join(dir, 'package-lock.json'), 'utf8'));
  return Object.keys(lock.packages).length > 1;
}

// The folder a user of plain node would run: the project after `npm ci --omit=dev --ignore-scripts`, for this
// machine or for another `os` and `cpu`.
export function baselineOf(name, dir, { npm, work, os, cpu }) {
  const place = os ? `-${os}-${cpu}` : '';
  const home = path.join(work, 'baseline', `${name}-${contentHash(dir)}${place}`);
  if (fs.existsSync(home)) return home;
  const making = `${home}.${process.pid}`;
  copyProject(dir, making);
  if (hasPackages(dir)) {
    // npm ci refuses a lockfile that leaves out other platforms' optional packages, which npm itself writes;
    // npm install takes it.
    const flags = ['--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error',
      ...(os ? [`--os=${os}`, `--cpu=${cpu}`] : [])];
    const install = (command) => spawnSync(process.execPath, [npm, command, ...flags],
      { cwd: making, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    let r = install('ci');
    if (r.status !== 0) r = install('install');
    if (r.status !== 0) {
      fs.rmSync(making, { recursive: true, force: true });
      throw new Error(`npm cannot install ${name}:\n${r.stderr}`);
    }
  }
  fs.renameSync(making, home);
  return home;
}

// The entry file that `ingot build` chooses, as the baseline's `node FILE` needs it.
export function entryOf(test, baseline) {
  if (test.entry) return test.entry;
  const readBin = (manifest, name) => {
    const bin = typeof manifest.bin === 'string' ? { [manifest.name.split('/').pop()]: manifest.bin } : manifest.bin ?? {};
    return name === undefined ? Object.values(bin)[0] : bin[name];
  };
  const own = JSON.parse(fs.readFileSync(path.join(baseline, 'package.json'), 'utf8'));
  if (!test.bin) return readBin(own) ?? own.main;
  if (readBin(own, test.bin)) return readBin(own, test.bin);
  const link = path.join(baseline, 'node_modules/.bin', test.bin);
  return path.relative(baseline, fs.realpathSync(link));
}

// Runs the tool without blocking this process, which may be the registry it asks. Never throws.
export function runIngot(ingot, args, { cwd, env = {}, timeout = 180_000 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(ingot, args, { cwd, timeout, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const out = [], err = [];
    child.stdout.on('data', (c) => out.push(c));
    child.stderr.on('data', (c) => err.push(c));
    const finish = (exit) => resolve({ exit, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') });
    child.on('error', (e) => finish(e.code));
    child.on('close', (code, signal) => finish(signal ?? code));
  });
}

export function buildArgs(test, dir, out, store) {
  return ['build', dir, '-o', out, '--store', store,
    ...(test.entry ? ['--entry', test.entry] : []), ...(test.bin ? ['--bin', test.bin] : []),
    ...(test.build ?? [])];
}
