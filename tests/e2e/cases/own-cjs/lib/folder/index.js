module.exports = require('./inner') + path();
function path() { return __dirname.split('/').pop(); }
