'use strict';
// Addons that resolve modules or read sources themselves (resolvers, bundlers, parsers in native code)
// look at the disk, where the tree is not. For them, paths are translated where they cross into native
// code: a path of the tree goes in as one on disk, with the tree put there, and comes back as one of
// the tree. The build marks these addons: those in whose code the word node_modules occurs.
//
// Any other addon may read a file that it is given (a font, a model, a database). For them the path of a file of data
// or of a folder goes in as one on disk, where it is a text of its own or stands in quotes, as in SQL and JSON. That of
// a source is more often a name (of a migration, in a log) than to be read, and stays, but for functions that say they
// take files.

const { fromDisk, materializeFolder, materializeForReading, diskRoot } = require('./materialize');
const tree = require('./tree');

const DEPTH = 8; // of arrays and plain objects that are looked through: rules in lists in options of bundlers

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// The value with `change` applied to every text in it, and `exchange` to every function; the same object when
// nothing changes. Arrays of more than `longest` are not looked through.
function mapTexts(value, change, exchange, depth = DEPTH, longest = Infinity) {
  if (typeof value === 'string') return change(value);
  if (typeof value === 'function') return exchange === undefined ? value : exchange(value);
  if (value === null || typeof value !== 'object' || depth === 0) return value;
  if (Array.isArray(value) ? value.length > longest : !isPlain(value)) return value;
  let copy = value;
  for (const key of Object.keys(value)) {
    const before = value[key];
    const after = mapTexts(before, change, exchange, depth - 1, longest);
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

function comingOut(value, change = fromDisk) {
  const again = (settled) => comingOut(settled, change);
  if (value instanceof Promise) return value.then(again, (error) => { throw again(error); });
  if (value instanceof Error) {
    value.message = value.message.replaceAll(diskRoot(), tree.ROOT);
    return value;
  }
  return mapTexts(value, change);
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

const NAME = /\.(?:[cm]?[jt]sx?|json|map|sql)$/;

// What lies at a path, as a path on disk; undefined for a name, or where no copy can be made.
function copyFor(path, takesFiles) {
  const entry = tree.locateReal(path);
  if (entry === undefined || entry <= 0 || (!takesFiles && NAME.test(path))) return undefined;
  try {
    return materializeForReading(entry);
  } catch {
    return undefined;
  }
}

const LONGEST_TEXT = 65536; // characters

function given(text, takesFiles = false) {
  if (text.length > LONGEST_TEXT) return text;
  let at = tree.indexOfRoot(text);
  if (at === 0) return copyFor(text, takesFiles) ?? text;
  let out = '';
  let from = 0;
  for (; at !== -1; at = tree.indexOfRoot(text, at + 1)) {
    const quote = text[at - 1];
    const end = quote === '"' || quote === "'" ? text.indexOf(quote, at) : -1;
    const copy = end === -1 ? undefined : copyFor(text.slice(at, end), false);
    if (copy === undefined || /["'\\]/.test(copy)) continue;
    out += text.slice(from, at) + copy;
    from = end;
  }
  return out + text.slice(from);
}

// Native code that starts programs (in a terminal of their own, say) takes a program, its arguments, an environment and
// a folder. They are to be what Node's own functions would make of them.
const isListOf = (value, pattern) => Array.isArray(value) && value.every((one) => typeof one === 'string' && pattern.test(one));
function started(args) {
  const [file, words, environment, cwd, ...rest] = args;
  if (typeof file !== 'string' || typeof cwd !== 'string' || !isListOf(words, /^/) || !isListOf(environment, /^[^=]+=/)) return args;
  const command = require('./children').rewrite({ file, args: [file, ...words], cwd, environment });
  return [command.file, command.args.slice(1), command.environment ?? environment, command.cwd ?? '/', ...rest];
}

// Most addons are called often and given no path: then what they get is the very array.
const LONGEST = 64; // of arrays that are looked through
const SHALLOW = 3;
const TAKES_FILES = /file/i;
const givenFile = (text) => given(text, true);
function withGiven(args, name) {
  const change = TAKES_FILES.test(name) ? givenFile : given;
  let inside = Array.isArray(args[2]) ? started(args) : args;
  for (let i = 0; i < inside.length; i++) {
    const one = mapTexts(inside[i], change, undefined, SHALLOW, LONGEST);
    if (one === inside[i]) continue;
    if (inside === args) inside = [...args];
    inside[i] = one;
  }
  return inside;
}

// Of a file that it was given an addon may speak in longer texts: source maps, messages.
const withoutCopies = (text) => text.replaceAll(diskRoot(), () => tree.ROOT);

const withAll = (args) => args.map((one) => mapTexts(one, goingIn, callback));
const answer = (value) => mapTexts(value, goingBackIn, callback);

const translated = new WeakSet();

const isFunction = ({ value }) => typeof value === 'function';
const isReplaceable = ({ configurable, writable }) => configurable || writable;
const membersOf = (object) => Object.entries(Object.getOwnPropertyDescriptors(object));

// Methods that cannot be replaced, as node-addon-api makes them, by what is to be found instead.
const replacements = (object, change) => Object.fromEntries(membersOf(object)
  .filter(([, member]) => isFunction(member) && !isReplaceable(member))
  .map(([key, member]) => [key, { ...member, value: wrap(member.value, change) }]));

// `change` makes of the arguments those that native code gets.
function wrap(original, change) {
  const back = change === withAll ? fromDisk : withoutCopies;
  let own = original; // what makes objects, unless a class of the application's does
  const wrapper = function(...args) {
    const inside = change(args, original.name);
    try {
      const result = new.target === undefined ? Reflect.apply(original, this, inside) :
        Reflect.construct(original, inside, new.target === wrapper ? own : new.target);
      return inside === args ? result : comingOut(result, back);
    } catch (error) {
      throw inside === args ? error : comingOut(error, back);
    }
  };
  Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(original));
  translated.add(wrapper);
  if (isObject(original.prototype) && wrapPrototype(wrapper, original, change)) own = wrapper;
  return wrapper;
}

// Whether objects have to get a prototype of their own, before that of their class.
function wrapPrototype(wrapper, original, change) {
  const { prototype } = original;
  wrapMembers(prototype, change);
  const fixed = replacements(prototype, change);
  if (Object.keys(fixed).length === 0) return false;
  wrapper.prototype = Object.create(prototype, fixed);
  Object.defineProperty(wrapper, Symbol.hasInstance, { value: (object) => object instanceof original });
  return true;
}

const isObject = (value) => value !== null && typeof value === 'object';

function wrapMembers(object, change) {
  translated.add(object);
  for (const [key, member] of membersOf(object)) {
    const { get, set, value } = member;
    if (get !== undefined && member.configurable && (change === withAll || set !== undefined)) {
      Object.defineProperty(object, key, { ...member, ...wrapAccessors(get, set, change) });
    }
    if (isObject(value) && isPlain(value) && !translated.has(value)) wrapMembers(value, change); // functions by groups
    if (key === 'constructor' || !isFunction(member) || !isReplaceable(member) || translated.has(value)) continue;
    Object.defineProperty(object, key, { ...member, value: wrap(value, change) });
  }
}

function wrapAccessors(get, set, change) {
  return {
    get() { return comingOut(Reflect.apply(get, this, [])); },
    set: set && function(value) { Reflect.apply(set, this, change([value], set.name)); },
  };
}

// Exports in whose place others are: native code may have tied to their life what it needs.
const kept = new Set();

// For the exports of an addon; `searches` tells whether it looks for files by itself.
function translate(module, searches) {
  const { exports } = module;
  if (!isObject(exports) && typeof exports !== 'function' || translated.has(exports)) return;
  const change = searches ? withAll : withGiven;
  wrapMembers(exports, change);
  const fixed = replacements(exports, change);
  if (typeof exports === 'function') module.exports = wrap(exports, change);
  else if (Object.keys(fixed).length > 0) {
    module.exports = Object.create(Object.getPrototypeOf(exports), { ...Object.getOwnPropertyDescriptors(exports), ...fixed });
    translated.add(module.exports);
    kept.add(exports);
  }
}

module.exports = { translate };
