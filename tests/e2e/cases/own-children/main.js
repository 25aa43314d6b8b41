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
  shell() {
    console.log(spawnSync('echo "from the shell" && exit 4', { shell: true, encoding: 'utf8' }));
  },
};
commands[process.argv[2]]();
