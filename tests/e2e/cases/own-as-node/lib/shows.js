console.log(JSON.stringify({ argv: process.argv.slice(1), execArgv: process.execArgv, main: require.main === module }));
