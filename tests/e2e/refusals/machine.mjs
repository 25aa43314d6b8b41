// A machine that fails in the middle of a build, or that others use at the same time.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runIngot } from '../lib/project.mjs';
import { sleep } from '../lib/sandbox.mjs';
import { buildUnder, runs } from './attempts.mjs';

// So many packages, of a size that takes a moment.
const many = (n) => ({ packages: Array.from({ length: n }, (_, i) => ({ name: `part-${i}`, files: { 'data.txt': `part ${i} `.repeat(20_000) } })) });

// Mounts a small tmpfs for as long as it is in use, or says why that is not possible here.
function mountSmall(dir, megabytes) {
  if (process.getuid() !== 0) return { skip: 'needs root to mount a small file system', [Symbol.dispose]() {} };
  fs.mkdirSync(dir, { recursive: true });
  const r = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', dir], { encoding: 'utf8' });
  const skip = r.status === 0 ? undefined : `cannot mount a small file system here: ${r.stderr.trim()}`;
  return { skip, [Symbol.dispose]() { if (!skip) spawnSync('umount', [dir]); } };
}

export const machine = {
  async 'a full disk under the output'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
    const dir = path.join(staged.home, 'small');
    using disk = mountSmall(dir, 20);
    if (disk.skip) return disk;
    const result = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', path.join(dir, 'app'), '--store', ctx.options.store], { cwd: ctx.scratch });
    const reasons = ctx.judge({ exit: 1, code: 'disk-full' }, result);
    if (fs.readdirSync(dir).length) reasons.push(`left behind: ${fs.readdirSync(dir)}`);
    return reasons;
  },

  async 'a full disk under the store'(ctx) {
    await using staged = await ctx.stage(many(20));
    const dir = path.join(staged.home, 'small');
    using disk = mountSmall(dir, 20);
    if (disk.skip) return disk;
    const result = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', staged.out, '--store', path.join(dir, 'store')], { cwd: ctx.scratch });
    return ctx.judge({ exit: 1, code: 'disk-full' }, result).concat(staged.leftBehind());
  },

  async 'a limit on the size of files'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
    const result = await buildUnder("trap '' XFSZ; ulimit -f 20000", ctx, staged);
    const reasons = ctx.judge({ exit: 1, code: 'file-unwritable|disk-full' }, result);
    return reasons.concat(staged.leftBehind());
  },

  async 'an output folder that nobody may write to'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
    const result = await runIngot(ctx.options.ingot, ['build', staged.dir, '-o', '/proc/app', '--store', ctx.options.store], { cwd: ctx.scratch });
    return ctx.judge({ exit: 1, code: 'file-unwritable' }, result);
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
      await using staged = await ctx.stage(many(40));
      const child = spawn(ctx.options.ingot, staged.args(), { cwd: ctx.scratch, stdio: 'ignore', detached: true });
      const ended = new Promise((resolve) => child.on('exit', resolve));
      await Promise.race([sleep(took * share), ended]);
      try { process.kill(-child.pid, 'SIGKILL'); } catch { /* it was faster than last time */ }
      await ended;
      if (fs.existsSync(staged.out)) reasons.push(...runs(staged.out).map((r) => `killed at ${share}, the output exists: ${r}`));
      const again = await ctx.build(staged);
      if (again.exit !== 0) reasons.push(`killed at ${share}, the next build fails: ${again.stderr}`);
      else reasons.push(...runs(staged.out).map((r) => `killed at ${share}, then built: ${r}`));
    }
    return reasons;
  },

  async 'two builds at once on one store'(ctx) {
    await using staged = await ctx.stage(many(30));
    const outs = ['one', 'two'].map((name) => path.join(path.dirname(staged.out), name));
    const results = await Promise.all(outs.map((out) =>
      runIngot(ctx.options.ingot, ['build', staged.dir, '-o', out, '--store', ctx.options.store], { cwd: ctx.scratch })));
    const reasons = results.flatMap((r) => ctx.judge({ exit: 0, hint: false }, r));
    if (reasons.length) return reasons;
    const [a, b] = outs.map((out) => createHash('sha256').update(fs.readFileSync(out)).digest('hex'));
    return (a === b ? [] : ['the two outputs differ']).concat(outs.flatMap(runs));
  },
};
