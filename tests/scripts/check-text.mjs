// Texts that must not be in the repository: a package registry's host name (the configured registry is asked for,
// never written down), the path of this checkout, left-over marks; and files that have grown past what a person reads.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const kRoot = path.resolve(import.meta.dirname, '../..');
const kLongest = 800, kLong = 500;

const escapeRegExp = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

// The host this machine is configured for, when npm is here to say so.
function configuredHost() {
  try {
    const text = execFileSync('npm', ['config', 'get', 'registry'], { cwd: os.tmpdir(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return new URL(text.trim()).hostname;
  } catch {
    return undefined;
  }
}

const host = configuredHost();
const rules = [
  [/\bregistry\d?\.(?!example\.(?:org|com|net)\b)[a-z0-9-]+\.(?:org|com|net|io|dev)\b/i, 'names a registry: fixtures use registry.example.org, the default comes from npm at configure time'],
  [new RegExp(`(?:^|[\\s"'\`(=])${escapeRegExp(kRoot)}(?:/|\\b)`), 'a path of this machine'],
  [/^(?:<{7} |>{7} |={7}$)/, 'a conflict marker', 'tests/hostile/'],
  [/\b(?:TO[D]O|FIX[M]E|X[X]X)\b/, 'a note to come back: write the code or an issue'],
];
if (host && !['localhost', '127.0.0.1'].includes(host)) rules.push([new RegExp(escapeRegExp(host), 'i'), 'names the configured registry']);

const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: kRoot, encoding: 'utf8' });
const files = listed.split('\0').filter((f) => f && fs.existsSync(path.join(kRoot, f)) && fs.lstatSync(path.join(kRoot, f)).isFile());
const wrong = [], long = [];
for (const file of files) {
  const bytes = fs.readFileSync(path.join(kRoot, file));
  if (bytes.includes(0)) continue;
  const lines = bytes.toString('utf8').split('\n');
  lines.forEach((line, i) => {
    for (const [pattern, why, except] of rules) if (pattern.test(line) && !file.startsWith(except ?? '\0')) wrong.push(`${file}:${i + 1}: ${why}\n    ${line.trim().slice(0, 160)}`);
  });
  if (!/\.(h|cc|js|mjs|cmake)$|(^|\/)dev$/.test(file)) continue;
  if (lines.length > kLongest) wrong.push(`${file}: ${lines.length} lines: past ${kLongest} a file holds several ideas; split it`);
  else if (lines.length > kLong) long.push(`${file}: ${lines.length} lines`);
}
for (const text of wrong) console.log(text);
for (const text of long) console.log(`long: ${text}`);
console.log(`check-text: ${files.length} files, ${wrong.length} findings, ${long.length} files to look at`);
process.exitCode = wrong.length || files.length === 0 ? 1 : 0;
