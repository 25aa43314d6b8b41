const path: typeof import('node:path') = require('node:path');
class Legacy<T> {
  private value: T; constructor(value: T) { this.value = value; }
  twice(): string {
    if (this.value === 'boom') throw new RangeError(`boom in ${path.basename(__filename)}`);
    return `${this.value}${this.value}`;
  }
}
exports.legacy = function legacy<T>(value: T): string { return new Legacy<T>(value).twice(); };
