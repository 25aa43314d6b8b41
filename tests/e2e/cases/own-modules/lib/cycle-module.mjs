import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
export function fromModule() { return `module sees ${require('./cycle-common.cjs').early}`; }
