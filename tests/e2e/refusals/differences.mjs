// What `ingot diff` says of builds that differ in one thing, and of files that it cannot look into.
import fs from 'node:fs';
import path from 'node:path';
import { runIngot } from '../lib/project.mjs';

const packages = (version) => [{ name: 'alpha', version, manifest: { license: 'MIT' }, files: { 'LICENSE': 'the licence of alpha\n' } }, { name: 'beta', version: '2.0.0' }];
const kBase = { packages: packages('1.0.0'), files: { 'main.js': "console.log('whole');\n", 'part.js': 'exports.part = 1;\n' } };

// Each: what is changed, and a difference that has to be among those that are told.
const kChanges = {
  'one file': { description: { ...kBase, files: { ...kBase.files, 'part.js': 'exports.part = 2;\n' } }, kind: 'file', name: 'part.js' },
  'one file, by its code cache': { description: { ...kBase, files: { ...kBase.files, 'part.js': 'exports.part = () => 2;\n' } }, kind: 'code cache', name: 'part.js' },
  'one package': { description: { ...kBase, packages: packages('1.1.0') }, kind: 'package', name: 'node_modules/alpha' },
  'one option': { description: kBase, args: ['--node-options', 'env'], kind: 'option', name: 'nodeOptions' },
  'the notices inside': { description: kBase, args: ['--notices'], kind: 'file', name: 'THIRD-PARTY-NOTICES.txt' },
  'the target': { description: kBase, args: ['--target', 'linux-arm64'], kind: 'target', name: 'target' },
};

async function diff(ctx, a, b) {
  const r = await runIngot(ctx.options.ingot, ['diff', a, b, '--json'], { cwd: ctx.scratch });
  return { exit: r.exit, answer: JSON.parse(r.stdout) };
}

export const differences = {
  async 'builds that differ in one thing are told apart by it'(ctx) {
    const base = await ctx.stage(kBase);
    const reasons = [], opened = [base];
    try {
      const built = await ctx.build(base);
      if (built.exit !== 0) return [built.stderr];
      const same = await diff(ctx, base.out, base.out);
      if (same.exit !== 0 || !same.answer.equal) reasons.push('a file differs from itself');
      for (const [what, change] of Object.entries(kChanges)) {
        const staged = await ctx.stage(change.description);
        opened.push(staged);
        const result = await ctx.build(staged, change.args);
        if (result.exit !== 0) { reasons.push(`${what}: ${result.stderr}`); continue; }
        const { exit, answer } = await diff(ctx, base.out, staged.out);
        if (exit !== 1) reasons.push(`${what}: exit ${exit}`);
        if (!answer.differences.some((d) => d.kind === change.kind && d.name === change.name)) reasons.push(`${what}: not among ${answer.differences.map((d) => `${d.kind} ${d.name}`).join(', ')}`);
      }
      const text = path.join(base.home, 'text');
      fs.writeFileSync(text, 'no executable');
      for (const other of [text, path.join(base.home, 'nothing')]) {
        const { exit } = await diff(ctx, base.out, other);
        if (exit !== 2) reasons.push(`${other}: exit ${exit}, not 2`);
      }
      return reasons;
    } finally {
      for (const staged of opened) await staged.close();
    }
  },

  async 'licences are listed, collected and refused'(ctx) {
    await using staged = await ctx.stage(kBase);
    const reasons = [];
    const licenses = (more) => runIngot(ctx.options.ingot, ['licenses', ...more, '--store', ctx.options.store], { cwd: ctx.scratch });
    const built = await ctx.build(staged);
    if (built.exit !== 0) return [built.stderr];
    for (const of of [staged.dir, staged.out]) {
      const listed = await licenses([of, '--json']);
      const alpha = JSON.parse(listed.stdout).packages?.find((p) => p.name === 'alpha');
      if (alpha?.expression !== 'MIT' || alpha.files[0] !== 'node_modules/alpha/LICENSE') reasons.push(`alpha is ${JSON.stringify(alpha)}`);
      const collected = path.join(staged.home, 'notices');
      const r = await licenses([of, '-o', collected]);
      const text = r.exit === 0 ? fs.readFileSync(collected, 'utf8') : r.stderr;
      for (const part of ['the licence of alpha', 'Node.js is licensed for use as follows']) if (!text.includes(part)) reasons.push(`no '${part}' in ${text.slice(0, 500)}`);
      reasons.push(...ctx.judge({ exit: 1, code: 'license-refused', says: 'beta' }, await licenses([of, '--allow', 'MIT'])));
      reasons.push(...ctx.judge({ exit: 0, hint: false }, await licenses([of, '--allow', 'MIT OR ISC', '--allow', 'NOASSERTION'])));
      reasons.push(...ctx.judge({ exit: 2, code: 'license-expression', says: 'Apache 2' }, await licenses([of, '--deny', 'Apache 2'])));
    }
    return reasons;
  },
};
