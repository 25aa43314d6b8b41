Promise.reject(new Error('nobody catches this'));setTimeout(() => console.log('later'), 50);
