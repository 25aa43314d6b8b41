exports.named = 'named';
exports.other = __filename.length > 0;
