const { Worker } = require('node:worker_threads');
console.log('thread', globalThis.seen.join());
new Worker('console.log("nested", globalThis.seen?.join())', { eval: true });
