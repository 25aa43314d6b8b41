require('node:child_process').spawnSync(process.execPath, [require.resolve('./shows.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
