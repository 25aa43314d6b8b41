exports.part = 'b';
