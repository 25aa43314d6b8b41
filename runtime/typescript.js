'use strict';
// TypeScript over the payload: its types were stripped at build time, by the same code of Node's.
//
// Node's loaders all go through one function to turn the source of a TypeScript file into JavaScript.
// For files of the tree it is answered here, so that Node's parser is not even loaded; fs still gives
// the file as it was written.

const { internal } = require('./internals');
const modules = require('./modules');
const payload = require('./payload');

// What Node puts behind a stripped source: stack traces name the file so.
const sourceURL = (url) => `\n\n//# sourceURL=${url}`;

// The JavaScript that Node would make of a TypeScript file at `url`, or undefined when the build did
// not strip it.
function strippedSource(entry, url) {
  const text = payload.strippedText(entry);
  return text === undefined ? undefined : text + sourceURL(url);
}

function entryOf(filename) {
  if (typeof filename !== 'string') return -1;
  if (!filename.startsWith('file:')) return modules.entryOf(filename);
  try {
    return modules.entryOf(internal('internal/url').fileURLToPath(filename));
  } catch {
    return -1; // not a path; Node says so
  }
}

function stripTypes(original) {
  return function(source, filename, url) {
    const entry = entryOf(filename);
    const stripped = entry >= 0 ? strippedSource(entry, url ?? filename) : undefined;
    // What a hook has changed is Node's to strip.
    if (stripped !== undefined && (modules.isHandedOver(entry, source) || source === payload.contentText(entry))) {
      return stripped;
    }
    return Reflect.apply(original, this, [source, filename, url]);
  };
}

// The stripped text of a module, as it was compiled, if `source` is what Node makes of it.
function compiledText(entry, source, url) {
  const text = payload.strippedText(entry);
  return text !== undefined && source === text + sourceURL(url) ? text : undefined;
}

module.exports = { compiledText, stripTypes, strippedSource };
