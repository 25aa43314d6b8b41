const target = require('./target'); const fs = require('node:fs'); exports.get = () => target.value; exports.exists = () => fs.existsSync('/');
