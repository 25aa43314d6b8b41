const { parentPort, workerData, isMainThread, threadId } = require('node:worker_threads');
const { name, double } = require('./shared');
parentPort.postMessage({ name, doubled: double(workerData.n), isMainThread, thread: threadId > 0, argv: process.argv.slice(2), from: process.env.FROM, main: require.main === module, file: __filename });
process.exitCode = 3;
