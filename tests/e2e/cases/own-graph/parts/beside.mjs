console.log('beside is evaluated');
