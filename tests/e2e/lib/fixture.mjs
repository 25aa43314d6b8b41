// Makes a small project out of a description: packages of a few files, their tarballs, a lockfile that is
// right about all of them, and then whatever edits a test wants.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { makeTarball } from './tar.mjs';

export const integrityOf = (bytes, algorithm = 'sha512') => `${algorithm}-${createHash(algorithm).update(bytes).digest('base64')}`;
const tarballName = ({ name, version }) => `${name.split('/').pop()}-${version}.tgz`;

// A package is { name, version?, manifest?, files?, entries?, noManifest?, tarball?, locked?, weak?, at?, group? }: `at` its place
// (below node_modules/ otherwise), `group` the kind of dependency it is of the project (none: ""), `weak`: it is locked by sha1 only. The salt makes its bytes new,
// so that neither the store nor npm's cache has them.
function makePackage(given, salt) {
  const version = given.version ?? '1.0.0';
  const manifest = { name: given.name, version, main: 'index.js', salt, ...given.manifest };
  const files = { 'index.js': `module.exports = ${JSON.stringify(given.name)};\n`, ...given.files };
  const entries = [
    ...(given.noManifest ? [] : [{ path: 'package/package.json', content: JSON.stringify(manifest) }]),
    ...Object.entries(files).map(([name, content]) => ({ path: `package/${name}`, content })),
    ...(given.entries ?? []),
  ];
  const tarball = given.tarball ? given.tarball(manifest) : makeTarball(entries);
  return { name: given.name, version, tarball, locked: { integrity: integrityOf(tarball, given.weak ? 'sha1' : 'sha512'), ...given.locked }, at: given.at ?? `node_modules/${given.name}`, group: given.group ?? 'dependencies' };
}

function setAt(target, keys, value) {
  const last = keys.at(-1);
  const holder = keys.slice(0, -1).reduce((object, key) => (object[key] ??= {}), target);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}

// Edits are { file, set: [keys], to } | { file, unset: [keys] } | { file, replace: [text, by] } | { file, remove } |
// { file, write: text } | { file, rename } | { file, executable }.
function applyEdit(dir, edit) {
  const file = path.join(dir, edit.file);
  if (edit.remove) return fs.rmSync(file);
  if (edit.executable) return fs.chmodSync(file, 0o755);
  if (edit.rename) return fs.renameSync(file, path.join(dir, edit.rename));
  if (edit.write !== undefined) return fs.writeFileSync(file, edit.write);
  let text = fs.readFileSync(file, 'utf8');
  if (edit.replace) {
    if (!text.includes(edit.replace[0])) throw new Error(`${edit.file} lacks ${edit.replace[0]}`);
    text = text.replace(edit.replace[0], edit.replace[1]);
  } else {
    const json = JSON.parse(text);
    setAt(json, edit.set ?? edit.unset, edit.to);
    text = JSON.stringify(json, null, 2);
  }
  return fs.writeFileSync(file, text);
}

// Returns { dir, tarballs }; `tarballs` maps a file name at the registry to bytes.
export function makeProject(dir, description, salt) {
  const packages = (description.packages ?? []).map((p) => makePackage(p, salt));
  const tarballs = new Map(packages.map((p) => [tarballName(p), p.tarball]));
  const groups = {};
  for (const p of packages) if (p.group) (groups[p.group] ??= {})[p.name] = p.version;
  const manifest = { name: 'refusal', version: '1.0.0', main: 'main.js', ...groups, ...description.manifest };
  const direct = packages.filter((p) => p.group === 'dependencies');
  const main = `console.log('whole', ${direct.map((p) => `require(${JSON.stringify(p.name)})`).join(', ') || 0});\n`;
  const lock = {
    name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true,
    packages: {
      '': { name: manifest.name, version: manifest.version, ...groups },
      ...Object.fromEntries(packages.map((p) => [p.at,
        { version: p.version, ...p.locked }])),
    },
  };
  fs.mkdirSync(dir, { recursive: true });
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify(manifest, null, 2));
  fs.writeFileSync(path.join(dir, 'package-lock.json'), JSON.stringify(lock, null, 2));
  for (const [name, text] of Object.entries({ 'main.js': main, ...description.files })) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    fs.writeFileSync(path.join(dir, name), text);
  }
  for (const edit of description.edits ?? []) applyEdit(dir, edit);
  return { dir, tarballs };
}
