export const depth = (await import('./late-b.mjs')).depth + 1;
