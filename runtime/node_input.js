'use strict';
// What a child started as node runs when that is no script: a text (--eval, --print), what it reads (`-`),
// the check of a script's syntax (--check), tests (--test).

const { Module, helpers, internal, internalBinding } = require('./internals');

const option = (name) => internal('internal/options').getOptionValue(name);

// As Node does in internal/main/eval_string and eval_stdin.
function evaluate(name, text, { print, hasImports }) {
  process._eval = text;
  const execution = internal('internal/process/execution');
  const type = option('--input-type');
  if (type === 'module') execution.evalModuleEntryPoint(text, print);
  else if (type === 'module-typescript') execution.parseAndEvalModuleTypeScript(text, print);
  else if (type === 'commonjs') execution.evalScript(name, text, false, print, hasImports);
  else if (type === 'commonjs-typescript') execution.parseAndEvalCommonjsTypeScript(name, text, false, print, hasImports);
  else execution.evalTypeScript(name, text, false, print, hasImports);
}

function evaluateText(text, command) {
  helpers.addBuiltinLibsToObject(globalThis, '<eval>');
  // There `crypto` is Node's module, not the browsers' object.
  if (/\bcrypto\b/.test(text)) {
    text = command.print ? `let crypto=require("node:crypto");{${text}}` : `(crypto=>{{${text}}})(require('node:crypto'))`;
  }
  evaluate('[eval]', text, command);
}

function evaluateInput(command) {
  internal('internal/process/execution').readStdin((text) => evaluate('[stdin]', text, command));
}

// As internal/main/check_syntax.
function checkSyntax(script) {
  const filename = Module._resolveFilename(script);
  const { href } = internal('internal/url').pathToFileURL(filename);
  const source = internal('fs').readFileSync(filename, 'utf8');
  const { defaultGetFormatWithoutErrors } = internal('internal/modules/esm/get_format');
  const format = defaultGetFormatWithoutErrors(new URL(href), { __proto__: null });
  const { containsModuleSyntax } = internalBinding('contextify');
  if (format === 'module' || (!format && containsModuleSyntax(source, filename))) {
    const { ModuleWrap } = internalBinding('module_wrap');
    return void new ModuleWrap(filename, undefined, source, 0, 0);
  }
  return void internal('internal/modules/cjs/loader').wrapSafe(filename, source, undefined, format);
}

// As internal/main/test_runner.
function runTests(patterns) {
  const { run } = internal('internal/test_runner/runner');
  const { parseCommandLine } = internal('internal/test_runner/utils');
  run({ ...parseCommandLine(), globPatterns: patterns }).on('test:summary', ({ success }) => {
    if (!success) process.exitCode = 1;
  });
}

// Node's options for programs that ask which there are. In shorter lines than Node's.
function printHelp() {
  const { options } = internalBinding('options').getCLIOptionsInfo();
  const lines = [...options].filter(([, { helpText }]) => helpText)
    .map(([name, { helpText, defaultIsTrue }]) => `  ${(defaultIsTrue ? name.replace('--', '--no-') : name).padEnd(30)} ${helpText}`);
  internal('fs').writeSync(1, `Usage: node [options] [ script.js ] [arguments]\n\nOptions:\n${lines.sort().join('\n')}\n`);
  process.exit(0);
}

module.exports = { checkSyntax, evaluateInput, evaluateText, printHelp, runTests };
