// The same project, version and options give the same bytes, whatever else is different. What the machine lacks is skipped
// by name. Each build has a store of its own, which holds nothing but the unpacked runtimes: else it would only be shown
// that a store remembers.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { runIngot } from '../lib/project.mjs';

const kNobody = 65534, kSomebody = 12345;
const kProject = {
  packages: [
    { name: 'alpha', files: { 'lib/a.js': 'exports.a = () => 1;\n', 'lib/b.mjs': 'export const b = 2;\n', 'data.bin': 'x'.repeat(20_000) },
      locked: { dependencies: { '@scope/beta': '2.1.0' } } },
    { name: '@scope/beta', version: '2.1.0', group: '', manifest: { bin: { beta: 'index.js' } } },
  ],
  files: { 'main.js': "console.log('whole', require('alpha'));\n", 'src/typed.ts': 'export const n: number = 1;\n', 'src/ä.txt': 'ä', 'src/Z.txt': 'Z' },
};

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const isRoot = process.getuid() === 0;
const digest = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

// A store with nothing in it but what is only unpacked.
function seedStore(from, to) {
  for (const kind of ['derived/template', 'derived/template-stripped', 'content']) {
    const source = path.join(from, kind), place = path.join(to, kind);
    if (!fs.existsSync(source)) continue;
    fs.mkdirSync(path.dirname(place), { recursive: true });
    spawnSync('cp', ['-al', '--', source, place]);
  }
}

// The same files, made in the opposite order; on a file system that lists files in order of their making that is another order.
function copyReversed(from, to) {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from).reverse()) {
    const a = path.join(from, name), b = path.join(to, name);
    if (fs.statSync(a).isDirectory()) copyReversed(a, b);
    else fs.copyFileSync(a, b);
  }
}

function openToAll(dir) {
  spawnSync('chmod', ['-R', 'a+rX', dir]);
  for (let at = dir; at !== '/'; at = path.dirname(at)) fs.chmodSync(at, fs.statSync(at).mode | 0o011);
}

// What can be different: words before the command, variables, options, a change of the project. `needs` is a program.
const asUser = (user) => ({
  needs: 'setpriv', root: true, words: ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups'],
  owner: user,
});
const kDifferences = {
  'another folder': { folder: 'a quite different and longer näme' },
  'a folder whose files were made in the opposite order': { reversed: true },
  'the user nobody': asUser(kNobody),
  'a user without a name': asUser(kSomebody),
  'a clock in the past': { needs: 'faketime', words: ['faketime', '2001-02-03 04:05:06'] },
  'a clock in the future': { needs: 'faketime', words: ['faketime', '2037-12-31 23:59:58'] },
  'another time zone': { env: { TZ: 'Asia/Kathmandu' } },
  'another language': { env: { LANG: 'C', LC_ALL: 'C', LANGUAGE: 'tr' } },
  'a Turkish locale, if there is one': { env: { LC_ALL: 'tr_TR.UTF-8' } },
  'a tight umask': { words: ['sh', '-c', 'umask 077; exec "$0" "$@"'] },
  'a loose umask': { words: ['sh', '-c', 'umask 000; exec "$0" "$@"'] },
  'one core': { needs: 'taskset', words: ['taskset', '-c', '0'] },
  'no address-space randomization': { needs: 'setarch', words: ['setarch', '-R'] },
  'another hash seed and heap for Node': { env: { NODE_OPTIONS: '--hash-seed=4711 --random-seed=4711 --max-old-space-size=300' } },
  'another home': { env: { HOME: '/nonexistent', XDG_CACHE_HOME: '/nonexistent' } },
  'a date for reproducible builds': { env: { SOURCE_DATE_EPOCH: '1000000000' } },
  'CI': { env: { CI: 'true' } },
  'everything at once': { folder: 'all', reversed: true, words: ['sh', '-c', 'umask 077; exec "$0" "$@"'], env: { TZ: 'UTC+5', LC_ALL: 'C', HOME: '/', NODE_OPTIONS: '--hash-seed=1' } },
};
const kTargets = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win-x64'];

class Matrix {
  constructor(ctx, staged) {
    Object.assign(this, { ctx, staged, count: 0 });
  }

  // Builds once; the digests of what came out, by target, or { reasons }.
  async build(how, args = [], network = false) {
    const { staged, ctx } = this;
    const home = path.join(staged.home, how.folder ?? `build-${this.count++}`);
    const dir = path.join(home, 'project'), store = path.join(home, 'store'), out = path.join(home, 'out');
    fs.mkdirSync(out, { recursive: true });
    if (how.reversed) copyReversed(staged.dir, dir);
    else fs.cpSync(staged.dir, dir, { recursive: true });
    how.edit?.(dir);
    seedStore(network ? path.join(staged.home, 'runtimes') : path.join(staged.home, 'store'), store);
    if (how.owner) {
      openToAll(home);
      spawnSync('chown', ['-R', `${how.owner}:${how.owner}`, out, store]);
    }
    const argv = [...(how.words ?? []), ctx.options.ingot, 'build', dir, '-o', path.join(out, 'app-{target}'), '--store', store,
      ...(network ? [] : ['--offline']), ...args];
    const r = await runIngot(argv[0], argv.slice(1), { cwd: how.owner ? '/' : dir, env: { CI: '', ...how.env } });
    const digests = Object.fromEntries(fs.readdirSync(out).sort().map((name) => [name, digest(path.join(out, name))]));
    fs.rmSync(home, { recursive: true, force: true });
    return r.exit === 0 ? { digests } : { reasons: [`exit ${r.exit}: ${r.stderr}`] };
  }
}

const told = (digests) => JSON.stringify(digests);

async function varyOneByOne(ctx) {
  const staged = await ctx.stage(kProject);
  const matrix = new Matrix(ctx, staged);
  const store = path.join(staged.home, 'store');
  seedStore(ctx.options.store, store);
  seedStore(ctx.options.store, path.join(staged.home, 'runtimes'));
  const fetched = await ctx.ingot(['fetch', staged.dir, '--store', store]);
  if (fetched.exit !== 0) return { reasons: [fetched.stderr] };
  const first = await matrix.build({});
  if (first.reasons) return first;
  const reasons = [], skipped = [];
  let same = 0;
  const compare = (name, built) => {
    if (built.reasons) reasons.push(`${name}: ${built.reasons}`);
    else if (told(built.digests) !== told(first.digests)) reasons.push(`${name}: other bytes`);
    else ++same;
  };
  compare('from the network', await matrix.build({}, [], true));
  for (const [name, how] of Object.entries(kDifferences)) {
    if (how.needs && !has(how.needs)) skipped.push(`${name} (no ${how.needs})`);
    else if (how.root && !isRoot) skipped.push(`${name} (not root)`);
    else compare(name, await matrix.build(how));
  }
  const seen = Object.keys(first.digests).length;
  await staged.close();
  if (skipped.length) console.log(`skip  reproducible: ${skipped.join(', ')}`);
  if (same === 0 || seen !== 1) reasons.push('nothing was compared');
  return { reasons, detail: `${same} builds compared` };
}

// All targets that this machine has, or can get, the runtimes of.
async function varyTargets(ctx) {
  const staged = await ctx.stage(kProject);
  const matrix = new Matrix(ctx, staged);
  const store = path.join(staged.home, 'store');
  seedStore(ctx.options.store, store);
  const targets = [];
  for (const target of kTargets) {
    const fetched = await ctx.ingot(['fetch', staged.dir, '--store', store, '--target', target]);
    if (fetched.exit === 0) targets.push(target);
    else console.log(`skip  reproducible, ${target}: its runtime cannot be had: ${/error\[[^\n]*/.exec(fetched.stderr)?.[0]}`);
  }
  const a = await matrix.build({}, ['--target', targets.join(',')]);
  const b = await matrix.build(kDifferences['everything at once'], ['--target', targets.toReversed().join(',')]);
  const reasons = [...(a.reasons ?? []), ...(b.reasons ?? [])];
  if (!reasons.length && told(a.digests) !== told(b.digests)) reasons.push(`other bytes: ${told(a.digests)} ${told(b.digests)}`);
  if (!reasons.length && Object.keys(a.digests).length !== targets.length) reasons.push('not every target was compared');
  await staged.close();
  return { reasons, detail: `${targets.length} targets compared` };
}

// The lockfile's own digest is sealed, so that much differs; nothing else may.
async function varyResolved(ctx) {
  const staged = await ctx.stage(kProject);
  const sealed = async () => {
    const built = await ctx.build(staged);
    if (built.exit !== 0) throw new Error(built.stderr);
    const told = JSON.parse((await ctx.ingot(['inspect', staged.out, '--files', '--json'])).stdout);
    delete told.lockfile.sha256;
    return { ...told, size: 0, payloadSize: 0 };
  };
  const bare = await sealed();
  const lock = path.join(staged.dir, 'package-lock.json');
  const json = JSON.parse(fs.readFileSync(lock, 'utf8'));
  for (const [place, entry] of Object.entries(json.packages)) {
    const name = place.replace('node_modules/', '');
    if (name) entry.resolved = `${staged.registry.url}${name}/-/${name.split('/').pop()}-${entry.version}.tgz`;
  }
  fs.writeFileSync(lock, JSON.stringify(json, null, 2));
  const resolved = await sealed();
  await staged.close();
  return told(bare) === told(resolved) ? [] : ['what is sealed differs by more than the digest of the lockfile'];
}

export const reproducible = {
  'the same bytes under other circumstances, one at a time': varyOneByOne,
  'the same bytes for every target, with all of them at once': varyTargets,
  'a lockfile with addresses seals what one without them does': varyResolved,
};
