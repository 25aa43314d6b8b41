// Lockfiles as the package managers themselves write them: one project with workspaces, aliases, peers, overrides,
// catalogs, two versions of a package, other platforms' packages, one from git, one out of a tarball of the user's and
// one that is patched (where the manager patches) is locked by each of them, installed for production by it, and cast
// from the lockfile alone. The executable prints what plain node prints, and has packages at the places the package
// manager chose. The managers are those of tests/tools/managers, pinned by its lockfile.
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { makeTarball } from './lib/tar.mjs';
import { installTools } from './lib/tools.mjs';

const kProject = path.join(import.meta.dirname, 'managers');

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'managers');

// What each manager is called with. `files` are laid into the project; `layout`: whether the places are compared.
const kPatch = 'patches/is-odd.patch', kPatched = { 'is-odd@3.0.1': kPatch };
// A version that package.json leaves to a catalog, where the manager has such. yarn's own reader in tests/tools/readers
// is older than its catalogs, so one project of yarn 4's has one.
const kCatalog = 'catalog:\n  is-number: 7.0.0\n', kFromCatalog = { 'is-number': 'catalog:' };
const pnpm = (major) => ({
  dependencies: major > 8 ? kFromCatalog : {},
  manifest: { pnpm: { patchedDependencies: kPatched } },
  program: `pnpm-${major}/bin/pnpm.cjs`, lock: ['install', '--lockfile-only'], install: ['install', '--prod', '--frozen-lockfile', '--ignore-scripts'],
  files: { 'pnpm-workspace.yaml': `packages:\n  - packages/*\n${major > 8 ? kCatalog : ''}` }, layout: true,
});
const yarnBerry = (major, linker) => ({
  dependencies: { 'is-odd': `patch:is-odd@npm%3A3.0.1#./${kPatch}`, ...linker === 'pnpm' ? kFromCatalog : {} },
  program: `yarn-${major}/bin/yarn.js`, lock: ['install', '--mode=update-lockfile'], install: ['install'], withoutDevelopment: true,
  files: { '.yarnrc.yml': `nodeLinker: ${linker}\nenableImmutableInstalls: false\nenableTelemetry: false\nenableScripts: false\nenableGlobalCache: true\n${major > 3 ? `approvedGitRepositories: ["**"]\n${linker === 'pnpm' ? kCatalog : ''}` : ''}` }, layout: false,
});
const kManagers = {
  'npm 6': {
    program: 'npm-6/bin/npm-cli.js', lock: ['install', '--package-lock-only', '--no-audit'], install: ['install', '--only=prod', '--ignore-scripts', '--no-audit'],
    workspace: 'file:packages/lib', withoutWorkspaces: true, manifest: { overrides: undefined }, layout: true,
  },
  'npm 11': { npm: true, lock: ['install', '--package-lock-only'], install: ['ci', '--omit=dev', '--ignore-scripts'], workspace: '1.0.0', layout: true },
  'pnpm 7': pnpm(7),
  'pnpm 8': pnpm(8),
  'pnpm 9': pnpm(9),
  'pnpm 10': pnpm(10),
  'yarn 1': {
    program: 'yarn-1/bin/yarn.js', lock: ['install', '--ignore-scripts', '--no-bin-links'], workspace: '1.0.0', layout: true,
    install: ['install', '--production', '--frozen-lockfile', '--ignore-scripts', '--no-bin-links'],
  },
  'yarn 3': yarnBerry(3, 'node-modules'),
  'yarn 4': yarnBerry(4, 'node-modules'),
  'yarn 4, packages apart': yarnBerry(4, 'pnpm'),
  "yarn 4, Plug'n'Play": { ...yarnBerry(4, 'pnp'), plugAndPlay: true },
  'bun 1.4': {
    bun: true, manifest: { patchedDependencies: kPatched, workspaces: { packages: ['packages/*'], catalog: { 'is-number': '7.0.0' } } },
    dependencies: kFromCatalog, lock: ['install', '--lockfile-only'],
    install: ['install', '--production', '--frozen-lockfile', '--ignore-scripts'], layout: true,
  },
};

// Where git is told about the repository, for the managers and for ingot.
const kRepositories = { XDG_CONFIG_HOME: path.join(scratch, 'configuration') };
// Whether it may be pinned by a commit alone is not what is tried here.
const kIngot = { ...kRepositories, CI: '' };

// Each manager has its own idea of where its registry and its caches are; they get npm's and the test's.
function makeEnvironment() {
  const r = spawnSync(process.execPath, [options.npm, 'config', 'get', 'registry'], { cwd: scratch, encoding: 'utf8' });
  const registry = r.stdout.trim();
  const cache = path.join(options.work, 'managers-cache');
  return {
    ...process.env, ...kRepositories, CI: '', YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, ''), npm_config_registry: registry,
    YARN_REGISTRY: registry, BUN_CONFIG_REGISTRY: registry, YARN_GLOBAL_FOLDER: path.join(cache, 'berry'), YARN_IGNORE_PATH: '1',
    YARN_CACHE_FOLDER: undefined, npm_config_store_dir: path.join(cache, 'pnpm'), BUN_INSTALL_CACHE_DIR: path.join(cache, 'bun'),
  };
}

async function call(manager, home, args, cwd) {
  const argv = manager.npm ? [process.execPath, options.npm, ...args]
    : manager.bun ? [path.join(home, 'node_modules/@oven/bun-linux-x64/bin/bun'), ...args]
    : [process.execPath, path.join(home, 'node_modules', manager.program), ...args];
  try {
    await promisify(execFile)(argv[0], argv.slice(1), { cwd, env: environment, timeout: 180_000, maxBuffer: 1 << 26 });
  } catch (e) {
    throw new Error(`${argv.slice(1).join(' ')} ended with ${e.code ?? e.signal}:\n${e.stdout}${e.stderr}`);
  }
}

// A repository on this disk, which git is told to take for one on a server, with a file that is not packed; what a
// package.json asks for it by.
function makeRepository() {
  const folder = path.join(scratch, 'repositories/from-git.git');
  const files = {
    'package.json': JSON.stringify({ name: 'from-git', version: '1.2.3', main: 'lib/main.js', files: ['lib'] }),
    'lib/main.js': "module.exports = require('fs').readdirSync(require('path').dirname(__dirname)).filter((name) => !name.startsWith('.')).join();\n",
    'test/t.js': '', 'README.md': 'r\n',
  };
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  fs.mkdirSync(path.join(kRepositories.XDG_CONFIG_HOME, 'git'), { recursive: true });
  fs.writeFileSync(path.join(kRepositories.XDG_CONFIG_HOME, 'git/config'), `[url "file://${scratch}/repositories/"]\n\tinsteadOf = https://git.example.org/\n`);
  // The same commit each time: yarn 1 keeps clones.
  const date = '2026-01-01T00:00:00Z', env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const git = (...words) => spawnSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], { encoding: 'utf8', env });
  for (const words of [['init', '-q'], ['add', '.'], ['commit', '-q', '-m', 'm']]) git(...words);
  return `git+https://git.example.org/from-git.git#${git('rev-parse', 'HEAD').stdout.trim()}`;
}

const packed = makeTarball([
  { path: 'package/package.json', content: JSON.stringify({ name: 'packed', version: '3.2.1', main: 'index.js' }) },
  { path: 'package/index.js', content: "module.exports = 'out of a tarball';\n" },
]);

function makeProject(manager, to) {
  fs.cpSync(kProject, to, { recursive: true });
  fs.writeFileSync(path.join(to, 'packed-3.2.1.tgz'), packed);
  for (const [name, text] of Object.entries(manager.files ?? {})) fs.writeFileSync(path.join(to, name), text);
  const file = path.join(to, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8').replace('workspace:*', manager.workspace ?? 'workspace:*'));
  Object.assign(manifest, manager.manifest);
  Object.assign(manifest.dependencies, manager.dependencies, { 'from-git': repository, packed: 'file:./packed-3.2.1.tgz' });
  if (manager.withoutWorkspaces) delete manifest.workspaces;
  fs.writeFileSync(file, JSON.stringify(manifest));
}

// yarn 2 and later need a plugin to leave development dependencies out; a project without any needs none.
function dropDevelopment(folder) {
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  delete manifest.devDependencies;
  fs.writeFileSync(file, JSON.stringify(manifest));
}

// The packages below node_modules, links included, as paths.
function places(folder) {
  const found = [];
  const visit = (dir, rel) => {
    for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
      const at = path.join(dir, entry.name), place = `${rel}/${entry.name}`;
      if (entry.name === '.pnpm' || entry.name === '.bun') visitStore(at, place);
      else if (entry.name.startsWith('.')) continue;
      else if (entry.name.startsWith('@')) visit(at, place);
      else if (entry.isDirectory() || entry.isSymbolicLink()) {
        found.push(place);
        const inner = path.join(at, 'node_modules');
        if (entry.isDirectory() && fs.existsSync(inner)) visit(inner, `${place}/node_modules`);
      }
    }
  };
  const visitStore = (dir, rel) => {
    for (const name of fs.readdirSync(dir)) {
      const inner = name === 'node_modules' ? name : `${name}/node_modules`;
      if (fs.existsSync(path.join(dir, inner))) visit(path.join(dir, inner), `${rel}/${inner}`);
    }
  };
  for (const top of ['', 'packages/lib/', 'packages/apart/'])
    if (fs.existsSync(path.join(folder, top, 'node_modules'))) visit(path.join(folder, top, 'node_modules'), `${top}node_modules`);
  return found.sort();
}

// What a store calls the folder of a package that is not of a registry is each manager's own; nobody asks for it.
const withoutOwnNames = (place) => place.replace(/(\.(?:pnpm|bun))\/[^/]*(from-git|packed)[^/]*\/node_modules/, '$1/$2/node_modules');

async function comparePlaces(installed, executable) {
  const r = await runIngot(options.ingot, ['inspect', executable, '--packages', '--json'], { cwd: scratch });
  const ours = JSON.parse(r.stdout).packages.map((p) => p.path.replace(/(\.bun\/[^/]*)_\d+\//, '$1/')).map(withoutOwnNames).filter((p) => /(^|\/)node_modules\//.test(p)).sort();
  // bun tells choices of peers apart by a digest of its own, we by a number.
  const theirs = places(installed).map((p) => p.replace(/\+[0-9a-f]{16}\//, '/')).map(withoutOwnNames);
  // pnpm from version 9 on lets packages see workspaces that they do not ask for; those nobody asks for are not carried.
  const missing = theirs.filter((p) => !ours.includes(p) && p !== 'node_modules/.pnpm/node_modules/apart');
  // Before version 10 pnpm hoisted nothing that shares its name with a development dependency.
  const extra = ours.filter((p) => !theirs.includes(p) && !p.startsWith('node_modules/.pnpm/node_modules/'));
  if (missing.length || extra.length) throw new Error(`places differ; missing: ${missing.join(' ')}; extra: ${extra.join(' ')}`);
  return theirs.length;
}

// Every file that the manager installed is as in its tarball, and one that is not is found.
async function compareInstalled(installed) {
  const verify = async () => {
    const r = await runIngot(options.ingot, ['verify', installed, '--installed', '--json', '--store', options.store], { cwd: scratch, env: kIngot });
    if (![0, 3].includes(r.exit)) throw new Error(`ingot verify ended with ${r.exit}:\n${r.stdout}${r.stderr}`);
    const { packages, files, differences } = JSON.parse(r.stdout).installed;
    return { packages, files, differences: differences.filter((d) => !d.packageManager).map((d) => `${d.change} ${d.path}`) };
  };
  const whole = await verify();
  if (whole.differences.length || whole.packages < 8) throw new Error(`${whole.packages} packages installed; not as locked: ${whole.differences.join(', ')}`);
  // A new file: what is there may be a link to the manager's own store.
  const file = fs.realpathSync(path.join(installed, 'node_modules/is-odd/index.js')), text = fs.readFileSync(file);
  fs.rmSync(file);
  fs.writeFileSync(file, `${text} `);
  const { differences } = await verify();
  if (differences.length !== 1 || !/^changed node_modules\/.*is-odd.*index\.js$/.test(differences[0])) throw new Error(`one file was changed; found: ${differences.join(', ')}`);
  return `${whole.files} installed files compared`;
}

// Plug'n'Play installs nothing that could be compared, which is said.
async function findNothingInstalled(installed) {
  const r = await runIngot(options.ingot, ['verify', installed, '--installed', '--store', options.store], { cwd: scratch, env: kIngot });
  if (r.exit !== 1 || !r.stderr.includes('installed-pnp')) throw new Error(`ingot verify ended with ${r.exit}:\n${r.stdout}${r.stderr}`);
  return '';
}

async function checkManager(name, manager, home) {
  const slug = name.replaceAll(/[^a-z0-9]+/g, '-');
  const locked = path.join(scratch, `${slug}-locked`), installed = path.join(scratch, `${slug}-installed`), bare = path.join(scratch, slug);
  makeProject(manager, locked);
  await call(manager, home, manager.lock, locked);
  // What was locked stays for the comparison with the managers' own readers.
  const kept = path.join(options.work, 'managers-locks', slug);
  fs.rmSync(kept, { recursive: true, force: true });
  const isLocked = (p) => !path.relative(locked, p).split(path.sep).includes('node_modules');
  for (const to of [installed, bare, kept]) fs.cpSync(locked, to, { recursive: true, filter: isLocked });
  if (manager.withoutDevelopment) dropDevelopment(installed);
  await call(manager, home, manager.install, installed);
  const executable = path.join(scratch, `${slug}.bin`);
  const built = await runIngot(options.ingot, ['build', bare, '-o', executable, '--store', options.store], { cwd: scratch, env: kIngot });
  if (built.exit !== 0) throw new Error(`ingot build ended with ${built.exit}:\n${built.stderr}`);
  const run = (argv, cwd) => spawnSync(argv[0], argv.slice(1), { cwd, encoding: 'utf8' });
  const want = run([process.execPath, ...(manager.plugAndPlay ? ['-r', './.pnp.cjs'] : []), 'main.js'], installed), got = run([executable], scratch);
  if (want.status !== 0) throw new Error(`plain node ended with ${want.status}:\n${want.stderr}`);
  for (const key of ['status', 'stdout', 'stderr'])
    if (got[key] !== want[key]) throw new Error(`${key} differs; node: ${want[key]}\nexecutable: ${got[key]}`);
  const counts = manager.layout ? [`${await comparePlaces(installed, executable)} places compared`] : [];
  const check = manager.plugAndPlay ? findNothingInstalled : compareInstalled;
  return [...counts, await check(installed)].join(', ');
}

const wanted = Object.entries(kManagers).filter(([name]) => options.matches(name));
const home = wanted.length ? installTools('managers', options) : '';
const environment = makeEnvironment();
const repository = makeRepository();
// They wait for their registry most of the time, so several run at once; the store is made for that.
async function work() {
  for (let next = wanted.shift(); next; next = wanted.shift()) {
    const [name, manager] = next;
    try {
      report.pass(`${name}: the executable behaves like the installed project`, await checkManager(name, manager, home));
    } catch (e) {
      report.fail(name, [e.message]);
    }
  }
}
await Promise.all([work(), work(), work()]);
report.close();
