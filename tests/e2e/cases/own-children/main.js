// Children of every kind that run files of the application: threads, forks, processes started with execPath.
const { execFileSync, fork, spawn, spawnSync } = require('node:child_process');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const lib = (name) => path.join(__dirname, 'lib', name);
const once = (emitter, event) => new Promise((resolve, reject) => emitter.once(event, (...a) => resolve(a)).once('error', reject));

const commands = {
  async worker() {
    const w = new Worker(lib('worker.js'), { workerData: { n: 20 }, argv: ['a'], env: { FROM: 'main' } });
    const ended = once(w, 'exit');
    console.log('message', JSON.stringify((await once(w, 'message'))[0]));
    console.log('exit', (await ended)[0]);
  },
  async 'worker-module'() {
    const w = new Worker(new URL(`file://${lib('worker.mjs')}`), { workerData: 3 });
    console.log('message', JSON.stringify((await once(w, 'message'))[0]));
  },
  async 'worker-eval'() {
    const w = new Worker(`require('node:worker_threads').parentPort.postMessage(require(${JSON.stringify(lib('shared.js'))}).name)`, { eval: true });
    console.log('message', (await once(w, 'message'))[0]);
  },
  async 'worker-error'() {
    const w = new Worker(lib('throws.js'));
    w.on('error', (e) => console.log('error', e.name, e.message, e.stack.split('\n')[1].trim()));
    await new Promise((r) => w.on('exit', (code) => { console.log('exit', code); r(); }));
  },
  async 'worker-of-worker'() {
    const w = new Worker(lib('nests.js'), { workerData: 2 });
    console.log('message', JSON.stringify((await once(w, 'message'))[0]));
  },
  async 'worker-options'() {
    const { SHARE_ENV } = require('node:worker_threads');
    const streams = new Worker(`process.stdin.on('data', (d) => process.stdout.write('typed ' + d)); process.stdin.on('end', () => console.error('end'))`, { eval: true, stdin: true, stdout: true, stderr: true });
    streams.stdin.end('in');
    const said = [];
    streams.stdout.on('data', (d) => said.push(`out ${d}`));
    streams.stderr.on('data', (d) => said.push(`err ${d}`.trim()));
    await once(streams, 'exit');
    console.log(said.sort().join());
    const data = new Worker(new URL("data:text/javascript,import { parentPort, threadName } from 'node:worker_threads'; parentPort.postMessage(import.meta.url.slice(0, 5) + threadName)"), { name: 'named' });
    console.log((await once(data, 'message'))[0]);
    const limited = new Worker('const a = []; for (;;) a.push(new Array(1e5).fill(a.length));', { eval: true, resourceLimits: { maxOldGenerationSizeMb: 20 } });
    limited.on('error', (e) => console.log(e.code));
    await new Promise((resolve) => limited.on('exit', (code) => { console.log('exit', code); resolve(); }));
    process.env.SHARED = 'before';
    const shared = new Worker("process.env.SHARED = 'by a thread'", { eval: true, env: SHARE_ENV });
    await once(shared, 'exit');
    console.log(process.env.SHARED);
    const options = new Worker('require("node:worker_threads").parentPort.postMessage([process.execArgv, process.argv.slice(2)])', { eval: true, execArgv: ['--no-warnings', '--pending-deprecation'], argv: ['a', 1] });
    console.log(JSON.stringify((await once(options, 'message').catch((e) => [e.code]))[0]));
    for (const bad of [() => new Worker('relative.js'), () => new Worker(new URL('http://example.org/')), () => new Worker(7), () => new Worker('1', { eval: true, execArgv: ['--title=x'] })]) { try { bad(); console.log('started'); } catch (e) { console.log(e.name, e.code, e.message.split('\n')[0]); } }
    const missing = new Worker(lib('none.js'));
    missing.on('error', (e) => console.log(e.code, e.message.split('\n')[0]));
    await new Promise((resolve) => missing.on('exit', resolve));
  },
  async cluster() {
    const cluster = require('node:cluster');
    cluster.setupPrimary({ exec: lib('serves.js'), args: ['x'], silent: true });
    const workers = [cluster.fork({ NAME: 'one' }), cluster.fork({ NAME: 'two' })];
    const { port } = (await Promise.all(workers.map((w) => new Promise((resolve) => w.once('listening', resolve)))))[0];
    const answers = new Set();
    while (answers.size < 2) answers.add(await (await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } })).text());
    console.log([...answers].sort().join());
    const ended = workers.map((w) => once(w, 'exit'));
    for (const w of workers) w.disconnect();
    console.log((await Promise.all(ended)).map(([code]) => code).join());
  },
  async fork() {
    const child = fork(lib('forked.js'), ['one', 'two'], { env: { ...process.env, FROM: 'main' } });
    const ended = once(child, 'exit');
    child.send({ ask: 6 });
    console.log('message', JSON.stringify((await once(child, 'message'))[0]));
    console.log('exit', (await ended)[0]);
  },
  async 'fork-of-fork'() {
    const child = fork(lib('forks.js'), ['2']);
    console.log('message', JSON.stringify((await once(child, 'message'))[0]));
  },
  async 'fork-real'() {
    const child = fork(path.resolve('user.js'), ['x'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    child.stdout.on('data', (d) => process.stdout.write(`user: ${d}`));
    console.log('exit', (await once(child, 'close'))[0]);
  },
  async spawn() {
    const child = spawn(process.execPath, [lib('prints.js'), '--flag', 'b c'], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end('typed in');
    child.stdout.on('data', (d) => process.stdout.write(d));
    console.log('exit', (await once(child, 'close'))[0]);
  },
  spawnSync() {
    const r = spawnSync(process.execPath, [lib('prints.js')], { input: 'sync', encoding: 'utf8' });
    console.log(r.status, r.stdout.trim(), r.stderr.trim());
  },
  'exec-argv'() {
    const r = spawnSync(process.execPath, ['--expose-gc', '--no-warnings', lib('gc.js')], { encoding: 'utf8' });
    console.log(r.status, r.stdout.trim(), r.stderr.trim());
  },
  'eval-child'() {
    console.log(execFileSync(process.execPath, ['-e', 'console.log(process.argv.length, 6 * 7)'], { encoding: 'utf8' }).trim());
    console.log(execFileSync(process.execPath, ['-p', '1 + 1'], { encoding: 'utf8' }).trim());
  },
  version() {
    console.log(execFileSync(process.execPath, ['--version'], { encoding: 'utf8' }).trim());
  },
  'failing-child'() {
    const r = spawnSync(process.execPath, [lib('throws.js')], { encoding: 'utf8' });
    console.log(r.status, r.stderr.includes('throws.js:2'));
  },
  async 'odd-arguments'() {
    const [program, ...before] = process.platform === 'win32' ? ['cmd', '/c', 'echo'] : ['echo'];
    console.log(spawnSync(program, [...before, 1, true, null, undefined], { encoding: 'utf8' }).stdout.trim());
    const child = spawn(program, [...before, true, 7], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (d) => console.log(`${d}`.trim(), typeof child.spawnargs.at(-1)));
    await once(child, 'close');
  },
  hooks() {
    const options = ['--experimental-loader', `file://${lib('hooks.mjs')}`];
    const { status, stdout, stderr } = spawnSync(process.execPath, [...options, lib('hooked.mjs')], { encoding: 'utf8' });
    console.log(status, stdout.trim(), stderr.replaceAll(/\(node:\d+\)/g, '(node:<PID>)'));
  },
  async 'open-files'() {
    const fs = require('node:fs');
    const fd = fs.openSync(lib('shared.js'));
    fs.readSync(fd, Buffer.alloc(7));
    const copies = ['-e', 'process.stdin.pipe(process.stdout)'];
    console.log(spawnSync(process.execPath, copies, { stdio: [fd, 'pipe', 'inherit'], encoding: 'utf8' }).stdout);
    fs.closeSync(fd);
    const stream = fs.createReadStream(lib('shared.js'));
    await once(stream, 'open');
    const child = spawn(process.execPath, copies, { stdio: [stream, 'inherit', 'inherit'] });
    console.log('exit', (await once(child, 'exit'))[0]);
  },
  shell() {
    console.log(spawnSync('echo "from the shell" && exit 4', { shell: true, encoding: 'utf8' }));
  },
};
commands[process.argv[2]]();
