import { parentPort, workerData } from 'node:worker_threads';
import { double } from './shared.js';
const late = await import(`./${'late'}.mjs`);
parentPort.postMessage({ doubled: double(workerData), late: late.default, url: import.meta.url });
