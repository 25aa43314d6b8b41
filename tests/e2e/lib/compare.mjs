// Says where two runs of one command differ, after everything that must differ has been given one name:
// the application's root, the program, the work folder, the port, process ids.

const escapeRegExp = (s) => s.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

// `names` are [text, placeholder] pairs; longer texts go first, so that no path hides inside another.
export function makeNormaliser(names, extra = []) {
  const rules = names.filter(([text]) => text)
    .sort((a, b) => b[0].length - a[0].length)
    .map(([text, placeholder]) => [new RegExp(escapeRegExp(text), 'g'), placeholder]);
  rules.push([/\(node:\d+\)/g, '(node:<PID>)']);
  rules.push([/\.\.\. \d+ lines matching cause/g, '... <N> lines matching cause']);
  for (const [pattern, flags, to] of extra) rules.push([new RegExp(pattern, flags), to]);
  return (text) => {
    for (const [pattern, to] of rules) text = text.replace(pattern, to);
    // Frames of the application must agree to the column; those of Node's own loader (and of what stands in
    // its place in an executable) may not. What follows the last frame of a list stays.
    return text.replace(/^\s+at (?!.*(?:<APP>|<WORK>)).*?( \{)?\r?\n/gm, '$1');
  };
}

function firstDifference(a, b) {
  const left = a.split('\n'), right = b.split('\n');
  const i = left.findIndex((line, n) => line !== right[n]);
  const at = i < 0 ? left.length : i;
  const show = (line) => (line === undefined ? '<end>' : JSON.stringify(line.slice(0, 160)));
  return `line ${at + 1}: node ${show(left[at])}, executable ${show(right[at])}`;
}

function isText(buffer) {
  return !buffer.subarray(0, 8192).includes(0);
}

function describe(entry, normalise) {
  if (entry.kind === 'link') return `link to ${normalise(entry.target)}`;
  if (entry.kind !== 'file') return entry.kind;
  const content = isText(entry.content) ? normalise(entry.content.toString('utf8')) : entry.content.toString('base64');
  return `${entry.executable ? 'executable ' : ''}file\n${content}`;
}

// Both sides are { result, normalise }. Returns a list of sentences; empty means equal.
export function differences(expected, actual, run) {
  const a = expected.result, b = actual.result;
  const found = [];
  if (a.exit !== b.exit) found.push(`exit: node ${a.exit}, executable ${b.exit}`);
  for (const stream of run.ignoreStderr ? ['stdout'] : ['stdout', 'stderr']) {
    const left = expected.normalise(a[stream]), right = actual.normalise(b[stream]);
    if (left !== right) found.push(`${stream}: ${firstDifference(left, right)}`);
  }
  for (const name of new Set([...a.changed.keys(), ...b.changed.keys()])) {
    const left = a.changed.get(name), right = b.changed.get(name);
    if (!left || !right) found.push(`files: ${name} was written only by ${left ? 'node' : 'the executable'}`);
    else {
      const was = describe(left, expected.normalise), is = describe(right, actual.normalise);
      if (was !== is) found.push(`files: ${name}: ${firstDifference(was, is)}`);
    }
  }
  for (let i = 0; i < (a.answers ?? []).length; i++) {
    const left = expected.normalise(JSON.stringify(a.answers[i])), right = actual.normalise(JSON.stringify(b.answers[i] ?? null));
    if (left !== right) found.push(`request ${i + 1}: node ${left.slice(0, 200)}, executable ${right.slice(0, 200)}`);
  }
  return found;
}

// A case states what it is about, so that two runs which fail alike do not pass.
export function unmet(result, run) {
  const found = [];
  if (result.exit !== (run.exit ?? 0)) found.push(`exit ${result.exit}, the case says ${run.exit ?? 0}`);
  for (const text of run.stdoutHas ?? []) if (!result.stdout.includes(text)) found.push(`stdout lacks ${JSON.stringify(text)}`);
  for (const text of run.stderrHas ?? []) if (!result.stderr.includes(text)) found.push(`stderr lacks ${JSON.stringify(text)}`);
  for (const name of run.writes ?? []) if (!result.changed.has(name)) found.push(`${name} was not written`);
  if (run.server && result.answers.some((x) => x.error)) found.push(`requests: ${JSON.stringify(result.answers.filter((x) => x.error))}`);
  return found;
}
