// compare.cjs PROBE [--seed N] [--trees N] [--folder DIR [--formats]]
//
// Without --folder: random package trees, each asked hundreds of random questions. With it: every
// literal specifier of the files in DIR, and with --formats what Node detects of their syntax.
// Each answer of ours must be Node's. Having none is allowed where Node has none either, or where
// `excuse` below finds a reason. Run by run.sh, which passes --expose-internals.
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const { createRequire, isBuiltin } = Module;
const os = require('node:os');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');
const { randomTree, randomQuestions, seeded } = require('./random_tree.cjs');

const options = { seed: 1, trees: 40, folder: null, formats: false };
const [probe, ...rest] = process.argv.slice(2);
for (let i = 0; i < rest.length; i++) {
  const name = rest[i].slice(2);
  if (typeof options[name] === 'boolean') options[name] = true;
  else options[name] = typeof options[name] === 'number' ? Number(rest[++i]) : rest[++i];
}

let importMetaResolve;
const tally = { questions: 0, equal: 0, none: 0, formats: 0, excused: {}, wrong: 0 };

// Node's warnings are part of its answer: one that we gave in its place would swallow them.
let warnings = [];
process.emitWarning = (text, type, code) => warnings.push(code ?? type?.code ?? String(text));

function askNode(kind, parent, specifier) {
  warnings = [];
  // A cached answer comes without its warning.
  for (const key of Object.keys(Module._pathCache)) delete Module._pathCache[key];
  try {
    if (kind === 'require') return createRequire(parent).resolve(specifier);
    const url = importMetaResolve(specifier, pathToFileURL(parent).href);
    if (!url.startsWith('file:')) return { none: 'not a file' };
    const file = fileURLToPath(url);
    // import.meta.resolve also names files that are not there.
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return { none: 'missing' };
    return new URL(url).search || new URL(url).hash ? { none: 'query', file } : file;
  } catch (error) {
    return { none: error.code ?? String(error) };
  }
}

// What the package.json that rules `file` says, as text.
function rulingText(file) {
  for (let at = path.dirname(file); at !== path.dirname(at); at = path.dirname(at)) {
    const name = path.join(at, 'package.json');
    if (fs.existsSync(name)) return fs.readFileSync(name, 'utf8');
  }
  return '';
}

// Our reader of JSON refuses an object with one key twice; Node takes the last.
function hasKeyTwice(text) {
  const strings = (json) => json.match(/"(?:[^"\\]|\\.)*"/g)?.length ?? 0;
  return strings(text) > strings(JSON.stringify(JSON.parse(text)));
}

// Why we may have no answer although Node has one.
function excuse(kind, parent, specifier, file, root) {
  if (isBuiltin(specifier) || specifier.startsWith('node:')) return 'builtin';
  if (specifier === '') return 'empty';
  if (specifier.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(specifier)) return 'absolute or URL';
  if (warnings.length > 0) return `Node warns: ${warnings[0]}`;
  if (file !== root && !file.startsWith(root + path.sep)) return 'outside the tree';
  if (/[\x00-\x1f\\:]/.test(specifier)) return 'unusual character';
  if (kind === 'import' && /[?#]|\/\/|%|\s/.test(specifier)) return 'unusual URL';
  if (specifier.includes('%')) return 'escape in a pattern';
  for (const text of [rulingText(parent), rulingText(file)].filter(Boolean)) {
    if (hasKeyTwice(text)) return 'a key twice in package.json';
    // Queries, fragments, backslashes, broken escapes, empty components.
    if (/"\.[^"]*(\?|#|\\|%c|\/\/)[^"]*"/.test(text)) return 'unusual target';
  }
  if (/"main":"[^"]*(\/|\.)"/.test(rulingText(file))) return 'main that names a folder';
  return null;
}

function check(kind, parent, specifier, ours, root) {
  tally.questions++;
  const node = askNode(kind, path.join(root, parent), specifier);
  const file = typeof node === 'string' ? node : null;
  const mine = ours === null ? null : path.join(root, ours);
  if (mine !== null && mine === file && warnings.length === 0) return void tally.equal++;
  if (mine === null && file === null) return void tally.none++;
  if (mine === null) {
    const reason = excuse(kind, path.join(root, parent), specifier, file, root);
    if (reason) return void (tally.excused[reason] = (tally.excused[reason] ?? 0) + 1);
  }
  tally.wrong++;
  console.log(`WRONG ${root}: ${kind}(${JSON.stringify(specifier)}) in ${parent}: ours ${mine}, ` +
    `Node's ${file ?? node.none}${warnings.length ? ` with ${warnings}` : ''}`);
}

function runProbe(mode, root, input) {
  const result = spawnSync(probe, [mode, root], { input, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (result.status === 0) return result.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
  throw new Error(`the probe failed on ${root}: ${result.stderr}`);
}

function compareRandomTrees() {
  const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'ingot-modules-')));
  for (let above = path.dirname(scratch); ; above = path.dirname(above)) {
    if (['package.json', 'node_modules'].some((name) => fs.existsSync(path.join(above, name))))
      throw new Error(`a package.json or node_modules in ${above} would take part in the test`);
    if (above === path.dirname(above)) break;
  }
  for (let i = 0; i < options.trees; i++) {
    const random = seeded(options.seed * 1000 + i);
    const root = path.join(scratch, String(i));
    const files = randomTree(random, root);
    const questions = randomQuestions(random, files);
    const answers = runProbe('ask', root, questions.map((q) => JSON.stringify(q) + '\n').join(''));
    questions.forEach(([kind, parent, specifier], at) =>
      check(kind, parent, specifier, answers[at], root));
  }
  if (tally.wrong === 0) fs.rmSync(scratch, { recursive: true });
}

function compareFormat(root, file, detected) {
  const { internalBinding } = require('internal/test/binding');
  const { containsModuleSyntax } = internalBinding('contextify');
  const name = path.join(root, file);
  const esm = containsModuleSyntax(fs.readFileSync(name, 'utf8'), name, pathToFileURL(name).href);
  tally.formats++;
  if (detected === (esm ? 'module' : 'commonjs')) return;
  if (detected === 'ambiguous') {
    tally.excused['syntax not certain'] = (tally.excused['syntax not certain'] ?? 0) + 1;
    return;
  }
  tally.wrong++;
  console.log(`WRONG format of ${name}: ours ${detected}, Node's ${esm ? 'module' : 'commonjs'}`);
}

function compareFolder(folder) {
  const root = fs.realpathSync(folder);
  const lines = runProbe('table', root);
  const time = lines.pop();
  for (const { file, format, detected, rows, unresolved } of lines) {
    for (const [kind, specifier, target] of rows) check(kind, file, specifier, target, root);
    for (const [kind, specifier] of unresolved) check(kind, file, specifier, null, root);
    if (options.formats && format === 'ambiguous') compareFormat(root, file, detected);
  }
  console.log(`${root}: ${time.files} files, ${time.bytes} bytes, ${time.seconds} s`);
}

async function main() {
  // import.meta exists in modules only.
  const source = 'export default (specifier, parent) => import.meta.resolve(specifier, parent)';
  importMetaResolve = (await import(`data:text/javascript,${source}`)).default;
  if (options.folder) compareFolder(options.folder);
  else compareRandomTrees();
  console.log(`${tally.questions} comparisons with Node ${process.versions.node}: ` +
    `${tally.equal} equal, ${tally.none} unresolved by both, ${tally.formats} formats, ` +
    `${tally.wrong} wrong`);
  for (const [reason, count] of Object.entries(tally.excused).sort())
    console.log(`  ${count} left to Node: ${reason}`);
  if (tally.equal === 0) console.log('FAILED: nothing was compared');
  process.exitCode = tally.wrong > 0 || tally.equal === 0 ? 1 : 0;
}
main();
