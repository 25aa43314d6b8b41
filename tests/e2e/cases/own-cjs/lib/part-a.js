exports.part = 'a';
