const { describe, it, mock } = require('node:test');
const assert = require('node:assert');
describe('embedded tests', () => {
  it('passes', () => assert.equal(1, 1));
  it('fails', () => assert.equal(1, 2));
  it('mocks', () => { const f = mock.fn(() => 7); f(); assert.equal(f.mock.callCount(), 1); });
  it.skip('is skipped', () => {});
});
