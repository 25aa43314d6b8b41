// What every runner of this folder needs to know, from the command line:
//   --ingot FILE   the tool under test; --npm FILE  npm-cli.js of the pinned npm; --work DIR  a folder for
//   caches, the store and temporary files; --filter RE  only the tests whose name matches.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export function readOptions(more = {}) {
  const { values } = parseArgs({
    options: {
      ingot: { type: 'string' }, npm: { type: 'string' }, work: { type: 'string' },
      filter: { type: 'string', default: '' }, ...more,
    },
  });
  if (!values.work || !values.npm) {
    console.error('--npm and --work are required; ./dev test gives them');
    process.exit(2);
  }
  const work = path.resolve(values.work);
  fs.mkdirSync(work, { recursive: true });
  const root = fs.realpathSync(work);
  return {
    ...values,
    ingot: values.ingot && path.resolve(values.ingot),
    npm: path.resolve(values.npm),
    work: root,
    store: path.join(root, 'store'),
    matches: (name) => new RegExp(values.filter).test(name),
  };
}

// A fresh folder for this run, removed at exit whatever happens.
export function makeScratch(work, name) {
  const dir = fs.mkdtempSync(path.join(work, `${name}-`));
  process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true, maxRetries: 3 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  return dir;
}
