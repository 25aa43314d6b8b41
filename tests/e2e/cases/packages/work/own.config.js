module.exports = { by: 'a script' };
