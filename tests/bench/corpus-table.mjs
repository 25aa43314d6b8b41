// Prints what a run of the compatibility corpus left in its JSON file: a row per application, then the sums.
import fs from 'node:fs';
import { formatTable } from './table.mjs';

const { results } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const apps = new Map();
for (const result of results) {
  const app = apps.get(result.app) ?? { passed: 0, failed: [], build: undefined };
  if (result.build) app.build = result.build;
  else if (result.ok) app.passed++;
  else app.failed.push(`${result.case}: ${result.category}`);
  apps.set(result.app, app);
}
const rows = [...apps].map(([name, app]) => [
  name,
  app.build?.ok ? `${(app.build.ms / 1000).toFixed(1)} s` : 'failed',
  app.build?.size ? `${(app.build.size / 1e6).toFixed(0)} MB` : '',
  `${app.passed}/${app.passed + app.failed.length}`,
  app.failed.join('; '),
]);
console.log(formatTable(['application', 'build', 'size', 'commands', 'what failed'], rows));
const whole = [...apps.values()].filter((app) => app.failed.length === 0).length;
const commands = results.filter((r) => r.case);
console.log(`${whole} of ${apps.size} applications complete, ${commands.filter((r) => r.ok).length} of ${commands.length} commands`);
