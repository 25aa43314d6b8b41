// Random package trees that lie at the borders of Node's resolution rules, the same for a seed.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

// mulberry32, as a function that picks an integer below `n`.
function seeded(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

const kNames = ['a', 'b', 'c', '@s/a', '@s/b', 'fs', 'dotted.js', 'a-b'];
const kFiles = ['index.js', 'index.json', 'index.node', 'index.mjs', 'main.js', 'main', 'main.cjs',
  'lib/index.js', 'lib/x.js', 'lib/x.mjs', 'lib/x.json', 'lib/y/index.js', 'lib.js', 'lib.json',
  'x.js', 'x', 'x/index.js', 'x.js.js', '.hidden.js', '.js', 'sp ace.js', 'per%cent.js', 'ünï.js',
  'feat/one.js', 'feat/two/deep.js', 'feat/internal/no.js', 'dist/a.cjs', 'dist/a.mjs', 'noext',
  'q?uery.js', 'ha#sh.js', 'star*.js', 'lib/main.js', 'package/x.js'];
const kConditions = ['import', 'require', 'node', 'default', 'module-sync', 'node-addons', 'browser',
  'types', 'development', 'module'];
const kSubpaths = ['.', './x', './x.js', './lib', './lib/x.js', './feat/*', './feat/*.js',
  './feat/internal/*', './*', './*.js', './package.json', './lib/*', './lib/', './a*b', './ünï*',
  './*/deep', './*/index.js', './feat/*/deep.js'];
const kTargets = ['./index.js', './index.mjs', './main', './main.js', './lib/x.js', './lib/x.mjs',
  './lib/*.js', './lib/*', './feat/*.js', './feat/*', './*', './*.js', './lib/y', './missing.js',
  './sp ace.js', './sp%20ace.js', './per%25cent.js', './per%cent.js', './ünï.js', './lib%2fx.js',
  './lib//x.js', './lib/', './', '.', '../a/index.js', './node_modules/b/index.js', './../x.js',
  './lib/./x.js', './lib/%2e%2e/x.js', 'index.js', '/etc/passwd', 'b', './dist/a.cjs',
  './dist/a.mjs', './*/index.js', './x?y', './x.js#z', '', './NODE_MODULES/b/index.js',
  './lib\\x.js', './feat/*/*.js'];
const kImportTargets = [...kTargets, 'a', 'b/x', '@s/a', 'a/lib/x.js', 'fs', 'node:fs', 'c/*', '*'];
const kMains = ['main', './main', 'main.js', './lib', 'lib/', './lib/', './', '.', '', 'missing',
  'index', 'index.mjs', './x.js/', 'x', '../a/index.js', '..', 'lib/y', 'main.cjs',
  'lib/x', './dist/a.mjs', 'sp ace.js', 'per%cent.js', 'ünï', './lib//x.js', '../../up.js'];
const kOdd = ['', '.', '..', './', '../', './.', '..//', './/x', './x?y', './x#z', './%78.js',
  './per%25cent.js', './per%cent.js', './sp%20ace.js', './sp ace.js', './lib%2fx.js', './lib%5cx',
  './%2e/x.js', '%61', 'a%2fb', 'a//lib/x.js', 'a/', '@s', '@s/', '@s/a/', '@/a', '.a', '..a',
  '/x', 'file:///x', 'node:fs', 'fs', 'fs/promises', 'fs/', 'data:text/javascript,1', 'a\\lib',
  ' a', 'a ', './x.js ', '\ta', '#', '#/', '#/x', '#x', '#a/b', '#deep/one', '#star/x', './ünï.js',
  './%C3%BCn%C3%AF.js', './%FF.js', './x.js/', './lib/../x.js', '../../../../../../../../x.js',
  'sys', 'sqlite', 'test', 'stream/iter', 'a/../b', 'a/./lib/x.js', './star*.js', '@s/..',
  './q?uery.js', './q%3Fuery.js', './ha#sh.js', './ha%23sh.js', 'dotted.js', 'c:/x', 'a/lib/x.js?q'];

const pick = (random, list) => list[random(list.length)];
const some = (random, list, most) => Array.from({ length: random(most + 1) }, () => pick(random, list));

function target(random, targets, depth) {
  const kind = random(depth > 3 ? 10 : 16);
  if (kind < 10) return pick(random, targets);
  if (kind === 10) return null;
  if (kind === 11) return pick(random, [0, true, false, '']);
  if (kind < 14) {
    const object = {};
    for (const name of some(random, kConditions, 4)) object[name] = target(random, targets, depth + 1);
    if (random(60) === 0) object['1'] = './x.js';
    return object;
  }
  return Array.from({ length: random(4) }, () => target(random, targets, depth + 1));
}

function packageJson(random, name) {
  const json = {};
  if (random(8) > 0) json.name = random(15) === 0 ? pick(random, kNames) : name;
  if (random(3) === 0) json.type = pick(random, ['module', 'commonjs', 'module', 'other']);
  if (random(2) === 0) json.main = random(25) === 0 ? pick(random, [7, {}, null]) : pick(random, kMains);
  const exported = random(8);
  if (exported < 2) {
    json.exports = target(random, kTargets, 0);
  } else if (exported < 5) {
    json.exports = {};
    for (const key of some(random, kSubpaths, 6)) json.exports[key] = target(random, kTargets, 1);
    if (random(40) === 0) json.exports.import = './x.js';
  }
  if (random(3) === 0) {
    json.imports = {};
    for (const key of some(random, ['#x', '#a/b', '#deep/*', '#star/*', '#*', '#deep/*.js', '#/x', '#'], 5))
      json.imports[key] = target(random, kImportTargets, 1);
  }
  if (random(40) === 0) return pick(random, ['{', '[]', '{"name":7}', '{"type":7}', '', '{"main":"x",}',
    '{"exports":"./x.js","exports":"./lib/x.js"}', '\ufeff{"main":"lib"}', '{"exports":{},"a":\n}']);
  return JSON.stringify(json);
}

// Writes the tree below `root`; returns the paths of its files.
function randomTree(random, root) {
  const files = new Set();
  const write = (name, text) => {
    const file = path.join(root, name);
    try {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
      files.add(name);
    } catch (error) {
      // Another file lies where a folder is needed, or the other way about.
      if (!['EEXIST', 'ENOTDIR', 'EISDIR'].includes(error.code)) throw error;
    }
  };
  const fill = (folder, name, chance) => {
    if (random(10) > 0) write(path.join(folder, 'package.json'), packageJson(random, name));
    for (const file of kFiles)
      if (random(10) < chance) write(path.join(folder, file), '');
  };
  const install = (folder, depth) => {
    for (const name of kNames) {
      const home = path.join(folder, 'node_modules', name);
      const kind = random(12);
      if (kind === 0) write(`${home}.js`, '');
      if (kind === 1) write(home, '');
      if (kind === 2) {
        try {
          fs.mkdirSync(path.join(root, path.dirname(home)), { recursive: true });
          fs.symlinkSync(path.relative(path.dirname(home), 'workspaces/w'), path.join(root, home));
        } catch (error) {
          if (!['EEXIST', 'ENOTDIR'].includes(error.code)) throw error;
        }
      }
      if (kind < 7) continue;
      fill(home, name, 4);
      if (depth < 2 && random(3) === 0) install(home, depth + 1);
    }
  };
  fill('', 'root', 5);
  fill('workspaces/w', 'w', 5);
  if (random(2) === 0) fill('lib', 'inner', 3);
  install('', 0);
  if (random(3) === 0) install('workspaces/w', 1);
  if (random(3) === 0) install('lib', 1);
  if (random(4) === 0) write('node_modules/package.json', packageJson(random, 'modules'));
  for (const [link, to] of [['linked.js', 'lib/x.js'], ['linked', 'lib'], ['dangling.js', 'nowhere'],
    ['loop.js', 'loop.js'], ['lib/up', '..']]) {
    try {
      fs.symlinkSync(to, path.join(root, link));
    } catch (error) {
      if (!['EEXIST', 'ENOENT', 'ENOTDIR'].includes(error.code)) throw error;
    }
  }
  return [...files];
}

// [kind, parent, specifier], from files of the tree that could be modules.
function randomQuestions(random, files) {
  const parents = files.filter((file) => !file.endsWith('.json') && !file.endsWith('.node'));
  const subpaths = kFiles.flatMap((file) => [file, file.replace(/\.[a-z]+$/, ''), path.dirname(file)]);
  const specifier = () => {
    const kind = random(10);
    const name = pick(random, kNames);
    if (kind < 2) return pick(random, kOdd);
    if (kind < 4) return pick(random, kNames);
    if (kind < 6) return `${name}/${pick(random, subpaths)}${random(12) === 0 ? '/' : ''}`;
    if (kind === 6) return pick(random, ['#x', '#a/b', '#deep/one', '#deep/x.js', '#star/x', '#b']);
    if (kind === 7) return pick(random, ['root', 'w', 'inner', 'root/x.js', 'w/x', './linked.js',
      './linked/x.js', '../linked', './dangling.js', './loop.js', './lib/up/x.js', '../lib/up/lib/x.js']);
    return `${pick(random, ['./', '../', '../../', './lib/', './feat/'])}${pick(random, subpaths)}`;
  };
  if (parents.length === 0) return [];
  // Each once: Node remembers its answers, and then gives them without a warning.
  const questions = new Map();
  for (let i = 0; i < 400; i++) {
    const question = [pick(random, ['require', 'import']), pick(random, parents), specifier()];
    questions.set(JSON.stringify(question), question);
  }
  return [...questions.values()];
}

module.exports = { randomTree, randomQuestions, seeded };
