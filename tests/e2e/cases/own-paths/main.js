'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { fileURLToPath, pathToFileURL } = require('node:url');

const file = path.join(__dirname, 'lib', 'module.js');
const show = (name, value) => console.log(`${name}: ${JSON.stringify(value)}`);
// Node gives back a small drive letter or a prefix, where it got one.
const plain = (name) => name.replace(/^\\\\\?\\/, '').toLowerCase();
const isSame = (one, other) => plain(one) === plain(other);
const attempt = (action) => {
  try {
    return action();
  } catch (error) {
    return `${error.name} ${error.code}`;
  }
};

// On POSIX most of these are one and the same.
const spellings = {
  'as it is': file,
  'with slashes': file.replaceAll(path.sep, '/'),
  'with a small drive letter': file.replace(/^[A-Z]:/, (drive) => drive.toLowerCase()),
  'for long names': path.toNamespacedPath(file),
  'with dots': [__dirname, 'lib', '..', '.', 'lib', 'module.js'].join(path.sep),
  'with doubled separators': file.replace(/(.)([\\/])(?=lib)/, '$1$2$2'),
};

const actions = {
  async spellings() {
    for (const [name, spelling] of Object.entries(spellings)) {
      show(name, [
        fs.existsSync(spelling),
        attempt(() => fs.readFileSync(spelling, 'utf8')),
        attempt(() => fs.statSync(spelling).isFile()),
        attempt(() => fs.readdirSync(path.dirname(spelling))),
        attempt(() => isSame(fs.realpathSync(spelling), fs.realpathSync(file))),
        attempt(() => require(spelling)),
        attempt(() => isSame(require.resolve(spelling), file)),
      ]);
    }
    const url = pathToFileURL(file);
    show('there and back', fileURLToPath(url) === file);
    show('import of its URL', (await import(url)).default);
    show('file with a URL', fs.readFileSync(url, 'utf8'));
    show('relative', path.relative(__dirname, file));
    show('resolved', path.resolve(__dirname, 'lib/module.js') === file);
    show('parsed', path.parse(file).base);
    show('modules', module.paths.length > 0 && module.paths.every((folder) => folder.endsWith('node_modules')));
  },

  kinds() {
    const folder = path.dirname(file);
    const owner = 0o700;
    show('may be done with a file', (fs.statSync(file).mode & owner).toString(8));
    show('may be done with a folder', (fs.statSync(folder).mode & owner).toString(8));
    show('to be run', attempt(() => fs.accessSync(file, fs.constants.X_OK) === undefined));
    show('through a file', attempt(() => fs.readFileSync(path.join(file, 'x'))));
    show('list of a file', attempt(() => fs.readdirSync(file)));
  },

  folders() {
    const before = process.cwd();
    process.chdir(path.join(__dirname, 'lib'));
    show('after chdir', [require('./lib/module.js'), fs.readdirSync('.'), path.resolve('module.js') === file, process.cwd() === path.dirname(file)]);
    show('up', fs.existsSync('../main.js'));
    process.chdir(before);
    show('back', [process.cwd() === before, fs.existsSync('module.js')]);
  },

  shell() {
    const { execSync } = require('node:child_process');
    const script = path.join(__dirname, 'lib', 'script.js');
    const run = (line) => attempt(() => execSync(line, { encoding: 'utf8' }).trim());
    show('plainly', run(`"${process.execPath}" "${script}" "a b"`));
    show('with slashes', run(`"${process.execPath}" "${script.replaceAll(path.sep, '/')}" c`));
  },

  // A shell of Windows writes in the console's code page, and takes it for that of batch files.
  letters() {
    const { execFileSync, execSync } = require('node:child_process');
    const script = path.join(__dirname, 'lib', 'skrïpt ✓.js');
    const words = ['ñ', '✓', '€', '日本', '😀'];
    const command = [process.execPath, script, ...words].map((word) => `"${word}"`).join(' ');
    show('as arguments', attempt(() => execFileSync(process.execPath, [script, ...words], { encoding: 'utf8' }).trim()));
    for (const page of [437, 850, 932, 65001]) {
      const line = process.platform === 'win32' ? `chcp ${page} >NUL & ${command}` : command;
      show(`by a shell with code page ${page}`, attempt(() => execSync(line, { encoding: 'utf8' }).trim()));
    }
    show('written at once', fs.writeSync(1, `${words.join()}\n`));
    console.error(words.join());
  },

  cluster() {
    const cluster = require('node:cluster');
    if (cluster.isPrimary) {
      const worker = cluster.fork();
      worker.on('message', (message) => console.log(`worker said ${message}`));
      worker.on('exit', (code) => console.log(`exit ${code}`));
    } else {
      process.send('hello', () => cluster.worker.disconnect());
    }
  },
};

actions[process.argv[2] ?? 'cluster']();
