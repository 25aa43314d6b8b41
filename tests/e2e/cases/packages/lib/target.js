exports.value = 'target'; exports.twice = (x) => x * 2;
