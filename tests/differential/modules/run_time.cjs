// run_time.cjs CAST_FOLDER [--seed N] [--trees N] [--keep]
//
// Random package trees, whose modules ask for each other by require(), import(), require.resolve() and
// import.meta.resolve(), with literal and with computed specifiers. The same program is run by Node in the folder and
// as an executable that cast_folder made of it; each answer must be the same, and each error's class, code and text.
// Run by run.sh.
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { randomTree, randomQuestions, seeded } = require('./random_tree.cjs');

const [castFolder, ...rest] = process.argv.slice(2);
const options = { seed: 1, trees: 15, keep: false };
for (let i = 0; i < rest.length; i++) {
  const name = rest[i].slice(2);
  options[name] = typeof options[name] === 'boolean' ? true : Number(rest[++i]);
}

// Whether Node takes the file for an ES module.
function isModule(root, file) {
  if (/\.[cm]js$/.test(file)) return file.endsWith('.mjs');
  if (path.extname(file) !== '.js') return false;
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    const name = path.join(root, at, 'package.json');
    try {
      return JSON.parse(fs.readFileSync(name, 'utf8').replace(/^\ufeff/, '')).type === 'module';
    } catch {
      if (fs.existsSync(name) || at === '.' || path.basename(at) === 'node_modules') return false;
    }
  }
}

// A module that says which one it is, and has a function for each question.
function moduleText(root, file, questions) {
  const asModule = isModule(root, file);
  const asks = questions.flatMap(([kind, , specifier]) => {
    const literal = JSON.stringify(specifier);
    if (kind === 'import') return [`() => import(${literal})`, asModule ? `() => import.meta.resolve(${literal})` : null];
    return asModule ? [] : [`() => require(${literal})`, `() => require.resolve(${literal})`];
  });
  const name = JSON.stringify(file);
  const list = `[${asks.filter(Boolean)}]`;
  return asModule ? `export const file = ${name}; export const asks = ${list};\n` : `exports.file = ${name}; exports.asks = ${list};\n`;
}

function fill(root, files, questions) {
  for (const file of files) {
    if (file.endsWith('package.json') || file.endsWith('.node')) continue;
    const mine = questions.filter(([, parent]) => parent === file);
    fs.writeFileSync(path.join(root, file), file.endsWith('.json') ? JSON.stringify({ file }) : moduleText(root, file, mine));
  }
}

// What both run. Every second question is asked again with a computed specifier, by way of createRequire.
const kDriver = `
const { createRequire, findPackageJSON } = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const trees = require('./questions.json');
const show = (value) => typeof value === 'string' ? value : value?.file ?? value?.default?.file ?? \`{\${Object.keys(value ?? {})}}\`;
const showError = (e) => \`\${e?.name} \${e?.code} \${e?.code === 'ERR_DLOPEN_FAILED' ? '' : String(e?.message).split('\\nRequire stack')[0].replaceAll('\\n', ' | ')}\`;
async function answer(ask) {
  try {
    return show(await ask());
  } catch (e) {
    return showError(e);
  }
}
(async () => {
  for (const [tree, questions] of Object.entries(trees)) {
    const root = path.join(__dirname, tree);
    for (const parent of new Set(questions.map((q) => q[1]))) {
      let module;
      console.log(tree, parent, await answer(async () => { module = await import(pathToFileURL(path.join(root, parent)).href); return module; }));
      const asks = module?.asks ?? module?.default?.asks ?? [];
      for (const ask of asks) console.log(tree, parent, String(ask), await answer(ask));
    }
    for (const [i, [kind, parent, specifier]] of questions.entries()) {
      if (i % 2) continue;
      const from = path.join(root, parent);
      if (kind === 'require') console.log(tree, parent, 'computed', specifier, await answer(() => createRequire(from).resolve(specifier)));
      else console.log(tree, parent, 'package.json', specifier, await answer(() => findPackageJSON(specifier, pathToFileURL(from)) ?? 'none'));
    }
  }
})();
`;

function run(program, args, root) {
  // Node's hints also look at the working folder.
  const result = spawnSync(program, args, { cwd: work, encoding: 'utf8', maxBuffer: 2 ** 30, env: { ...process.env, NODE_OPTIONS: '' }, timeout: 120_000 });
  if (result.status !== 0) throw new Error(`${program} ${args}: exit ${result.status ?? result.signal}\n${result.stderr.slice(0, 3000)}`);
  const above = path.dirname(root);
  const clean = (text) => text.replaceAll(root, '<ROOT>').replaceAll(above, '<ABOVE>').replaceAll(path.dirname(above), '<FAR ABOVE>').replace(/\(node:\d+\)/g, '(node:PID)').replace(/\(Use `\S+ /, '(Use `node ').trimEnd().split('\n');
  return { answers: clean(result.stdout), warnings: clean(result.stderr) };
}

// Answers come in one order; warnings may be missing on one side.
function compare(what, expected, actual) {
  const wrong = what === 'answer'
    ? Array.from({ length: Math.max(expected.length, actual.length) }, (_, i) => i).filter((i) => expected[i] !== actual[i]).map((i) => [expected[i], actual[i]])
    : [...expected.filter((line) => !actual.includes(line)).map((line) => [line]), ...actual.filter((line) => !expected.includes(line)).map((line) => [undefined, line])];
  for (const [theirs, ours] of wrong.slice(0, 10)) console.log(`WRONG ${what}:\n  Node ${theirs}\n  ours ${ours}`);
  return wrong.length;
}

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ingot-run-time-')));
const root = path.join(scratch, 'vfs/0'); // as deep as the tree's own place, for paths that lead out of it
const work = path.join(scratch, 'some/empty/working/folder');
fs.mkdirSync(work, { recursive: true });
const trees = {};
for (let i = 0; i < options.trees; i++) {
  const random = seeded(options.seed * 1000 + i);
  const name = `t${i}`;
  const files = randomTree(random, path.join(root, name));
  // Those that lead far out of the tree meet other real folders there.
  trees[name] = randomQuestions(random, files).filter(([, , specifier]) => !specifier.startsWith('../../../../'));
  fill(path.join(root, name), files, trees[name]);
}
fs.writeFileSync(path.join(root, 'package.json'), '{}');
fs.writeFileSync(path.join(root, 'questions.json'), JSON.stringify(trees));
fs.writeFileSync(path.join(root, 'driver.cjs'), kDriver);

const program = path.join(scratch, 'executable');
const cast = spawnSync(castFolder, [process.execPath, root, 'driver.cjs', program, path.join(scratch, 'store')], { encoding: 'utf8' });
if (cast.status !== 0) throw new Error(`cast_folder: ${cast.stderr}`);
const expected = run(process.execPath, [path.join(root, 'driver.cjs')], root);
const actual = run(program, [], '/dev/null/vfs/0');
const wrong = compare('answer', expected.answers, actual.answers) + compare('warning', expected.warnings, actual.warnings);
console.log(`${expected.answers.length} answers and ${expected.warnings.length} lines of warnings compared with Node ${process.versions.node}, ${wrong} wrong`);
if (options.keep) console.log(scratch);
else fs.rmSync(scratch, { recursive: true });
if (expected.answers.length < 1000) console.log('FAILED: next to nothing was compared');
process.exitCode = wrong > 0 || expected.answers.length < 1000 ? 1 : 0;
