await null; export const depth = 1;
