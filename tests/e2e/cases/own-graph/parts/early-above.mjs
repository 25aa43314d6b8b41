export { early, value } from './early.mjs';
