// Copies on disk that somebody tampers with: between two runs, and while they are loaded.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { sleep } from '../lib/sandbox.mjs';

const kTime = 499162500; // of every copy, in seconds

// What is done to a copy, by name. `wrong`: other content of the same size.
function tamperings(file, mode, wrong, elsewhere) {
  const put = (where) => { fs.writeFileSync(where, wrong, { mode }); fs.utimesSync(where, kTime, kTime); };
  return {
    'other content, same size and times': () => { fs.chmodSync(file, 0o700); fs.writeFileSync(file, wrong); fs.chmodSync(file, mode); fs.utimesSync(file, kTime, kTime); },
    'another file in its place': () => { fs.rmSync(file); put(file); },
    'another file moved over it': () => { put(elsewhere); fs.renameSync(elsewhere, file); },
    'a link in its place': () => { fs.rmSync(file); put(elsewhere); fs.symlinkSync(elsewhere, file); },
    'a file that others may write to': () => fs.chmodSync(file, 0o777),
    'no file': () => fs.rmSync(file),
  };
}

// Small addons without headers: { says: text }. With TOUCH in the environment they change the file named there
// while they are being loaded.
const source = (text) => `
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
typedef void* value;
int napi_create_string_utf8(value, const char*, size_t, value*);
int napi_set_named_property(value, value, const char*, value);
__attribute__((used)) static char padding[500000] = {1};
value napi_register_module_v1(value env, value exports) {
  value text;
  if (getenv("TOUCH")) chmod(getenv("TOUCH"), 0400);
  napi_create_string_utf8(env, "${text}", 5, &text);
  napi_set_named_property(env, exports, "says", text);
  return exports;
}
`;

function compile(dir, name, text) {
  const out = path.join(dir, name);
  const r = spawnSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', out], { input: source(text), encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`cc: ${r.error ?? r.stderr}`);
  return out;
}

// SWAP: what to move over the copy as soon as it was looked at.
const kMain = `const fs = require('node:fs');
const { SWAP, COPY } = process.env;
if (SWAP) {
  const { fstatSync } = fs;
  fs.fstatSync = (...args) => { const stats = fstatSync(...args); if (fs.existsSync(SWAP)) fs.renameSync(SWAP, COPY); return stats; };
}
for (const name of process.argv.slice(2)) console.log(require('./' + name + '.node').says);
`;

async function stageAddons(ctx) {
  const staged = await ctx.stage({ manifest: { bundled: true }, files: { 'main.js': kMain } });
  for (const name of ['native', 'other']) compile(staged.dir, `${name}.node`, 'sound');
  fs.writeFileSync(path.join(staged.dir, 'small.node'), 'no addon'.repeat(20));
  fs.writeFileSync(path.join(staged.dir, 'large.node'), 'no addon'.repeat(100_000));
  const result = await ctx.build(staged);
  const home = path.join(staged.home, 'user');
  fs.mkdirSync(home);
  const environment = { PATH: '/nonexistent', HOME: home, NODE_DEBUG: 'ingot' };
  const run = (args = ['native'], env = {}) => spawnSync(staged.out, args, { encoding: 'utf8', env: { ...environment, ...env }, timeout: 30_000 });
  const start = () => new Promise((resolve) => {
    const child = spawn(staged.out, ['native'], { env: environment });
    let stdout = '', stderr = '';
    child.stdout.on('data', (data) => { stdout += data; });
    child.stderr.on('data', (data) => { stderr += data; });
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
  const copies = (name) => fs.readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && e.name.startsWith(name)).map((e) => path.join(e.parentPath, e.name));
  return { staged, home, run, start, copies, wrong: compile(staged.home, 'wrong.node', 'wrong'), failed: result.exit === 0 ? undefined : `the build fails: ${result.stderr}` };
}

const copiesMade = (r) => JSON.parse(/INGOT \d+: (\{.*\})/.exec(r.stderr)?.[1] ?? '{}').copiesMade;

export const tampering = {
  async 'an addon on disk that is tampered with'(ctx) {
    if (process.platform !== 'linux' || spawnSync('cc', ['--version']).status !== 0) return { skip: 'needs Linux and a C compiler' };
    const { staged, home, run, start, copies, wrong, failed } = await stageAddons(ctx);
    try {
      if (failed) return [failed];
      const reasons = [];
      const expect = (what, r, made) => {
        if (r.stdout !== 'sound\n' || r.status !== 0) reasons.push(`${what}: exit ${r.status}, ${r.stdout}${r.stderr}`);
        if (made !== undefined && copiesMade(r) !== made) reasons.push(`${what}: ${copiesMade(r)} copies made, not ${made}`);
      };
      for (const r of await Promise.all(Array.from({ length: 5 }, start))) expect('five first starts at once', r);
      expect('a start after them', run());
      expect('second start', run(), 0);
      const [copy] = copies('native.node');
      if (copies('native.node').length !== 1) return [...reasons, `copies: ${copies('native.node')}`];

      for (const name of ['small', 'large']) {
        const { status, stderr } = run([name]);
        if (status !== 1 || !stderr.includes(`Error: /dev/null/vfs/0/${name}.node: invalid ELF header\n    at Object..node (`)) {
          reasons.push(`${name}, which is no addon: exit ${status}, ${stderr}`);
        }
      }

      const bytes = fs.readFileSync(wrong);
      for (const [what, change] of Object.entries(tamperings(copy, 0o400, bytes, path.join(home, 'elsewhere')))) {
        await sleep(20); // longer than the clock of the file system ticks
        change();
        expect(what, run(), 1);
        expect(`${what}, then again`, run(), 0);
      }
      await sleep(20);
      tamperings(copy, 0o400, bytes)['other content, same size and times']();
      expect('another copy is made after that', run(['other']), 1);
      expect('and then the one that was tampered with is used', run(), 1);

      const swap = path.join(home, 'swap');
      fs.writeFileSync(swap, bytes, { mode: 0o400 });
      fs.utimesSync(swap, kTime, kTime);
      expect('exchanged between check and load', run(['native'], { SWAP: swap, COPY: copy }));
      if (fs.existsSync(swap)) reasons.push('nothing was exchanged between check and load');
      expect('then again', run());
      await sleep(20);
      const touched = run(['native'], { TOUCH: copy });
      if (touched.status !== 3 || touched.stdout || !/native\.node on disk was changed while it was loaded/.test(touched.stderr)) {
        reasons.push(`changed while it was loaded: exit ${touched.status}, ${touched.stdout}${touched.stderr}`);
      }
      expect('then again', run());
      if (copies('native.node').length !== 1) reasons.push(`copies: ${copies('native.node')}`);
      return reasons;
    } finally {
      await staged.close();
    }
  },

  async 'an addon where no copy can be kept or run'(ctx) {
    if (process.platform !== 'linux' || spawnSync('cc', ['--version']).status !== 0) return { skip: 'needs Linux and a C compiler' };
    const { staged, home, run, failed } = await stageAddons(ctx);
    try {
      if (failed) return [failed];
      const reasons = [];
      const expect = (what, r, made) => {
        if (r.stdout !== 'sound\n' || r.status !== 0 || copiesMade(r) !== made) reasons.push(`${what}: exit ${r.status}, ${r.stdout}${r.stderr}`);
      };
      expect('no folder at all', run(['native'], { HOME: '/proc/none', TMPDIR: '/proc/none' }), 0);
      if (process.getuid() !== 0) return reasons.length ? reasons : { skip: 'needs root to mount a file system without programs' };
      for (const [what, options, made] of [['a disk without programs', 'noexec', 1], ['a full disk', 'size=300k', 0], ['a disk that is read-only', 'ro', 0]]) {
        const r = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', home], { encoding: 'utf8' });
        if (r.status !== 0) return reasons.length ? reasons : { skip: `cannot mount a file system here: ${r.stderr.trim()}` };
        try {
          expect(what, run(['native'], { TMPDIR: home }), made);
          const drafts = fs.readdirSync(home, { recursive: true }).filter((name) => /node\.\d/.test(name));
          if (drafts.length > 0) reasons.push(`${what}, left behind: ${drafts}`);
        } finally {
          spawnSync('umount', [home]);
        }
      }
      return reasons;
    } finally {
      await staged.close();
    }
  },

  async 'a program on disk that was tampered with between two runs'(ctx) {
    await using staged = await ctx.stage({
      manifest: { bundled: true },
      files: { 'main.js': "console.log(require('child_process').execFileSync(__dirname + '/tool.sh', { encoding: 'utf8' }).trim());\n", 'tool.sh': '#!/bin/sh\necho sound\n' },
      edits: [{ file: 'tool.sh', executable: true }],
    });
    const result = await ctx.build(staged);
    if (result.exit !== 0) return [`the build fails: ${result.stderr}`];
    const home = path.join(staged.home, 'user');
    fs.mkdirSync(home);
    const run = () => spawnSync(staged.out, [], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', HOME: home }, timeout: 30_000 });
    const copies = () => fs.readdirSync(home, { recursive: true, withFileTypes: true }).filter((e) => e.name === 'tool.sh').map((e) => path.join(e.parentPath, e.name));
    const reasons = [];
    const expect = (what, r) => { if (r.stdout !== 'sound\n') reasons.push(`${what}: ${r.stdout}${r.stderr}`); };
    expect('first run', run());
    const [file] = copies();
    if (!file) return [...reasons, 'nothing was put on disk'];
    const before = fs.statSync(file, { bigint: true });
    expect('second run', run());
    if (fs.statSync(file, { bigint: true }).ino !== before.ino) reasons.push('the second run made a new copy');
    const tamper = tamperings(file, 0o500, '#!/bin/sh\necho wrong\n', path.join(home, 'wrong'));
    for (const [what, change] of Object.entries(tamper)) {
      await sleep(20); // longer than the clock of the file system ticks
      change();
      expect(what, run());
      expect(`${what}, then again`, run());
    }
    if (copies().length !== 1) reasons.push(`${copies().length} copies`);
    return reasons;
  },
};
