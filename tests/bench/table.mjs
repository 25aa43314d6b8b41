// Lines up rows of text under their headings, as Markdown that is also readable on a terminal.

export function formatTable(headings, rows) {
  const widths = headings.map((h, i) => Math.max(h.length, 3, ...rows.map((r) => String(r[i] ?? '').length)));
  const line = (cells) => `| ${cells.map((c, i) => String(c ?? '').padEnd(widths[i])).join(' | ')} |`;
  return [line(headings), line(widths.map((w) => '-'.repeat(w))), ...rows.map(line)].join('\n');
}
