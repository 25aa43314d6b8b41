'use strict';
// CommonJS over the payload: resolution from the table, compilation with the code cache.
//
// Goes in at the places that applications patch, too, and in the way they expect: _resolveFilename,
// _extensions['.js'] and _compile stay the steps a module goes through, in Node's order, so a hook
// that wraps one of them sees what it would see under Node. When something is not as at build time
// (a hook changed the source, the wrapper or the conditions), Node's own step is taken.

const { Module, helpers, internal, internalBinding } = require('./internals');
const payload = require('./payload');
const modules = require('./modules');
const tree = require('./tree');

const PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

const loader = internal('internal/modules/cjs/loader');
const { compileFunction } = internalBinding('contextify');
const { vm_dynamic_import_default_internal: defaultImport } = internalBinding('symbols');
const { convertCJSFilenameToURL, loadHooks, resolveHooks } = internal('internal/modules/customization_hooks');
const { dirname } = internal('path');

// The list is the same for every module of a folder; each gets a copy of its own, as under Node.
const lookupPaths = new Map();
function nodeModulePaths(original) {
  return function _nodeModulePaths(from) {
    if (typeof from !== 'string' || !tree.owns(from)) return Reflect.apply(original, this, [from]);
    let paths = lookupPaths.get(from);
    if (paths === undefined) {
      paths = Reflect.apply(original, this, [from]);
      lookupPaths.set(from, paths);
    }
    return paths.slice();
  };
}

// Whether a package is looked for where Node would look for it: applications add folders of their own to
// a module's paths, or put other functions in the place of Node's.
const { _findPath: findPath, _resolveLookupPaths: resolveLookupPaths } = Module;
function looksUpAsNode(request, parent) {
  if (Module._findPath !== findPath || Module._resolveLookupPaths !== resolveLookupPaths) return false;
  if (request.startsWith('./') || request.startsWith('../')) return true;
  const { paths } = parent;
  const usual = lookupPaths.get(dirname(parent.filename));
  if (usual === undefined || paths?.length !== usual.length) return false;
  for (let i = 0; i < usual.length; i++) {
    if (paths[i] !== usual[i]) return false;
  }
  return true;
}

// Without a parent, a path comes from main.js or from Node's loader of ES modules, which have found it already.
function resolveFilename(original) {
  return function _resolveFilename(request, parent, isMain, options) {
    if (parent?.filename && !options && modules.usesDefaults()) {
      const entry = modules.entryOf(parent.filename);
      if (entry >= 0) {
        const found = modules.resolve(entry, request, false);
        if (found !== undefined && looksUpAsNode(request, parent)) {
          modules.counts.resolvedByTable++;
          return found;
        }
      }
    }
    if (!parent && !options && modules.isPathOfFile(request) && Module._findPath === findPath) return request;
    modules.counts.resolvedByNode++;
    return Reflect.apply(original, this, [request, parent, isMain, options]);
  };
}

// The source that _extensions['.js'] hands to _compile, to recognise it there.
let loading = { source: undefined, entry: -1 };

function loadJavaScript(original) {
  return function(module, filename) {
    const entry = loadHooks.length === 0 ? modules.entryOf(filename) : -1;
    const format = entry >= 0 ? payload.format(entry) : undefined;
    if (format === undefined || format === 'json') return original(module, filename);
    const source = modules.textToRun(entry);
    const read = module[loader.kModuleSource]; // by Node, when an ES module imports this one
    if (read !== undefined && read !== source) return original(module, filename);
    loading = { source, entry };
    module._compile(source, filename, format);
  };
}

const { wrapper, wrap } = Module;
const [head, tail] = wrapper;
function isWrapperIntact() {
  return Module.wrap === wrap && Module.wrapper === wrapper && wrapper[0] === head && wrapper[1] === tail;
}

function compile(original) {
  return function _compile(content, filename, format) {
    const { source, entry } = loading;
    loading = { source: undefined, entry: -1 };
    if (content === source && isWrapperIntact()) {
      if (format === 'commonjs') return run(this, entry, content, filename);
      // A resolve hook may have given the module another URL, which stack traces show.
      if (format === 'commonjs-typescript' && resolveHooks.length === 0) {
        return run(this, entry, require('./typescript').strippedSource(entry, convertCJSFilenameToURL(filename)), filename);
      }
    }
    return Reflect.apply(original, this, [content, filename, format]);
  };
}

function run(module, entry, content, filename) {
  const cache = payload.codeCache(entry);
  const result = compileFunction(
    content, filename, 0, 0, cache, false, undefined, undefined, PARAMETERS, defaultImport);
  modules.countCache(cache, result.cachedDataRejected);
  if (result.sourceMapURL) {
    internal('internal/source_map/source_map_cache').maybeCacheSourceMap(
      filename, content, module, false, result.sourceURL, result.sourceMapURL);
  }
  const { exports } = module;
  const require = helpers.makeRequireFunction(module);
  helpers.setHasStartedUserCJSExecution();
  module[loader.kIsExecuting] = true;
  const returned = Reflect.apply(result.function, exports,
                                 [exports, require, module, filename, dirname(filename)]);
  module[loader.kIsExecuting] = false;
  return returned;
}

function install() {
  Module._nodeModulePaths = nodeModulePaths(Module._nodeModulePaths);
  Module._resolveFilename = resolveFilename(Module._resolveFilename);
  Module._extensions['.js'] = loadJavaScript(Module._extensions['.js']);
  Module.prototype._compile = compile(Module.prototype._compile);
}

module.exports = { install };
