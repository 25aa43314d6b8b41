// Everything particular to ES modules: top-level await, import.meta, computed imports, #imports, the package's own
// name, conditions, JSON, WebAssembly, createRequire, cycles, errors.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import config from '#config';
import * as own from 'e2e-own-esm/dual';
import * as cycle from './parts/cycle-a.mjs';
import data from './assets/data.json' with { type: 'json' };
import { named, default as fromCjs } from './parts/common.cjs';

const started = await Promise.resolve('top-level await');
const require = createRequire(import.meta.url);
const show = (name, value) => console.log(`${name}: ${JSON.stringify(value)}`);
const attempt = async (name, f) => { try { show(name, await f()); } catch (e) { console.log(`${name}: ${e.name} ${e.code}`); } };

show('started', started);
show('import.meta', { url: import.meta.url, dirname: import.meta.dirname, filename: import.meta.filename, main: import.meta.main });
show('same file', fileURLToPath(import.meta.url) === import.meta.filename);
show('resolve relative', import.meta.resolve('./parts/dual.mjs'));
show('resolve builtin', import.meta.resolve('node:fs'));
show('resolve own name', import.meta.resolve('e2e-own-esm/parts/one'));
show('#config', config);
show('own dual, imported', own.kind);
show('own dual, required', require('e2e-own-esm/dual').kind);
show('cycle', [cycle.a(), cycle.fromB()]);
show('json', data.list);
show('required json', require('./assets/data.json').list);
show('named export of CommonJS', [named, Object.keys(fromCjs)]);
for (const n of ['one', 'two']) show(`computed import ${n}`, (await import(`./parts/${n}.mjs`)).default);
for (const n of ['one', 'two']) show(`computed #import ${n}`, (await import(`#parts/${n}`)).default);
show('query makes another instance', (await import('./parts/counter.mjs?a')).bump() + (await import('./parts/counter.mjs?b')).bump() + (await import('./parts/counter.mjs?a')).bump());
show('require of an ES module', require('./parts/one.mjs').default);
show('top-level await elsewhere', (await import('./parts/waits.mjs')).value);
show('data: URL', (await import('data:text/javascript,export default 7')).default);
show('this', this === undefined);

const wasm = await WebAssembly.instantiate(fs.readFileSync(new URL('./assets/add.wasm', import.meta.url)));
show('wasm by fs', wasm.instance.exports.add(20, 22));
show('fs with a URL', fs.readFileSync(new URL('./assets/note.txt', import.meta.url), 'utf8'));
show('file beside', fs.existsSync(path.join(import.meta.dirname, 'assets', 'note.txt')));
await attempt('wasm as a module', async () => (await import('./assets/add.wasm')).add(1, 2));

await attempt('missing file', () => import('./parts/none.mjs'));
await attempt('missing package', () => import('not-there'));
await attempt('no such export path', () => import('e2e-own-esm/secret'));
await attempt('folder', () => import('./parts'));
await attempt('json without attribute', () => import('./assets/data.json'));
await attempt('syntax error', () => import('./parts/broken.mjs'));
await attempt('throws while loading', () => import('./parts/throws.mjs'));
await attempt('require with top-level await', () => require('./parts/waits.mjs'));

// Modules of the user's folder, resolved from there, which may import what is embedded.
const userFile = path.resolve('user.mjs'); // Windows takes it for a URL with the scheme z:
const user = await import(process.platform === 'win32' ? pathToFileURL(userFile) : userFile);
show('user module', [user.default, user.sees(import.meta.url)]);
