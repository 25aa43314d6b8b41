module.exports = require('./cycle-tight-a.mjs');
