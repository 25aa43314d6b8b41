console.log(typeof globalThis.gc, process.execArgv.join(' '));
