// Children that are started by roundabout ways.
const { spawn, spawnSync } = require('node:child_process');
const path = require('node:path');

const lib = (name) => path.join(__dirname, 'lib', name);
const folder = path.dirname(process.execPath);

function show(command, args, options) {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  console.log(error?.code ?? status, stdout, stderr);
}
const shell = (text, env = {}) => show(text, [], { shell: true, env: { ...process.env, ...env } });
const NODE_OPTIONS = `--require "${lib('first.js')}"`;

const commands = {
  'shell-user': () => shell(`"${process.execPath}" user.js a b`),
  'shell-tree': () => shell(`"${process.execPath}" "${lib('shows.js')}" q`),
  'shell-text': () => shell(`"${process.execPath}" -p "6 * 7"`),
  'shell-version': () => shell(`"${process.execPath}" --version`),
  'list-options'() {
    const { status, stdout } = spawnSync(process.execPath, ['--help'], { encoding: 'utf8' });
    const list = stdout.slice(stdout.indexOf('\nOptions:'));
    console.log(status, ['--conditions', '--eval', '--import', '--no-warnings', '--require', '--test'].map((name) => list.includes(name)).join());
  },
  'shell-variable': () => shell('"$RUNTIME" user.js c', { RUNTIME: process.execPath }),
  'file-variable': () => shell('cat "$FILE"; ls "$FOLDER"', { FILE: lib('shows.js'), FOLDER: path.join(__dirname, 'lib') }),
  options: () => show(process.execPath, [lib('shows.js'), 'o'], { env: { ...process.env, NODE_OPTIONS } }),
  'options-of-grandchild': () => show(process.execPath, [lib('starts.js'), 'g'], { env: { ...process.env, NODE_OPTIONS } }),
  'no-environment': () => show(process.execPath, [lib('shows.js'), 'e'], { env: {} }),
  'other-home': () => show(process.execPath, [lib('shows.js'), 'h'], { env: { HOME: '/nowhere', XDG_CACHE_HOME: path.resolve('cache'), TMPDIR: '/nowhere' } }),
  missing() {
    const { error } = spawnSync(lib('absent'), ['x']);
    console.log(error.code, error.syscall.split(' ')[0]);
    spawn(lib('absent')).on('error', ({ code }) => console.log('later', code));
  },
  become: () => process.execve(process.execPath, ['node', lib('shows.js'), 'b', 'c']),
  'become-program': () => process.execve(lib('program.sh'), ['program', 'p']),
  node: () => show('node', ['user.js', 'n'], { env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, NODE_OPTIONS } }),
};
commands[process.argv[2]]();
