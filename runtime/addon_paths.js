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

function goingIn(text) {
  let at = tree.indexOfRoot(text);
  if (at === -1 || !holdsPaths(text, at)) return text;
  materializeFolder(0);
  let out = '';
  let from = 0;
  for (; at !== -1; at = tree.indexOfRoot(text, from)) {
    out += text.slice(from, at) + diskRoot();
    from = at + tree.ROOT.length;
  }
  return out + text.slice(from);
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
      const result = Reflect.apply(original, this, args.map((argument) => comingOut(argument)));
      return result instanceof Promise ? result.then(answer) : answer(result);
    };
    callbacks.set(original, wrapper);
  }
  return wrapper;
}

const answer = (value) => mapTexts(value, goingIn, callback);

const translated = new WeakSet();

function wrap(original) {
  const wrapper = function(...args) {
    const inside = args.map((argument) => answer(argument));
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
