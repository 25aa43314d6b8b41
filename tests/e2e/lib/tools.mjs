// Programs that tests need from npm, pinned by the lockfile of a folder in tests/tools.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const kTools = path.resolve(import.meta.dirname, '../../tools');

// The folder with their node_modules; installed once for each content of the lockfile.
export function installTools(name, { work, npm }) {
  const home = path.join(work, `tools-${name}`);
  const pins = path.join(kTools, name);
  const lock = fs.readFileSync(path.join(pins, 'package-lock.json'), 'utf8');
  const done = path.join(home, 'done');
  if (fs.existsSync(done) && fs.readFileSync(done, 'utf8') === lock) return home;
  fs.rmSync(home, { recursive: true, force: true });
  fs.cpSync(pins, home, { recursive: true });
  const r = spawnSync(process.execPath, [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`npm cannot install tests/tools/${name}:\n${r.stderr}`);
  fs.writeFileSync(done, lock);
  return home;
}
