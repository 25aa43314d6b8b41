module.exports = ({ a, b }) => a + b;
module.exports.named = (x) => x * 3;
