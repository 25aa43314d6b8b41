// Projects and lockfiles of a given size for ./dev bench, the same each time. Nothing in them exists anywhere.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { makeTarball } from '../e2e/lib/tar.mjs';

const integrityOf = (text) => `sha512-${createHash('sha512').update(text).digest('base64')}`;
const nameOf = (i) => (i % 4 ? `package-${i}` : `@scope-${i % 97}/package-${i}`);

// What package `i` of `count` depends on: up to six of those behind it.
function needsOf(i, count) {
  const needs = {};
  for (let k = 1; k <= i % 7 && i + k * 13 < count; k++) needs[nameOf(i + k * 13)] = `^${k}.0.0`;
  return needs;
}

export function npmLockfile(count) {
  const packages = { '': { name: 'large', version: '1.0.0', dependencies: { [nameOf(0)]: '*' } } };
  for (let i = 0; i < count; i++)
    packages[`node_modules/${nameOf(i)}`] = { version: `${1 + (i % 7)}.${i % 10}.0`, resolved: `https://registry.example.org/${nameOf(i)}/-/package-${i}-1.0.0.tgz`,
      integrity: integrityOf(`${i}`), license: 'MIT', dependencies: needsOf(i, count), engines: { node: '>=18' } };
  return `${JSON.stringify({ name: 'large', version: '1.0.0', lockfileVersion: 3, requires: true, packages }, null, 2)}\n`;
}

const quoted = (name) => (name.startsWith('@') ? `'${name}'` : name);

export function pnpmLockfile(count) {
  const key = (i) => `${nameOf(i)}@1.${i % 10}.0`;
  let packages = '', snapshots = '';
  for (let i = 0; i < count; i++) {
    packages += `  ${quoted(key(i))}:\n    resolution: {integrity: ${integrityOf(`${i}`)}}\n    engines: {node: '>=18'}\n\n`;
    const needs = [];
    for (let k = 1; k <= i % 7 && i + k * 13 < count; k++) needs.push(`      ${quoted(nameOf(i + k * 13))}: 1.${(i + k * 13) % 10}.0\n`);
    snapshots += needs.length ? `  ${quoted(key(i))}:\n    dependencies:\n${needs.join('')}\n` : `  ${quoted(key(i))}: {}\n\n`;
  }
  return "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\n" +
    `importers:\n\n  .:\n    dependencies:\n      ${quoted(nameOf(0))}:\n        specifier: '*'\n        version: 1.0.0\n\n` +
    `packages:\n\n${packages}snapshots:\n\n${snapshots}`;
}

// What pnpm would have written for the packages of an npm lockfile that all come from the registry. What a package
// sees of its peers is written as its dependency.
export function asPnpmLockfile({ packages: places }) {
  const keyOf = (place) => `${place.slice(place.lastIndexOf('node_modules/') + 13)}@${places[place].version}`;
  const seen = (from, name) => {
    const place = `${from && `${from}/`}node_modules/${name}`;
    if (places[place] || !from) return places[place] && place;
    return seen(from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1)), name);
  };
  const versions = (place, ...groups) => {
    const names = Object.keys(Object.assign({}, ...groups.map((group) => places[place][group])));
    return names.sort().map((name) => [name, seen(place, name)]).filter(([, target]) => target).map(([name, target]) => [name, places[target].version]);
  };
  const direct = versions('', 'dependencies').map(([name, version]) =>
    `      ${quoted(name)}:\n        specifier: ${places[''].dependencies[name]}\n        version: ${version}\n`);
  let packages = '', snapshots = '';
  for (const place of Object.keys(places).filter(Boolean).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))) {
    const key = `  ${quoted(keyOf(place))}:`, { integrity, os, cpu } = places[place];
    if (packages.includes(`${key}\n`)) continue;
    packages += `${key}\n    resolution: {integrity: ${integrity}}\n`;
    for (const [field, list] of Object.entries({ cpu, os })) if (list) packages += `    ${field}: [${list.map((one) => `'${one}'`).join(', ')}]\n`;
    packages += '\n';
    let needs = '';
    for (const groups of [['dependencies', 'peerDependencies'], ['optionalDependencies']]) {
      const lines = versions(place, ...groups).map(([name, version]) => `      ${quoted(name)}: ${version}\n`);
      if (lines.length) needs += `    ${groups[0]}:\n${lines.join('')}`;
    }
    snapshots += needs ? `${key}\n${needs}\n` : `${key} {}\n\n`;
  }
  return `lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n${direct.join('')}\npackages:\n\n${packages}snapshots:\n\n${snapshots}`;
}

// A project with `count` packages in `dir`, whose tarballs lie in `tarballs`. Sizes are those of real ones: most
// are small, a few are not.
export function makeProject(dir, tarballs, count) {
  for (const folder of [dir, tarballs]) fs.mkdirSync(folder, { recursive: true });
  const dependencies = {}, packages = {};
  for (let i = 0; i < count; i++) {
    const name = nameOf(i);
    const size = i % 50 === 0 ? 1 << 20 : 4096 << (i % 5);
    // Text that compresses as sources do is slow to make; what is in it is of no interest to a digest.
    let content = '', block = String(i);
    while (content.length < size) content += block = createHash('sha512').update(block).digest('base64');
    const bytes = makeTarball([{ path: 'package/package.json', content: JSON.stringify({ name, version: '1.0.0' }) }, { path: 'package/index.js', content }]);
    fs.writeFileSync(path.join(tarballs, `${i}.tgz`), bytes);
    dependencies[name] = '1.0.0';
    packages[`node_modules/${name}`] = { version: '1.0.0', resolved: `https://registry.example.org/${name}/-/package-${i}-1.0.0.tgz`, integrity: integrityOf(bytes) };
  }
  const head = { name: 'large', version: '1.0.0' };
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ ...head, main: 'main.js', dependencies }));
  fs.writeFileSync(path.join(dir, 'main.js'), '');
  fs.writeFileSync(path.join(dir, 'package-lock.json'), JSON.stringify({ ...head, lockfileVersion: 3, requires: true, packages: { '': { ...head, dependencies }, ...packages } }));
}
