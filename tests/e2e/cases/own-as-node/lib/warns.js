process.emitWarning('first', 'FirstWarning');
process.emitWarning('second', 'DeprecationWarning', 'DEP9999');
new Buffer(1);
