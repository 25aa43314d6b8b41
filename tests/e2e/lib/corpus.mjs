// The applications of the compatibility corpus, as this folder's cases have them.
//
// What the corpus can ask for and a run here cannot is left out: a server to talk to, `node` in PATH, programs among the
// given files, lines in any order. Its recorded results are of Linux, so of them only the exit code is taken; the rest is
// compared with the target's own node.
import fs from 'node:fs';
import path from 'node:path';

const kMissing = ['http', 'nodeOnPath', 'sortLines'];
const isText = (file) => typeof file === 'string';

// What differs from one run to the next, as the corpus's own runner has it.
const kNormalize = [
  ['\\b\\d+(?:[.,]\\d+)? ?(?:ms|µs|us|ns|s|secs?|seconds?|milliseconds)\\b', 'g', '<DURATION>'],
  ['\\b\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:?\\d\\d)?', 'g', '<DATE>'],
  ['\\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{5,40}?(?:GMT|UTC)[^\\n,"\')<]*', 'g', '<DATE>'],
  ['\\b\\d{1,2}:\\d\\d:\\d\\d(?: ?[AP]M)?\\b', 'g', '<CLOCK>'],
];

function runOf(app, one) {
  return {
    name: one.id, args: one.args, stdin: one.stdin, files: one.files, env: { CI: '1', ...app.env, ...one.env },
    server: one.server, exit: one.expect.exit, normalize: one.normalize, ignoreStderr: !one.checkStderr,
    ignoreFiles: one.outputs === 'list' ? ['.'] : [...(app.ignore ?? []), ...(one.ignore ?? []), ...(one.anyContent ?? [])],
  };
}

export function corpusApplications(corpus) {
  const { apps } = JSON.parse(fs.readFileSync(path.join(corpus, 'cases.json'), 'utf8'));
  return apps.map((app) => {
    const possible = app.cases.filter((one) => !kMissing.some((key) => one[key] ?? app[key]) &&
      Object.values(one.files ?? {}).every(isText));
    const dir = path.join(corpus, 'apps', app.dir ?? app.id);
    return { name: app.id, dir, test: { name: app.id, entry: app.entry, normalize: [...kNormalize, ...(app.normalize ?? [])],
      runs: possible.map((one) => runOf(app, one)) } };
  });
}
