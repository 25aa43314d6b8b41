'use strict';
// Addons that resolve modules or read sources themselves (resolvers, bundlers, parsers in native code)
// look at the disk, where the tree is not. For them, paths are translated where they cross into native
// code: a path of the tree goes in as one on disk, with the tree put there, and comes back as one of
// the tree. The build marks these addons: those in whose code the word node_modules occurs.

const { fromDisk, materializeFolder, diskRoot } = require('./materialize');
const tree = require('./tree');

const DEPTH = 4; // of arrays and plain objects that are looked through

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// The value with `change` applied to every text in it, and `exchange` to every function; the same object when
// nothing changes.
function mapTexts(value, change, exchange, depth = DEPTH) {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'function') return exchange === undefined ? value : exchange(value);
  if (value === null || typeof value !== 'object' || depth === 0) return value;
  if (!Array.isArray(value) && !isPlain(value)) return value;
  let copy = value;
  for (const key of Object.keys(value)) {
    const before = value[key];
    const after = mapTexts(before, change, exchange, depth - 1);
    if (after === before) continue;
    if (copy === value) copy = Array.isArray(value) ? [...value] : { ...value };
    copy[key] = after;
  }
  return copy;
}

const IN_CODE = /[\n"'`;(){}]/;

// Whether paths in a text may be translated: it is a path or a list of them, or JSON. In source code they
// have to stay as they are, since the addon answers with positions in it.
function holdsPaths(text, at) {
  if (at === 0 || /^file:\/\/\/?$/.test(text.slice(0, at))) return !text.includes('\n');
  if (!IN_CODE.test(text)) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// The text with the tree's root replaced by `root()`, the one on disk, where `isPath` says so of a place.
function replaceRoot(text, isPath, root) {
  let out = '';
  let from = 0;
  for (let at = tree.indexOfRoot(text); at !== -1; at = tree.indexOfRoot(text, from)) {
    const end = at + tree.ROOT.length;
    const isReplaced = isPath(at);
    if (isReplaced) materializeFolder(0);
    out += text.slice(from, at) + (isReplaced ? root() : text.slice(at, end));
    from = end;
  }
  return out + text.slice(from);
}

function goingIn(text) {
  const at = tree.indexOfRoot(text);
  return at === -1 || !holdsPaths(text, at) ? text : replaceRoot(text, () => true, diskRoot);
}

// What a callback answers with may be the source of a module (a plugin has loaded or transformed it), whose imports
// native code then resolves by itself. The application gets no positions in this text.
const BEFORE_IMPORTED = /\b(?:from|import)\s*\(?\s*["'](?:file:\/\/\/?)?$/;
const LONGEST_BEFORE = 40; // characters

function goingBackIn(text) {
  const at = tree.indexOfRoot(text);
  if (at === -1) return text;
  if (holdsPaths(text, at)) return goingIn(text);
  const isImported = (place) => BEFORE_IMPORTED.test(text.slice(Math.max(0, place - LONGEST_BEFORE), place));
  return replaceRoot(text, isImported, () => diskRoot().replaceAll('\\', '/')); // in a literal, others are escapes
}

function comingOut(value) {
  if (value instanceof Promise) return value.then(comingOut);
  if (value instanceof Error) {
    value.message = value.message.replaceAll(diskRoot(), tree.ROOT);
    return value;
  }
  return mapTexts(value, fromDisk);
}

// A function of the application that native code is to call: there the paths go the other way round.
const callbacks = new WeakMap();
function callback(original) {
  if (translated.has(original) || /^class\b/.test(Function.prototype.toString.call(original))) return original;
  let wrapper = callbacks.get(original);
  if (wrapper === undefined) {
    wrapper = function(...args) {
      const result = Reflect.apply(original, this, args.map((one) => comingOut(one)));
      return result instanceof Promise ? result.then(answer) : answer(result);
    };
    callbacks.set(original, wrapper);
  }
  return wrapper;
}

const argument = (value) => mapTexts(value, goingIn, callback);
const answer = (value) => mapTexts(value, goingBackIn, callback);

const translated = new WeakSet();

function wrap(original) {
  const wrapper = function(...args) {
    const inside = args.map((one) => argument(one));
    try {
      return comingOut(new.target === undefined ? Reflect.apply(original, this, inside) :
        Reflect.construct(original, inside, new.target === wrapper ? original : new.target));
    } catch (error) {
      throw comingOut(error);
    }
  };
  Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(original));
  translated.add(wrapper);
  return wrapper;
}

function translateMembers(object) {
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    const { get, value } = descriptor;
    if (get !== undefined && descriptor.configurable) {
      Object.defineProperty(object, key, { ...descriptor, get() { return comingOut(Reflect.apply(get, this, [])); } });
    }
    if (key === 'constructor' || typeof value !== 'function' || translated.has(value)) continue;
    if (!descriptor.configurable && !descriptor.writable) continue;
    if (value.prototype !== undefined && typeof value.prototype === 'object') translateMembers(value.prototype);
    Object.defineProperty(object, key, { ...descriptor, value: wrap(value) });
  }
}

function translate(module) {
  const { exports } = module;
  if (exports === null || typeof exports !== 'object' || translated.has(exports)) return;
  translated.add(exports);
  translateMembers(exports);
}

module.exports = { translate };
