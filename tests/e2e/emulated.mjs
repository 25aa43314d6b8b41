// Casts applications for the targets that this machine can only emulate, and compares what the executable does with
// what that target's own node does on an ordinary install, under the same emulator: linux-arm64 under qemu,
// win-x64 under wine. Each run also proves that V8 took the code caches made for that target: none was rejected.
//
// The applications are those of cases/. emulated.json says which runs take part (a minute of them; with --all every
// run there is), which cannot, and why, which V8 options keep from any cache, and which an install made here cannot do
// (npm writes a package's commands for the system it runs on): those are judged by what the case expects. With --corpus
// DIR they are the corpus's (lib/corpus.mjs), of which emulated.json names the impossible ones as well. A machine without
// an emulator skips its target, and says so. With --compact the executables are compact ones, which share a cache.
import fs from 'node:fs';
import path from 'node:path';
import { kNoLoader } from './lib/compact_sample.mjs';
import { differences, makeNormaliser, unmet } from './lib/compare.mjs';
import { corpusApplications } from './lib/corpus.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { baselineOf, buildArgs, copyProject, entryOf, runIngot } from './lib/project.mjs';
import { prepareQemu } from './lib/qemu.mjs';
import { Report } from './lib/report.mjs';
import { makeToolPath, runSandboxed } from './lib/sandbox.mjs';
import { prepareWine, windowsPath } from './lib/wine.mjs';

const kCases = path.join(import.meta.dirname, 'cases');
const kPlan = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'emulated.json'), 'utf8'));
const kTargets = {
  'linux-arm64': { prepare: prepareQemu, os: 'linux', cpu: 'arm64', program: 'node', root: '/dev/null/vfs/0', native: (file) => file },
  'win-x64': { prepare: prepareWine, os: 'win32', cpu: 'x64', program: 'node.exe', root: 'C:\\NUL\\vfs\\0', native: windowsPath },
};

const kPatience = 300; // seconds: an emulated compiler takes its time

const options = readOptions({ all: { type: 'boolean' }, compact: { type: 'boolean' }, corpus: { type: 'string' }, target: { type: 'string', multiple: true }, verbose: { type: 'boolean' } });
const report = new Report();
const scratch = makeScratch(options.work, 'emulated');
const toolPath = makeToolPath(path.join(scratch, 'bin'));

// The target's own node, under its own name: the template that ingot has put into its store.
async function nodeOf(name, target) {
  const { stdout } = await runIngot(options.ingot, ['targets', '--json'], { cwd: scratch });
  const digest = JSON.parse(stdout).targets.find((pin) => pin.target === name).binarySha256;
  const node = path.join(scratch, name, target.program);
  fs.mkdirSync(path.dirname(node));
  fs.copyFileSync(path.join(options.store, 'derived/template', digest.slice(0, 2), digest.slice(2)), node);
  fs.chmodSync(node, 0o755);
  return node;
}

// Whether a program sees its paths with slashes, backslashes, or backslashes inside a JavaScript string.
function spellings(file, placeholder) {
  const forms = new Set([file, file.replaceAll('\\', '/'), file.replaceAll('\\', '\\\\'), file.replaceAll('\\', '\\\\\\\\')]);
  return [...forms].map((form) => [form, placeholder]);
}

function normaliserFor(target, result, program, root, test, run) {
  const { native } = target;
  const names = [[root, '<APP>'], [native(program), '<EXEC>'], [native(result.dirs.work), '<WORK>'], [native(result.dirs.home), '<HOME>'],
    [native(result.dirs.tmp), '<TMP>']].flatMap(([file, placeholder]) => spellings(file, placeholder));
  if (result.port) names.push([`:${result.port}`, ':<PORT>'], [String(result.port), '<PORT>']);
  return makeNormaliser(names, [...(test.normalize ?? []), ...(run.normalize ?? [])]);
}

// Takes the runtime's own report out of what a run wrote: one line for each process.
function takeCounts(result) {
  const counts = { processes: 0, accepted: 0, rejected: 0 };
  result.stderr = result.stderr.replace(/^INGOT \d+: (.*)\r?\n/gm, (line, json) => {
    const { cacheAccepted, cacheRejected } = JSON.parse(json);
    counts.processes++;
    counts.accepted += cacheAccepted;
    counts.rejected += cacheRejected;
    return '';
  });
  return counts;
}

// Node prints what it dies of with the ends of lines that Windows has; and wine's services write to the stderr
// of a program that they are started for.
function tidy(result) {
  result.stderr = result.stderr.replaceAll('\r\n', '\n').replace(/^wine: .*\n/gm, '');
}

function forgetFiles(result, patterns) {
  for (const name of result.changed.keys()) if (patterns.some((pattern) => new RegExp(pattern).test(name))) result.changed.delete(name);
}

// A server on Windows has no signal to end by, so there its end says nothing.
function forgetEnd(result) {
  Object.assign(result, { exit: 0, stdout: '', stderr: '' });
}

const total = { processes: 0, accepted: 0, rejected: 0 };

// The runtime's report of code caches is text on stderr, which a program may show of its children, and an emulated machine
// is slow enough to change the order of things that happen at once: a run that differs is made once more, without it.
async function compareRun(target, emulator, test, run, { given, baseline, entry, exe, node, keepsCaches, isAlone }) {
  const start = (env, ...words) => runSandboxed({ given, root: scratch, toolPath, argv: [...emulator.command, ...words],
    run: { ...run, timeout: kPatience, server: run.server && { ...run.server, patience: kPatience }, env: { ...(options.compact && { INGOT_CACHE: path.join(scratch, 'cache') }), ...run.env, ...env } } });
  if (isAlone) return { found: unmet(await start({}, exe), run) };
  const startBoth = (env) => Promise.all([start({}, node, target.native(path.join(baseline, entry))), start(env, exe)]);
  const compare = ([expected, actual]) => {
    [expected, actual].forEach((result) => forgetFiles(result, run.ignoreFiles ?? []));
    if (target.os === 'win32') [expected, actual].forEach(tidy);
    if (run.server && target.os === 'win32') [expected, actual].forEach(forgetEnd);
    const found = differences(
      { result: expected, normalise: normaliserFor(target, expected, node, target.native(baseline), test, run) },
      { result: actual, normalise: normaliserFor(target, actual, exe, target.root, test, run) }, run);
    if (found.length) found.push(`stderr of the executable: ${actual.stderr.slice(0, options.verbose ? 20_000 : 1000)}`);
    return found;
  };
  let both = await startBoth({ NODE_DEBUG: 'ingot' });
  const counts = takeCounts(both[1]);
  let found = compare(both);
  if (found.length) {
    both = await startBoth({});
    found = compare(both);
  }
  if (keepsCaches && counts.rejected > 0) found.push(`${counts.rejected} code caches were rejected`);
  total.processes += counts.processes;
  total.accepted += counts.accepted;
  if (keepsCaches) total.rejected += counts.rejected;
  const wanted = run.server && target.os === 'win32' ? { ...run, stdoutHas: [] } : run;
  return { found, broken: unmet(both[0], wanted), stderr: both[0].stderr };
}

async function cast(name, { name: caseName, dir, test }) {
  const exe = path.join(scratch, `${caseName}-${name}.exe`);
  const copy = path.join(scratch, `${caseName}-${name}`);
  copyProject(dir, copy);
  const build = await runIngot(options.ingot, [...buildArgs(test, copy, exe, options.store), '--target', name, ...(options.compact ? ['--compact=fast'] : [])], { cwd: scratch });
  fs.rmSync(copy, { recursive: true, force: true });
  if (build.exit !== 0 && kNoLoader.test(build.stderr)) return { exe, without: 'this ingot was built without the loader for that target' };
  return { exe, reasons: build.exit === 0 ? [] : [`ingot build: exit ${build.exit}\n${build.stderr}${build.stdout}`] };
}

// A node that does not do under the emulator what the case expects is no measure of anything, unless the executable does
// the same.
function settle(title, { found, broken = [], stderr }) {
  if (!broken.length || !options.all) {
    report.settle(title, broken.length ? broken.map((x) => `node itself, emulated: ${x}`).concat(stderr.slice(0, 2000)) : found);
  } else if (found.length) {
    report.fail(title, [...broken.map((x) => `node itself, emulated: ${x}`), ...found]);
  } else {
    report.skip(title, `as node does here, which is not what the case expects: ${broken[0]}`);
  }
}

async function runCase(name, target, emulator, application, chosen, impossible) {
  const { name: caseName, dir, test } = application;
  const { exe, reasons, without } = await cast(name, application);
  if (without) return report.skipAll(`${name}: ${caseName}`, without);
  if (reasons.length) return report.fail(`${name}: ${caseName}: casts`, reasons);
  emulator.node ??= await nodeOf(name, target);
  const baseline = baselineOf(caseName, dir, { ...options, os: target.os, cpu: target.cpu });
  const entry = entryOf(test, baseline);
  for (const run of test.runs) {
    const title = `${name}: ${caseName}: ${run.name}`;
    if (!options.all && !isAmong(chosen, run)) continue;
    if (run.signal && target.os === 'win32') report.skip(title, 'Windows sends no signals');
    else if (impossible[run.name]) report.skip(title, impossible[run.name]);
    else settle(title, await compareRun(target, emulator, test, run,
      { given: path.join(dir, 'work'), baseline, entry, exe, node: emulator.node,
        keepsCaches: !isAmong(kPlan.otherFlags[caseName], run), isAlone: isAmong(kPlan[name].alone?.[caseName], run) }));
  }
  fs.rmSync(exe, { force: true });
}

// `names`: of runs, or true for all.
const isAmong = (names, run) => names === true || names?.includes(run.name);

function applicationsOf(name) {
  if (options.corpus) return corpusApplications(options.corpus);
  const names = options.all ? fs.readdirSync(kCases).sort() : Object.keys(kPlan[name].quick);
  return names.map((caseName) => {
    const dir = path.join(kCases, caseName);
    return { name: caseName, dir, test: { name: caseName, ...JSON.parse(fs.readFileSync(path.join(dir, 'case.json'), 'utf8')) } };
  });
}

async function runTarget(name) {
  const target = kTargets[name];
  const { quick, impossible } = options.corpus ? { quick: {}, impossible: kPlan[name].corpus } : kPlan[name];
  const emulator = target.prepare(path.join(options.work, name === 'win-x64' ? 'wine' : 'qemu'));
  if (emulator.why) return report.skipAll(name, emulator.why);
  try {
    for (const application of applicationsOf(name)) {
      const caseName = application.name;
      if (!options.matches(caseName)) continue;
      if (typeof impossible[caseName] === 'string') {
        report.skip(`${name}: ${caseName}`, impossible[caseName]);
        continue;
      }
      try {
        await runCase(name, target, emulator, application, quick[caseName] ?? [], impossible[caseName] ?? {});
      } catch (e) {
        report.fail(`${name}: ${caseName}`, [e.stack]);
      }
    }
  } finally {
    emulator.stop();
  }
}

options.all ||= options.corpus !== undefined;
const wanted = options.target ?? Object.keys(kTargets);
const unknown = wanted.find((name) => !kTargets[name]);
if (unknown) {
  console.error(`no emulator for ${unknown}: ${Object.keys(kTargets).join(', ')}`);
  process.exit(2);
}
await Promise.all(wanted.map(runTarget));
console.log(`${total.accepted} code caches accepted by ${total.processes} emulated processes, ${total.rejected} rejected`);
if (total.processes > 0 && total.accepted === 0) report.fail('code caches', ['none was accepted']);
report.close();
