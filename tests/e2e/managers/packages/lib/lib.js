exports.ms = require("ms")("2 days"); exports.number = require("is-number/package.json").version;
// The react that a package with a peer sees here has to be the one of this folder.
exports.react = require("module").createRequire(require.resolve("use-sync-external-store/shim"))("react").version;
