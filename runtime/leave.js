'use strict';
// The way out. When an application has come to its end and its last 'exit' listener has run, the process
// ends at once, as with process.exit(): Node would first take its heap apart, which the operating system
// does for nothing.
//
// Not where somebody could notice: with an exit code other than 0 (Node emits 'exit' before it prints an
// uncaught error), after an addon was loaded (it may have clean-up hooks), while a top-level await never
// settled (Node has an exit code for that), with a debugger, or when the application has put functions of
// its own in the place of process.emit or process.reallyExit.

const { internalBinding } = require('./internals');

const { reallyExit } = process;
const emitBefore = process.emit;
const { privateSymbols: { entry_point_promise_private_symbol: entryPromise }, constants: { kPending } } =
  internalBinding('util');

let addonLoaded = false;

function isEntryPending() {
  const promise = globalThis[entryPromise];
  return promise !== undefined && internalBinding('util').getPromiseDetails(promise, false) === kPending;
}

function emit(event, ...args) {
  const result = Reflect.apply(emitBefore, this, [event, ...args]);
  if (event === 'exit' && args[0] === 0 && !process.exitCode && process._exiting && process.emit === emit && process.reallyExit === reallyExit &&
      !addonLoaded && !isEntryPending() && internalBinding('inspector').url() === undefined) {
    reallyExit.call(process, 0);
  }
  return result;
}

function install() {
  if (!internalBinding('worker').isMainThread) return;
  Object.defineProperty(process, 'emit', { value: emit, configurable: true, enumerable: false, writable: true });
}

module.exports = { install, noteAddon() { addonLoaded = true; } };
