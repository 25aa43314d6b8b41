exports.common = require('./common-too.cjs');
