import { value } from './target.mjs'; import { existsSync } from 'node:fs'; export const seen = () => value; export const has = () => existsSync('/');
