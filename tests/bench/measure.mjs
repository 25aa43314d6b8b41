// Timing and memory of whole processes. Two commands are always measured in turns (A B A B ...), so that a machine
// that slows down or speeds up does it to both; what counts is their ratio, pair by pair.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';

const sorted = (values) => [...values].sort((a, b) => a - b);

export function quantile(values, share) {
  const v = sorted(values);
  const at = (v.length - 1) * share, low = Math.floor(at);
  return v[low] + (v[Math.min(low + 1, v.length - 1)] - v[low]) * (at - low);
}

export const median = (values) => quantile(values, 0.5);

// A command is { argv, cwd?, env?, before? }; `before` runs outside the measured time.
export function timeOnce(command) {
  command.before?.();
  const started = process.hrtime.bigint();
  const r = spawnSync(command.argv[0], command.argv.slice(1),
    { cwd: command.cwd, env: command.env ?? process.env, stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  if (r.status !== 0) throw new Error(`${command.argv.join(' ')} ended with ${r.status ?? r.signal}\n${r.stderr}`);
  return ms;
}

export function compare(a, b, runs, warmups = 2) {
  for (let i = 0; i < warmups; i++) [a, b].forEach(timeOnce);
  const left = [], right = [];
  for (let i = 0; i < runs; i++) {
    // Who goes first changes too.
    if (i % 2) right.push(timeOnce(b)), left.push(timeOnce(a));
    else left.push(timeOnce(a)), right.push(timeOnce(b));
  }
  const ratios = left.map((x, i) => x / right[i]), differences = left.map((x, i) => x - right[i]);
  return {
    a: median(left), b: median(right), runs,
    ratio: median(ratios), ratioLow: quantile(ratios, 0.25), ratioHigh: quantile(ratios, 0.75),
    difference: median(differences), differenceLow: quantile(differences, 0.25), differenceHigh: quantile(differences, 0.75),
  };
}

function descendants(pid) {
  const found = [pid];
  for (const id of found) {
    try {
      for (const task of fs.readdirSync(`/proc/${id}/task`)) {
        const text = fs.readFileSync(`/proc/${id}/task/${task}/children`, 'utf8').trim();
        if (text) found.push(...text.split(' ').map(Number).filter((child) => !found.includes(child)));
      }
    } catch { /* it has ended since */ }
  }
  return found;
}

const kibibytes = (pid, field) => {
  try {
    return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

// The most memory a command and its children held at one moment (resident, sampled), the command's own high mark as
// the kernel kept it, and the most of it that was no file's (sampled), in bytes.
export function peakMemory({ argv, cwd, env = process.env, before, status = 0 }) {
  before?.();
  return new Promise((resolve, reject) => {
    const child = spawn(argv[0], argv.slice(1), { cwd, env, stdio: 'ignore' });
    let together = 0, own = 0, anonymous = 0;
    const timer = setInterval(() => {
      together = Math.max(together, descendants(child.pid).reduce((sum, pid) => sum + kibibytes(pid, 'VmRSS'), 0));
      own = Math.max(own, kibibytes(child.pid, 'VmHWM'));
      anonymous = Math.max(anonymous, kibibytes(child.pid, 'RssAnon'));
    }, 3);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearInterval(timer);
      if (code === status) resolve({ together: together * 1024, own: own * 1024, anonymous: anonymous * 1024 });
      else reject(new Error(`${argv.join(' ')} ended with ${code}`));
    });
  });
}
