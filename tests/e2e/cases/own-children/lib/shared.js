exports.name = 'shared';
exports.double = (n) => n * 2;
