exports.early = true;
const b = require('./cycle-b');
exports.seen = b.sawEarly;
