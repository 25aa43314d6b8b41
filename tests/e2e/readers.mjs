// The lockfiles of pnpm and yarn in the shared test data and those that the part `managers` had made, as they are read
// here and as the package managers' own readers read them: every package that has a place is one of theirs, with their
// version and digest, and every dependency leads to the one that theirs leads to. The readers are those of tests/tools/readers, pinned.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeScratch, readOptions } from './lib/options.mjs';
import { Report } from './lib/report.mjs';
import { installTools } from './lib/tools.mjs';
import { comparePatches } from './readers/patches.mjs';

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'readers');
const probe = path.join(path.dirname(options.ingot), 'tests/differential/lockfiles/lockfile_probe');
const corpora = path.resolve(import.meta.dirname, '../../../shared/corpora/scalibr-lockfiles');

const versionOf = (file) => /^(?:lockfileVersion: |  version: |# yarn lockfile v)'?([\d.]+)/m.exec(fs.readFileSync(file, 'utf8'))?.[1];

// pnpm's reader of the release that wrote such lockfiles: that of pnpm 7 (5.x), 8 (6.0) or 9 (9.0).
function pnpmReader(require, folder) {
  const version = versionOf(path.join(folder, 'pnpm-lock.yaml'))?.[0];
  const tools = version === '5' ? requireOld : require;
  const name = version === '6' ? 'lockfile-file-8' : '@pnpm/lockfile-file';
  const paths = createRequire(tools.resolve(name));
  return { ...tools(name), ...version === '5' ? tools('dependency-path') : paths('@pnpm/dependency-path') };
}

// Each reading: `packages`, a list of { name, version, digest, needs }, where `needs` is by name what a dependency
// leads to, as "name@version"; and `roots`, what a package.json has to ask for so that all of it is reached.
const readings = {
  async pnpm(require, folder) {
    const { readWantedLockfile, refToRelative, parse } = pnpmReader(require, folder);
    const lockfile = await readWantedLockfile(folder, { ignoreIncompatible: false });
    const identity = (key) => {
      const entry = lockfile.packages[key];
      // What is no registry's says so itself; old readers know no other names.
      const { name, version } = entry?.name && entry.version ? entry : parse(key);
      return `${entry?.name ?? name}@${entry?.version ?? version}`;
    };
    return { packages: Object.entries(lockfile?.packages ?? {}).map(([key, entry]) => {
      const needs = {};
      for (const [name, ref] of Object.entries({ ...entry.dependencies, ...entry.optionalDependencies })) {
        const target = refToRelative(ref, name);
        if (target) needs[name] = identity(target);
      }
      return { id: identity(key), digest: entry.resolution.integrity ?? '', needs };
    }) };
  },
  async yarn(require, folder) {
    const { parse } = require('@yarnpkg/lockfile');
    const entries = parse(fs.readFileSync(path.join(folder, 'yarn.lock'), 'utf8')).object;
    const nameOf = (pattern) => /^(@?[^@]+)@(?:npm:(@?[^@]+))?/.exec(pattern)?.slice(1).findLast(Boolean);
    const identity = (pattern) => `${nameOf(pattern)}@${entries[pattern]?.version}`;
    const roots = {};
    for (const pattern of Object.keys(entries)) roots[/^@?[^@]+/.exec(pattern)[0]] ??= pattern.slice(pattern.indexOf('@', 1) + 1);
    return { roots, packages: Object.entries(entries).map(([pattern, entry]) => ({ id: identity(pattern), digest: entry.integrity ?? '',
      needs: Object.fromEntries(Object.entries({ ...entry.dependencies, ...entry.optionalDependencies }).map(([name, range]) => [name, identity(`${name}@${range}`)])) })) };
  },
  async berry(require, folder) {
    const { Configuration, Project, structUtils } = require('@yarnpkg/core');
    const { npath } = createRequire(require.resolve('@yarnpkg/core'))('@yarnpkg/fslib');
    const place = npath.toPortablePath(folder);
    const { project } = await Project.find(Configuration.create(place, place, new Map()), place);
    const identity = (p) => `${structUtils.stringifyIdent(p)}@${p.version}`;
    const lead = (descriptor) => project.originalPackages.get(project.storedResolutions.get(descriptor.descriptorHash));
    return { packages: [...project.originalPackages.values()].map((p) => ({ id: identity(p), digest: (project.storedChecksums.get(p.locatorHash) ?? '').split('/').pop(),
      needs: Object.fromEntries([...p.dependencies.values()].filter(lead).map((d) => [structUtils.stringifyIdent(d), identity(lead(d))])) })) };
  },
};

// Ours against one of theirs of the same identity: the edges that both have are equal.
function compare(kind, ours, theirs) {
  const byPath = new Map(ours.packages.map((p) => [p.path, p]));
  const counts = { packages: 0, edges: 0 }, reasons = [];
  for (const own of ours.packages) {
    if (own.link || ['project', 'directory'].includes(own.source)) continue;
    const same = theirs.filter((p) => p.id === `${own.name}@${own.version}`);
    const label = `${own.name}@${own.version}`;
    if (!same.length) reasons.push(`${label} is none of theirs`);
    else if (!same.some((p) => !p.digest || !own.proof || own.proof.split(' ').includes(p.digest))) reasons.push(`${label}: another digest`);
    counts.packages++;
    // Folders of the user have no version there, and peers that somebody provides are no dependencies in yarn's file.
    const packageAt = (to) => byPath.get(to);
    const edges = Object.entries(own.needs).filter(([name, to]) => to !== null && packageAt(to).source !== 'directory' && packageAt(to).source !== 'project' &&
      same.some((p) => kind === 'pnpm' || name in p.needs)).map(([name, to]) => [name, `${packageAt(to).name}@${packageAt(to).version}`]);
    if (same.length && !same.some((p) => edges.every(([name, id]) => p.needs[name] === id)))
      reasons.push(`${label}: dependencies lead elsewhere: ${edges.join(' ')}; ${same.map((p) => JSON.stringify(p.needs)).join(' ')}`);
    counts.edges += edges.length;
  }
  return { counts, reasons };
}

// `file`: a lockfile that stands alone.
function laidOut(file, lockName) {
  const folder = path.join(scratch, path.basename(file));
  fs.mkdirSync(folder, { recursive: true });
  fs.copyFileSync(file, path.join(folder, lockName));
  fs.writeFileSync(path.join(folder, 'package.json'), '{}');
  return folder;
}

async function checkFolder(require, kind, folder, isWhole) {
  let theirs;
  try {
    theirs = await readings[kind](require, folder);
  } catch (e) {
    return { skipped: `their reader refuses it: ${e.message.split('\n')[0]}` };
  }
  if (!isWhole) fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ dependencies: theirs.roots }));
  const r = spawnSync(probe, [folder], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const ours = JSON.parse(r.stdout);
  return ours.error ? { skipped: `refused here: ${ours.error}` } : compare(kind, ours, theirs.packages);
}

const kindOf = (file) => (path.extname(file) === '.yaml' ? 'pnpm' : fs.readFileSync(file, 'utf8').includes('\n__metadata:') ? 'berry' : 'yarn');

// `lockfiles`: of each its name, its folder and what it is called there; `isWhole`: with its package.json.
async function checkAll(require, title, lockfiles, isWhole) {
  const sum = { files: 0, packages: 0, edges: 0, skipped: 0 }, reasons = [], versions = {};
  for (const [name, folder, lockName] of lockfiles) {
    const result = await checkFolder(require, kindOf(path.join(folder, lockName)), folder, isWhole);
    if (result.skipped) { sum.skipped++; continue; }
    reasons.push(...result.reasons.map((reason) => `${name}: ${reason}`));
    sum.files++;
    const kind = `${kindOf(path.join(folder, lockName))} ${versionOf(path.join(folder, lockName))}`;
    versions[kind] = (versions[kind] ?? 0) + 1;
    for (const key of ['packages', 'edges']) sum[key] += result.counts[key];
  }
  if (sum.packages === 0) reasons.push('nothing was compared');
  report.settle(`${title}: our reading is the package managers'`, reasons,
    `${sum.files} files (${Object.entries(versions).sort().map(([kind, n]) => `${kind}: ${n}`).join(', ')}), ${sum.packages} packages and ${sum.edges} dependencies compared, ${sum.skipped} files refused by one side`);
}

const home = installTools('readers', options);
const require = createRequire(path.join(home, 'package.json'));
const requireOld = createRequire(path.join(installTools('readers-5', options), 'package.json'));
for (const [folder, lockName] of [['pnpmlock', 'pnpm-lock.yaml'], ['yarnlock', 'yarn.lock']]) {
  const at = path.join(corpora, folder);
  if (!fs.existsSync(at)) report.skip(folder, 'the folder of shared test data is not here');
  else await checkAll(require, folder, fs.readdirSync(at).sort().map((name) => [name, laidOut(path.join(at, name), lockName), lockName]), false);
}
// The part `managers` leaves them.
const fresh = path.join(options.work, 'managers-locks');
const lockNameIn = (folder) => ['pnpm-lock.yaml', 'yarn.lock'].find((name) => fs.existsSync(path.join(folder, name)));
const locked = fs.existsSync(fresh) ? fs.readdirSync(fresh).sort().map((name) => [name, path.join(fresh, name), lockNameIn(path.join(fresh, name))]).filter(([, , lockName]) => lockName) : [];
if (!locked.length) report.skip('fresh lockfiles', 'the part managers was not run before');
else await checkAll(require, 'fresh lockfiles', locked, true);
await comparePatches({ home, probe: path.join(path.dirname(options.ingot), 'tests/differential/patches/patch_probe'), scratch, report });
report.close();
