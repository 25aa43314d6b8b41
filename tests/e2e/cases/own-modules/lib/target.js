exports.value = 'target';
exports.greet = (name) => `hello ${name}`;
