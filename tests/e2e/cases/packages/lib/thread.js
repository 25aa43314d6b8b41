const { expose } = require('threads/worker'); expose({ add: (a, b) => a + b });
