module.exports = () => 'own ms';
