'use strict';
// ES modules over the payload: resolution and format from the table, compilation with the code cache.
//
// Node's loader stays in charge of the module graph. Three of its steps are answered here: `resolveSync` and `load`
// of the default loader, and the translator that turns the source of an ES module into a ModuleWrap.
// V8 takes a code cache only together with a host-defined option of the module's own, so
// import.meta and import() of such modules are wired to Node's defaults by hand.

const { helpers, internal, internalBinding, isBuiltin } = require('./internals');
const payload = require('./payload');
const modules = require('./modules');

const { ModuleWrap } = internalBinding('module_wrap');
const { source_text_module_default_hdo: defaultOption } = internalBinding('symbols');
const utils = internal('internal/modules/esm/utils');
const { resolveHooks } = internal('internal/modules/customization_hooks');
const esmLoader = internal('internal/modules/esm/loader');
const { URL, fileURLToPath, pathToFileURL } = internal('internal/url');

const urls = new Map(); // file URL -> entry, or -1

function entryOfUrl(url) {
  let entry = urls.get(url);
  if (entry === undefined) {
    entry = -1;
    if (url.startsWith('file:') && !url.includes('?') && !url.includes('#')) {
      try {
        entry = modules.entryOf(fileURLToPath(url));
      } catch {
        // Not a path; Node says so.
      }
    }
    urls.set(url, entry);
  }
  return entry;
}

function resolveSync(original) {
  return function(parentURL, request, shouldSkipSyncHooks = false) {
    if (parentURL !== undefined && resolveHooks.length === 0 && !hasAsyncHooks && modules.usesDefaults() &&
        !asksForAnotherFormat(request.attributes)) {
      const parent = entryOfUrl(`${parentURL}`);
      if (parent >= 0) {
        const result = known(parent, `${request.specifier}`);
        if (result !== undefined) {
          modules.counts.resolvedByTable++;
          return { __proto__: null, ...result, isResolvedBySyncHooks: false };
        }
      }
    }
    modules.counts.resolvedByNode++;
    return Reflect.apply(original, this, [parentURL, request, shouldSkipSyncHooks]);
  };
}

// import ... with { type: 'text' } and the like: the format is not the file's own.
function asksForAnotherFormat(attributes) {
  const type = attributes?.type;
  return type !== undefined && type !== 'json';
}

const results = new Map(); // path or name of a module of Node's -> { url, format }

function known(parent, specifier) {
  const path = modules.resolve(parent, specifier, true);
  const name = path ?? specifier;
  let result = results.get(name);
  if (result === undefined) {
    result = path === undefined ? builtin(specifier) : file(path);
    if (result !== undefined) results.set(name, result);
  }
  return result;
}

// As Node's own resolution has it: only a name without `node:` gets its format here.
function builtin(specifier) {
  if (specifier.startsWith('node:')) return { url: specifier };
  return isBuiltin(specifier) ? { url: `node:${specifier}`, format: 'builtin' } : undefined;
}

const PLAIN_PATH = /^\/[\w/.@+-]+$/; // a URL has it as it is

function file(path) {
  const entry = modules.entryOf(path);
  const url = PLAIN_PATH.test(path) ? `file://${path}` : pathToFileURL(path).href;
  urls.set(url, entry);
  const format = payload.format(entry) ??
    internal('internal/modules/esm/get_format').defaultGetFormatWithoutErrors(new URL(url), {});
  return { url, format };
}

// Node's step parses the URL, and asks for the bytes by path.
function load(original) {
  return function(url, context) {
    if (!hasAsyncHooks && !this.isForAsyncLoaderHookWorker && hasNoKeys(context.importAttributes)) {
      const entry = entryOfUrl(url);
      const source = entry >= 0 && payload.format(entry) === context.format ? modules.textToHandOver(entry) : undefined;
      if (source !== undefined) {
        return { __proto__: null, format: context.format, responseURL: url, source, isSourceLoadedSynchronously: true };
      }
    }
    return Reflect.apply(original, this, [url, context]);
  };
}

const hasNoKeys = (attributes) => attributes === undefined || Object.keys(attributes).length === 0;

// Of a thread of their own: by module.register(), or by the option, which Node has looked at before us.
let hasAsyncHooks = internal('internal/options').getOptionValue('--experimental-loader').length > 0;

function register(original) {
  return function(...args) {
    hasAsyncHooks = true;
    return Reflect.apply(original, this, args);
  };
}

function initializeImportMeta(meta, wrap) {
  const twin = new ModuleWrap(wrap.url, undefined, 'export default import.meta', 0, 0, defaultOption);
  if (wrap.isMain) twin.isMain = true;
  twin.link([]);
  twin.instantiate();
  twin.evaluate(-1, false);
  Object.assign(meta, twin.getNamespace().default);
}

function importModuleDynamically(specifier, wrap, attributes, phase) {
  return esmLoader.getOrInitializeCascadedLoader().import(specifier, wrap.url, attributes, phase);
}

// Undefined when V8 does not take the cache (the process has other flags than the build had).
function compileModule(url, source, cache, isMain) {
  let wrap;
  try {
    wrap = new ModuleWrap(url, undefined, source, 0, 0, cache);
  } catch (error) {
    if (error.code !== 'ERR_VM_MODULE_CACHED_DATA_REJECTED') throw error;
    modules.countCache(cache, true);
    return undefined;
  }
  modules.countCache(cache, false);
  utils.registerModule(wrap, { __proto__: null, importModuleDynamically, initializeImportMeta });
  if (isMain) wrap.isMain = true;
  if (wrap.sourceMapURL) {
    internal('internal/source_map/source_map_cache').maybeCacheSourceMap(
      url, source, wrap, false, wrap.sourceURL, wrap.sourceMapURL);
  }
  return wrap;
}

// The text that the build compiled, if `source` is it or what Node makes of it.
function compiledText(entry, source, url) {
  const format = payload.format(entry);
  if (format === 'module-typescript') return require('./typescript').compiledText(entry, source, url);
  if (format !== 'module') return undefined;
  // A source that came by another way than ours may be what the build compiled all the same.
  return modules.isHandedOver(entry, source) || source === payload.contentText(entry) ? source : undefined;
}

function translate(original) {
  return function(url, context, parentURL) {
    const entry = entryOfUrl(url);
    const cache = entry >= 0 ? payload.codeCache(entry) : undefined;
    if (cache !== undefined) {
      const text = compiledText(entry, helpers.stringify(context.source), url);
      const wrap = text === undefined ? undefined : compileModule(url, text, cache, parentURL === undefined);
      if (wrap !== undefined) return wrap;
    }
    return Reflect.apply(original, this, [url, context, parentURL]);
  };
}

// For what registers such hooks without module.register().
function expectAsyncHooks() {
  hasAsyncHooks = true;
}

// Makers of what goes in the place of Node's functions (on_demand.js), and a switch.
module.exports = { expectAsyncHooks, load, register, resolveSync, translate };
