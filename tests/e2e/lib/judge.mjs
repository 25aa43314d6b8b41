// Whether ingot ended as it should: its exit code, its error code, what it says, and a hint unless `hint` is false.
export function judge(expected, result) {
  const said = result.stderr + result.stdout;
  const reasons = [];
  if (![expected.exit].flat().includes(result.exit)) reasons.push(`exit ${result.exit}, not ${expected.exit}`);
  if (expected.code && !new RegExp(expected.code).test(said)) reasons.push(`no error code like ${expected.code}`);
  for (const text of [expected.says ?? []].flat()) if (!said.includes(text)) reasons.push(`does not say ${text}`);
  if ((expected.hint ?? true) && !/hint|help/i.test(said)) reasons.push('gives no hint');
  if (/terminate called|Sanitizer|internal error|core dumped/.test(said)) reasons.push('crashed');
  if (reasons.length) reasons.push(`it said:\n${said.slice(0, 2000)}`);
  return reasons;
}
