console.log('printed');
