// What a program does that has to work wherever the executable lies and whatever its environment lacks: modules, files,
// a thread, children of each kind.
const { execFileSync, execSync, fork, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const lib = (name) => path.join(__dirname, 'lib', name);
const tool = () => (process.platform === 'win32' ? execSync(`"${lib('tool.cmd')}"`, { encoding: 'utf8' }) : execFileSync(lib('tool.sh'), { encoding: 'utf8' }));
const said = (emitter) => new Promise((resolve, reject) => emitter.once('message', resolve).once('error', reject));

(async () => {
  console.log('arguments', process.argv.slice(2).join());
  console.log('file', fs.readFileSync(lib('note.txt'), 'utf8').trim());
  console.log('module', (await import('./lib/part.mjs')).default);
  console.log('thread', await said(new Worker(lib('thread.js'))));
  const child = fork(lib('forked.js'), ['x']);
  console.log('fork', await said(child));
  child.disconnect();
  console.log('execPath', spawnSync(process.execPath, ['-p', '1 + 1'], { encoding: 'utf8' }).stdout.trim());
  console.log('shell', spawnSync(`"${process.execPath}" "${lib('prints.js')}"`, { shell: true, encoding: 'utf8' }).stdout.trim());
  console.log('tool', tool().trim());
  console.log('program', fs.existsSync(process.execPath), path.isAbsolute(process.execPath));
})();
