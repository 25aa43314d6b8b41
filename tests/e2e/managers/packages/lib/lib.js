exports.ms = require("ms")("2 days"); exports.number = require("is-number/package.json").version;
