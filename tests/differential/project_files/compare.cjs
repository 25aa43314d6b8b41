// Makes random folders with ignore files and lists of files, and compares what we choose in them
// with what npm-packlist chooses. Folders in which a .gitignore rule was lifted because it hides an
// entry are left out of the comparison: that is our one intended difference without links, secrets
// and options (packer/unpack/project_files.h).
// Usage: node compare.cjs PROBE [SEED] [FOLDERS]; 77: npm is not there.
'use strict';
const { execFileSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const [probe, seed = '7', folders = '150'] = process.argv.slice(2);

// INGOT_NPM names npm's folder, else the one on PATH is taken.
function loadPacklist() {
  try {
    const npm = process.env.INGOT_NPM ??
      path.join(execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim(), 'npm');
    return require(path.join(npm, 'node_modules', 'npm-packlist'));
  } catch {
    console.log('skipped: there is no npm with npm-packlist in it');
    process.exit(77);
  }
}

let state = Number(seed);
const random = (n) => {
  state = (state * 1103515245 + 12345) & 0x7fffffff;
  return (state >> 8) % n;
};
const pick = (list) => list[random(list.length)];
const some = (least, most, list) =>
  Array.from({ length: least + random(most - least + 1) }, () => pick(list));

const FOLDERS = ['', 'src/', 'dist/', 'lib/', 'lib/deep/', 'test/', 'docs/', 'a.b/', 'dist/sub/',
  'src/node_modules/'];
const NAMES = ['index.js', 'a.js', 'b.ts', 'c.log', 'README.md', 'LICENSE', 'x.test.js', '.hidden',
  'data.json', 'cli.js', 'a.orig', '.DS_Store', 'Readme.txt', 'package-lock.json', 'd~', 'readme.md~'];
const IGNORED = ['*.log', 'dist', 'dist/', '/lib', 'lib/**', '!lib/a.js', '**/*.test.js', '*.js',
  '!index.js', 'src/*', '!src/a.js', '/docs/*.md', '.hidden', 'deep', 'lib/deep/', '**/sub',
  '!dist/sub/a.js', '{a,b}.*', '[ab].js', 'data.json', '# note', '', 'a.?', 'LIB/A.JS', './src',
  'src/**/*.js', '!**/*.js', '/index.js', 'test/**', '!test'];
const LISTED = ['dist', 'src/', 'lib/*', 'index.js', './lib/a.js', '*.js', 'dist/**/*.js', '!dist/sub',
  '/docs', 'data.json', '**/*.ts', 'lib/deep', 'a.b', 'src/*.js', 'nothing', '!**/*.test.js',
  '.hidden'];

function makeFolder(folder) {
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  for (let i = 6 + random(25); i > 0; --i) write(pick(FOLDERS) + pick(NAMES), 'x');
  const rules = () => some(1, 4, IGNORED).join('\n') + '\n';
  if (random(3) === 0) write('.gitignore', rules());
  if (random(3) === 0) write('.npmignore', rules());
  for (const inner of ['src', 'lib', 'dist'])
    if (random(5) === 0) write(inner + '/' + pick(['.npmignore', '.gitignore']), rules());
  const manifest = { name: 'p', version: '1.0.0' };
  if (random(2)) manifest.files = some(1, 4, LISTED);
  if (random(3) === 0) manifest.main = pick(['index.js', 'lib/a.js', 'dist/index.js']);
  if (random(4) === 0) manifest.bin = { x: pick(['cli.js', 'lib/cli.js']) };
  write('package.json', JSON.stringify(manifest));
  return manifest;
}

async function main() {
  const packlist = loadPacklist();
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'ingot-differential-'));
  try {
    const expected = [];
    for (let i = 0; i < Number(folders); ++i) {
      const folder = path.join(root, String(i));
      const manifest = makeFolder(folder);
      const files = await packlist({
        path: folder, package: manifest, isProjectRoot: true, edgesOut: new Map(),
      });
      expected.push({ folder, files: files.map((file) => file.replace(/^\.\//, '')).sort() });
    }
    const output = execFileSync(probe, {
      input: expected.map((one) => one.folder + '\n').join(''), encoding: 'utf8', maxBuffer: 1 << 28,
    });
    const ours = output.trim().split('\n').map((line) => JSON.parse(line));
    let compared = 0, lifted = 0, different = 0;
    expected.forEach(({ folder, files }, i) => {
      if (ours[i].lifted) return void ++lifted;
      ++compared;
      const more = ours[i].files.filter((file) => !files.includes(file));
      const less = files.filter((file) => !ours[i].files.includes(file));
      if (more.length + less.length === 0) return;
      ++different;
      console.log(`seed ${seed}, folder ${path.basename(folder)}: only ours: ${more}; only npm's: ${less}`);
    });
    console.log(`${compared} folders compared with npm, ${lifted} left out, ${different} differ`);
    process.exitCode = different > 0 || compared === 0 ? 1 : 0;
  } finally {
    fs.rmSync(root, { recursive: true, force: true });
  }
}

main();
