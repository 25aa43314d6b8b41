// What ingot says about an executable, and who says so: seals and provenance by keys, policies, advisories, the same
// bytes under all circumstances, and the tree that comes out again. The scenarios are in proof/, one file per subject.
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { makeStage } from './lib/stage.mjs';
import { audit } from './proof/audit.mjs';
import { extract } from './proof/extract.mjs';
import { keys } from './proof/keys.mjs';
import { policy } from './proof/policy.mjs';
import { provenance } from './proof/provenance.mjs';
import { reproducible } from './proof/reproducible.mjs';

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'proof');
const salt = `${process.pid}-${Date.now()}`;
const stage = makeStage({ scratch, store: options.store, salt });
const ingot = (args, extra) => runIngot(options.ingot, args, { cwd: scratch, ...extra });
const build = (staged, more, extra) => ingot(staged.args(more), extra);

// A scenario returns the reasons why it failed, or { skip: why }, or { reasons, detail }.
for (const [name, scenario] of Object.entries({ ...keys, ...provenance, ...policy, ...audit, ...reproducible, ...extract })) {
  if (!options.matches(name)) continue;
  try {
    const outcome = await scenario({ options, scratch, stage, build, ingot });
    if (outcome.skip) report.skip(name, outcome.skip);
    else report.settle(name, outcome.reasons ?? outcome, outcome.detail);
  } catch (e) {
    report.fail(name, [e.stack]);
  }
}
report.close();
