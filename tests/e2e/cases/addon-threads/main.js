// Threads load the same addons at the same time, each in another order.
const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');

const NAMES = ['@node-rs/crc32', '@node-rs/xxhash', 'msgpackr-extract'];
const describe = (name) => `${name}: ${Object.keys(require(name)).sort().join()}`;

function rotated(by) {
  return NAMES.map((_, i) => NAMES[(i + by) % NAMES.length]);
}

if (isMainThread) {
  const [count, main] = [Number(process.argv[2]), process.argv[3]];
  if (main === 'first') NAMES.forEach(describe);
  const answers = [];
  let [started, ended] = [0, 0];
  const start = () => {
    new Worker(__filename, { workerData: started++ })
      .on('message', (text) => answers.push(text))
      .on('exit', () => {
        if (started < count) start();
        if (++ended < count) return;
        const different = [...new Set(answers)];
        console.log(`${answers.length} threads ${different.length === 1 ? 'alike' : 'different'}\n${different.join('\n--\n')}`);
        if (main === 'last') console.log(require('@node-rs/crc32').crc32('123456789'));
      });
  };
  for (let i = 0; i < Math.min(count, main === 'relay' ? 3 : count); i++) start();
} else {
  parentPort.postMessage(rotated(workerData).map(describe).sort().join('\n'));
}
