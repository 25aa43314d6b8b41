export const detected: string = 'a module by its syntax';
