import './cycle-tight-b.mjs'; export const a = 'a'; import { createRequire } from 'node:module'; export const got = createRequire(import.meta.url)('./cycle-tight.cjs');
