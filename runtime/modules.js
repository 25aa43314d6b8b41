'use strict';
// What the payload knows about modules: where a file's literal specifiers lead, its format, its code
// cache. The CommonJS and the ES module side (commonjs.js, esm.js) both ask here.

const { internal } = require('./internals');
const payload = require('./payload');
const tree = require('./tree');

const NONE = { names: [], at: 0 };
const entries = new Map(); // absolute path of a file -> entry, or -1
const tables = [new Map(), new Map()]; // entry -> resolutions, for require and for import

// The entry of a module's file by its exact path, or -1.
function entryOf(filename) {
  let entry = entries.get(filename);
  if (entry === undefined) {
    entry = typeof filename === 'string' ? tree.locate(filename) ?? -1 : -1;
    if (entry >= 0 && payload.kind(entry) !== payload.KIND_FILE) entry = -1;
    entries.set(filename, entry);
  }
  return entry;
}

// Whether that is where a file lies, not a way to it over links.
function isPathOfFile(path) {
  const entry = entryOf(path);
  return entry >= 0 && tree.absolutePath(entry) === path;
}

// The path of the entry.
function mainPath() {
  const path = tree.absolutePath(payload.mainEntry);
  entries.set(path, payload.mainEntry);
  return path;
}

// What the build found that `specifier`, written in the file, leads to: an absolute path or undefined.
function resolve(entry, specifier, imports) {
  const known = tables[imports ? 1 : 0];
  let table = known.get(entry);
  if (table === undefined) {
    table = payload.resolutions(entry, imports) ?? NONE;
    known.set(entry, table);
  }
  const index = table.names.indexOf(specifier);
  if (index === -1) return undefined;
  const target = payload.wordAt(table.at + index);
  const path = tree.absolutePath(target);
  entries.set(path, target);
  return path;
}

// The build resolved with Node's default conditions and followed links; with other flags the answer
// is Node's to find.
let defaults;
function usesDefaults() {
  if (defaults === undefined) {
    const { getOptionValue } = internal('internal/options');
    defaults = getOptionValue('--conditions').length === 0 && !getOptionValue('--preserve-symlinks');
  }
  return defaults;
}

// What happened, for NODE_DEBUG=ingot: modules by what became of their code cache, resolutions by who
// answered, how many files were put on disk, and parts of the runtime loaded beyond the first.
const counts = { cacheAccepted: 0, cacheRejected: 0, noCache: 0, resolvedByTable: 0, resolvedByNode: 0, copiesMade: 0, partsLoaded: 0 };

function countCache(cache, rejected) {
  if (cache === undefined) counts.noCache++;
  else if (rejected) counts.cacheRejected++;
  else counts.cacheAccepted++;
}

function reportCountsAtExit() {
  process.on('exit', () => process._rawDebug(`INGOT ${process.pid}: ${JSON.stringify(counts)}`));
}

// From now on every resolution is Node's (conditions were added on a child's command line).
function useNodesResolution() {
  defaults = false;
}

// The source of a module goes from Node's load step to its translate step. As text, and recognised
// there, it is decoded once; but a hook in between would expect bytes, as Node gives them.
const { loadHooks } = internal('internal/modules/customization_hooks');
const TEXT_FORMATS = new Set(['commonjs', 'module', 'module-typescript']);
let handedOver = { entry: -1, text: undefined };
let giveText = true;

// Texts of CommonJS modules that are imported: Node looks through them for the names of their exports when it
// links, and runs them later.
const linked = new Map(); // entry -> text

function textToHandOver(entry) {
  const format = payload.format(entry);
  if (!giveText || loadHooks.length > 0 || !TEXT_FORMATS.has(format)) return undefined;
  const text = payload.contentText(entry);
  if (format === 'commonjs') linked.set(entry, text);
  else handedOver = { entry, text };
  return text;
}

// The text of a CommonJS module that is about to run.
function textToRun(entry) {
  const text = linked.get(entry) ?? payload.contentText(entry);
  linked.delete(entry);
  return text;
}

function isHandedOver(entry, source) {
  return handedOver.entry === entry && handedOver.text === source;
}

// For the thread that runs hooks.
function giveBytes() {
  giveText = false;
}

module.exports = { countCache, counts, entryOf, giveBytes, isHandedOver, isPathOfFile, mainPath, reportCountsAtExit, resolve, textToHandOver, textToRun, useNodesResolution, usesDefaults };
