import { parentPort } from 'node:worker_threads'; import { helps } from './helps.js'; parentPort.postMessage(helps('worker'));
