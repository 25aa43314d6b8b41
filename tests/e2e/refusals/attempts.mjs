// What the scenarios have in common: builds under a shell, and what was cast is tried.
import { spawnSync } from 'node:child_process';
import { shellQuote } from '../lib/sandbox.mjs';
import { runIngot } from '../lib/project.mjs';

// Why what was cast does not run; nothing when it does.
export function runs(exe) {
  const r = spawnSync(exe, [], { encoding: 'utf8', env: { PATH: '/nonexistent' }, timeout: 30_000 });
  return r.status === 0 && r.stdout.startsWith('whole') ? [] : [`the executable does not run: exit ${r.status ?? r.signal}\n${r.stderr}`];
}

// A build under a shell that limits or prepares something first.
export async function buildUnder(prelude, ctx, staged, more) {
  const words = [ctx.options.ingot, ...staged.args(more)].map(shellQuote).join(' ');
  return runIngot('/bin/bash', ['-c', `${prelude}; exec ${words}`], { cwd: ctx.scratch });
}
