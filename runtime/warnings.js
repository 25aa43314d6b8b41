'use strict';
// Warnings as node prints them. Node ends the first one with a hint that names the program by process.argv0,
// which cannot be set: here it is the executable's own name, under Node `node`, whose options the hint is about.

const { internal } = require('./internals');

const { onWarning } = internal('internal/process/warning');
const isShown = process.listeners('warning').includes(onWarning); // not with --no-warnings

function onFirstWarning(warning) {
  const path = internal('path');
  const { basename } = path;
  path.basename = () => 'node';
  try {
    onWarning(warning);
  } finally {
    path.basename = basename;
  }
}

function install() {
  if (!isShown) return;
  process.removeListener('warning', onWarning);
  process.on('warning', onFirstWarning);
}

function silence() {
  process.removeListener('warning', onFirstWarning);
}

module.exports = { install, silence };
