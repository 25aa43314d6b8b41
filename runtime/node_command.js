'use strict';
// A child that was started as `node [options] script [arguments]` by its own application (children.js)
// behaves like node: options are taken from the command line, then the script runs.
//
// Node has read its own options before any JavaScript runs, and inside an executable it reads none
// from the command line. So the ones that children are started with are put into effect here: the common
// ones one by one, the others where Node's JavaScript looks them up (option_table.js). Limits: what takes
// effect before JavaScript (--max-old-space-size, --icu-data-dir, --openssl-*) comes too late; --permission
// is refused rather than ignored.

const { Module, helpers, internal, internalBinding } = require('./internals');
const tree = require('./tree');

const V8_OPTION = 1;
const BOOLEAN = 2; // options of a higher type have a value

// Node's aliases, as far as they lead: -p is --print, which with an argument is --print --eval.
function expand(aliases, name) {
  if (name === '--print') return ['--print', '--eval'];
  const names = aliases.get(name) ?? aliases.get(`${name} <arg>`);
  return names === undefined ? [name] : names.flatMap((other) => expand(aliases, other));
}

const TEXT = 5; // Node's option types: strings, host:port and lists; numbers are below
const HOST_PORT = 6;
const LIST = 7;

function optionInfo() {
  const { aliases, options } = internalBinding('options').getCLIOptionsInfo();
  // --no-x is the opposite of --x.
  const positive = (name) => (options.has(name) ? name : name.replace(/^--no-/, '--'));
  return {
    canonical: (given) => new Set(expand(aliases, given.startsWith('--') ? given.replaceAll('_', '-') : given)),
    positive,
    type: (name) => options.get(positive(name))?.type ?? V8_OPTION,
    takesValue: (name) => (options.get(name)?.type ?? 0) > BOOLEAN,
  };
}

// { execArgv, options: [[name, value, V8 flag]], rest }: Node's options up to the script, then the rest.
function parse(args) {
  const info = optionInfo();
  const options = [];
  let at = 0;
  while (at < args.length && args[at].startsWith('-') && args[at] !== '-') {
    const argument = args[at++];
    if (argument === '--') return { execArgv: args.slice(0, at - 1), options, rest: args.slice(at) };
    const equals = argument.indexOf('=');
    const given = equals === -1 ? argument : argument.slice(0, equals);
    for (const name of info.canonical(given)) {
      let value = equals === -1 ? undefined : argument.slice(equals + 1);
      if (value === undefined && info.takesValue(name)) value = args[at++];
      options.push([name, value, info.type(name) === V8_OPTION ? argument : undefined]);
    }
  }
  return { execArgv: args.slice(0, at), options, rest: args.slice(at) };
}

function valueOf(type, text, before) {
  if (type === LIST) return [...before, text];
  if (type === TEXT) return text;
  if (type === HOST_PORT) return { host: '127.0.0.1', port: Number(text.split(':').pop()) };
  return Number(text);
}

// Puts options without an effect of their own below into Node's table.
function tabulate(options) {
  if (options.length === 0) return;
  const info = optionInfo();
  const { getOptionValue } = internal('internal/options');
  const changes = {};
  for (const [given, text] of options) {
    const name = info.positive(given);
    const before = changes[name] ?? getOptionValue(name);
    changes[name] = info.type(name) === BOOLEAN ? given === name : valueOf(info.type(name), text, before);
  }
  require('./option_table').setOptions(changes);
  if ('--preserve-symlinks' in changes) require('./modules').useNodesResolution();
  if ('--dns-result-order' in changes) internal('internal/dns/utils').initializeDns();
}

// A child that asked to be kept from files and programs must not run as if nothing had been said.
function refusePermission() {
  if (process.permission !== undefined) return;
  process.stderr.write(`${process.execPath}: --permission cannot be put into effect for a child of an executable; build it with ` +
    '"nodeOptions": "env" and give --permission in NODE_OPTIONS\n');
  process.exit(9);
}

function openInspector(address, wait) {
  const [, host, port = '9229'] = /^(?:(.*):)?(\d+)?$/.exec(address ?? '') ?? [];
  internal('inspector').open(Number(port), host || '127.0.0.1', wait);
}

function addConditions(name) {
  helpers.getCjsConditions().add(name);
  internal('internal/modules/esm/utils').getConditionsSet().add(name);
  require('./modules').useNodesResolution();
}

function setV8Flag(flag) {
  internal('v8').setFlagsFromString(flag);
  if (flag.replaceAll('_', '-') === '--expose-gc') {
    Object.defineProperty(globalThis, 'gc', {
      value: internal('vm').runInNewContext('gc'), configurable: true, enumerable: false, writable: true,
    });
  }
}

function exposeVmModules() {
  const { Module: VmModule, SourceTextModule, SyntheticModule } = internal('internal/vm/module');
  Object.assign(internal('vm'), { Module: VmModule, SourceTextModule, SyntheticModule });
}

// What each option does; the lists are for later steps.
function apply(options) {
  const command = { requires: [], imports: [], evaluate: undefined, print: false, check: false, test: false };
  const others = [];
  const loaders = [];
  const effects = {
    '--require': (value) => command.requires.push(value),
    '--import': (value) => command.imports.push(value),
    '--experimental-loader': (value) => loaders.push(value),
    '--eval': (value) => { command.evaluate = value; },
    '--print': () => { command.print = true; },
    '--conditions': addConditions,
    '--enable-source-maps': () => process.setSourceMapsEnabled(true),
    '--no-warnings': () => require('./warnings').silence(),
    '--no-deprecation': () => { process.noDeprecation = true; },
    '--throw-deprecation': () => { process.throwDeprecation = true; },
    '--trace-deprecation': () => { process.traceDeprecation = true; },
    '--experimental-vm-modules': exposeVmModules,
    '--title': (value) => { process.title = value; },
    '--trace-warnings': () => { process.traceProcessWarnings = true; },
    '--env-file': (value) => process.loadEnvFile(value),
    '--env-file-if-exists': (value) => { if (internal('fs').existsSync(value)) process.loadEnvFile(value); },
    '--check': () => { command.check = true; },
    '--inspect': (value) => openInspector(value, false),
    '--inspect-wait': (value) => openInspector(value, true),
    '--inspect-brk': (value) => openInspector(value, true),
    '--permission': refusePermission,
    '--help': () => require('./node_input').printHelp(),
    '--version': () => printAndExit(process.version + (process.platform === 'win32' ? '\r' : '')), // written by C's library
    '--v8-options': () => internal('v8').setFlagsFromString('--help'), // prints them and exits
  };
  for (const [name, value, v8Flag] of options) {
    if (effects[name] !== undefined) effects[name](value);
    else if (v8Flag !== undefined) setV8Flag(v8Flag);
    else others.push([name, value]);
  }
  tabulate(others);
  command.imports.unshift(...registrations(loaders));
  command.test = others.some(([name]) => name === '--test');
  return command;
}

function printAndExit(text) {
  internal('fs').writeSync(1, `${text}\n`);
  process.exit(0);
}

// What is to be done before the first import, among the imports: functions are called.
function registrations(loaders) {
  return loaders.length === 0 ? [] : [() => require('./loaders').register(loaders)];
}

function importAll(loader, imports) {
  const { href } = internal('internal/url').pathToFileURL(`${process.cwd()}/`);
  const take = (one) => (typeof one === 'function' ? one() : loader.import(one, href, { __proto__: null }));
  return imports.reduce((before, one) => before.then(() => take(one)), Promise.resolve());
}

function runAfter(imports, step) {
  internal('internal/modules/run_main').runEntryPointWithESMLoader((loader) =>
    importAll(loader, imports).then(() => step(loader)));
}

function runScript(main, imports) {
  if (imports.length === 0) {
    Module.runMain(main);
    return;
  }
  const { href } = internal('internal/url').pathToFileURL(main);
  runAfter(imports, (loader) => loader.import(href, undefined, { __proto__: null }, undefined, true));
}

// Of the options, those that threads inherit.
const PER_THREAD = new Set([
  '--conditions', '--enable-source-maps', '--experimental-loader', '--experimental-vm-modules', '--import',
  '--no-deprecation', '--no-warnings', '--require', '--throw-deprecation', '--trace-deprecation',
]);

function forThreads(options) {
  return options.filter(([name]) => PER_THREAD.has(name))
    .map(([name, value]) => (value === undefined ? name : `${name}=${value}`));
}

// A shell was given the script by its path on disk (children.js): it is the tree's all the same.
function scriptPath(script) {
  const { diskRoot, fromDisk } = require('./materialize');
  const path = internal('path').resolve(script);
  if (tree.owns(path)) return path;
  diskRoot();
  return fromDisk(path);
}

// `obeys`: NODE_OPTIONS, too.
function run(args, obeys) {
  const { execArgv, options, rest } = parse(args);
  process.execArgv = execArgv;
  if (obeys) options.unshift(...parse(require('./thread_options').ownEnvironment()).options);
  const command = apply(options);
  require('./thread_options').inherit(forThreads(options));
  command.hasImports = command.imports.length > 0;
  const [script, ...scriptArgs] = rest;
  const input = command.evaluate === undefined && !command.test && (script === undefined || script === '-');
  if (command.evaluate !== undefined || command.test || input) {
    process.argv = [process.execPath, ...rest];
    Module._preloadModules(command.requires);
    const { evaluateInput, evaluateText, runTests } = require('./node_input');
    const step = command.test ? () => runTests(rest) : input ? () => evaluateInput(command) :
      () => evaluateText(command.evaluate, command);
    if (command.hasImports) runAfter(command.imports, step);
    else step();
    return;
  }
  const main = scriptPath(script);
  process.argv = [process.execPath, main, ...scriptArgs];
  Module._preloadModules(command.requires);
  if (command.check) require('./node_input').checkSyntax(main);
  else runScript(main, command.imports);
}

// Whether a command line that came through another program, a shell for one, is one for node: process.execPath
// as the application sees it, spelled out, or a script of the tree. The application itself is started by its name.
function isMeantForNode(args) {
  if (process.argv0 === process.execPath) return true;
  const { rest } = parse(args);
  return rest.length > 0 && tree.locateReal(scriptPath(rest[0])) >= 0;
}

module.exports = { isMeantForNode, registrations, run, runAfter, runScript };
