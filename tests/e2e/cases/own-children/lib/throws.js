const fail = () => { // the next line throws
  throw new RangeError('in a child');
};
fail();
