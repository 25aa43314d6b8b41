export const named = 'named';
