console.log('script', JSON.stringify(process.argv.slice(2)), process.argv[1] === __filename, require('./module.js'));
