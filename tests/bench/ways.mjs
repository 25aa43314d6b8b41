// The ways to make one executable of an application that `./dev bench applications` compares. Each has a name and
// `make({ dir, entry, out, work, tools })`, which leaves the executable at `out` or throws with the reason.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

function run(argv, cwd) {
  const r = spawnSync(argv[0], argv.slice(1), { cwd, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 300_000 });
  if (r.status !== 0) throw Object.assign(new Error(`${path.basename(argv[0])}: ${reasonOf(r)}`), { said: `${r.stdout}${r.stderr}` });
}

// The line that says what is wrong, without this machine's paths.
export function reasonOf({ stdout, stderr, status, signal }) {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  const line = lines.find((text) => /^[\w \[\]]*error\b/i.test(text)) ?? lines.find((text) => /error|cannot|unable|not found/i.test(text)) ?? lines.find(Boolean) ?? `exit ${status ?? signal}`;
  return line.replace(/(?:\/[\w.@+-]+)+\//g, '').replace(/[\u001b\u2718]\S*/g, '').trim().slice(0, 120);
}

// One file of CommonJS, or of ES modules where that cannot be (top-level await). What the application does without
// when it is not installed is left to run time.
function bundle(esbuild, entry, out, external = []) {
  const common = [esbuild, entry, '--bundle', '--platform=node', '--log-level=error', ...external.map((name) => `--external:${name}`)];
  try {
    run([...common, '--format=cjs', '--define:import.meta.url=ownUrl', `--outfile=${out}.cjs`,
      "--banner:js=const ownUrl = require('url').pathToFileURL(__filename).href;"]);
    return { main: `${out}.cjs`, mainFormat: 'commonjs' };
  } catch (error) {
    const missing = [...error.said.matchAll(/Could not resolve "([^"]+)"/g)].map(([, name]) => name).filter((name) => !external.includes(name));
    if (missing.length > 0) return bundle(esbuild, entry, out, [...external, ...missing]);
    if (!/top-level await/i.test(error.said)) throw error;
    run([...common, '--format=esm', `--outfile=${out}.mjs`,
      "--banner:js=import { createRequire as makeOwnRequire } from 'node:module'; const require = makeOwnRequire(import.meta.url);"]);
    return { main: `${out}.mjs`, mainFormat: 'module' };
  }
}

// Its bytecode cannot have top-level await.
function compileWithBun(bun, entry, out) {
  const compile = (...more) => run([bun, 'build', '--compile', ...more, entry, '--outfile', out]);
  try {
    compile('--bytecode');
  } catch (error) {
    if (!/await/.test(error.said)) throw error;
    compile();
  }
}

export const ways = {
  'esbuild + SEA': ({ dir, entry, out, work, tools }) => {
    const bundled = bundle(tools.esbuild, path.join(dir, entry), path.join(work, 'bundle'));
    const config = path.join(work, 'sea.json');
    fs.writeFileSync(config, JSON.stringify({ ...bundled, output: out, disableExperimentalSEAWarning: true, useCodeCache: true }));
    run([tools.node, `--build-sea=${config}`], work);
    fs.chmodSync(out, 0o755); // it is not always one
  },
  bun: ({ dir, entry, out, tools }) => compileWithBun(tools.bun, path.join(dir, entry), out),
  ingot: ({ dir, entry, out, work, tools }) => {
    run([tools.ingot, 'build', dir, '--entry', entry, '-o', out, '--store', tools.store, '--offline'], work);
  },
};
