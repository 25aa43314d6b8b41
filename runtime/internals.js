'use strict';
// The door to Node's own modules.
//
// The executable is started with --expose-internals, so that the runtime can plug into the very
// seams that Node's loader and fs have, rather than patch around them. `hide` closes the door before
// the application runs: to it, require('internal/...') and module.builtinModules are as in plain
// Node. Everything here belongs to one Node version, the template's, which the build has checked.

// The options every executable is started with (packer/cast/launcher.cc).
const OWN_OPTIONS = new Set(['--expose-internals', '--min-semi-space-size=6']);

const KEY_VARIABLE = 'INGOT_RUN'; // in the environment of our own children (key.js)
const outsiders = process.env.NODE_OPTIONS; // before the application can change it (thread_options.js)

const { Module } = embedderRequire('internal/modules/cjs/loader');
const helpers = embedderRequire('internal/modules/helpers');
const BuiltinModule = helpers.loadBuiltinModuleForEmbedder('fs').constructor;

// A module of Node's by id, also after `hide`.
function internal(id) {
  return BuiltinModule.map.get(id).compileForInternalLoader();
}

// The ids of Node's modules are sorted, so those of its own are in one row.
function publicIds() {
  const ids = [...BuiltinModule.map.keys()];
  const first = ids.findIndex((id) => id.startsWith('internal/'));
  const end = ids.findLastIndex((id) => id.startsWith('internal/')) + 1;
  return [...ids.slice(0, first), ...ids.slice(end)];
}

function hide() {
  const visible = publicIds().filter(BuiltinModule.canBeRequiredByUsers);
  BuiltinModule.setRealmAllowRequireByUsers(visible); // which leaves out sqlite and other young ones
  for (const id of visible) BuiltinModule.allowRequireByUsers(id);
  Module.builtinModules = Object.freeze(BuiltinModule.getAllBuiltinModuleIds());
  hideAsset();
  process.execArgv = process.execArgv.filter((option) => !OWN_OPTIONS.has(option));
}

// The payload is not one of the application's assets. It has none.
function hideAsset() {
  const sea = internalBinding('sea');
  sea.getAsset = () => undefined;
  sea.getAssetKeys = () => [];
}

// Whether `name`, without `node:`, is a module of Node's.
const isBuiltin = (name) => BuiltinModule.canBeRequiredWithoutScheme(name);

const isLoaded = (id) => BuiltinModule.map.get(id).loaded;

// Calls `patch` with the exports of one of Node's modules when that is loaded, if it ever is: what an
// application does not use must not cost it anything at start.
function whenLoaded(id, patch) {
  const module = BuiltinModule.map.get(id);
  if (isLoaded(id)) {
    patch(module.exports);
    return;
  }
  const { compileForInternalLoader } = module;
  module.compileForInternalLoader = function() {
    delete module.compileForInternalLoader;
    const exports = Reflect.apply(compileForInternalLoader, module, []);
    patch(exports);
    return exports;
  };
}

module.exports = {
  KEY_VARIABLE, Module, helpers, hide, internal, internalBinding, isBuiltin, isLoaded, outsiders, whenLoaded,
};
