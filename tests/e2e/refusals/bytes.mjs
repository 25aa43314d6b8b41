// Where the bytes of packages come from: what is there without the network, what may be used of it, and what is mended.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runIngot } from '../lib/project.mjs';
import { makeBomb } from '../lib/tar.mjs';
import { buildUnder, runs } from './attempts.mjs';

export const bytes = {
  async 'a gigabyte of zeros in a megabyte'(ctx) {
    await using staged = await ctx.stage({ packages: [{ name: 'bomb', tarball: (manifest) => makeBomb(manifest) }] });
    const result = await buildUnder('ulimit -v 6000000', ctx, staged);
    const reasons = ctx.judge({ exit: [1, 3], code: 'tarball-too-large', says: 'bomb' }, result);
    return reasons.concat(staged.leftBehind());
  },

  // The registry is on this machine's loopback, which a new network namespace does not have.
  async 'what was fetched can be cast with the network cut'(ctx) {
    const cut = ['unshare', '--net', '--map-root-user'];
    if (spawnSync(cut[0], [...cut.slice(1), 'true']).status !== 0) return { skip: 'no network namespace can be made here' };
    await using staged = await ctx.stage({ packages: [{ name: 'alpha' }, { name: '@scope/beta', version: '2.1.0' }] });
    const without = await runIngot(cut[0], [...cut.slice(1), ctx.options.ingot, ...staged.args(['--offline'])], { cwd: ctx.scratch });
    const reasons = ctx.judge({ exit: 1, code: 'offline-missing' }, without);
    const fetched = await runIngot(ctx.options.ingot, ['fetch', staged.dir, '--store', ctx.options.store, '--target', 'linux-x64,win-x64', '--json'], { cwd: ctx.scratch });
    reasons.push(...ctx.judge({ exit: 0, hint: false }, fetched));
    reasons.push(...staged.leftBehind());
    const asked = staged.registry.asked.length;
    if (asked !== 2) reasons.push(`the registry was asked ${asked} times, not 2`);
    const args = staged.args(['--offline', '--target', 'linux-x64,win-x64']).map((word) => (word === staged.out ? `${staged.out}-{target}` : word));
    const built = await runIngot(cut[0], [...cut.slice(1), ctx.options.ingot, ...args], { cwd: ctx.scratch });
    reasons.push(...ctx.judge({ exit: 0, hint: false }, built));
    return reasons.length ? reasons : runs(`${staged.out}-linux-x64`);
  },

  // With all that it brings it would be half of the time of a start. The system's loader tells what it loads.
  async 'libcurl is loaded for the network alone'(ctx) {
    await using staged = await ctx.stage({ packages: [{ name: 'alpha' }] });
    const loads = async (words) => {
      const r = await runIngot(ctx.options.ingot, words, { cwd: ctx.scratch, env: { LD_DEBUG: 'files' } });
      return { exit: r.exit, libcurl: r.stderr.includes('calling init: ') && /libcurl/.test(r.stderr) };
    };
    const cast = await loads(staged.args()), again = await loads(staged.args(['--offline']));
    const checked = await loads(['verify', staged.dir, '--store', ctx.options.store, '--offline']);
    const found = JSON.stringify([cast, again, checked]);
    const expected = JSON.stringify([true, false, false].map((libcurl) => ({ exit: 0, libcurl })));
    return found === expected ? [] : [`found ${found}, not ${expected}`];
  },

  async 'a folder of tarballs in place of the network, whatever they are called'(ctx) {
    await using staged = await ctx.stage({ packages: [{ name: 'alpha' }, { name: '@scope/beta', version: '2.1.0' }] });
    const folder = path.join(staged.home, 'tarballs');
    fs.mkdirSync(folder);
    let next = 0;
    for (const bytes of staged.tarballs.values()) fs.writeFileSync(path.join(folder, `${next++}.tgz`), bytes);
    const result = await ctx.build(staged, ['--offline', '--tarballs', folder]);
    const reasons = ctx.judge({ exit: 0, hint: false, says: '2 from the folder of tarballs' }, result);
    return reasons.length ? reasons : runs(staged.out);
  },

  // A repository on this disk; the lockfile names its commit, as npm's does.
  async 'a package from git, by its commit, and refused where that is not enough'(ctx) {
    if (spawnSync('git', ['--version']).status !== 0) return { skip: 'there is no git' };
    await using staged = await ctx.stage({});
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
    reasons.push(...staged.leftBehind());
    reasons.push(...ctx.judge({ exit: 0, hint: false }, await ctx.build(staged, ['--strict=false', '--allow-unprepared'])));
    fs.rmSync(staged.out, { force: true });
    lock(commit({}, { 'lib/large.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 1\n` }));
    reasons.push(...ctx.judge({ exit: 1, code: 'git-lfs', says: 'lib/large.bin' }, await ctx.build(staged, ['--strict=false'])));
    lock('0123456789012345678901234567890123456789');
    reasons.push(...ctx.judge({ exit: 1, code: 'git-failed' }, await ctx.build(staged, ['--strict=false'])));
    return reasons;
  },

  async 'a store whose content has rotted is mended'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
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
  },

  async 'a scoped registry with a token of its own'(ctx) {
    await using staged = await ctx.stage({ packages: [{ name: '@private/thing' }], registry: 'http://127.0.0.1:1/', serve: { 'thing-1.0.0.tgz': { token: 'secret-token' } } });
    const { host } = new URL(staged.registry.url);
    fs.appendFileSync(path.join(staged.dir, '.npmrc'), `@private:registry=${staged.registry.url}\n`);
    const without = await ctx.build(staged);
    const reasons = ctx.judge({ exit: 1, code: 'registry-unauthorized' }, without);
    fs.appendFileSync(path.join(staged.dir, '.npmrc'), `//${host}/:_authToken=\${OWN_TOKEN}\n`);
    const result = await ctx.build(staged, [], { env: { OWN_TOKEN: 'secret-token' } });
    if ((result.stdout + result.stderr).includes('secret-token')) reasons.push('the token was printed');
    return reasons.concat(ctx.judge({ exit: 0, hint: false }, result));
  },
};
