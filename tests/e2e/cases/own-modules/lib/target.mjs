export const value = 'target';
export const greet = (name) => `hello ${name}`;
