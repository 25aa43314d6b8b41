// Packages that reach deep into Node: finders, hooks into the module loader, pools of threads, starters of programs.
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const lib = (name) => path.join(__dirname, 'lib', name);
const data = path.join(__dirname, 'data');
const show = (name, value) => console.log(`${name}: ${JSON.stringify(value)}`);
const sorted = (list) => [...list].map((x) => (path.isAbsolute(x) ? path.relative(__dirname, x) : x)).sort();

const commands = {
  async find() {
    const glob = require('glob');
    show('glob', sorted(await glob.glob('**/*.txt', { cwd: data })));
    show('glob, absolute', sorted(glob.globSync(`${data}/**/*.{txt,md}`)));
    const fast = require('fast-glob');
    show('fast-glob', sorted(await fast('**/*', { cwd: data })));
    show('fast-glob, absolute', sorted(fast.sync(`${data}/**/*.md`)));
    show('fast-glob, stats', (await fast('*.txt', { cwd: data, stats: true })).map((e) => [e.name, e.stats.size]));
    const { globby } = await import('globby');
    show('globby', sorted(await globby(['**', '!**/*.md'], { cwd: data })));
    const tiny = require('tinyglobby');
    show('tinyglobby', sorted(await tiny.glob('**/*', { cwd: data })));
    show('tinyglobby, absolute', sorted(tiny.globSync(`${data}/**`, { absolute: true, cwd: __dirname })));
    const { findUp } = await import('find-up');
    show('find-up', sorted([await findUp('package.json', { cwd: lib('') })]));
    show('find-up of none', await findUp('no-such-file.json', { cwd: lib('') }) ?? null);
    const { readPackageUp } = await import('read-package-up');
    show('read-package-up', (await readPackageUp({ cwd: lib('') })).packageJson.name);
    const { cosmiconfig } = require('cosmiconfig');
    show('cosmiconfig of the user', (await cosmiconfig('own').search()).config);
    show('cosmiconfig of the application', await cosmiconfig('own').search(lib('')));
    show('cosmiconfig of a file', (await cosmiconfig('own').load(path.resolve('own.config.js'))).config);
    const chokidar = await import('chokidar');
    const watcher = chokidar.watch(data);
    show('chokidar', await new Promise((resolve) => { let n = 0; watcher.on('add', () => { n++; }).on('ready', () => resolve(n)); }));
    await watcher.close();
  },
  async hooks() {
    require('module-alias/register');
    show('module-alias', require('@aliased/target').value);
    const { Hook } = require('require-in-the-middle');
    const hook = new Hook(['os', 'ws'], (exports, name, basedir) => { exports.hooked = `${name} ${basedir === undefined ? 'builtin' : path.relative(__dirname, basedir)}`; return exports; });
    show('require-in-the-middle', [require('os').hooked, require('ws').hooked]);
    hook.unhook();
    const proxyquire = require('proxyquire').noCallThru();
    show('proxyquire', proxyquire('./lib/uses', { './target': { value: 'a stub' } }).get());
    show('proxyquire of a builtin', proxyquire('./lib/uses', { 'node:fs': { existsSync: () => 'asked' }, './target': {} }).exists());
    const { addHook } = require('pirates');
    const undo = addHook((code) => code.replace("'target'", "'through pirates'"), { exts: ['.js'], matcher: (name) => name.endsWith('target.js'), ignoreNodeModules: true });
    delete require.cache[require.resolve('./lib/target')];
    show('pirates', require('./lib/target').value);
    undo();
  },
  async apm() {
    const { register } = require('node:module');
    const Hook = require('import-in-the-middle');
    const { registerOptions, waitForAllMessagesAcknowledged } = Hook.createAddHookMessageChannel();
    register('import-in-the-middle/hook.mjs', pathToFileURL(__filename), registerOptions);
    const seen = [];
    Hook(['node:fs', 'fs', 'ws'], (exports, name) => { seen.push(name); if (name.includes('fs')) exports.existsSync = () => 'wrapped'; });
    await waitForAllMessagesAcknowledged();
    show('a builtin', (await import('./lib/uses.mjs')).has());
    show('a package', typeof (await import('ws')).WebSocket);
    show('seen', seen.sort());
  },
  async pools() {
    const { Piscina } = require('piscina');
    const piscina = new Piscina({ filename: lib('task.js'), maxThreads: 2 });
    show('piscina', [await piscina.run({ a: 1, b: 2 }), await piscina.run(5, { name: 'named' })]);
    await piscina.destroy();
    const modules = new Piscina({ filename: pathToFileURL(lib('task.mjs')).href, maxThreads: 1 });
    show('piscina, ES module', [await modules.run({ a: 3, b: 4 }), await modules.run(5, { name: 'named' })]);
    await modules.destroy();
    const { Tinypool } = await import('tinypool');
    for (const runtime of ['worker_threads', 'child_process']) {
      const pool = new Tinypool({ filename: pathToFileURL(lib('task.mjs')).href, runtime, minThreads: 1, maxThreads: 1 });
      show(`tinypool, ${runtime}`, await pool.run({ a: 5, b: 6 }));
      await pool.destroy();
    }
    const { Worker: JestWorker } = require('jest-worker');
    for (const enableWorkerThreads of [true, false]) {
      const worker = new JestWorker(lib('jest-task.js'), { numWorkers: 1, enableWorkerThreads });
      show(`jest-worker, threads ${enableWorkerThreads}`, await worker.square(7));
      await worker.end();
    }
    const workerpool = require('workerpool');
    for (const workerType of ['thread', 'process']) {
      const pool = workerpool.pool(lib('pool.js'), { workerType, maxWorkers: 1 });
      show(`workerpool, ${workerType}`, await pool.exec('add', [8, 9]));
      await pool.terminate();
    }
    const offloaded = workerpool.pool({ maxWorkers: 1 });
    show('workerpool, a function', await offloaded.exec((a) => a + 1, [1]));
    await offloaded.terminate();
    const { spawn, Thread, Worker } = require('threads');
    const thread = await spawn(new Worker('./lib/thread'));
    show('threads', await thread.add(10, 11));
    await Thread.terminate(thread);
  },
  async programs() {
    const { execa, execaNode } = await import('execa');
    show('execa', (await execa(process.execPath, ['-p', '1 + 1'])).stdout);
    show('execaNode', (await execaNode(lib('prints.js'), ['a'])).stdout);
    show('execa, local binary', (await execa('mkdirp', ['--version'], { preferLocal: true, localDir: __dirname }).catch((e) => ({ stdout: e.code }))).stdout);
    show('cross-spawn', require('cross-spawn').sync(process.execPath, [lib('prints.js'), 'b'], { encoding: 'utf8' }).stdout.trim());
  },
  async logs() {
    const winston = require('winston');
    const logger = winston.createLogger({ transports: [new winston.transports.Console({ format: winston.format.simple() })] });
    logger.info('through winston');
    const pino = require('pino');
    pino({ timestamp: false, base: null }).info('through pino');
    const transport = pino.transport({ target: 'pino/file', options: { destination: 1 } });
    const threaded = pino({ timestamp: false, base: null }, transport);
    threaded.info('through a thread');
    await new Promise((resolve) => threaded.flush(resolve));
    transport.end();
  },
};
commands[process.argv[2]]();
