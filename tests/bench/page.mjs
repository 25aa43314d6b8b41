// docs/bench.html: what `./dev bench applications` measured, as bars and tables. One file, nothing loaded from elsewhere.

const kColours = { node: '#6b7280', 'esbuild + SEA': '#d97706', bun: '#be185d', ingot: '#2563eb' };
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const fixed = (value, digits) => (value === undefined ? '-' : value.toFixed(digits));

// One application: a bar per way, with the middle half of the samples as a line.
function plot({ name, command, ways }, widest) {
  const kHeight = 18, kLeft = 110, kWidth = 520;
  const x = (ms) => kLeft + (ms / widest) * kWidth;
  const bars = Object.entries(ways).map(([way, { wall, reason }], i) => {
    const y = i * kHeight;
    const label = `<text x="${kLeft - 6}" y="${y + 13}" text-anchor="end">${escape(way)}</text>`;
    if (!wall) return `${label}<text x="${kLeft + 4}" y="${y + 13}" class="no">${escape(reason)}</text>`;
    return `${label}<rect x="${kLeft}" y="${y + 3}" width="${fixed(x(wall.median) - kLeft, 1)}" height="${kHeight - 6}" fill="${kColours[way]}"/>` +
      `<line x1="${fixed(x(wall.low), 1)}" x2="${fixed(x(wall.high), 1)}" y1="${y + 9}" y2="${y + 9}" stroke="#111"/>` +
      `<text x="${fixed(x(Math.max(wall.median, wall.high)) + 6, 1)}" y="${y + 13}">${fixed(wall.median, 1)} ms</text>`;
  });
  return `<h3>${escape(name)} ${escape(command)}</h3>
<svg viewBox="0 0 740 ${kHeight * bars.length}" width="740" role="img" aria-label="start of ${escape(name)}">${bars.join('')}</svg>`;
}

function table(headings, rows) {
  const row = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${row(headings, 'th')}${rows.map((cells) => row(cells, 'td')).join('\n')}</table>`;
}

const withSpread = (value, digits) => (value ? `${fixed(value.median, digits)} (${fixed(value.low, digits)} to ${fixed(value.high, digits)})` : '-');

export function makePage(record) {
  const { applications } = record;
  const names = Object.keys(applications[0].ways), made = names.filter((name) => name !== 'node'), others = names.filter((name) => name !== 'ingot');
  const widest = Math.max(...applications.flatMap(({ ways }) => Object.values(ways).map(({ wall }) => wall?.high ?? 0)));
  const each = (cell, list) => applications.map(({ name, ways }) => [name, ...list.map((way) => cell(ways[way]))]);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>ingot: speed</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #111; background: #fff }
svg text { font-size: 12px } svg text.no { fill: #b91c1c } h3 { font-size: 1em; margin: 1em 0 0.2em }
table { border-collapse: collapse; margin: 1em 0 } td, th { border: 1px solid #ddd; padding: 2px 8px; text-align: right }
td:first-child, th:first-child { text-align: left }
</style>
<h1>How fast applications start</h1>
<p>${applications.length} applications, each as plain node, as a bundle of esbuild ${escape(record.esbuild)} in a single executable of Node.js with its
code cache, compiled by bun ${escape(record.bun)} with bytecode, and cast by ingot. Executables run with the application's folder out of
reach. All in turns, ${record.runs} rounds; the bars are medians of wall time, the lines the middle half. Node.js ${escape(record.node)},
${escape(record.machine)}, ${escape(record.date)}. Made by <code>./dev bench applications --write</code>.</p>
${table(['ingot against', 'applications', 'wall, geometric mean', 'processor'],
    Object.entries(record.means).map(([way, mean]) => [way, mean.applications, fixed(mean.wall, 2), fixed(mean.cpu, 2)]))}
${applications.map((one) => plot(one, widest)).join('\n')}
<h2>ingot's time as a share of the others'</h2>
${table(['wall', ...others], each((way) => withSpread(way.wall?.ofIngot, 2), others))}
${table(['processor', ...others], each((way) => withSpread(way.cpu?.ofIngot, 2), others))}
<h2>Memory</h2>
<p>The most that the process held, and in brackets the most of it that is no file's: the rest is the system's page cache, shared with other processes.</p>
${table(['MB', ...names], each(({ memory }) => (memory ? `${fixed(memory.peak / 1e6, 1)} (${fixed(memory.anonymous / 1e6, 1)})` : '-'), names))}
<h2>Size and time to make</h2>
${table(['MB', ...made], each((way) => fixed(way.size && way.size / 1e6, 1), made))}
${table(['seconds', ...made], each((way) => fixed(way.ms && way.ms / 1000, 1), made))}
</html>
`;
}
