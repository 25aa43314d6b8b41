export { waited } from './waiting.mjs';
