import data from './data.json' with { type: 'json' };
import plain, { named } from './plain.cjs';
import * as own from './middle.mjs';
export * from './state.mjs';
export { data, named, own, plain };
