module.exports = 'common too';
