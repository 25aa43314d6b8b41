console.log('shown', process.argv.slice(2).join());
