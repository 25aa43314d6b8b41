const { Worker, parentPort, workerData } = require('node:worker_threads');
if (workerData === 0) parentPort.postMessage([0]);
else new Worker(__filename, { workerData: workerData - 1 }).on('message', (m) => parentPort.postMessage([workerData, ...m]));
