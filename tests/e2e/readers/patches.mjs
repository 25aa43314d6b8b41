// Patches as pnpm's and yarn's own code applies them and as ingot does: random files, patches between versions of
// them, and what the patches are then applied to, where lines have moved, are repeated, differ in white space or were
// changed before. What comes out is the same files, or both refuse.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const kCases = 4000;

function makeRandom(seed) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, chance: (p) => next() < p, pick: (list) => list[below(list.length)] };
}

// A text is its lines and whether the last one ends with a line feed.
const textOf = ({ lines, ended }) => lines.join('\n') + (ended && lines.length ? '\n' : '');

function makeText({ below, chance, pick }) {
  const words = chance(0.4) ? ['a', 'b', '', '}'] : Array.from({ length: 60 }, (_, i) => `line ${i};`);
  const end = chance(0.15) ? '\r' : '';
  const lines = Array.from({ length: below(chance(0.5) ? 6 : 70) }, () => pick(words) + (chance(0.05) ? '  ' : '') + end);
  if (chance(0.03)) lines.push('\u00e9\u3000\ufeff');
  return { lines, ended: lines.length > 0 && chance(0.8) };
}

// Regions of the old text and what stands there in the new one.
function makeEdits(text, { below, chance, pick }) {
  const edits = [];
  for (let at = 0; at <= text.lines.length && edits.length < 4; at += 1 + below(25)) {
    at = Math.min(text.lines.length, at + below(12));
    const removed = Math.min(below(3), text.lines.length - at);
    const added = Array.from({ length: below(3) }, () => pick(['new', 'a', '', '  more ', 'x\r']));
    if (removed || added.length) edits.push({ at, removed, added });
    at += removed;
    if (chance(0.4)) break;
  }
  return edits;
}

function applyEdits(text, edits, { chance }) {
  const lines = [];
  let at = 0;
  for (const edit of edits) {
    lines.push(...text.lines.slice(at, edit.at), ...edit.added);
    at = edit.at + edit.removed;
  }
  lines.push(...text.lines.slice(at));
  return { lines, ended: lines.length > 0 && (chance(0.9) ? text.ended : !text.ended) };
}

// A unified diff, as git writes one; edits that have context in common are one hunk. A change of the last line feed alone is
// left to the hunk that comes near it.
function hunksOf(before, after, edits, context) {
  const groups = [];
  for (const edit of edits) {
    const last = groups.at(-1)?.at(-1);
    if (last && edit.at - (last.at + last.removed) <= 2 * context) groups.at(-1).push(edit);
    else groups.push([edit]);
  }
  let grown = 0;
  return groups.map((group) => {
    const start = Math.max(0, group[0].at - context);
    const end = Math.min(before.lines.length, group.at(-1).at + group.at(-1).removed + context);
    const body = [];
    let at = start, added = 0, removed = 0;
    const put = (kind, line, isLast, ended) => {
      body.push(kind + line);
      if (isLast && !ended) body.push('\\ No newline at end of file');
    };
    const putOld = (kind, i) => put(kind, before.lines[i], i === before.lines.length - 1, before.ended);
    for (const edit of group) {
      for (; at < edit.at; at++) putOld(' ', at);
      for (; at < edit.at + edit.removed; at++) putOld('-', at);
      edit.added.forEach((line, i) => put('+', line, grown + added - removed + edit.at + i === after.lines.length - 1, after.ended));
      added += edit.added.length;
      removed += edit.removed;
    }
    for (; at < end; at++) putOld(' ', at);
    const oldCount = end - start, newCount = oldCount + added - removed;
    const hunk = { oldStart: oldCount ? start + 1 : start, oldCount, newStart: newCount ? start + grown + 1 : start + grown, newCount, body };
    grown += added - removed;
    return hunk;
  });
}

function hunkText(hunk, { below, chance }) {
  const range = (start, count) => (count === 1 && chance(0.5) ? `${start}` : `${start},${count}`);
  const shift = chance(0.1) ? below(60) - 30 : 0;
  const count = chance(0.01) ? 1 : 0;
  const body = hunk.body.map((line) => (line === ' ' && chance(0.2) ? '' : line));
  return [`@@ -${range(Math.max(0, hunk.oldStart + shift), hunk.oldCount + count)} +${range(Math.max(0, hunk.newStart + shift), hunk.newCount)} @@${chance(0.2) ? ' f()' : ''}`, ...body];
}

// What the package has instead of the text that the patch was made of.
function drifted(text, after, { below, chance, pick }) {
  if (chance(0.08)) return { ...after };
  const lines = [...text.lines];
  const times = chance(0.3) ? 0 : 1 + below(2);
  for (let i = 0; i < times; i++) {
    const at = chance(0.6) ? 0 : below(lines.length + 1), size = below(chance(0.5) ? 4 : 26);
    if (chance(0.5)) lines.splice(at, size);
    else lines.splice(at, 0, ...Array.from({ length: size }, (_, k) => (chance(0.5) ? `moved ${k}` : pick(lines.length ? lines : ['x']))));
  }
  for (let i = 0; i < lines.length; i++) {
    if (chance(0.01)) lines[i] += pick([' ', '\t', '\r', '\u00a0']);
    if (chance(0.004)) lines[i] = 'other';
  }
  return { lines, ended: chance(0.95) ? text.ended : !text.ended };
}

const heads = (from, to, { chance }) => (chance(0.8) ? [`diff --git a/${from} b/${to}`] : []);

function makeChange(name, files, random) {
  const { chance, pick, below } = random;
  const before = makeText(random), edits = makeEdits(before, random), after = applyEdits(before, edits, random);
  const there = drifted(before, after, random);
  const mode = () => pick(['100644', '100755']);
  const kind = pick(['change', 'change', 'change', 'change', 'change', 'change', 'create', 'delete', 'rename', 'mode']);
  if (kind !== 'create' || chance(0.2)) files[name] = { content: textOf(there), executable: chance(0.2) };
  if (chance(0.02)) delete files[name];
  const hunks = hunksOf(before, after, edits, pick([0, 1, 3, 3, 3, 3])).flatMap((hunk) => hunkText(hunk, random));
  if (kind === 'create') {
    const [part, none] = [before.lines.map((line) => `+${line}`), chance(0.3)];
    if (part.length && !before.ended) part.push('\\ No newline at end of file');
    return [`diff --git a/${name} b/${name}`, `new file mode ${chance(0.05) ? '120000' : mode()}`, 'index 000..123',
      ...before.lines.length && !none ? ['--- /dev/null', `+++ b/${name}`, `@@ -0,0 +1,${before.lines.length} @@`, ...part] : []];
  }
  if (kind === 'delete') return [...heads(name, name, random), `deleted file mode ${mode()}`, `--- a/${name}`, '+++ /dev/null', ...hunks];
  if (kind === 'rename') {
    const to = pick([`moved-${name}`, `deep/er/${name}`, 'a.js', `${name}/x`]);
    return [`diff --git a/${name} b/${to}`, 'similarity index 90%', `rename from ${name}`, `rename to ${to}`, ...chance(0.5) ? [`--- a/${name}`, `+++ b/${to}`, ...hunks] : []];
  }
  if (kind === 'mode') return [`diff --git a/${name} b/${name}`, `old mode ${mode()}`, `new mode ${mode()}`, ...chance(0.5) ? [`--- a/${name}`, `+++ b/${name}`, ...hunks] : []];
  return [...heads(name, name, random), ...chance(0.5) ? ['index 123..456 100644'] : [], `--- ${chance(0.95) ? 'a/' : ''}${name}`, `+++ b/${chance(0.05) ? './' : ''}${name}`, ...hunks,
    ...chance(0.05) ? [pick(['-- ', '2.39.5', '', 'GIT binary patch', '\\ odd'])] : [], ...below(40) === 0 ? ['x'] : []];
}

function makeCase(i) {
  const random = makeRandom(i + 1), files = {};
  for (let k = 0; k < 8; k++) random.below(2);
  const names = ['a.js', 'lib/b.js', 'c.txt'].slice(0, random.chance(0.75) ? 1 : 1 + random.below(3));
  const lines = names.flatMap((name) => makeChange(name, files, random));
  let patch = lines.join(random.chance(0.03) ? '\r\n' : '\n') + (random.chance(0.9) ? '\n' : '');
  patch = Buffer.from(patch);
  for (const file of Object.values(files)) {
    file.content = Buffer.from(file.content);
    if (random.chance(0.02)) file.content = Buffer.concat([file.content, Buffer.from(random.pick(['ff', 'e282', 'f0908041', 'eda080'] ), 'hex')]);
  }
  return { patch, files };
}

const outcomeOf = (files) => JSON.stringify(Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))));

// By @pnpm/patch-package, in a folder.
function applyAsPnpm(home, scratch) {
  const require = createRequire(path.join(home, 'package.json'));
  const { applyPatch } = require('@pnpm/patch-package/dist/applyPatches');
  const folder = path.join(scratch, 'package'), patchFile = path.join(scratch, 'case.patch');
  return ({ patch, files }) => {
    fs.rmSync(folder, { recursive: true, force: true });
    for (const [name, file] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), file.content, { mode: file.executable ? 0o755 : 0o644 });
    }
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(patchFile, patch);
    const back = process.cwd(), warn = console.warn;
    console.warn = () => {};
    process.chdir(folder);
    try {
      if (!applyPatch({ patchFilePath: patchFile })) return 'refused';
    } catch {
      return 'refused';
    } finally {
      process.chdir(back);
      console.warn = warn;
    }
    const out = {};
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      if (entry.isFile()) out[path.relative(folder, file)] = { content: fs.readFileSync(file, 'hex'), executable: (fs.statSync(file).mode & 0o100) > 0 };
    }
    return outcomeOf(out);
  };
}

// By @yarnpkg/plugin-patch, in an archive in memory, as yarn has it.
function applyAsYarn(home) {
  const require = createRequire(path.join(home, 'package.json'));
  const tools = path.join(home, 'node_modules/@yarnpkg/plugin-patch/lib/tools');
  const { applyPatchFile } = require(path.join(tools, 'apply.js')), { parsePatchFile } = require(path.join(tools, 'parse.js'));
  const { ZipFS } = require('@yarnpkg/libzip'), { CwdFS } = require('@yarnpkg/fslib');
  const kRoot = '/node_modules/a';
  return async ({ patch, files }) => {
    const zip = new ZipFS();
    zip.mkdirpSync(kRoot);
    for (const [name, file] of Object.entries(files)) {
      zip.mkdirpSync(path.posix.dirname(`${kRoot}/${name}`));
      zip.writeFileSync(`${kRoot}/${name}`, file.content);
      zip.chmodSync(`${kRoot}/${name}`, file.executable ? 0o755 : 0o644);
    }
    try {
      await applyPatchFile(parsePatchFile(patch.toString()), { baseFs: new CwdFS(kRoot, { baseFs: zip }), version: '1.2.3' });
    } catch {
      zip.discardAndClose();
      return 'refused';
    }
    const out = {};
    const visit = (folder) => {
      for (const name of zip.readdirSync(folder)) {
        const place = `${folder}/${name}`, stat = zip.statSync(place);
        if (stat.isDirectory()) visit(place);
        else out[path.posix.relative(kRoot, place)] = { content: zip.readFileSync(place).toString('hex'), executable: (stat.mode & 0o100) > 0 };
      }
    };
    visit(kRoot);
    zip.discardAndClose();
    return outcomeOf(out);
  };
}

function applyHere(probe, scratch, manner, cases) {
  const input = path.join(scratch, 'cases.json');
  fs.writeFileSync(input, JSON.stringify(cases.map(({ patch, files }) => ({ manner, patch: patch.toString('hex'),
    files: Object.fromEntries(Object.entries(files).map(([name, file]) => [name, { content: file.content.toString('hex'), executable: file.executable }])) }))));
  const r = spawnSync(probe, [input], { encoding: 'utf8', maxBuffer: 1 << 30 });
  return r.stdout.split('\n').slice(0, -1).map((line) => {
    const { 'package.json': _, ...files } = JSON.parse(line);
    return 'error' in files ? 'refused' : outcomeOf(files);
  });
}

export async function comparePatches({ home, probe, scratch, report }) {
  const cases = Array.from({ length: kCases }, (_, i) => makeCase(i));
  for (const [manner, apply] of [['pnpm', applyAsPnpm(home, scratch)], ['berry', applyAsYarn(home)]]) {
    const ours = applyHere(probe, scratch, manner, cases), reasons = [];
    let refused = 0;
    for (const [i, test] of cases.entries()) {
      const theirs = await apply(test);
      if (theirs === 'refused') refused++;
      if (theirs === ours[i]) continue;
      const files = Object.entries(test.files).map(([name, file]) => `${name}: ${JSON.stringify(file.content.toString())}`);
      reasons.push(`case ${i}:\n${test.patch}\nof ${files.join('\n')}\ntheirs ${theirs}\nours   ${ours[i]}`);
    }
    if (refused === 0 || refused === kCases) reasons.push(`${refused} of ${kCases} refused`);
    report.settle(`patches become what ${manner === 'pnpm' ? 'pnpm' : 'yarn'} makes of them`, reasons.slice(0, 5), `${kCases} outcomes compared, ${refused} of them refusals, ${reasons.length} differ`);
  }
}
