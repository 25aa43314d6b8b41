import { text } from './text.mjs';
export { text };
