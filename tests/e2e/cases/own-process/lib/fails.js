// A function deep enough to leave frames worth comparing.
class Deep {
  static fall(message) {
    throw Object.assign(new Error(message, { cause: new TypeError('the cause') }), { code: 'E_DEEP' });
  }
}

module.exports = function fails(message) {
  return [1].map(() => Deep.fall(message));
};
