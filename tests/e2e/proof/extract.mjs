// What `ingot extract` writes is what `npm ci` would have installed: file by file, with modes and links.
import fs from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge.mjs';
import { baselineOf, buildArgs, copyProject } from '../lib/project.mjs';
import { snapshot } from '../lib/sandbox.mjs';

const kCases = path.join(import.meta.dirname, '../cases');
const kChosen = ['cowsay', 'semver', 'yargs', 'express', 'ink', 'prettier', 'esbuild-cli', 'sharp'];
const kBookkeeping = new Set(['node_modules/.package-lock.json']); // npm's own

const isInstalled = (name) => name === 'node_modules' || name.startsWith('node_modules/');

// Reasons why the extracted tree is not the installed one, and how many entries were compared. Of the project's own files
// those count that an executable carries.
function compareTrees(installed, extracted) {
  const reasons = [];
  let compared = 0;
  for (const [name, entry] of extracted) {
    const other = installed.get(name);
    ++compared;
    if (!other) reasons.push(`${name} is not installed`);
    else if (other.kind !== entry.kind) reasons.push(`${name} is a ${entry.kind}, installed a ${other.kind}`);
    else if (other.target !== entry.target) reasons.push(`${name} leads to ${entry.target}, not ${other.target}`);
    else if (entry.kind === 'file' && !entry.content.equals(other.content)) reasons.push(`${name} has another content`);
    else if (entry.kind === 'file' && entry.executable !== other.executable) reasons.push(`${name} has another mode`);
  }
  for (const [name, entry] of installed) {
    const empty = entry.kind === 'folder'; // folders without files are not carried
    if (isInstalled(name) && !empty && !extracted.has(name) && !kBookkeeping.has(name)) reasons.push(`${name} is missing`);
  }
  return { reasons: reasons.slice(0, 20), compared };
}

export const extract = {
  async 'an extracted tree is what npm ci installs'({ options, scratch, ingot }) {
    const reasons = [];
    let total = 0;
    for (const name of kChosen) {
      const dir = path.join(kCases, name);
      const test = JSON.parse(fs.readFileSync(path.join(dir, 'case.json'), 'utf8'));
      const baseline = baselineOf(name, dir, options);
      const home = path.join(scratch, `extract-${name}`), project = path.join(home, 'project');
      const out = path.join(home, 'app'), tree = path.join(home, 'tree');
      copyProject(dir, project);
      reasons.push(...judge({ exit: 0, hint: false }, await ingot(buildArgs(test, project, out, options.store))));
      reasons.push(...judge({ exit: 0, hint: false }, await ingot(['extract', out, tree])));
      if (reasons.length) return reasons;
      const found = compareTrees(snapshot(baseline), snapshot(tree));
      reasons.push(...found.reasons.map((reason) => `${name}: ${reason}`));
      total += found.compared;
      fs.rmSync(home, { recursive: true, force: true });
    }
    if (total === 0) reasons.push('nothing was compared');
    return { reasons, detail: `${total} entries of ${kChosen.length} projects compared` };
  },
};
