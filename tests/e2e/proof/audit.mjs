// `ingot audit` with a database of the test's own, in the OSV format.
import fs from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge.mjs';

const kProject = {
  packages: [{ name: 'alpha', locked: { dependencies: { '@scope/beta': '1.0.0' } } }, { name: '@scope/beta', group: '' },
    { name: 'tool', group: 'devDependencies', locked: { dev: true } }],
};

function writeDatabase(dir) {
  fs.mkdirSync(dir);
  const record = (id, name, fixed, more = {}) => fs.writeFileSync(path.join(dir, `${id}.json`), JSON.stringify({
    schema_version: '1.6.0', id, modified: '2026-01-01T00:00:00Z', summary: `a hole in ${name}`,
    affected: [{ package: { ecosystem: 'npm', name, purl: `pkg:npm/${name.replace('@', '%40')}` },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] }],
    database_specific: { severity: 'HIGH' }, ...more,
  }));
  record('TEST-2026-0001', '@scope/beta', '1.0.1', { aliases: ['CVE-2026-0001'] });
  record('TEST-2026-0002', 'alpha', '1.0.0');
  record('TEST-2026-0003', 'alpha', '9.0.0', { withdrawn: '2026-02-01T00:00:00Z' });
  record('TEST-2026-0004', 'tool', '9.0.0');
}

export const audit = {
  async 'an advisory about a package is told with its severity and the way to it, of a project as of its executable'({ stage, build, ingot }) {
    const staged = await stage(kProject);
    const db = path.join(staged.home, 'db');
    writeDatabase(db);
    const reasons = judge({ exit: 0, hint: false }, await build(staged));
    const expected = { exit: 1, hint: false, says: ['TEST-2026-0001  high  @scope/beta@1.0.0', 'CVE-2026-0001', '1.0.1', 'refusal@1.0.0 > alpha@1.0.0 > @scope/beta@1.0.0'] };
    for (const subject of [staged.dir, staged.out]) {
      const told = await ingot(['audit', subject, '--db', db]);
      reasons.push(...judge(expected, told));
      if (/0002|0003|0004/.test(told.stdout)) reasons.push(`it tells of others:\n${told.stdout}`);
      const { findings, advisories } = JSON.parse((await ingot(['audit', subject, '--db', db, '--json'])).stdout);
      if (findings.length !== 1 || findings[0].id !== 'TEST-2026-0001' || findings[0].path.length !== 3 || advisories !== 4) {
        reasons.push(`--json of ${path.basename(subject)}: ${JSON.stringify({ findings, advisories })}`);
      }
    }
    await staged.close();
    return reasons;
  },

  async 'an advisory is passed over for the reason in the configuration, and nothing found is exit code 0'({ stage, ingot }) {
    const staged = await stage(kProject);
    const db = path.join(staged.home, 'db');
    writeDatabase(db);
    fs.writeFileSync(path.join(staged.dir, 'ingot.json'), JSON.stringify({ audit: { ignore: { 'CVE-2026-0001': 'never called with user input', 'CVE-1': 'old' } } }));
    const reasons = judge({ exit: 0, hint: false, says: ['never called with user input', 'CVE-1'] }, await ingot(['audit', staged.dir, '--db', db]));
    reasons.push(...judge({ exit: 1, code: 'database-empty' }, await ingot(['audit', staged.dir, '--db', path.join(staged.home, 'out')])));
    reasons.push(...judge({ exit: 1, code: 'not-found' }, await ingot(['audit', staged.dir, '--db', path.join(staged.home, 'nowhere')])));
    reasons.push(...judge({ exit: 2, hint: false }, await ingot(['audit', staged.dir])));
    await staged.close();
    return reasons;
  },
};
