exports.named = 'named';
exports.state = () => require('./state.mjs');
