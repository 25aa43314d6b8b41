// What ingot must refuse, and what it must survive: each bad input of refusals/cases.json ends with its exit code
// and its error code, leaves nothing where the output would have been, and leaves the store fit for the next
// build. Inputs of refusals/accepted.json only look bad: they are cast, and what is cast runs. Bad circumstances that are no single input (a full disk, a kill, two builds at once) are in
// refusals/scenarios.mjs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { judge } from './lib/judge.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { makeStage } from './lib/stage.mjs';
import { scenarios } from './refusals/scenarios.mjs';

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'refusals');
const salt = `${process.pid}-${Date.now()}`;
const readCases = (name) => JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'refusals', name), 'utf8'));
const stage = makeStage({ scratch, store: options.store, salt });

const build = (staged, more, extra) => runIngot(options.ingot, staged.args(more), { cwd: scratch, ...extra });

function runExecutable(expected, staged) {
  const r = spawnSync(staged.out, [], { encoding: 'utf8', env: { PATH: '/nonexistent' }, timeout: 30_000 });
  return r.status === 0 && r.stdout.trim() === expected.prints ? [] : [`the executable prints ${r.stdout}${r.stderr}, not ${expected.prints}`];
}

async function settleCase(expected) {
  const staged = await stage(expected);
  try {
    const result = await build(staged, expected.args);
    const reasons = judge(expected, result);
    if (expected.exit === 0) reasons.push(...runExecutable(expected, staged));
    else reasons.push(...staged.leftBehind());
    if (expected.requests !== undefined && staged.registry.asked.length !== expected.requests) {
      reasons.push(`asked the registry ${staged.registry.asked.length} times, not ${expected.requests}`);
    }
    return reasons;
  } finally {
    await staged.close();
  }
}

async function attempt(name, body) {
  if (!options.matches(name)) return;
  try {
    const outcome = await body();
    if (outcome?.skip) report.skip(name, outcome.skip);
    else report.settle(name, outcome ?? []);
  } catch (e) {
    report.fail(name, [e.stack]);
  }
}

const sound = { packages: [{ name: 'alpha' }, { name: '@scope/beta', version: '2.1.0' }] };
const reference = await stage(sound);
const first = await build(reference);
await attempt('a sound project is cast', async () => judge({ exit: 0, hint: false }, first));
const sealed = first.exit === 0 ? fs.readFileSync(reference.out) : undefined;

for (const expected of readCases('cases.json')) await attempt(expected.name, () => settleCase(expected));
for (const expected of readCases('accepted.json')) {
  await attempt(`accepted: ${expected.name}`, () => settleCase({ exit: 0, hint: false, ...expected }));
}
for (const [name, scenario] of Object.entries(scenarios)) {
  await attempt(name, () => scenario({ options, scratch, stage, build, judge, sound, salt }));
}

await attempt('after all of this the store still gives the same bytes, offline', async () => {
  fs.rmSync(reference.out, { force: true });
  const again = await build(reference, ['--offline']);
  const reasons = judge({ exit: 0, hint: false }, again);
  if (!reasons.length && !sealed?.equals(fs.readFileSync(reference.out))) reasons.push('the bytes differ from those of the first build');
  return reasons;
});
await reference.close();
report.close();
