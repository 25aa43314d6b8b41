'use strict';
// Native addons of the embedded tree.
//
// The loader of the operating system wants a file. An addon that stands alone is loaded through a descriptor
// where Node can do that (Linux): a small one from a file without a name, of which nothing is left on disk;
// another from a copy on disk (disk_copy.js), which is checked through the same descriptor, so that nothing can
// be exchanged between check and load. Where neither can be made, Node's own memory file has to do. One that has
// shared libraries beside it, which it finds relative to itself, is materialised together with them.

const { internal, internalBinding } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');

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

// From this size on, reading a copy on disk costs less than unpacking.
const LARGE = 384 * 1024; // bytes

// Linux, open(2): beside O_DIRECTORY, a file without a name in a folder. Not among Node's constants.
const TMPFILE = 0o20000000;

// A file system without programs (noexec), so that no copy on it can be loaded.
const isNoPlaceForPrograms = (error) => /: failed to map segment/.test(error?.message ?? '');

const isMissingLibrary = (error) => /cannot open shared object file|No such file/.test(error?.message ?? '');

// What another thread has loaded. False when the system let go of it.
function loadAgain(dlopen, module, filename, flags, entry) {
  const { copyOf, nameOf } = require('./loaded_addons');
  const name = nameOf(entry);
  const copy = name && copyOf(entry);
  if (copy === undefined) return false;
  try {
    withFlags(dlopen, module, name, flags);
    if (copy !== null) require('./disk_copy').checkAfterLoading(copy, entry);
    return true;
  } catch (error) {
    if (error?.message?.startsWith(name)) return false; // the last thread that had it has ended
    throw error;
  }
}

// undefined: no copies can be made here.
function openCopy(entry) {
  try {
    return require('./disk_copy').open(entry);
  } catch {
    return undefined;
  }
}

// Loads the addon whose content is behind a FileHandle, which stays open as long as the process: its number is
// the addon's name. The descriptor; undefined where no program may be loaded from.
function loadOpenFile(dlopen, module, handle, flags) {
  const { keep } = require('./kept_descriptor');
  const { fileName } = require('./loaded_addons');
  try {
    withFlags(dlopen, module, fileName(handle.fd), flags);
  } catch (error) {
    if (isNoPlaceForPrograms(error) || isMissingLibrary(error)) handle.close(); // it is not loaded
    else keep(handle);
    if (isNoPlaceForPrograms(error)) return undefined;
    throw error;
  }
  return keep(handle);
}

function loadFromCopy(dlopen, module, filename, flags, entry) {
  const copy = openCopy(entry);
  if (copy === undefined) return false;
  const fd = loadOpenFile(dlopen, module, copy.handle, flags);
  if (fd === undefined) return false;
  require('./disk_copy').checkAfterLoading({ fd, stats: copy.stats }, entry);
  require('./loaded_addons').remember(entry, fd);
  return true;
}

// undefined: this folder's file system makes no files without a name, or has no room.
function unnamedFile(folder, entry) {
  const { constants, writeFileSync } = internal('fs');
  const handle = require('./kept_descriptor').open(folder, constants.O_RDWR | constants.O_DIRECTORY | TMPFILE, 0o600);
  try {
    if (handle !== undefined) writeFileSync(handle.fd, payload.contentView(entry));
    return handle;
  } catch {
    handle.close();
    return undefined;
  }
}

let unnamedIn; // folders that were not found to be of no use for it

function loadFromUnnamedFile(dlopen, module, filename, flags, entry) {
  unnamedIn ??= ['/dev/shm', internal('os').tmpdir()];
  while (unnamedIn.length > 0) {
    const handle = unnamedFile(unnamedIn[0], entry);
    const fd = handle && loadOpenFile(dlopen, module, handle, flags);
    if (fd !== undefined) {
      require('./loaded_addons').remember(entry, fd);
      return true;
    }
    unnamedIn.shift();
  }
  return false;
}

function loadFromMemory(dlopen, module, filename, flags, entry) {
  const { dlopenBinary } = internalBinding('process_methods');
  require('./loaded_addons').loading(entry, () => dlopenBinary(module, filename, flags, payload.content(entry)));
}

function loadByDescriptor(...args) {
  const entry = args.at(-1);
  require('./loaded_addons').exclusively(() => {
    if (loadAgain(...args)) return;
    const isLarge = payload.size(entry) >= LARGE;
    if (isLarge && loadFromCopy(...args)) return;
    if (loadFromUnnamedFile(...args)) return;
    if (!isLarge && loadFromCopy(...args)) return;
    loadFromMemory(...args);
  });
}

// By path, as that is what the libraries of an addon are found by.
function loadByPath(dlopen, module, filename, flags, entry) {
  const { checkPathAfterLoading, ensure } = require('./disk_copy');
  const copies = new Map();
  for (const library of librariesBelow(neighbourhood(entry))) copies.set(library, ensure(library));
  const own = ensure(entry);
  copies.set(entry, own);
  withFlags(dlopen, module, internal('path').toNamespacedPath(own.file), flags); // Windows: whatever its length
  for (const [library, copy] of copies) checkPathAfterLoading(copy, library);
}

function load(...args) {
  if (process.platform !== 'linux') {
    loadByPath(...args);
    return;
  }
  try {
    loadByDescriptor(...args);
  } catch (error) {
    if (!isMissingLibrary(error)) throw error;
    loadByPath(...args);
  }
}

// Node's error, naming the addon as the application does, and from where that called.
function describe(error, filename, caller) {
  if (error?.code !== 'ERR_DLOPEN_FAILED') return error;
  const { diskPath, isRootKnown } = require('./disk_copy');
  error.message = error.message.replace(/\/proc\/self\/fd\/\d+/g, () => filename);
  if (isRootKnown()) error.message = error.message.replaceAll(diskPath(tree.locateReal(filename)), () => filename);
  Error.captureStackTrace(error, caller);
  return error;
}

function install() {
  const original = process.dlopen;
  process.dlopen = function dlopen(module, filename, flags) {
    require('./leave').noteAddon();
    const entry = typeof filename === 'string' ? tree.locateReal(filename) : undefined;
    if (entry === undefined || entry < 0 || payload.kind(entry) !== payload.KIND_FILE) {
      // Node's own checks its argument count, so a missing one stays missing.
      return withFlags(original, module, filename, flags);
    }
    try {
      load(original, module, filename, flags, entry);
    } catch (error) {
      throw describe(error, filename, dlopen);
    }
    require('./addon_paths').translate(module, payload.readsFiles(entry));
    return undefined;
  };
}

module.exports = { install };
