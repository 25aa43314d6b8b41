// An enum in TypeScript's own syntax
export enum Kind { A = 1 }
