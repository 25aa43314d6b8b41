'use strict';
// Answers the questions Node's module loaders ask the disk, from the index.
//
// Node's loaders go through a small table of functions (internal/modules/helpers, loaderMethods) that
// a virtual file system may override; an override that answers undefined passes the question on to
// the real disk. With these in place Node's own resolution runs over the embedded tree unchanged.

const { helpers, internal, internalBinding } = require('./internals');
const modules = require('./modules');
const payload = require('./payload');
const tree = require('./tree');

const { kLoaderOverrideNoResult: NO_RESULT } = helpers;
const { parsePackageJSON } = internalBinding('modules');
const TYPE = 2; // place in Node's package.json tuple: name, main, type, imports, exports, path

function pathOfSpecifier(value) {
  if (typeof value === 'string' && !value.startsWith('file:')) return value;
  try {
    return internal('internal/url').fileURLToPath(value);
  } catch {
    return '';
  }
}

function isFile(entry) {
  return entry >= 0 && payload.kind(entry) === payload.KIND_FILE;
}

const missing = (syscall, path) => require('./fs_tree').failure('ENOENT', syscall, path);

function internalModuleStat(filename) {
  const entry = tree.locateReal(filename);
  if (entry === undefined) return undefined;
  if (entry < 0) return internalBinding('uv').UV_ENOENT;
  return payload.kind(entry) === payload.KIND_DIRECTORY ? 1 : 0;
}

function readFileSync(filename, options) {
  const path = pathOfSpecifier(filename);
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  if (!isFile(entry)) throw missing('open', path);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  if (encoding) return payload.contentText(entry);
  return modules.textToHandOver(entry) ?? payload.content(entry);
}

function realpathSync(filename) {
  const entry = tree.locateReal(filename);
  if (entry === undefined) return undefined;
  if (entry < 0) throw missing('realpath', filename);
  return tree.absolutePath(entry);
}

// ---- package.json

const tuples = new Map(); // directory entry -> tuple of its package.json, or null

function packageOf(directory, ...context) {
  let tuple = tuples.get(directory);
  if (tuple === undefined) {
    const entry = tree.follow(tree.child(directory, 'package.json'));
    tuple = isFile(entry) ? parsePackageJSON(payload.content(entry), tree.absolutePath(entry), ...context) : null;
    tuples.set(directory, tuple);
  }
  return tuple;
}

// The tuple that governs the file at a path: of the nearest folder above it that has one, up to and
// without the node_modules it lies in. Else null.
function nearestPackage(path) {
  const relative = tree.relativePath(path);
  if (relative === undefined) return undefined;
  let directory = nearestDirectory(/[/\\]$/.test(path) ? `${relative}/` : relative);
  for (;;) {
    const name = payload.path(directory);
    if (name === 'node_modules' || name.endsWith('/node_modules')) return null;
    const tuple = packageOf(directory);
    if (tuple !== null) return tuple;
    if (directory === 0) return null;
    directory = payload.parent(directory);
  }
}

// The deepest directory that exists above a path.
function nearestDirectory(relative) {
  for (;;) {
    const slash = relative.lastIndexOf('/');
    relative = slash === -1 ? '' : relative.slice(0, slash);
    const path = relative === '' ? tree.ROOT : tree.PREFIX + relative;
    const entry = tree.locateReal(path);
    if (entry >= 0 && payload.kind(entry) === payload.KIND_DIRECTORY) return entry;
  }
}

function readPackageJSON(jsonPath, isESM, base, specifier) {
  const relative = tree.relativePath(jsonPath);
  if (relative === undefined) return undefined;
  const file = tree.locateReal(jsonPath);
  if (!isFile(file)) return NO_RESULT;
  if (tree.absolutePath(file) === jsonPath) return packageOf(payload.parent(file), isESM, base, specifier);
  return linkedPackage(file, jsonPath, isESM, base, specifier);
}

// The same file's tuple says by which path it was found.
const linkedTuples = new Map(); // path -> tuple

function linkedPackage(file, path, ...context) {
  let tuple = linkedTuples.get(path);
  if (tuple === undefined) {
    tuple = parsePackageJSON(payload.content(file), path, ...context);
    linkedTuples.set(path, tuple);
  }
  return tuple;
}

function getNearestParentPackageJSON(checkPath) {
  const tuple = nearestPackage(checkPath);
  return tuple === undefined ? undefined : tuple ?? NO_RESULT;
}

function getNearestParentPackageJSONType(checkPath) {
  const tuple = nearestPackage(checkPath);
  return tuple === undefined ? undefined : tuple?.[TYPE] ?? NO_RESULT;
}

function getPackageScopeConfig(resolved) {
  const path = pathOfSpecifier(resolved);
  const tuple = nearestPackage(path);
  if (tuple === undefined) return undefined;
  const { dirname, join } = internal('path');
  return tuple ?? join(dirname(path), 'package.json');
}

function getPackageType(url) {
  const tuple = nearestPackage(pathOfSpecifier(url));
  if (tuple === undefined) return undefined;
  const type = tuple?.[TYPE];
  return type === 'module' || type === 'commonjs' ? type : NO_RESULT;
}

// ---- the rest

function legacyMainResolve(packagePath, main, base) {
  if (tree.relativePath(packagePath) === undefined) return undefined;
  const { join, resolve } = internal('path');
  const { legacyMainResolveExtensions: suffixes, legacyMainResolveExtensionsIndexes: index } = helpers;
  for (let i = 0; i < suffixes.length; i++) {
    const byMain = i <= index.kResolvedByMainIndexNode;
    if (byMain && typeof main !== 'string') continue;
    const candidate = byMain ? resolve(packagePath, main) + suffixes[i] : join(packagePath, suffixes[i]);
    if (internalModuleStat(candidate) === 0) return i;
  }
  const { ERR_MODULE_NOT_FOUND } = internal('internal/errors').codes;
  throw new ERR_MODULE_NOT_FOUND(resolve(packagePath, typeof main === 'string' ? main : 'index.js'), base && pathOfSpecifier(base), undefined);
}

function getFormatOfExtensionlessFile(path) {
  const entry = tree.locateReal(path);
  if (entry === undefined) return undefined;
  const { EXTENSIONLESS_FORMAT_JAVASCRIPT, EXTENSIONLESS_FORMAT_WASM } = internalBinding('constants').internal;
  const isWasm = isFile(entry) && payload.contentStart(entry, 4) === '\0asm';
  return isWasm ? EXTENSIONLESS_FORMAT_WASM : EXTENSIONLESS_FORMAT_JAVASCRIPT;
}

function getResolutionRoot(path) {
  return tree.owns(path) ? tree.ROOT : undefined;
}

function install() {
  helpers.setLoaderOverrides({
    getFormatOfExtensionlessFile,
    getNearestParentPackageJSON,
    getNearestParentPackageJSONType,
    getPackageScopeConfig,
    getPackageType,
    getResolutionRoot,
    internalModuleStat,
    legacyMainResolve,
    readFileSync,
    readPackageJSON,
    realpathSync,
  });
}

module.exports = { install };
