import { sep } from 'path';
import fs from 'node:fs';
import more from './more.mjs';
export default [sep, typeof fs.read, more].join(' ');
