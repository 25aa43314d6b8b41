// process.execPath used as the `node` it is under Node: with every kind of option, text, input and script.
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const lib = (name) => path.join(__dirname, 'lib', name);
function node(args, options = {}, label = JSON.stringify(args)) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...options });
  console.log(label, signal ?? status);
  if (stdout) console.log(stdout.trimEnd());
  if (stderr) console.log('stderr:', stderr.trimEnd());
}

const commands = {
  script() {
    node([lib('shows.js'), '-e', 'x', '--', '--flag']);
    node(['--', lib('shows.js'), '--flag']);
    node(['--no-warnings', '--title=x', '--stack-trace-limit=5', lib('shows'), 'a b', '']);
    node([lib('module.mjs'), 'a']);
    node(['user.js', 'a']);
    node(['./user', 'a']);
    node([path.relative(process.cwd(), lib('shows.js'))], {}, 'a relative path');
    node([__dirname, 'script-of-folder']);
    node(['none.js']);
    node([lib('none.js')]);
  },
  'script-of-folder': () => console.log('the folder is the program'),
  text() {
    node(['-e', 'console.log(process.argv.length, typeof require, __filename, os.EOL.length, path.sep)', 'a', 'b']);
    node(['-p', '[process.argv.slice(1), process.execArgv]', 'a']);
    node(['-pe', '6 * 7']);
    node(['--eval=console.log(1)']);
    node(['--print', 'crypto.createHash("sha256").update("x").digest("hex").length']);
    node(['--input-type=module', '-e', 'import fs from "node:fs"; console.log(typeof fs.readFileSync, import.meta.url.slice(0, 5), await 3)']);
    node(['-e', 'import os from "node:os"; console.log(typeof os.cpus)']);
    node(['--input-type=commonjs', '-e', 'console.log(this === module.exports)']);
    node(['--input-type=module-typescript', '-e', 'const x: number = 1; console.log(x)']);
    node(['-e', 'const x: number = 2; console.log(x)']);
    node(['-e', `console.log(require(${JSON.stringify(lib('mapped'))}).fails.name)`]);
    node(['-e', 'throw new Error("from a text")']);
    node(['-e', 'syntax error here']);
    node(['-e', 'process.exit(7)']);
    node(['-e', '']);
  },
  input() {
    node([], { input: 'console.log("typed in", process.argv.length, __filename)' });
    node(['-', 'a'], { input: 'console.log(process.argv.slice(1).join())' });
    node(['--input-type=module'], { input: 'console.log(import.meta.url.slice(0, 5), await 1)' });
    node(['-p'], { input: '1 + 2' });
  },
  information() {
    node(['--version']);
    node(['-v']);
    node(['-p', 'process.versions.node']);
    node(['-p', 'Object.keys(process.versions).length > 5']);
    node(['-p', 'process.release.name']);
  },
  check() {
    node(['--check', lib('shows.js')]);
    node(['-c', lib('module.mjs')]);
    node(['--check', lib('broken.js')]);
    node(['--check', lib('broken.mjs')]);
    node(['--check', 'user.js']);
  },
  warnings() {
    node([lib('warns.js')]);
    node(['--no-warnings', lib('warns.js')]);
    node(['--no-deprecation', lib('warns.js')]);
    node(['--disable-warning=FirstWarning', '--disable-warning=DEP9999', lib('warns.js')]);
    node(['--disable-warning', 'DeprecationWarning', lib('warns.js')]);
    node(['--throw-deprecation', lib('warns.js')]);
    node(['--pending-deprecation', '-p', 'process.noDeprecation']);
  },
  rejections: () => { for (const mode of ['strict', 'warn', 'none', 'throw']) node([`--unhandled-rejections=${mode}`, lib('rejects.js')]); },
  'source-maps'() {
    node([lib('uses-mapped.js')]);
    node(['--enable-source-maps', lib('uses-mapped.js')]);
    process.setSourceMapsEnabled(true);
    try { require('./lib/mapped').fails(); } catch (e) { console.log(e.stack.split('\n')[1].trim()); }
  },
  v8() {
    node(['--expose-gc', '-p', 'typeof gc']);
    node(['--expose_gc', '-p', 'typeof gc']);
    node(['--stack-size=600', '-p', '1']);
    node(['--harmony', '-p', '1']);
    node(['--max-old-space-size=512', '-p', '1']);
    node(['--no-use-strict', '-p', '(function () { return this === globalThis })()']);
    node(['--allow-natives-syntax', '-p', '%IsSmi(1)']);
  },
  others() {
    node(['--no-experimental-global-navigator', '-p', '1']);
    node(['--dns-result-order=ipv4first', '-p', 'require("dns").getDefaultResultOrder()']);
    node(['--max-http-header-size=1000', '-p', '1']);
    fs.writeFileSync('.env', 'GIVEN=by a file\n');
    node(['--env-file=.env', '-p', 'process.env.GIVEN']);
    node(['--env-file-if-exists=none', '-p', '1']);
    fs.rmSync('.env');
    node(['--preserve-symlinks', lib('shows.js')]);
    node(['--trace-warnings', '-p', 'process.traceProcessWarnings']);
    node(['--experimental-vm-modules', '--no-warnings', '-p', 'typeof require("vm").SourceTextModule']);
    node(['--expose-internals', '-p', '1']);
    node(['--test-only', '-p', '1']);
    node(['--es-module-specifier-resolution=node', '-p', '1']);
    node(['--icu-data-dir=/none', '-p', '1']);
  },
  test: () => node(['--test', '--test-reporter=tap', lib('tests.test.js')]),
  'test-name': () => node(['--test', '--test-reporter=tap', '--test-name-pattern=passes', '--test-isolation=none', lib('tests.test.js')]),
  'test-alone': () => node(['--test-reporter=tap', lib('tests.test.js')]),
  environment() {
    const { status, stdout } = spawnSync(process.execPath, ['-p', 'JSON.stringify(Object.keys(process.env).sort())'], { encoding: 'utf8', env: { A: '1', PATH: '/bin' } });
    console.log(status, stdout);
    console.log(spawnSync(process.execPath, ['-e', 'console.log(require("child_process").execFileSync("/usr/bin/env", { encoding: "utf8" }).split("\\n").filter((l) => !/^(_|PWD|SHLVL)=/.test(l)).sort().join())'], { encoding: 'utf8', env: { A: '1' } }).stdout);
  },
  inspector() {
    const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', '-p', 'require("inspector").url().slice(0, 15)'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (d) => process.stdout.write(d));
    child.stderr.on('data', (d) => { if (/Debugger listening on ws:/.test(d)) console.log('listening'); });
  },
  both() {
    const child = spawn(process.execPath, [lib('shows.js')], { cwd: __dirname, argv0: 'other', stdio: 'inherit' });
    child.on('exit', (code) => console.log(child.spawnfile === process.execPath, child.spawnargs[0], code));
  },
  folders() {
    process.chdir(path.join(__dirname, 'lib'));
    console.log(process.cwd(), fs.readdirSync('.').length, fs.existsSync('shows.js'), path.resolve('x'), require('./lib/mapped').fails.name);
    node(['shows.js']);
    node(['-p', 'process.cwd()']);
    node(['-p', 'process.cwd()'], { cwd: '/' });
    node(['-p', 'process.cwd()'], { cwd: __dirname });
    try { process.chdir('none'); } catch (e) { console.log(e.message, e.code, e.path, e.dest); }
    try { process.chdir('shows.js'); } catch (e) { console.log(e.code); }
    process.chdir('..');
    console.log(process.cwd());
    process.chdir('/');
    console.log(process.cwd() === path.parse(process.cwd()).root, fs.readdirSync('.').length > 0);
  },
};
commands[process.argv[2]]();
