// Licence expressions beside the readers that npm's own tools use: spdx-expression-parse for what an expression says, and
// spdx-satisfies for what a list of licences allows. The expressions are a package's each.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { makeProject } from '../lib/fixture.mjs';

const kProjects = 4, kPackages = 100; // no more than the errors that ingot shows
const kIds = ['MIT', 'ISC', '0BSD', 'BSD-3-Clause', 'Apache-2.0', 'MPL-2.0', 'GPL-2.0', 'GPL-2.0-only', 'GPL-3.0-or-later', 'LGPL-2.1+', 'AGPL-3.0-only', 'Artistic-2.0', 'CC-BY-4.0'];
const kExceptions = ['LLVM-exception', 'Classpath-exception-2.0', 'GCC-exception-3.1'];
const kAllowed = [['MIT', 'ISC'], ['GPL-3.0-only'], ['Apache-2.0', 'MIT', 'BSD-3-Clause', 'GPL-2.0-or-later'], ['Apache-2.0 WITH LLVM-exception', 'LGPL-3.0-only']];

// The same numbers each time.
function makeRandom(seed) {
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}

function makeExpression(random, depth = 0) {
  const one = (list) => list[random(list.length)];
  if (depth === 3 || random(3) === 0) {
    if (random(12) === 0) return 'LicenseRef-its-own';
    const id = one(kIds);
    return random(6) === 0 ? `${id} WITH ${one(kExceptions)}` : id;
  }
  const inner = `${makeExpression(random, depth + 1)} ${one(['AND', 'OR'])} ${makeExpression(random, depth + 1)}`;
  return random(3) === 0 ? inner : `(${inner})`;
}

// What is wrong with these is what people write.
function spoil(expression, random) {
  const ways = [(x) => `(${x}`, (x) => `${x})`, (x) => `${x} AND`, (x) => `OR ${x}`, (x) => x.replace(/ (AND|OR) /, ' '), (x) => `${x} WITH MIT`, (x) => `${x}, MIT`, () => 'SEE LICENSE IN LICENSE', () => 'UNLICENSED', () => 'BSD', () => ''];
  return ways[random(ways.length)](expression);
}

const orUndefined = (action) => {
  try {
    return action();
  } catch {
    return undefined;
  }
};

// "A OR (B OR C)" says the same as "(A OR B) OR C": one list.
function meaning({ conjunction, left, right, ...term }) {
  if (!conjunction) return term;
  const parts = [left, right].map(meaning).flatMap((part) => (part.conjunction === conjunction ? part.parts : [part]));
  return { conjunction, parts };
}

// What ingot says of a package each: { read: what it says, refused: the names that an allowed list refuses }.
async function askIngot(expressions, scratch, run) {
  const dir = fs.mkdtempSync(path.join(scratch, 'expressions-')), tarballs = path.join(dir, 'tarballs');
  const project = makeProject(dir, { packages: expressions.map((license, i) => ({ name: `p${i}`, manifest: { license } })) }, 'expressions');
  fs.mkdirSync(tarballs);
  for (const [name, bytes] of project.tarballs) fs.writeFileSync(path.join(tarballs, name), bytes);
  const ask = async (allowed) => {
    const { stdout } = await run(['licenses', dir, '--tarballs', tarballs, '--offline', '--json', ...allowed.flatMap((license) => ['--allow', license])]);
    return JSON.parse(stdout);
  };
  const read = new Map((await ask([])).packages.map((p) => [p.name, p.expression]));
  const refused = [];
  for (const allowed of kAllowed) refused.push(new Set((await ask(allowed)).errors.map((error) => /^p\d+(?=@)/.exec(error.message)?.[0])));
  return { read, refused };
}

// `run`: ingot with some words, as { exit, stdout }.
export async function checkExpressions(home, scratch, run) {
  const require = createRequire(path.join(home, 'x.js'));
  const parse = require('spdx-expression-parse'), satisfies = require('spdx-satisfies');
  const random = makeRandom(20);
  const wrong = [];
  let judged = 0;
  for (let project = 0; project < kProjects; project++) {
    const expressions = Array.from({ length: kPackages }, (_, i) => (i % 5 === 0 ? spoil(makeExpression(random), random) : makeExpression(random)));
    const { read, refused } = await askIngot(expressions, scratch, run);
    expressions.forEach((text, i) => {
      const ours = read.get(`p${i}`), theirs = orUndefined(() => parse(text));
      const same = theirs === undefined ? ours === null : ours !== null && isDeepStrictEqual(meaning(parse(ours)), meaning(theirs));
      if (!same) wrong.push(`"${text}" is read as ${ours}`);
      if (theirs === undefined) return;
      kAllowed.forEach((allowed, list) => {
        judged++;
        const isRefused = refused[list].has(`p${i}`);
        if (satisfies(text, allowed) === isRefused) wrong.push(`${allowed.join(' or ')}: "${text}" is ${isRefused ? 'refused' : 'accepted'}`);
      });
    });
  }
  if (wrong.length) throw new Error(`${wrong.length} differ:\n${wrong.slice(0, 20).join('\n')}`);
  return `${kProjects * kPackages} expressions and ${judged} judgements compared`;
}
