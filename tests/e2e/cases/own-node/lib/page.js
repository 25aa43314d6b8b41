exports.run = () => { throw new TypeError('in the page'); };
