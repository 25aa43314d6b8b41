const a = require('./cycle-a');
exports.sawEarly = [a.early, a.seen === undefined];
