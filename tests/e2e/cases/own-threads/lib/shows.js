console.log('thread', globalThis.seen?.join() ?? 'none', JSON.stringify(process.execArgv), typeof require('node:vm').SourceTextModule);
