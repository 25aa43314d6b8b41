// Casts every application in cases/ and compares what the executable does with what node does on an ordinary
// install of the same lockfile: exit code, stdout, stderr, files, answers to requests.
//
// With --baseline the "executable" is a script that starts node on the install, which tests the cases and
// this runner without the tool. With --compact the executables are compact ones; all of them share a cache.
import fs from 'node:fs';
import path from 'node:path';
import { differences, makeNormaliser, unmet } from './lib/compare.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { baselineOf, buildArgs, copyProject, entryOf, runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { canMountReadOnly, hasTerminals, makeToolPath, readOnlyMount, runSandboxed, shellQuote } from './lib/sandbox.mjs';

const kVirtualRoot = '/dev/null/vfs/0';
const kCases = path.join(import.meta.dirname, 'cases');

const options = readOptions({ baseline: { type: 'boolean' }, compact: { type: 'boolean' }, verbose: { type: 'boolean' } });
const report = new Report();
const scratch = makeScratch(options.work, 'e2e');
const toolPath = makeToolPath(path.join(scratch, 'bin'));

// Casts the project from a copy that is gone before the executable runs.
async function cast(test, dir, baseline, entry) {
  const exe = path.join(scratch, `${test.name}.exe`);
  if (options.baseline) {
    const words = nodeWords(test, baseline, entry).map(shellQuote).join(' ');
    fs.writeFileSync(exe, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
    return { exe, reasons: [] };
  }
  const copy = path.join(scratch, test.name);
  let detail = '';
  copyProject(dir, copy);
  const words = [...buildArgs(test, copy, exe, options.store), ...(options.compact ? ['--compact=fast'] : [])];
  const build = await runIngot(options.ingot, words, { cwd: scratch });
  fs.rmSync(copy, { recursive: true, force: true });
  if (build.exit === 0 && test.traced) {
    const [, kept, all] = /(\d+) files of (\d+) traced/.exec(build.stdout.replaceAll(',', '')) ?? [];
    if (!(Number(kept) < Number(all))) return { exe, reasons: [`a trace leaves nothing out:\n${build.stdout}`] };
    detail = `${kept} of ${all} files`;
  }
  if (build.exit !== 0) return { exe, reasons: [`ingot build: exit ${build.exit}\n${build.stderr}${build.stdout}`] };
  const verified = await runIngot(options.ingot, ['verify', exe], { cwd: scratch });
  if (verified.exit !== 0) return { exe, reasons: [`ingot verify: exit ${verified.exit}\n${verified.stderr}`] };
  return { exe, reasons: [], detail };
}

function normaliserFor(result, program, root, test, run) {
  const names = [[root, '<APP>'], [program, '<EXEC>'], [result.dirs.work, '<WORK>'], [result.dirs.home, '<HOME>'],
    [result.dirs.tmp, '<TMP>']];
  if (result.port) names.push([`:${result.port}`, ':<PORT>'], [String(result.port), '<PORT>']);
  return makeNormaliser(names, [...(test.normalize ?? []), ...(run.normalize ?? [])]);
}

// The words that run node on the install; with `readOnly` on a disk that is mounted read-only, as the embedded files are.
function nodeWords(test, baseline, entry) {
  const words = [process.execPath, path.join(baseline, entry)];
  return test.readOnly ? readOnlyMount(baseline, words) : words;
}

// A child that is given another home unpacks Node.js there, in folders that node on an install has no use for.
function forgetRuntimes({ changed }) {
  const names = [...changed.keys()].sort();
  const runtimes = names.find((name) => /(^|\/)ingot\/runtimes$/.test(name));
  for (const name of runtimes ? names : [])
    if (`${name}/`.startsWith(`${runtimes}/`) || `${runtimes}/`.startsWith(`${name}/`)) changed.delete(name);
}

async function compareRun(test, run, dir, baseline, entry, exe) {
  const env = options.compact ? { INGOT_CACHE: path.join(scratch, 'cache'), ...run.env } : run.env;
  const common = { run: { ...run, env }, given: path.join(dir, 'work'), root: scratch, toolPath };
  const [expected, actual] = await Promise.all([
    runSandboxed({ ...common, argv: nodeWords(test, baseline, entry) }),
    runSandboxed({ ...common, argv: [exe] }),
  ]);
  if (options.compact) forgetRuntimes(actual);
  const broken = unmet(expected, run);
  if (broken.length) return broken.map((x) => `the baseline itself: ${x}`).concat(expected.stderr.slice(0, 2000));
  const program = options.baseline ? process.execPath : exe;
  const root = options.baseline ? baseline : kVirtualRoot;
  const found = differences(
    { result: expected, normalise: normaliserFor(expected, process.execPath, baseline, test, run) },
    { result: actual, normalise: normaliserFor(actual, program, root, test, run) }, run);
  if (found.length) found.push(`stderr of the executable: ${actual.stderr.slice(0, options.verbose ? 20_000 : 1000)}`);
  return found;
}

async function runCase(folder) {
  const dir = path.join(kCases, folder);
  const test = { name: folder, ...JSON.parse(fs.readFileSync(path.join(dir, 'case.json'), 'utf8')) };
  const { traced, ...plain } = test;
  if (traced !== 'only') await runVariant(plain, dir, folder);
  if (!traced || options.baseline) return;
  await runVariant({ ...test, name: `${folder}-traced`, build: [...test.build ?? [], '--trace'] }, dir, folder);
}

async function runVariant(test, dir, folder) {
  const { name } = test;
  if (test.readOnly && !canMountReadOnly()) return void report.skip(name, 'nothing can be mounted read-only here');
  const baseline = baselineOf(folder, dir, options);
  const entry = entryOf(test, baseline);
  const { exe, reasons, detail } = await cast(test, dir, baseline, entry);
  report.settle(`${name}: casts`, reasons, detail);
  if (reasons.length) return;
  for (const run of test.runs) {
    if (run.terminal && !hasTerminals()) {
      report.skip(`${name}: ${run.name}`, 'there is no script(1) to make a terminal');
      continue;
    }
    report.settle(`${name}: ${run.name}`, await compareRun(test, run, dir, baseline, entry, exe));
  }
  fs.rmSync(exe, { force: true });
}

for (const name of fs.readdirSync(kCases).sort()) {
  if (!options.matches(name)) continue;
  try {
    await runCase(name);
  } catch (e) {
    report.fail(name, [e.stack]);
  }
}
report.close();
