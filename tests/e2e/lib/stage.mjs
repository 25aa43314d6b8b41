// Small projects, each with a registry of its own on the loopback interface.
import fs from 'node:fs';
import path from 'node:path';
import { makeProject } from './fixture.mjs';
import { startRegistry } from './registry.mjs';

// Returns stage(description): one project (lib/fixture.mjs says what a description is) with its registry and an empty folder
// for the output, all of which go with `close` or with the end of an `await using`. The names of what it makes begin with
// `salt`, so that neither npm's cache nor a store has them.
export function makeStage({ scratch, store, salt }) {
  // The registry of each project is in its .npmrc; nothing in the environment may stand in for it.
  for (const name of Object.keys(process.env)) if (/^npm_config_(?!cache$|cafile$)/i.test(name)) delete process.env[name];
  process.env.NO_PROXY = process.env.no_proxy = '127.0.0.1';
  let count = 0;
  return async (description) => {
    const home = path.join(scratch, `case-${count++}`);
    const dir = path.join(home, 'project'), out = path.join(home, 'out', 'app');
    fs.mkdirSync(path.dirname(out), { recursive: true });
    const { tarballs } = makeProject(dir, description, `${salt}-${count}`);
    const registry = await startRegistry(tarballs, structuredClone(description.serve ?? {}));
    fs.writeFileSync(path.join(dir, '.npmrc'),
      `registry=${description.registry ?? registry.url}\nfetch-retries=1\nfetch-retry-mintimeout=10\nfetch-retry-maxtimeout=20\n${description.npmrc ?? ''}`);
    const args = (more = []) => ['build', dir, '-o', out, '--store', store, ...more];
    const close = async () => {
      await registry.close();
      fs.rmSync(home, { recursive: true, force: true });
    };
    // As reasons of a report.
    const leftBehind = () => fs.readdirSync(path.dirname(out)).map((name) => `left behind: ${name}`);
    return { home, dir, out, registry, tarballs, args, leftBehind, close, [Symbol.asyncDispose]: close };
  };
}
