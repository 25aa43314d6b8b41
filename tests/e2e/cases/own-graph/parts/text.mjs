export const text = 'as written';
