'use strict';
// Modules with hooks for imports, as --experimental-loader names them. Node registers those when its loader is
// made, before our options are known; this is what it does then, with the warning about that option and
// without the one about module.register().

const { internal } = require('./internals');

// The text is Node's.
function warn(specifiers) {
  const readable = (text) => encodeURIComponent(text).replaceAll("'", '%27').replaceAll('%22', '"').replaceAll('%2F', '/');
  const calls = specifiers.map((specifier) => `register(${readable(JSON.stringify(specifier))}, pathToFileURL("./"))`);
  process.emitWarning(
    '`--experimental-loader` may be removed in the future; instead use `register()`:\n' +
    '--import \'data:text/javascript,import { register } from "node:module"; import { pathToFileURL } from "node:url"; ' +
    `${calls.join('; ')};'`, 'ExperimentalWarning');
}

function register(specifiers) {
  warn(specifiers);
  require('./esm').expectAsyncHooks();
  const loader = internal('internal/modules/esm/loader').getOrInitializeCascadedLoader();
  const { href } = internal('internal/url').pathToFileURL(`${process.cwd()}/`);
  for (const specifier of specifiers) loader.register(specifier, href);
}

module.exports = { register };
