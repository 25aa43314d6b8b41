// Programs in terminals of their own, started by native code.
const path = require('node:path');
const pty = require('@lydell/node-pty');

const lib = (name) => path.join(__dirname, 'lib', name);
const programs = {
  node: [process.execPath, [lib('says.js'), 'a b']],
  shell: ['/bin/sh', ['-c', `"${process.execPath}" "${lib('says.js')}" c; cat "${lib('note.txt')}"`]],
  script: [lib('says.sh'), ['d']],
};
const [file, args] = programs[process.argv[2]];
const terminal = pty.spawn(file, args, { cols: 91, rows: 31, cwd: process.cwd(), env: process.env });
terminal.onData((text) => process.stdout.write(text));
terminal.onExit(({ exitCode }) => console.log('exit', exitCode));
