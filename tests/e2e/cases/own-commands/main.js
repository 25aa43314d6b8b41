'use strict';
const { execFileSync, execSync, spawn } = require('node:child_process');
const path = require('node:path');

const folder = path.join(__dirname, 'node_modules', '.bin');
const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH');
const env = { ...process.env, [name]: [folder, path.dirname(process.execPath), process.env[name]].join(path.delimiter) };
const isWindows = process.platform === 'win32';
const node = `"${process.execPath}"`; // POSIX would look for another in PATH

const lines = {
  path: isWindows ? `"${path.join(folder, 'semver.cmd')}"` : `${node} "${path.join(folder, 'semver')}"`,
  PATH: isWindows ? 'semver' : `${node} "$(command -v semver)"`,
};
if (process.argv[2] === 'name') {
  process.stdout.write(execFileSync('semver', ['-i', 'minor', '1.2.3'], { encoding: 'utf8', env }));
  spawn('semver', ['1.2.3'], { env, stdio: 'inherit' });
} else process.stdout.write(execSync(`${lines[process.argv[2]]} -i minor 1.2.3`, { encoding: 'utf8', env }));
