exports.get = () => require('./target').value;
