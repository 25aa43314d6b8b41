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

export function pnpmLockfile(count) {
  const quoted = (name) => (name.startsWith('@') ? `'${name}'` : name);
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
