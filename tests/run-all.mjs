// The whole suite: unit tests (CTest), checks of the sources, refusals, end to end. Prints what failed, one line
// per part, and a closing line that says how many tests passed, failed and were skipped in all.
//
//   node tests/run-all.mjs --build DIR --npm NPM_CLI [PART...]
//
// Parts: unit, scripts, refusals, proof, start, macho, signing, managers, readers, registry, sbom; e2e, compact, emulated. The last
// three share the folders of the projects they install, so they run one after another; beside them run the others,
// one after another too, what fails fast first. What a part says is shown when it ends.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const kTests = import.meta.dirname;
const { values, positionals } = parseArgs({
  options: { build: { type: 'string' }, npm: { type: 'string' }, filter: { type: 'string', default: '' } },
  allowPositionals: true,
});
const build = path.resolve(values.build ?? path.join(kTests, '../build'));
const work = path.join(build, 'e2e');
const kTemplates = 5; // one for each target
const kSkipped = 77; // exit code of a test that has nothing to compare with

// The differential tests compare with the pinned node, which runs this script, and the pinned npm; some run the
// other targets' node in the emulators of the end-to-end tests.
const env = { ...process.env, INGOT_TEMPLATE_NODE: process.execPath, INGOT_EMULATORS: work };
if (values.npm) env.INGOT_NPM = path.resolve(values.npm, '../..');

// Runs a program to its end, and says those of its lines of which `show` says so.
function run(argv, { say = () => {}, show = () => true, more = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(argv[0], argv.slice(1), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...more } });
    const lines = [];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop();
        for (const line of parts) {
          lines.push(line);
          if (show(line)) say(line);
        }
      }).on('end', () => { if (rest) lines.push(rest); });
    }
    child.on('error', (e) => resolve({ code: e.code, lines }));
    child.on('close', (code, signal) => resolve({ code: signal ?? code, lines }));
  });
}

// What one unit-test program says at its end (Catch2's console reporter), as counts.
function unitCounts(text, ok) {
  const all = /All tests passed \(\d+ assertions? in (\d+) test cases?\)/.exec(text);
  const some = /test cases:\s*(\d+)(?:\s*\|\s*(\d+) passed)?(?:\s*\|\s*(\d+) failed)?/.exec(text);
  const skipped = (text.match(/^\s*(?:warning: )?skipped: /gim) ?? []).length;
  if (all) return { passed: Number(all[1]) - Math.min(skipped, Number(all[1])), failed: 0, skipped };
  if (some) return { passed: Number(some[2] ?? 0), failed: Number(some[3] ?? 0), skipped };
  return ok ? { passed: 1, failed: 0, skipped } : { passed: 0, failed: 1, skipped };
}

// A store with every target's runtime, as unit tests look at the real ones: that of the end-to-end tests, which need
// them later. Where they cannot be had, such a test says that it was skipped.
async function fillStore() {
  const store = path.join(work, 'store'), out = path.join(work, 'filling');
  const kept = path.join(store, 'derived/template');
  if (!fs.existsSync(kept) || fs.readdirSync(kept).length < kTemplates) {
    await run([path.join(build, 'ingot'), 'build', path.join(kTests, '../examples/hello-cli'), '--target', 'all', '--store', store, '-o', path.join(out, '{target}')]);
    fs.rmSync(out, { recursive: true, force: true });
  }
  return store;
}

async function runUnit(say) {
  const more = { INGOT_STORE: await fillStore() };
  const { lines } = await run(['ctest', '--test-dir', build, '--show-only=json-v1']);
  const tests = JSON.parse(lines.join('\n')).tests.filter((t) => new RegExp(values.filter).test(t.name));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const queue = [...tests];
  const worker = async () => {
    for (let test = queue.shift(); test; test = queue.shift()) {
      const started = performance.now();
      const { code, lines: said } = await run(test.command, { more });
      const text = said.join('\n');
      const counts = code === kSkipped ? { passed: 0, failed: 0, skipped: 1 } : unitCounts(text, code === 0);
      const isBad = code !== 0 && code !== kSkipped;
      if (isBad && counts.failed === 0) counts.failed = 1;
      for (const key of Object.keys(total)) total[key] += counts[key];
      say(`${isBad ? 'FAIL ' : code === kSkipped ? 'skip ' : 'pass '} ${test.name}  ${counts.passed} tests, ${Math.round(performance.now() - started)} ms`);
      for (const line of said) if (/^\s*(?:warning: )?(?:skipped: |.*\bcompared\b)/i.test(line)) say(`      ${line.trim()}`);
      if (isBad) say(`      exit ${code}\n      ${said.slice(-60).join('\n      ')}`);
    }
  };
  await Promise.all([worker(), worker()]);
  if (tests.length === 0) total.failed++;
  return total;
}

async function runScripts(say) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const dir = path.join(kTests, 'scripts');
  for (const name of fs.readdirSync(dir).filter((n) => /^check-.*\.mjs$/.test(n)).sort()) {
    const { code } = await run([process.execPath, path.join(dir, name)], { say });
    total[code === 0 ? 'passed' : 'failed']++;
  }
  return total;
}

async function runNode(say, script, filter = values.filter, more = []) {
  const args = [path.join(kTests, script), '--ingot', path.join(build, 'ingot'), '--npm', values.npm, '--work', work, '--filter', filter, ...more];
  const { code, lines } = await run([process.execPath, ...args], { say, show: (line) => !line.startsWith('pass ') });
  const closing = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(lines.at(-1) ?? '');
  if (!closing) {
    say(lines.slice(-20).join('\n'));
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const [passed, failed, skipped] = closing.slice(1).map(Number);
  return { passed, failed: failed || (code === 0 ? 0 : 1), skipped };
}

// The loaders by themselves, then applications of which each needs something else of the process it becomes.
const kCompactCases = '^(cowsay|express|own-process|own-terminal|own-threads|addon-threads)$';
async function runCompact(say) {
  const loader = await runNode(say, 'e2e/compact.mjs');
  const windows = await runNode(say, 'e2e/compact_windows.mjs');
  const darwin = await runNode(say, 'e2e/compact_darwin.mjs');
  const cases = await runNode(say, 'e2e/run.mjs', values.filter || kCompactCases, ['--compact']);
  for (const key of Object.keys(loader)) loader[key] += windows[key] + darwin[key] + cases[key];
  return loader;
}

const end = (script) => (say) => runNode(say, `e2e/${script}`);
const lanes = [
  { e2e: end('run.mjs'), compact: runCompact, emulated: end('emulated.mjs') },
  {
    unit: runUnit, scripts: runScripts, refusals: end('refusals.mjs'), proof: end('proof.mjs'), start: end('start.mjs'),
    macho: end('macho.mjs'), signing: end('signing.mjs'), managers: end('managers.mjs'), readers: end('readers.mjs'), registry: end('registry.mjs'), sbom: end('sbom.mjs'),
  },
];

const names = lanes.flatMap((lane) => Object.keys(lane));
const unknown = positionals.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`no part called ${unknown}; there are ${names.join(', ')}`);
  process.exit(2);
}

const sum = { passed: 0, failed: 0, skipped: 0 };
async function runPart(name, part) {
  const started = performance.now();
  const said = [];
  const counts = await part((line) => said.push(line));
  for (const key of Object.keys(sum)) sum[key] += counts[key];
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log([...said, `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped in ${seconds} s`].join('\n'));
}
await Promise.all(lanes.map(async (lane) => {
  for (const [name, part] of Object.entries(lane)) {
    if (positionals.length === 0 || positionals.includes(name)) await runPart(name, part);
  }
}));
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed || sum.passed === 0 ? 1 : 0;
