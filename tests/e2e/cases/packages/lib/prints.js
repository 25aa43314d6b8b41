console.log('prints', process.argv.slice(2).join());
