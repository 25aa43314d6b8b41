export const early = import('./early-above.mjs').then(({ value }) => value);
export const value = 'early';
