// Worker threads with execArgv and NODE_OPTIONS that name files of the application.
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { Worker } = require('node:worker_threads');

const lib = (name) => path.join(__dirname, 'lib', name);

function thread(file, options) {
  const worker = new Worker(file, options);
  worker.on('error', (error) => console.log('error', error.message));
  worker.on('exit', (code) => console.log('exit', code));
}

const commands = {
  require: () => thread(lib('shows.js'), { execArgv: ['--require', lib('first.cjs')] }),
  import: () => thread(lib('shows.js'), { execArgv: [`--import=${pathToFileURL(lib('second.mjs'))}`, '-r', lib('first.cjs')] }),
  eval: () => thread('console.log("text", globalThis.seen.join())', { eval: true, execArgv: ['-r', lib('first.cjs')] }),
  loader: () => thread(lib('hooked.mjs'), { execArgv: ['--no-warnings', '--experimental-loader', pathToFileURL(lib('hooks.mjs')).href] }),
  nested: () => thread(lib('nests.js'), { execArgv: ['--require', lib('first.cjs')] }),
  child() {
    const { stdout, stderr } = spawnSync(process.execPath, ['--require', lib('first.cjs'), lib('nests.js')], { encoding: 'utf8' });
    console.log(stdout, stderr);
  },
  vm: () => thread(lib('shows.js'), { execArgv: ['--experimental-vm-modules'] }),
  environment: () => thread(lib('shows.js'), { env: { NODE_OPTIONS: `--no-warnings --require "${lib('first.cjs')}"` }, execArgv: [] }),
  empty: () => thread(lib('shows.js'), { execArgv: [''] }),
  throws: () => thread(lib('shows.js'), { execArgv: ['--require', lib('throws.cjs')] }),
};
commands[process.argv[2]]();
