exports.early = 'early';
const other = require('./cycle-module.mjs');
exports.late = () => other.fromModule();
