module.exports = 'index of ';
