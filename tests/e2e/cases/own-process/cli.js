#!/usr/bin/env node
// Arguments, exit codes, signals, streams and errors, one behaviour per sub-command.
const { stdin, stdout } = process;

const commands = {
  argv: (...args) => console.log(JSON.stringify({ args, argv0: process.argv.length, own: process.argv[1], execArgv: process.execArgv, title: typeof process.title })),
  env: () => console.log(JSON.stringify(Object.keys(process.env).filter((k) => !['_', 'PWD', 'SHLVL', 'OLDPWD'].includes(k)).sort())),
  'own-version': () => console.log(process.version, process.versions.node, process.release.name, process.platform, process.arch),
  exit: (code) => process.exit(Number(code)),
  exitCode: (code) => { process.exitCode = Number(code); },
  'exit-handler': () => { process.on('exit', (code) => console.log('exit', code)); process.on('beforeExit', () => console.log('beforeExit')); },
  throw: () => require('./lib/fails')('thrown'),
  'throw-async': () => setTimeout(() => require('./lib/fails')('thrown later'), 1),
  reject: () => { Promise.reject(new Error('rejected')); },
  'reject-value': () => { Promise.reject(42); },
  'caught-by-handler': () => { process.on('uncaughtException', (e, origin) => { console.log('handler', e.message, origin); process.exit(9); }); require('./lib/fails')('thrown'); },
  stack: () => { try { require('./lib/fails')('stack'); } catch (e) { console.log(e.stack); } },
  'prepare-stack': () => { Error.prepareStackTrace = (e, frames) => frames.slice(0, 2).map((f) => `${f.getFileName()}:${f.getLineNumber()}:${f.getColumnNumber()}`); try { require('./lib/fails')('x'); } catch (e) { console.log(e.stack); } },
  upper: () => { stdin.setEncoding('utf8'); stdin.on('data', (s) => stdout.write(s.toUpperCase())); stdin.on('end', () => stdout.write('END\n')); },
  'stdin-sync': () => stdout.write(require('node:fs').readFileSync(0, 'utf8').length + '\n'),
  lines: async () => { const rl = require('node:readline').createInterface({ input: stdin }); let n = 0; for await (const line of rl) console.log(++n, line); },
  flood: () => { stdout.on('error', (e) => { process.stderr.write(`${e.code}\n`); process.exit(0); }); for (let i = 0; i < 20000; i++) stdout.write(`line ${i}\n`); },
  big: () => stdout.write('x'.repeat(1 << 20) + '\n'),
  wait: () => { process.on('SIGTERM', () => { console.log('got SIGTERM'); process.exit(3); }); setInterval(() => {}, 1000); console.log('ready'); },
  'wait-plain': () => { setInterval(() => {}, 1000); console.log('ready'); },
  'kill-self': () => { process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1000); },
  tty: () => console.log(Boolean(stdin.isTTY), Boolean(stdout.isTTY)),
  warn: () => { process.emitWarning('careful', 'OwnWarning'); console.error('to stderr'); },
  quiet: () => {},
  timers: async () => { setImmediate(() => console.log('immediate')); process.nextTick(() => console.log('tick')); await null; console.log('micro'); setTimeout(() => console.log('timeout'), 100); },
  globals: () => console.log(['fetch', 'structuredClone', 'AbortController', 'WebSocket', 'performance', 'navigator', 'require', 'module', 'exports'].map((n) => `${n} ${eval(`typeof ${n}`)}`).join('\n'), Object.keys(globalThis).sort().join()),
};

const [name, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, name)) {
  console.error(`no command ${name}`);
  process.exit(2);
}
commands[name](...args);
