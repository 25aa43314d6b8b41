// Includes go one way. Fails, with the reason, on an #include "..." that leads from a folder to one that it must
// not know. The table is the design's; ARCHITECTURE.md shows the picture.
import fs from 'node:fs';
import path from 'node:path';

const kRoot = path.resolve(import.meta.dirname, '../..');

// folder -> [folders it may include, why not more]
const kMayInclude = {
  base: [[], 'base/ knows neither npm nor Node nor executables, so that everything can stand on it'],
  lockfile: [['base'], 'lockfile/ turns text into a Lockfile: what a target needs is decided above it'],
  resolver: [['base', 'lockfile'], 'resolver/ works on a tree of names: it must not know executables or the network'],
  loader: [['base'], 'loader/ is also the reader at run time: it depends on nothing but base/'],
  templates: [['base'], 'templates/ is facts about runtimes: it takes part in no stage'],
  runtime: [['base'], 'runtime/ is JavaScript; what is C++ in it only embeds the files'],
  packer: [['base', 'lockfile', 'resolver', 'loader', 'templates', 'runtime'], 'packer/ is the top: nothing is above it'],
};

function* sources(dir) {
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const full = path.join(dir, entry.name);
    if (entry.isDirectory()) yield* sources(full);
    else if (/\.(h|cc)$/.test(entry.name)) yield full;
  }
}

let checked = 0;
const wrong = [];
for (const [folder, [allowed, why]] of Object.entries(kMayInclude)) {
  for (const file of sources(path.join(kRoot, folder))) {
    const rel = path.relative(kRoot, file);
    fs.readFileSync(file, 'utf8').split('\n').forEach((line, i) => {
      const target = /^\s*#\s*include\s*"([^"]+)"/.exec(line)?.[1];
      if (!target) return;
      checked++;
      const top = target.split('/')[0];
      const place = `${rel}:${i + 1}: #include "${target}"`;
      if (target.includes('..')) wrong.push(`${place}\n    includes are written from the project's root, so that this check can see where they lead`);
      else if (top in kMayInclude && top !== folder && !allowed.includes(top)) {
        wrong.push(`${place}\n    ${why}; it may include ${allowed.length ? allowed.map((x) => `${x}/`).join(', ') : 'only itself'}`);
      }
    });
  }
}
for (const text of wrong) console.log(text);
console.log(`check-includes: ${checked} includes, ${wrong.length} lead the wrong way`);
process.exitCode = wrong.length || checked === 0 ? 1 : 0;
