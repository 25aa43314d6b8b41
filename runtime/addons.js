'use strict';
// Native addons of the embedded tree.
//
// The loader of the operating system wants a file. An addon that stands alone is loaded from a
// memory file where Node can make one (Linux): nothing is left on disk and nothing can be exchanged
// between check and load. One that has shared libraries beside it, which it finds relative to
// itself, is materialised together with them.

const { internal, internalBinding } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');
const { materialize } = require('./materialize');

const LIBRARY = /\.(?:node|dylib|dll|so(?:\.[\d.]+)?)$/;

// The folder whose libraries an addon may refer to: the node_modules it is installed in, or with a
// scope the scope's folder, as platform packages lie side by side there (sharp and its libvips).
function neighbourhood(entry) {
  const path = payload.path(entry);
  const end = path.lastIndexOf('node_modules/');
  if (end === -1) return payload.parent(entry);
  const isScoped = path.startsWith('@', end + 'node_modules/'.length);
  const depth = path.slice(0, end).split('/').length + (isScoped ? 1 : 0);
  let folder = payload.parent(entry);
  while (payload.path(folder).split('/').length > depth) folder = payload.parent(folder);
  return folder;
}

function* librariesBelow(folder) {
  const names = tree.namesOf(folder);
  for (let i = 0; i < names.length; i++) {
    const child = payload.firstChild(folder) + i;
    const kind = payload.kind(child);
    if (kind === payload.KIND_DIRECTORY) yield* librariesBelow(child);
    else if (kind === payload.KIND_FILE && LIBRARY.test(names[i])) yield child;
  }
}

function withFlags(dlopen, module, file, flags) {
  return flags === undefined ? dlopen(module, file) : dlopen(module, file, flags);
}

function loadFromMemory(dlopen, module, filename, flags, entry) {
  const { exclusively, loading, nameOf } = require('./loaded_addons');
  const { dlopenBinary } = internalBinding('process_methods');
  return exclusively(() => {
    const name = nameOf(entry);
    if (name !== undefined) {
      try {
        return withFlags(dlopen, module, name, flags);
      } catch (error) {
        // The last thread that had it has ended, and the system let go of it.
        if (!error?.message?.startsWith(name)) throw error;
      }
    }
    return loading(entry, () => dlopenBinary(module, filename, flags, payload.content(entry)));
  });
}

function loadFromDisk(dlopen, module, flags, entry) {
  for (const library of librariesBelow(neighbourhood(entry))) materialize(library);
  const file = internal('path').toNamespacedPath(materialize(entry)); // Windows: whatever its length
  return withFlags(dlopen, module, file, flags);
}

function isMissingLibrary(error) {
  return /cannot open shared object file|No such file/.test(error?.message ?? '');
}

function load(dlopen, module, filename, flags, entry) {
  if (process.platform !== 'linux') return loadFromDisk(dlopen, module, flags, entry);
  try {
    return loadFromMemory(dlopen, module, filename, flags, entry);
  } catch (error) {
    if (!isMissingLibrary(error)) throw error;
    return loadFromDisk(dlopen, module, flags, entry);
  }
}

function install() {
  const { dlopen } = process;
  process.dlopen = function(module, filename, flags) {
    require('./leave').noteAddon();
    const entry = typeof filename === 'string' ? tree.locateReal(filename) : undefined;
    if (entry === undefined || entry < 0 || payload.kind(entry) !== payload.KIND_FILE) {
      // Node's own checks its argument count, so a missing one stays missing.
      return withFlags(dlopen, module, filename, flags);
    }
    const result = load(dlopen, module, filename, flags, entry);
    if (payload.readsFiles(entry)) require('./addon_paths').translate(module);
    return result;
  };
}

module.exports = { install };
