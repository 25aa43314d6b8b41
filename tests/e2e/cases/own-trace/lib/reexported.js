export const reexported = 'reexported';
