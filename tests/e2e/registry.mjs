// A registry as companies run it: a real server (verdaccio, pinned by tests/tools/registry) on the loopback that
// gives packages only to those it knows. A project asks for one scoped and one plain package;
// each way to say where they are and who asks has to work, and none of them may work without. The server has no
// other registry behind it, so the network is not used.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { integrityOf } from './lib/fixture.mjs';
import { startProxy, startRedirector, startStorage, startTls } from './lib/middlemen.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { sleep } from './lib/sandbox.mjs';
import { makeTarball } from './lib/tar.mjs';

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'registry');
const kTools = path.resolve(import.meta.dirname, '../tools/registry');
const kUser = 'ingot', kPassword = 'a secret of the test';

// Once for the lockfile it is pinned by.
function installServer() {
  const home = path.join(options.work, 'registry-server');
  const lock = fs.readFileSync(path.join(kTools, 'package-lock.json'), 'utf8');
  const done = path.join(home, 'done');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === lock) return home;
  fs.rmSync(home, { recursive: true, force: true });
  fs.cpSync(kTools, home, { recursive: true });
  const r = spawnSync(process.execPath, [options.npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home, encoding: 'utf8', timeout: 300_000 });
  if (r.status !== 0) return undefined;
  fs.writeFileSync(done, lock);
  return home;
}

// { origin, close }; the server has one user, who is `kUser`.
async function startServer(home) {
  const folder = path.join(scratch, 'server');
  fs.mkdirSync(folder, { recursive: true });
  const sha = createHash('sha1').update(kPassword).digest('base64');
  fs.writeFileSync(path.join(folder, 'htpasswd'), `${kUser}:{SHA}${sha}:autocreated 2026-01-01T00:00:00.000Z\n`);
  const probe = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  fs.writeFileSync(path.join(folder, 'config.yaml'), [
    'storage: ./storage', 'web: { enable: false }', 'auth: { htpasswd: { file: ./htpasswd, max_users: -1 } }',
    'uplinks: {}', "packages: { '**': { access: $authenticated, publish: $authenticated } }", 'log: { type: stdout, format: json, level: error }', '',
  ].join('\n'));
  const child = spawn(process.execPath, [path.join(home, 'node_modules/verdaccio/bin/verdaccio'), '--config', path.join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`],
    { cwd: folder, stdio: 'ignore', env: { ...process.env, NODE_OPTIONS: '' } });
  process.on('exit', () => child.kill());
  const origin = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 150; tries++) {
    if (child.exitCode !== null) throw new Error(`the registry server ended with ${child.exitCode}`);
    const answer = await fetch(`${origin}/-/ping`).catch(() => undefined);
    if (answer?.ok) return { origin, close: () => child.kill() };
    await sleep(200);
  }
  throw new Error('the registry server does not answer');
}

const basic = Buffer.from(`${kUser}:${kPassword}`).toString('base64');
const kPackages = ['plain', '@company/scoped'].map((name) => {
  const manifest = { name, version: '1.0.0', main: 'index.js' };
  const tarball = makeTarball([{ path: 'package/package.json', content: JSON.stringify(manifest) }, { path: 'package/index.js', content: `module.exports = ${JSON.stringify(name)};\n` }]);
  return { name, manifest, tarball, file: `${name.split('/').pop()}-1.0.0.tgz` };
});

// What `npm publish` sends.
async function publish(server, { name, manifest, tarball }) {
  const file = `${name}-1.0.0.tgz`;
  const dist = { integrity: integrityOf(tarball), shasum: createHash('sha1').update(tarball).digest('hex'), tarball: `${server.origin}/${name}/-/${file}` };
  const body = {
    _id: name, name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': { ...manifest, _id: `${name}@1.0.0`, dist } },
    _attachments: { [file]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length } },
  };
  const answer = await fetch(`${server.origin}/${name.replace('/', '%2f')}`, { method: 'PUT', headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${name} is not published: ${answer.status} ${await answer.text()}`);
}

async function logIn(server) {
  const answer = await fetch(`${server.origin}/-/user/org.couchdb.user:${kUser}`, {
    method: 'PUT', headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json' }, body: JSON.stringify({ name: kUser, password: kPassword }),
  });
  const { token } = await answer.json();
  if (!token) throw new Error(`no token: ${answer.status}`);
  return token;
}

const kLocks = {
  npm: () => ({
    'package-lock.json': JSON.stringify({
      name: 'project', version: '1.0.0', lockfileVersion: 3,
      packages: {
        '': { name: 'project', version: '1.0.0', dependencies: dependencies() },
        ...Object.fromEntries(kPackages.map((p) => [`node_modules/${p.name}`, { version: '1.0.0', integrity: integrityOf(p.tarball) }])),
      },
    }),
  }),
  pnpm: () => ({
    'pnpm-lock.yaml': ["lockfileVersion: '9.0'", 'importers:', '  .:', '    dependencies:', ...kPackages.flatMap((p) => [`      '${p.name}':`, '        specifier: 1.0.0', '        version: 1.0.0']),
      'packages:', ...kPackages.flatMap((p) => [`  '${p.name}@1.0.0':`, `    resolution: {integrity: ${integrityOf(p.tarball)}}`]),
      'snapshots:', ...kPackages.map((p) => `  '${p.name}@1.0.0': {}`), ''].join('\n'),
  }),
  yarn: () => ({
    'yarn.lock': ['# yarn lockfile v1', '', ...kPackages.flatMap((p) => [`"${p.name}@1.0.0":`, '  version "1.0.0"', `  resolved "https://registry.example.org/${p.name}/-/${p.file}"`, `  integrity ${integrityOf(p.tarball)}`, ''])].join('\n'),
  }),
  berry: () => ({
    'yarn.lock': ['__metadata:', '  version: 8', '  cacheKey: 10c0', '', '"project@workspace:.":', '  version: 0.0.0-use.local', '  resolution: "project@workspace:."', '  dependencies:',
      ...kPackages.map((p) => `    "${p.name}": "npm:1.0.0"`), '  languageName: unknown', '  linkType: soft', '',
      ...kPackages.flatMap((p) => [`"${p.name}@npm:1.0.0":`, '  version: 1.0.0', `  resolution: "${p.name}@npm:1.0.0"`, '  languageName: node', '  linkType: hard', ''])].join('\n'),
    'ingot.lock.json': JSON.stringify({ version: 1, packages: Object.fromEntries(kPackages.map((p) => [`${p.name}@1.0.0`, integrityOf(p.tarball)])) }),
  }),
  bun: () => ({
    'bun.lock': JSON.stringify({
      lockfileVersion: 1, workspaces: { '': { name: 'project', dependencies: dependencies() } },
      packages: Object.fromEntries(kPackages.map((p) => [p.name, [`${p.name}@1.0.0`, '', {}, integrityOf(p.tarball)]])),
    }),
  }),
};
const dependencies = () => Object.fromEntries(kPackages.map((p) => [p.name, '1.0.0']));

// The runtime is not what this is about: it comes from where npm is told to get things.
async function getRuntime() {
  const dir = path.join(scratch, 'empty');
  fs.mkdirSync(dir);
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ name: 'empty', version: '1.0.0' }));
  fs.writeFileSync(path.join(dir, 'package-lock.json'), JSON.stringify({ name: 'empty', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'empty', version: '1.0.0' } } }));
  const r = await runIngot(options.ingot, ['fetch', dir, '--target', 'linux-x64', '--store', options.store], { cwd: scratch });
  if (r.exit !== 0) throw new Error(`the runtime cannot be got:\n${r.stderr}`);
}

let count = 0;
// Casts the project with these configuration files; what comes out of `ingot build`, and the program's output.
async function cast(kind, files, env = {}) {
  const home = path.join(scratch, `project-${count++}`), dir = path.join(home, 'p'), out = path.join(home, 'out');
  fs.mkdirSync(dir, { recursive: true });
  const all = {
    'package.json': JSON.stringify({ name: 'project', version: '1.0.0', main: 'main.js', dependencies: dependencies() }),
    'main.js': `console.log(${kPackages.map((p) => `require('${p.name}')`).join(', ')});\n`, ...kLocks[kind](), ...files,
  };
  for (const [name, text] of Object.entries(all)) fs.writeFileSync(path.join(dir, name), text);
  // Nothing of the packages is in a store or a cache; the runtime is.
  const store = path.join(home, 'store');
  fs.mkdirSync(store);
  fs.symlinkSync(path.join(options.store, 'derived'), path.join(store, 'derived'));
  const result = await runIngot(options.ingot, ['build', dir, '-o', out, '--store', store], {
    cwd: scratch, env: { npm_config_cache: path.join(home, 'npm'), HOME: home, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1', npm_config_registry: '', CI: '', ...env },
  });
  const printed = result.exit === 0 ? spawnSync(out, [], { encoding: 'utf8' }).stdout.trim() : '';
  fs.rmSync(home, { recursive: true, force: true });
  return { ...result, printed };
}

const kDirectly = { NO_PROXY: '127.0.0.1,localhost', no_proxy: '127.0.0.1,localhost' };
const kByProxy = { NO_PROXY: '', no_proxy: '', HTTP_PROXY: '', http_proxy: '', HTTPS_PROXY: '', https_proxy: '' };

// Whether the project was cast and runs.
const problems = ({ exit, printed, stderr }) => (exit === 0 && printed === 'plain @company/scoped' ? [] : [`exit ${exit}, prints ${printed}\n${stderr}`]);

async function checkRedirects(token) {
  const name = 'a redirect to another host takes no credentials along';
  if (!options.matches(name)) return;
  const storage = await startStorage(new Map(kPackages.map((p) => [p.file, p.tarball])));
  const redirector = await startRedirector(storage);
  const registry = `${redirector.origin}/`;
  const result = await cast('npm', { '.npmrc': `registry=${registry}\n${registry.replace(/^http:/, '')}:_authToken=${token}\n` }, kDirectly);
  const reasons = problems(result);
  if (storage.seen.length !== kPackages.length) reasons.push(`the other host was asked ${storage.seen.length} times`);
  for (const headers of storage.seen) if (headers.authorization || headers.cookie || JSON.stringify(headers).includes(token)) reasons.push('the other host was shown credentials');
  if (redirector.seen.some((shown) => shown !== `Bearer ${token}`)) reasons.push('the registry itself was not');
  report.settle(name, reasons);
  for (const one of [storage, redirector]) one.close();
}

async function checkHttpProxy(server, token) {
  const registry = `${server.origin}/`, dart = registry.replace(/^http:/, '');
  const account = 'proxy user:a p@ssword', encoded = account.split(':').map(encodeURIComponent).join(':');
  const proxy = await startProxy(account);
  const by = (credentials) => proxy.origin.replace('http://', `http://${credentials}@`);
  const npmrc = (more) => ({ '.npmrc': `registry=${registry}\n${dart}:_authToken=${token}\n${more}\n` });
  const ways = {
    'a proxy that asks who one is': [npmrc(`proxy=${by(encoded)}`), kByProxy, 0, true],
    'the same from the environment': [npmrc(''), { ...kByProxy, HTTP_PROXY: by(encoded), http_proxy: by(encoded) }, 0, true],
    'a proxy that does not know one': [npmrc(`proxy=${by('nobody:x')}`), kByProxy, 1, true],
    'NO_PROXY goes round it': [npmrc(`proxy=${by('nobody:x')}`), kDirectly, 0, false],
    'noproxy goes round it': [npmrc(`proxy=${by('nobody:x')}\nnoproxy=127.0.0.1`), kByProxy, 0, false],
  };
  for (const [name, [files, env, exit, asked]] of Object.entries(ways)) {
    if (!options.matches(name)) continue;
    proxy.seen.length = 0;
    const result = await cast('npm', files, env);
    const reasons = exit === 0 ? problems(result) : result.exit === exit ? [] : [`exit ${result.exit}\n${result.stderr}`];
    if ((proxy.seen.length > 0) !== asked) reasons.push(`the proxy was asked ${proxy.seen.length} times`);
    if (proxy.seen.some(({ allowed }) => allowed !== (exit === 0))) reasons.push('the proxy was shown the wrong account');
    if (/a%20p%40ssword|a p@ssword/.test(result.stderr)) reasons.push('the password is printed');
    report.settle(name, reasons);
  }
  proxy.close();
}

async function checkTlsProxy(server, token) {
  const name = 'https through a proxy, by CONNECT: each is shown its own credentials only';
  if (!options.matches(name)) return;
  const tls = await startTls(server.origin, path.join(scratch, 'tls'));
  if (!tls) return void report.skip(name, 'openssl makes no certificate here');
  const proxy = await startProxy('user:word');
  const registry = `${tls.origin}/`, dart = registry.replace(/^https:/, '');
  const npmrc = `registry=${registry}\n${dart}:_authToken=${token}\nhttps-proxy=${proxy.origin.replace('http://', 'http://user:word@')}\n`;
  const reasons = problems(await cast('npm', { '.npmrc': `${npmrc}cafile=${tls.ca}\n` }, kByProxy));
  if (!proxy.seen.length || proxy.seen.some((one) => one.method !== 'CONNECT' || !one.allowed || one.authorization)) reasons.push(`the proxy saw ${JSON.stringify(proxy.seen)}`);
  if (!tls.seen.length || tls.seen.some((headers) => headers.authorization !== `Bearer ${token}` || headers['proxy-authorization'])) reasons.push('the registry was shown something else');
  tls.seen.length = 0;
  const unknown = await cast('npm', { '.npmrc': npmrc }, kByProxy);
  if (unknown.exit === 0 || tls.seen.length) reasons.push('a certificate that nobody vouches for is believed');
  report.settle(name, reasons);
  for (const one of [tls, proxy]) one.close();
}

async function checkMiddlemen(server, token) {
  await checkRedirects(token);
  await checkHttpProxy(server, token);
  await checkTlsProxy(server, token);
}

const home = installServer();
if (!home) {
  report.skip('a registry as companies run it', 'npm cannot install the registry server');
} else {
  await getRuntime();
  const server = await startServer(home);
  for (const p of kPackages) await publish(server, p);
  const token = await logIn(server);
  const registry = `${server.origin}/`, dart = registry.replace(/^http:/, '');
  const nowhere = 'https://registry.example.org/';
  const ways = {
    'a token for the registry': ['npm', { '.npmrc': `registry=${registry}\n${dart}:_authToken=${token}\n` }],
    'a token from the environment': ['npm', { '.npmrc': `registry=${registry}\n${dart}:_authToken=\${COMPANY_TOKEN}\n` }, { COMPANY_TOKEN: token }],
    'a user and a password': ['npm', { '.npmrc': `registry=${registry}\n${dart}:username=${kUser}\n${dart}:_password=${Buffer.from(kPassword).toString('base64')}\n` }],
    'both in one': ['npm', { '.npmrc': `registry=${registry}\n${dart}:_auth=${basic}\n` }],
    "pnpm's lockfile, by npm's settings": ['pnpm', { '.npmrc': `registry=${nowhere}\n@company:registry=${registry}\nregistry=${registry}\n${dart}:_authToken=${token}\n` }],
    "yarn 1's own file": ['yarn', { '.yarnrc': `registry "${registry}"\n`, '.npmrc': `${dart}:_authToken=${token}\n` }],
    "yarn 4's own file": ['berry', { '.yarnrc.yml': `npmRegistryServer: "${registry}"\nnpmAlwaysAuth: true\nnpmAuthToken: "\${COMPANY_TOKEN:-none}"\nunsafeHttpWhitelist: [127.0.0.1]\n` }, { COMPANY_TOKEN: token }],
    "yarn 4's scopes and registries": ['berry', { '.yarnrc.yml': `npmRegistryServer: "${registry}"\nnpmScopes:\n  company:\n    npmRegistryServer: "${registry}"\nnpmRegistries:\n  "${dart}":\n    npmAuthIdent: "${kUser}:${kPassword}"\n` }],
    "bun's own file": ['bun', { 'bunfig.toml': `[install]\nregistry = { url = "${registry}", token = "$COMPANY_TOKEN" }\n` }, { COMPANY_TOKEN: token }],
    "bun's scopes": ['bun', { 'bunfig.toml': `[install]\nregistry = "${registry}"\n[install.scopes]\ncompany = { url = "${registry}", username = "${kUser}", password = "${kPassword}" }\n` }],
  };
  for (const [name, [kind, files, env]] of Object.entries(ways)) {
    if (!options.matches(name)) continue;
    const { exit, printed, stderr } = await cast(kind, files, env);
    report.settle(name, exit === 0 && printed === 'plain @company/scoped' ? [] : [`exit ${exit}, prints ${printed}\n${stderr}`]);
  }
  const refusals = {
    'nobody, and nothing is given': ['npm', { '.npmrc': `registry=${registry}\n` }],
    'a token for another path is not sent': ['npm', { '.npmrc': `registry=${registry}\n${dart}other/:_authToken=${token}\n` }],
    'a wrong token': ['npm', { '.npmrc': `registry=${registry}\n${dart}:_authToken=${token.slice(1)}\n` }],
  };
  for (const [name, [kind, files]] of Object.entries(refusals)) {
    if (!options.matches(name)) continue;
    const { exit, stderr } = await cast(kind, files);
    const reasons = exit === 1 && /registry-unauthorized/.test(stderr) ? [] : [`exit ${exit}\n${stderr}`];
    if (stderr.includes(token.slice(1))) reasons.push('the token is printed');
    report.settle(name, reasons);
  }
  await checkMiddlemen(server, token);
  server.close();
}
report.close();
