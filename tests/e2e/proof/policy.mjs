// Policies of projects: what breaks one is refused by `ingot build` and `ingot verify DIR` alike, with the package and
// the way to it, before anything is cast.
import fs from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge.mjs';

// app > alpha > beta
const kPackages = [
  { name: 'alpha', locked: { dependencies: { beta: '1.0.0' } } },
  { name: 'beta', group: '' },
];
const withBeta = (beta) => ({ packages: [kPackages[0], { ...kPackages[1], ...beta }] });
const kWay = 'by way of refusal@1.0.0 > alpha@1.0.0 > beta@1.0.0';
const kDay = 86_400_000;

function setPolicy(staged, policy) {
  fs.writeFileSync(path.join(staged.dir, 'ingot.json'), JSON.stringify({ policy }));
}

// Both commands have to say the same; `says` besides the package and the way to it.
async function refusedByBoth({ build, ingot, options }, staged, code, says = []) {
  const expected = { exit: 1, code: `error\\[${code}\\]`, says: ['beta@1.0.0', kWay, ...says] };
  const reasons = judge(expected, await build(staged)).map((r) => `build: ${r}`);
  reasons.push(...judge(expected, await ingot(['verify', staged.dir, '--store', options.store])).map((r) => `verify: ${r}`));
  reasons.push(...staged.leftBehind());
  return reasons;
}

// One project and one policy that it breaks, but not when `mended`.
const broken = (description, policy, code, mended) => async (ctx) => {
  const staged = await ctx.stage(description);
  setPolicy(staged, policy);
  const reasons = await refusedByBoth(ctx, staged, code);
  setPolicy(staged, mended);
  reasons.push(...judge({ exit: 0, hint: false }, await ctx.build(staged)).map((r) => `mended: ${r}`));
  await staged.close();
  return reasons;
};

// The registry's documents of all packages, published at these times.
function publish(staged, times) {
  for (const [name, time] of Object.entries(times)) {
    staged.tarballs.set(name, Buffer.from(JSON.stringify({ name, versions: {}, time: { created: time, '1.0.0': time } })));
  }
}

export const policy = {
  'a denied package is refused, another version of it is not': broken(withBeta({}), { deny: ['beta@<2'] }, 'policy-denied', { deny: ['beta@>=2', 'bet'] }),

  'a package of another registry than the allowed ones is refused': broken(withBeta({}),
    { registries: ['https://registry.example.org/'] }, 'policy-registry', { registries: [] }),

  'a package that is proved by sha1 only is refused': broken(withBeta({ weak: true }), { noSha1: true }, 'policy-sha1', { noSha1: false }),

  'an install script is refused, when the lockfile tells of it': broken(
    withBeta({ manifest: { scripts: { postinstall: 'node index.js' } }, locked: { hasInstallScript: true } }),
    { noInstallScripts: true }, 'policy-install-script', {}),

  'an install script is refused, when only the package tells of it': broken(
    withBeta({ manifest: { scripts: { postinstall: 'node index.js' } } }), { noInstallScripts: true }, 'policy-install-script', {}),

  async 'a package from git is refused, and so is a policy that cannot be read'(ctx) {
    const staged = await ctx.stage({ ...withBeta({}), edits: [
      { file: 'package-lock.json', set: ['packages', 'node_modules/beta', 'resolved'], to: `git+ssh://git@git.example.org/beta.git#${'0'.repeat(40)}` },
      { file: 'package-lock.json', unset: ['packages', 'node_modules/beta', 'integrity'] }] });
    setPolicy(staged, { noGit: true });
    const reasons = await refusedByBoth(ctx, staged, 'policy-git');
    setPolicy(staged, { noGitt: true });
    reasons.push(...judge({ exit: 1, code: 'config-key-unknown', says: 'noGit' }, await ctx.build(staged)));
    await staged.close();
    return reasons;
  },

  async 'a version that was published too lately is refused, and so is one of unknown age'(ctx) {
    const staged = await ctx.stage(withBeta({}));
    setPolicy(staged, { minimumAgeDays: 7 });
    const daysAgo = (days) => new Date(Date.now() - days * kDay).toISOString();
    const expected = (code, more) => ({ exit: 1, code, says: 'beta', ...more });
    const build = (more) => ctx.build(staged, more);
    const reasons = [];
    const judged = (what, ...args) => reasons.push(...judge(...args).map((r) => `${what}: ${r}`));
    judged('no document', expected('registry-not-found', { says: 'alpha' }), await build());
    judged('offline', expected('policy-age-unknown', { says: [kWay, 'offline'] }), await build(['--offline']));
    publish(staged, { alpha: daysAgo(30), beta: 'yesterday' });
    judged('no time', expected('policy-age-unknown', { says: [kWay, 'the registry does not say'] }), await build());
    publish(staged, { beta: daysAgo(2) });
    judged('young', expected('policy-age', { says: [kWay, '2 days ago', 'wants 7'] }), await build());
    judged('young, as it was remembered', expected('policy-age', { says: kWay }), await build(['--offline']));
    setPolicy(staged, { minimumAgeDays: 1 });
    judged('old enough', { exit: 0, hint: false }, await build());
    await staged.registry.close();
    judged('old enough, offline', { exit: 0, hint: false }, await build(['--offline']));
    await staged.close();
    return reasons;
  },

  async 'a development package breaks a policy only where it is used'(ctx) {
    const staged = await ctx.stage({ packages: [{ name: 'alpha' }, { name: 'tool', group: 'devDependencies', locked: { dev: true } }] });
    setPolicy(staged, { deny: ['tool'] });
    const reasons = judge({ exit: 0, hint: false }, await ctx.build(staged));
    reasons.push(...judge({ exit: 1, code: 'policy-denied', says: 'by way of refusal@1.0.0 > tool@1.0.0' },
      await ctx.ingot(['verify', staged.dir, '--store', ctx.options.store])));
    await staged.close();
    return reasons;
  },
};
