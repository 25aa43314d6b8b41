// Applications change where packages are looked for, by the means that Node's loader leaves open.
const Module = require('node:module');
const path = require('node:path');

const own = path.join(__dirname, 'lib');
const commands = {
  plain() {},
  paths() { module.paths.unshift(own); },
  'node-module-paths'() {
    const { _nodeModulePaths } = Module;
    Module._nodeModulePaths = (from) => [own, ..._nodeModulePaths.call(Module, from)];
  },
  'find-path'() {
    const { _findPath } = Module;
    Module._findPath = (request, ...rest) => {
      console.log('asked for', request);
      return _findPath.call(Module, request, ...rest);
    };
  },
  'lookup-paths'() {
    const { _resolveLookupPaths } = Module;
    Module._resolveLookupPaths = (request, parent) => [own, ..._resolveLookupPaths.call(Module, request, parent)];
  },
};
commands[process.argv[2]]();
const ms = process.argv[2] === 'node-module-paths' ? require('./lib/asks') : require('ms');
console.log(ms('1m'));
