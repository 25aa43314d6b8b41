'use strict';
// A child that was started as `node [options] script [arguments]` by its own application (children.js)
// behaves like node: options are taken from the command line, then the script runs.
//
// Node has read its own options before any JavaScript runs, and inside an executable it reads none
// from the command line. So the ones that children are started with are put into effect here, one by
// one. Limits: --max-old-space-size comes too late to have an effect; options that change Node's
// process set-up before JavaScript (--icu-data-dir, --openssl-*) are ignored.

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

function optionInfo() {
  const { aliases, options } = internalBinding('options').getCLIOptionsInfo();
  return {
    canonical: (name) => expand(aliases, name),
    takesValue: (name) => (options.get(name)?.type ?? 0) > BOOLEAN,
    isV8: (name) => options.get(name) === undefined || options.get(name).type === V8_OPTION,
  };
}

// { execArgv, options: [[name, value]], rest }: Node's options up to the script, then the rest.
function parse(args) {
  const info = optionInfo();
  const options = [];
  let at = 0;
  while (at < args.length && args[at].startsWith('-') && args[at] !== '-') {
    const argument = args[at++];
    if (argument === '--') break;
    const equals = argument.indexOf('=');
    const given = equals === -1 ? argument : argument.slice(0, equals);
    for (const name of info.canonical(given)) {
      let value = equals === -1 ? undefined : argument.slice(equals + 1);
      if (value === undefined && info.takesValue(name)) value = args[at++];
      options.push([name, value, info.isV8(name) ? argument : undefined]);
    }
  }
  return { execArgv: args.slice(0, at), options, rest: args.slice(at) };
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

function silenceWarnings() {
  process.removeListener('warning', internal('internal/process/warning').onWarning);
}

function exposeVmModules() {
  const { Module: VmModule, SourceTextModule, SyntheticModule } = internal('internal/vm/module');
  Object.assign(internal('vm'), { Module: VmModule, SourceTextModule, SyntheticModule });
}

// What each option does; the lists are for later steps.
function apply(options) {
  const command = { requires: [], imports: [], evaluate: undefined, print: false };
  const effects = {
    '--require': (value) => command.requires.push(value),
    '--import': (value) => command.imports.push(value),
    '--experimental-loader': (value) => command.imports.push(loaderModule(value)),
    '--eval': (value) => { command.evaluate = value; },
    '--print': () => { command.print = true; },
    '--conditions': addConditions,
    '--enable-source-maps': () => process.setSourceMapsEnabled(true),
    '--no-warnings': silenceWarnings,
    '--no-deprecation': () => { process.noDeprecation = true; },
    '--throw-deprecation': () => { process.throwDeprecation = true; },
    '--trace-deprecation': () => { process.traceDeprecation = true; },
    '--experimental-vm-modules': exposeVmModules,
    '--title': (value) => { process.title = value; },
    '--version': () => printAndExit(process.version),
    '--v8-options': () => internal('v8').setFlagsFromString('--help'), // prints them and exits
  };
  for (const [name, value, v8Flag] of options) {
    if (effects[name] !== undefined) effects[name](value);
    else if (v8Flag !== undefined) setV8Flag(v8Flag);
  }
  return command;
}

function printAndExit(text) {
  internal('fs').writeSync(1, `${text}\n`);
  process.exit(0);
}

// A module that registers customization hooks, as --experimental-loader does.
function loaderModule(specifier) {
  const source = `import { register } from 'node:module';
    register(${JSON.stringify(specifier)}, ${JSON.stringify(internal('internal/url').pathToFileURL(`${process.cwd()}/`))});`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

function importAll(loader, specifiers) {
  const { href } = internal('internal/url').pathToFileURL(`${process.cwd()}/`);
  return specifiers.reduce(
    (before, specifier) => before.then(() => loader.import(specifier, href, { __proto__: null })), Promise.resolve());
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
  if (command.evaluate !== undefined) {
    process.argv = [process.execPath, ...rest];
    Module._preloadModules(command.requires);
    internal('internal/process/execution').evalTypeScript('[eval]', command.evaluate, false, command.print);
    return;
  }
  const [script, ...scriptArgs] = rest;
  if (script === undefined) {
    process.stderr.write(`${process.execPath}: a child started as node needs a script or --eval\n`);
    process.exit(9);
  }
  const main = scriptPath(script);
  process.argv = [process.execPath, main, ...scriptArgs];
  Module._preloadModules(command.requires);
  runScript(main, command.imports);
}

// Whether a command line that came through another program, a shell for one, is one for node: process.execPath
// as the application sees it, spelled out, or a script of the tree. The application itself is started by its name.
function isMeantForNode(args) {
  if (process.argv0 === process.execPath) return true;
  const { rest } = parse(args);
  return rest.length > 0 && tree.locateReal(scriptPath(rest[0])) >= 0;
}

module.exports = { isMeantForNode, loaderModule, run, runAfter, runScript };
