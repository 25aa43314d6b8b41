// Runs one command the way a user's machine without Node would: an empty work folder, a private HOME and
// TMPDIR, a small fixed environment, and a PATH of a few system tools among which there is no node.
// Gives back everything the command did that another run of it can be compared with.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const kTools = ('sh bash env cat ls echo sleep true false printf mkdir rm cp mv ln chmod grep sed tr head tail ' +
  'sort stty uniq wc cut uname id test dirname basename readlink realpath kill ps getconf ldd stat').split(' ');

export function makeToolPath(dir) {
  fs.mkdirSync(dir, { recursive: true });
  for (const tool of kTools) {
    const found = ['/usr/bin', '/bin'].map((d) => path.join(d, tool)).find((p) => fs.existsSync(p));
    if (found && !fs.existsSync(path.join(dir, tool))) fs.symlinkSync(found, path.join(dir, tool));
  }
  return dir;
}

// Words that run a command while `dir` is read-only to it, and to nobody else.
export function readOnlyMount(dir, words) {
  const line = '/bin/mount --bind "$0" "$0" && /bin/mount -o remount,ro,bind "$0" && exec "$@"';
  return ['/usr/bin/unshare', '--mount', '/bin/sh', '-c', line, dir, ...words];
}

export function canMountReadOnly() {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'mount-'));
  try {
    const [program, ...args] = readOnlyMount(dir, ['/bin/true']);
    return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  } finally {
    fs.rmdirSync(dir);
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const shellQuote = (word) => `'${word.replaceAll("'", `'\\''`)}'`;

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function request(port, wanted) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: wanted.path, method: wanted.method ?? 'GET',
      headers: wanted.headers ?? {}, timeout: 10_000, agent: false };
    const req = http.request(options, (res) => {
      const chunks = [];
      res.on('data', (c) => chunks.push(c)).on('error', reject).on('end', () => resolve({
        status: res.statusCode,
        type: res.headers['content-type'],
        location: res.headers.location,
        body: Buffer.concat(chunks).toString('utf8'),
      }));
    });
    req.on('error', reject).on('timeout', () => req.destroy(new Error('timeout')));
    req.end(wanted.body);
  });
}

// What lies in a folder afterwards: relative path -> { kind, executable?, content | target }.
export function snapshot(dir, prefix = '', out = new Map()) {
  for (const entry of fs.readdirSync(path.join(dir, prefix), { withFileTypes: true })) {
    const rel = prefix ? `${prefix}/${entry.name}` : entry.name;
    const full = path.join(dir, rel);
    if (entry.isSymbolicLink()) out.set(rel, { kind: 'link', target: fs.readlinkSync(full) });
    else if (entry.isDirectory()) {
      out.set(rel, { kind: 'folder' });
      snapshot(dir, rel, out);
    } else if (entry.isFile()) {
      const executable = (fs.statSync(full).mode & 0o111) !== 0;
      out.set(rel, { kind: 'file', executable, content: fs.readFileSync(full) });
    } else out.set(rel, { kind: 'other' });
  }
  return out;
}

function writeInputs(work, run, given) {
  if (given && fs.existsSync(given)) fs.cpSync(given, work, { recursive: true, verbatimSymlinks: true });
  for (const [name, text] of Object.entries(run.files ?? {})) {
    const file = path.join(work, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

async function askServer(child, port, server, state) {
  const answers = [];
  const until = Date.now() + (server.patience ?? 30) * 1000;
  for (;;) {
    if (state.ended) return [{ error: 'the server ended before it answered' }];
    try {
      await request(port, { path: server.ready ?? '/' });
      break;
    } catch (e) {
      if (Date.now() > until) return [{ error: `the server never answered: ${e.code ?? e.message}` }];
      await sleep(25);
    }
  }
  for (const wanted of server.requests) {
    try {
      answers.push({ path: wanted.path, ...(await request(port, wanted)) });
    } catch (e) {
      answers.push({ path: wanted.path, error: e.code ?? e.message });
    }
  }
  child.kill(server.signal ?? 'SIGTERM');
  return answers;
}

// What is typed before the program says that it is ready would be the terminal's to handle.
function typeWhenReady(child, text) {
  let said = '';
  const listen = (chunk) => {
    said += chunk;
    if (!said.includes('ready')) return;
    child.stdout.off('data', listen);
    child.stdin.write(text);
  };
  child.stdout.on('data', listen);
  child.on('exit', () => child.stdin.end());
}

// {CMD} is the whole command, {PROGRAM} its first word and {REST} the others.
function fillShell(line, words) {
  const [program, ...rest] = words.map(shellQuote);
  return line.replaceAll('{CMD}', [program, ...rest].join(' ')).replaceAll('{PROGRAM}', program).replaceAll('{REST}', rest.join(' '));
}

// A terminal of its own for the program, of a known size.
const kScript = '/usr/bin/script';
export const hasTerminals = () => fs.existsSync(kScript);
export const inTerminal = (words) => [kScript, '-qec', `stty cols 91 rows 31; exec ${words.map(shellQuote).join(' ')}`, '/dev/null'];

// `argv` is the program and its leading arguments; `run` one entry of a case's "runs".
export async function runSandboxed({ argv, run, given, root, toolPath }) {
  const base = fs.mkdtempSync(path.join(root, 'run-'));
  const dirs = { work: path.join(base, 'work'), home: path.join(base, 'home'), tmp: path.join(base, 'tmp') };
  for (const dir of Object.values(dirs)) fs.mkdirSync(dir);
  writeInputs(dirs.work, run, given);
  const before = snapshot(dirs.work);
  const port = run.server ? await freePort() : undefined;
  const fill = (s) => s.replaceAll('{PORT}', String(port)).replaceAll('{WORK}', dirs.work);
  const env = {
    PATH: toolPath, HOME: dirs.home, TMPDIR: dirs.tmp, LANG: 'C.UTF-8', TZ: 'UTC', NO_COLOR: '1', TERM: 'xterm',
    COLUMNS: '100', USER: 'user',
    ...Object.fromEntries(Object.entries(run.env ?? {}).map(([k, v]) => [k, fill(v)])),
  };
  const words = [...argv, ...(run.args ?? []).map(fill)];
  const command = run.shell
    ? ['/bin/bash', '-c', fillShell(run.shell, words)]
    : run.terminal ? inTerminal(words) : words;
  const child = spawn(command[0], command.slice(1), { cwd: dirs.work, env, detached: true, stdio: 'pipe' });
  const out = [], err = [];
  const state = { ended: null, timedOut: false };
  let signalled = false;
  child.stdout.on('data', (c) => {
    out.push(c);
    if (run.signal && !signalled && Buffer.concat(out).includes(run.signal.after)) {
      signalled = true;
      child.kill(run.signal.send);
    }
  });
  child.stderr.on('data', (c) => err.push(c));
  child.stdin.on('error', () => {});
  if (run.terminal) typeWhenReady(child, run.terminal.typed ?? '');
  else child.stdin.end(run.stdin ?? '');
  const closed = new Promise((resolve) => {
    child.on('error', (e) => { state.ended = { code: e.code, signal: null }; resolve(); });
    child.on('exit', (code, signal) => { state.ended = { code, signal }; });
    child.on('close', resolve);
  });
  const answers = run.server ? await askServer(child, port, run.server, state) : undefined;
  const limit = (run.timeout ?? 60) * 1000;
  const { promise: expired, resolve: expire } = Promise.withResolvers();
  const alarm = setTimeout(() => { state.timedOut = state.ended === null; expire(); }, limit);
  await Promise.race([closed, expired]);
  clearTimeout(alarm);
  try { process.kill(-child.pid, 'SIGKILL'); } catch { /* the whole group has ended already */ }
  await Promise.race([closed, sleep(2000)]);

  const changed = new Map();
  const after = snapshot(dirs.work);
  for (const [name, now] of after) {
    const was = before.get(name);
    const same = was && was.kind === now.kind && was.target === now.target && was.executable === now.executable &&
      (now.content === undefined || now.content.equals(was.content));
    if (!same) changed.set(name, now);
  }
  for (const name of before.keys()) if (!after.has(name)) changed.set(name, { kind: 'removed' });
  // Left in HOME or TMPDIR: reported by name only.
  const litter = [...snapshot(dirs.home).keys(), ...snapshot(dirs.tmp).keys()];
  fs.rmSync(base, { recursive: true, force: true, maxRetries: 3 });
  return {
    exit: state.timedOut ? 'timeout' : state.ended?.signal ?? state.ended?.code,
    stdout: Buffer.concat(out).toString('utf8'),
    stderr: Buffer.concat(err).toString('utf8'),
    changed, answers, litter, dirs, port,
  };
}
