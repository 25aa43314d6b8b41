// Features of Node itself, used from a program that lies in an executable.
const assert = require('node:assert');
const async_hooks = require('node:async_hooks');
const diagnostics_channel = require('node:diagnostics_channel');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const lib = (name) => path.join(__dirname, 'lib', name);
const commands = {
  async test() {
    const { run } = require('node:test');
    for (const isolation of ['process', 'none']) {
      const seen = [];
      const stream = run({ files: [lib('suite.test.mjs')], isolation });
      for await (const { type, data } of stream) if (/^test:(pass|fail)$/.test(type)) seen.push([type, data.name, data.details.error?.cause?.message?.split('\n')[0] ?? null]);
      console.log(isolation, JSON.stringify(seen));
      process.exitCode = 0;
    }
  },
  sqlite() {
    const { DatabaseSync } = require('node:sqlite');
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE t (a INTEGER, b TEXT)');
    const insert = db.prepare('INSERT INTO t VALUES (?, ?)');
    for (const [a, b] of [[1, 'one'], [2, 'two']]) insert.run(a, b);
    console.log(JSON.stringify(db.prepare('SELECT * FROM t ORDER BY a DESC').all()));
    const onDisk = new DatabaseSync('data.sqlite');
    onDisk.exec('CREATE TABLE IF NOT EXISTS t (a)');
    onDisk.close();
    console.log(fs.existsSync('data.sqlite'), (fs.rmSync('data.sqlite'), fs.existsSync('data.sqlite')));
    const embedded = new DatabaseSync(lib('data.sqlite'), { readOnly: true });
    console.log(JSON.stringify(embedded.prepare('SELECT * FROM t').all()));
    try { embedded.exec('DELETE FROM t'); } catch (e) { console.log(e.code, e.message); }
  },
  async network() {
    const http = require('node:http');
    const server = http.createServer((request, response) => response.end(`you asked for ${request.url}`)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address();
    const response = await fetch(`http://127.0.0.1:${port}/page`, { headers: { connection: 'close' } });
    console.log(response.status, await response.text());
    console.log(typeof WebSocket, typeof EventSource, typeof FormData, new Headers({ a: '1' }).get('a'));
    try { await fetch(`file://${__filename}`); } catch (e) { console.log(e.name, e.message, e.cause?.message); }
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    await new Promise((resolve) => { socket.onerror = () => { console.log('no such socket'); resolve(); }; });
    server.close();
  },
  async inspector() {
    const inspector = require('node:inspector');
    const session = new inspector.Session();
    session.connect();
    const post = (method, parameters) => new Promise((resolve, reject) => session.post(method, parameters, (e, r) => (e ? reject(e) : resolve(r))));
    console.log(JSON.stringify(await post('Runtime.evaluate', { expression: '6 * 7' })));
    const scripts = [];
    session.on('Debugger.scriptParsed', ({ params }) => { if (params.url.includes('page')) scripts.push(params.url); });
    await post('Debugger.enable');
    require('./lib/page');
    console.log(JSON.stringify(scripts));
    await post('Profiler.enable');
    await post('Profiler.start');
    const { profile } = await post('Profiler.stop');
    console.log(profile.nodes.length > 0);
    session.disconnect();
    console.log(inspector.url());
    inspector.open(0);
    console.log(inspector.url().slice(0, 15));
    inspector.close();
  },
  async 'permission-none'() { console.log(process.permission, typeof process.constrainedMemory()); },
  sea() {
    const sea = require('node:sea');
    console.log(Object.keys(sea).sort().join());
    // Where Node says that there are no assets as this is no single executable, ours says that this one has none.
    try { sea.getAsset('ingot'); } catch (e) { console.log(e.name); }
  },
  async wasi() {
    const { WASI } = require('node:wasi');
    const wasi = new WASI({ version: 'preview1', args: ['a'], env: {}, preopens: { '/sandbox': process.cwd() } });
    console.log(typeof wasi.getImportObject().wasi_snapshot_preview1.fd_write);
    console.log(typeof new WASI({ version: 'preview1', preopens: { '/own': __dirname } }).wasiImport);
    for (const preopens of [{ '/file': __filename }, [], null]) {
      try { new WASI({ version: 'preview1', preopens }); } catch (e) { console.log(e.code); }
    }
    const { instance } = await WebAssembly.instantiate(fs.readFileSync(lib('add.wasm')));
    console.log(instance.exports.add(40, 2));
    console.log(await WebAssembly.compileStreaming(new Response(fs.readFileSync(lib('add.wasm')), { headers: { 'content-type': 'application/wasm' } })).then(String));
  },
  async tracing() {
    const tracing = require('node:trace_events').createTracing({ categories: ['node.perf'] });
    tracing.enable();
    console.log(tracing.enabled, tracing.categories);
    tracing.disable();
    for (const file of fs.readdirSync('.').filter((n) => n.startsWith('node_trace'))) fs.rmSync(file);
    const { performance, PerformanceObserver } = require('node:perf_hooks');
    const seen = new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries()[0].name)).observe({ entryTypes: ['mark'] }));
    performance.mark('a mark');
    console.log(await seen, typeof performance.nodeTiming.bootstrapComplete, performance.timerify(() => 7)(), typeof performance.eventLoopUtilization().utilization);
  },
  report() {
    const report = process.report.getReport();
    console.log(Object.keys(report).sort().join(), report.header.nodejsVersion, report.header.commandLine.length > 0);
    console.log(process.report.writeReport('report.json'), JSON.parse(fs.readFileSync('report.json', 'utf8')).header.event);
    fs.rmSync('report.json');
  },
  v8() {
    const v8 = require('node:v8');
    console.log(v8.startupSnapshot.isBuildingSnapshot(), typeof v8.getHeapStatistics().heap_size_limit, v8.deserialize(v8.serialize({ a: [1] })).a[0]);
    try { v8.startupSnapshot.setDeserializeMainFunction(() => {}); } catch (e) { console.log(e.code); }
    console.log(path.extname(v8.writeHeapSnapshot('heap.heapsnapshot')));
    fs.rmSync('heap.heapsnapshot');
    console.log(v8.isStringOneByteRepresentation('x'), typeof v8.queryObjects);
  },
  async contexts() {
    const storage = new async_hooks.AsyncLocalStorage();
    const seen = await storage.run('the store', async () => {
      const out = [];
      await import('./lib/page.js');
      out.push(storage.getStore());
      out.push(await new Promise((resolve) => fs.readFile(lib('settings.txt'), () => resolve(storage.getStore()))));
      await fs.promises.readFile(lib('settings.txt'));
      out.push(storage.getStore());
      out.push(await new Promise((resolve) => fs.createReadStream(lib('settings.txt')).on('data', () => resolve(storage.getStore()))));
      await sleep(1);
      out.push(storage.getStore());
      return out;
    });
    console.log(seen.join());
    const channel = diagnostics_channel.channel('own');
    channel.subscribe((message) => console.log('published', message));
    channel.publish('a message');
    const required = [];
    diagnostics_channel.subscribe('tracing:module.require:start', ({ id }) => required.push(id));
    const imported = [];
    diagnostics_channel.subscribe('tracing:module.import:asyncEnd', ({ url }) => imported.push(url));
    require('./lib/page');
    await import('./lib/part.mjs');
    console.log(required.join(), imported.length);
    const kinds = new Set();
    const hook = async_hooks.createHook({ init: (id, type) => kinds.add(type) }).enable();
    await new Promise((resolve) => setImmediate(resolve));
    hook.disable();
    console.log(kinds.has('Immediate'), async_hooks.executionAsyncId() > 0);
  },
  settings() {
    process.loadEnvFile(lib('settings.txt'));
    console.log(process.env.GIVEN_BY_FILE);
    console.log(require('node:util').parseEnv(fs.readFileSync(lib('settings.txt'), 'utf8')).GIVEN_BY_FILE);
    try { process.loadEnvFile(lib('none')); } catch (e) { console.log(e.code, e.message); }
    try { process.loadEnvFile(); } catch (e) { console.log(e.code); }
    console.log(JSON.stringify(process.features), process.release.name, process.config.variables.napi_build_version !== undefined);
  },
  errors() {
    const inspect = (e) => require('node:util').inspect(e).replaceAll(__dirname, '<DIR>');
    try { require('./lib/page').run(); } catch (e) { console.log(inspect(e).split('\n').slice(0, 2).join(' | ')); }
    try { fs.readFileSync(lib('none')); } catch (e) { console.log(inspect(e).replace(/\n    at (?!Object.readFileSync|Object.errors).*?( \{)?$/gm, '$1')); }
    const { callSites } = require('node:util').getCallSites ? { callSites: require('node:util').getCallSites() } : {};
    console.log(path.basename(callSites[0].scriptName), callSites[0].functionName);
    try { new (require('node:vm').Script)('a b', { filename: lib('made-up.js') }); } catch (e) { console.log(e.stack.split('\n')[0]); }
    fs.readFile(lib('none'), (e) => { console.log(e.stack); fs.promises.readFile(lib('none')).catch((e) => console.log(e.stack.split('\n')[0])); });
    assert.throws(() => assert.ok(1 === 2), /assert.ok\(1 === 2\)/);
  },
  fails: () => { fs.readFileSync(lib('none')); },
  'fails-later': () => { fs.readFile(lib('none'), (e) => { throw e; }); },
  'fails-in-callback': () => { fs.readFile(lib('settings.txt'), () => { throw new Error('from a callback'); }); },
  'fails-by-promise': () => { fs.promises.readFile(lib('none')); },
  async repl() {
    const { PassThrough } = require('node:stream');
    const input = new PassThrough();
    const server = require('node:repl').start({ prompt: '', input, output: process.stdout, terminal: false });
    input.write('1 + 1\nrequire("./lib/page").run.length\n.exit\n');
    await new Promise((resolve) => server.once('exit', resolve));
    console.log('left');
  },
  async 'compile-cache'() {
    const module = require('node:module');
    const { status } = module.enableCompileCache(path.join(require('node:os').tmpdir(), 'c'));
    require('./lib/page');
    module.flushCompileCache();
    console.log(status === module.constants.compileCacheStatus.ENABLED);
  },
  builtins() {
    const missing = [];
    for (const name of require('node:module').builtinModules) { try { require(name); } catch (e) { missing.push(`${name} ${e.code}`); } }
    console.log(require('node:module').builtinModules.join('\n'), missing.join());
  },
};
(async () => commands[process.argv[2]]())();
