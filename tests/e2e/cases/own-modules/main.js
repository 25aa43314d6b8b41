// Modules as tools bend them: hooks of all kinds, patched loaders, conditions, vm, compile cache. One line each.
const Module = require('node:module');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { fork, spawnSync } = require('node:child_process');
const { MessageChannel, Worker } = require('node:worker_threads');
const { pathToFileURL } = require('node:url');
const vm = require('node:vm');

const lib = (name) => path.join(__dirname, 'lib', name);
const show = (name, value) => console.log(`${name}: ${JSON.stringify(value)}`);
const attempt = async (name, f) => {
  try {
    show(name, await f());
  } catch (e) {
    console.log(`${name}: ${e.name} ${e.code} ${e.message.split('\n')[0]}`);
  }
};
const child = (flags, ...args) => {
  const r = spawnSync(process.execPath, [...flags, __filename, ...args], { encoding: 'utf8' });
  process.stdout.write(r.stdout);
  process.stderr.write(r.stderr);
  console.log('exit', r.status ?? r.signal);
};
const inThread = (file, options) => new Promise((resolve, reject) => {
  const w = new Worker(file, { ...options, stdout: true });
  let said = '';
  w.stdout.on('data', (d) => { said += d; });
  w.on('error', reject).on('exit', (code) => resolve(`${said.trim()} (${code})`));
});

const commands = {
  async conditions() {
    show('require', require('e2e-own-modules/by-condition'));
    show('import', (await import('e2e-own-modules/by-condition')).default);
    show('#imports', [require('#conditional'), (await import('#conditional')).default]);
    show('resolve', [require.resolve('e2e-own-modules/by-condition'), require.resolve('#conditional')]);
    show('computed', [require(['e2e-own-modules', 'by-condition'].join('/')), require(`#${'conditional'}`)]);
  },
  'conditions-flag': () => { child(['--conditions=special'], 'conditions'); child(['-C', 'special'], 'conditions'); child(['--conditions', 'nobody', '--conditions', 'special'], 'conditions'); },
  async 'conditions-thread'() { console.log(await inThread(__filename, { argv: ['conditions'], execArgv: ['--conditions=special'] })); },
  async 'conditions-hook'() {
    const hooks = Module.registerHooks({ resolve: (specifier, context, next) => next(specifier, { ...context, conditions: ['special', ...context.conditions] }) });
    show('require', require('e2e-own-modules/by-condition'));
    show('import', (await import('e2e-own-modules/by-condition')).default);
    hooks.deregister();
  },

  async registerHooks() {
    const seen = [];
    const hooks = Module.registerHooks({
      resolve(specifier, context, next) {
        if (specifier === 'alias') return next(lib('target.js'), context);
        const result = next(specifier, context);
        if (/target|note/.test(specifier)) seen.push(['resolve', specifier, result.format, path.basename(context.parentURL ?? 'none')]);
        return result;
      },
      load(url, context, next) {
        if (url.endsWith('note.txt')) return { format: 'json', source: JSON.stringify('loaded text'), shortCircuit: true };
        const result = next(url, context);
        if (url.endsWith('target.mjs')) return { ...result, source: String(result.source).replace('target', 'changed') };
        if (url.endsWith('target.js')) {
          seen.push(['load', result.format, typeof result.source, Buffer.isBuffer(result.source)]);
          return { ...result, source: String(result.source).replace('target', 'changed too') };
        }
        return result;
      },
    });
    show('alias', require('alias').value);
    show('changed CommonJS', require('./lib/target').value);
    show('changed ES module', (await import('./lib/target.mjs')).value);
    show('text', require('./lib/note.txt'));
    show('seen', seen);
    hooks.deregister();
    await attempt('after deregister', () => require('alias'));
  },

  async register() {
    const { port1, port2 } = new MessageChannel();
    const said = new Promise((resolve) => port1.once('message', resolve));
    Module.register('./lib/hooks.mjs', pathToFileURL(__filename), { data: { prefix: 'virtual', port: port2 }, transferList: [port2] });
    show('initialize', await said);
    port1.close();
    show('virtual module', (await import('virtual:thing')).default);
    show('changed by load', (await import('./lib/target.mjs')).value);
    show('passed through', (await import('./lib/uses-plain.mjs')).default);
    show('CommonJS', (await import('./lib/target.js')).default.value);
    show('required', require('./lib/default.js'));
    show('json', (await import('./lib/uses-json.mjs')).default);
  },
  'loader-flag': () => child(['--no-warnings', '--import', `data:text/javascript,import { register } from 'node:module'; register(${JSON.stringify(pathToFileURL(lib('hooks.mjs')).href)}, { data: { prefix: 'flag' } });`], 'virtual'),
  async virtual() { show('virtual module', (await import('virtual:thing')).default); },

  _load() {
    const { _load } = Module;
    const seen = [];
    Module._load = function (request, parent, isMain) {
      seen.push([request, path.basename(parent?.filename ?? 'none'), isMain]);
      const exports = Reflect.apply(_load, this, [request, parent, isMain]);
      return request === './target' ? { ...exports, value: 'wrapped' } : exports;
    };
    show('through _load', require('./lib/uses-target').get());
    show('a builtin, too', typeof require('node:os').cpus);
    Module._load = _load;
    show('seen', seen);
  },
  'prototype-require'() {
    const { require: original } = Module.prototype;
    const seen = [];
    Module.prototype.require = function (id) { seen.push(id); return Reflect.apply(original, this, [id]); };
    require('./lib/uses-target').get();
    Module.prototype.require = original;
    show('seen', seen);
  },
  extensions() {
    const original = require.extensions['.js'];
    const seen = [];
    require.extensions['.js'] = function (module, filename) {
      const { _compile } = module;
      module._compile = function (code, name) { seen.push(path.basename(name)); return Reflect.apply(_compile, this, [code.replace("'target'", "'compiled otherwise'"), name]); };
      original(module, filename);
    };
    show('changed source', require('./lib/target').value);
    require.extensions['.txt'] = (module, filename) => { module.exports = fs.readFileSync(filename, 'utf8').trim(); };
    show('new extension', [require('./lib/note.txt'), require('./lib/note')]);
    require.extensions['.js'] = original;
    delete require.extensions['.txt'];
    show('seen', seen);
    show('same object', [require.extensions === Module._extensions, Object.keys(Module._extensions)]);
  },
  'wrapper'() {
    const { wrap } = Module;
    Module.wrap = (script) => wrap(script.replace("'target'", "'wrapped otherwise'"));
    show('through Module.wrap', require('./lib/target').value);
    Module.wrap = wrap;
  },
  cache() {
    const target = require.resolve('./lib/target');
    require.cache[target] = { id: target, filename: target, loaded: true, exports: { value: 'put there' } };
    show('put into the cache', require('./lib/uses-target').get());
    delete require.cache[target];
    show('deleted from it', require('./lib/target').value);
    require.cache[require.resolve('node:os')] = undefined;
    const made = new Module('made', module);
    made.paths = module.paths;
    made.filename = lib('made.js');
    made._compile("module.exports = require('./target').value + ' by a made module'", made.filename);
    show('compiled by hand', made.exports);
    show('own path', Module._resolveFilename('./lib/target', module) === target);
    show('find', Module._findPath('./target', [path.join(__dirname, 'lib')]) === target);
    show('paths', Module._nodeModulePaths(lib('')).slice(0, 2));
    show('global', [typeof Module.globalPaths, typeof Module._pathCache, typeof Module._initPaths, typeof Module.Module]);
    show('children', module.children.map((m) => path.basename(m.filename)));
  },

  async vm() {
    const run = (code, options) => new vm.Script(code, { filename: lib('script.js'), ...options }).runInThisContext();
    const { USE_MAIN_CONTEXT_DEFAULT_LOADER } = vm.constants;
    await attempt('import() without', () => run("import('./target.mjs')"));
    await attempt('default loader', async () => (await run("import('./target.mjs')", { importModuleDynamically: USE_MAIN_CONTEXT_DEFAULT_LOADER })).value);
    await attempt('default loader, package', async () => (await run("import('e2e-own-modules/by-condition')", { importModuleDynamically: USE_MAIN_CONTEXT_DEFAULT_LOADER })).default);
    await attempt('own callback', async () => (await run("import('./target.mjs')", { importModuleDynamically: (specifier) => import(lib(specifier)) })).value);
    await attempt('compileFunction', async () => (await vm.compileFunction("return import('./target.mjs')", [], { filename: lib('f.js'), importModuleDynamically: USE_MAIN_CONTEXT_DEFAULT_LOADER })()).value);
    await attempt('runInThisContext', () => vm.runInThisContext('1 + 1'));
    await attempt('new Function', async () => (await new Function("return import('node:os')")()).default.EOL);
    await attempt('eval', async () => (await eval("import('./lib/target.mjs')")).value);
    await attempt('cached data', () => { const s = new vm.Script('6 * 7', { produceCachedData: true }); return new vm.Script('6 * 7', { cachedData: s.cachedData }).cachedDataRejected; });
    await attempt('SourceTextModule', () => typeof vm.SourceTextModule);
  },
  'vm-modules': () => child(['--experimental-vm-modules', '--no-warnings'], 'vm-module'),
  async 'vm-module'() {
    const module = new vm.SourceTextModule("import { value } from 'given'; export default value + ' ' + import.meta.here;", { initializeImportMeta: (meta) => { meta.here = 'meta'; } });
    await module.link(async (specifier) => {
      const ns = await import(lib('target.mjs'));
      const synthetic = new vm.SyntheticModule(Object.keys(ns), function () { for (const k of Object.keys(ns)) this.setExport(k, ns[k]); });
      return specifier === 'given' ? synthetic : undefined;
    });
    await module.evaluate();
    show('vm module', module.namespace.default);
  },

  async cycles() {
    show('CommonJS first', require('./lib/cycle-common.cjs').late());
    await attempt('required from within', async () => Object.keys(await import('./lib/cycle-tight-a.mjs')));
    await attempt('the other way', () => require('./lib/cycle-tight.cjs'));
    show('awaits in a row', (await import('./lib/late-a.mjs')).depth);
    await attempt('require of an awaiting module', () => require('./lib/late-b.mjs'));
  },
  async 'other-kinds'() {
    await attempt('wasm', async () => (await import('./lib/uses-wasm.mjs')).default);
    await attempt('wasm source', async () => (await import('./lib/phase.mjs')).default);
    await attempt('json', async () => (await import('./lib/uses-json.mjs')).default);
    await attempt('json, computed', async () => (await import(lib('data.json'), { with: { type: 'json' } })).default.list);
    await attempt('json without', () => import(lib('data.json')));
    await attempt('wrong attribute', () => import(lib('data.json'), { with: { type: 'css' } }));
    await attempt('text', async () => (await import('./lib/uses-text.mjs')).default);
    await attempt('txt', () => import('./lib/note.txt'));
    await attempt('data:', async () => (await import('data:application/json,[1]', { with: { type: 'json' } })).default);
    await attempt('module in module', async () => (await require('./lib/imports.cjs')('./says-main.mjs')));
    await attempt('http', () => import('http://example.org/x.mjs'));
  },
  'text-flag': () => child(['--experimental-import-text', '--no-warnings'], 'other-kinds'),

  async functions() {
    show('findPackageJSON', [Module.findPackageJSON(pathToFileURL(lib('target.js'))), Module.findPackageJSON('..', pathToFileURL(lib('target.js'))), Module.findPackageJSON('e2e-own-modules', pathToFileURL(__filename).href)]);
    await attempt('findPackageJSON of none', () => Module.findPackageJSON('not-there', pathToFileURL(__filename)));
    show('createRequire', [Module.createRequire(lib('x.js'))('./target').value, Module.createRequire(pathToFileURL(lib('x.mjs')))('./target').value, Module.createRequire(`${lib('')}/`)('./default')]);
    await attempt('createRequire of a relative path', () => Module.createRequire('./x.js'));
    show('isBuiltin', [Module.isBuiltin('node:test'), Module.isBuiltin('test'), Module.isBuiltin('internal/util'), Module.builtinModules.length]);
    await attempt('internals', () => require('internal/util'));
    await attempt('internals, too', () => require('node:internal/modules/cjs/loader'));
    await attempt('internal binding', () => process.binding('natives') !== undefined);
    await attempt('vfs', () => require('node:vfs'));
    show('stripTypeScriptTypes', Module.stripTypeScriptTypes('const x: number = 1'));
    show('compile cache', [typeof Module.enableCompileCache(path.join(os.tmpdir(), 'cache')).status, typeof Module.getCompileCacheDir(), Module.flushCompileCache()]);
    show('loaded with it', [require('./lib/target').value, (await import('./lib/target.mjs')).value]);
    show('SourceMap', typeof Module.findSourceMap(__filename));
    show('sync builtins', (Module.syncBuiltinESMExports(), typeof (await import('node:fs')).readFileSync));
    show('constants', Module.constants);
  },
  'compile-cache-env': () => { const r = spawnSync(process.execPath, [__filename, '_load'], { encoding: 'utf8', env: { ...process.env, NODE_COMPILE_CACHE: path.join(os.tmpdir(), 'cache') } }); console.log(r.status, r.stdout, r.stderr); },
  async preload() {
    fs.writeFileSync('user-preload.cjs', "globalThis.preloaded = 'by the user';");
    child(['-r', path.resolve('user-preload.cjs')], 'preloaded');
    child(['--require', './user-preload.cjs'], 'preloaded');
    child(['--import', pathToFileURL(lib('sets.mjs')).href], 'preloaded');
    child(['--import', './none.mjs'], 'preloaded');
    fs.rmSync('user-preload.cjs');
  },
  preloaded: () => console.log(globalThis.preloaded, process.execArgv.length),
  async main() {
    show('require.main', [require.main === module, module.id, process.mainModule === module]);
    show('import.meta.main', (await import('./lib/says-main.mjs')).default);
    const r = spawnSync(process.execPath, [lib('says-main.mjs')], { encoding: 'utf8' });
    console.log(r.status, r.stderr);
  },
};
commands[process.argv[2]]();
