process.send('from ' + process.argv.slice(2)); process.on('disconnect', () => process.exit());
