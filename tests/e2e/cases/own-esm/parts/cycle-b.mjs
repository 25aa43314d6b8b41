import { a } from './cycle-a.mjs';
export const b = () => 'b' + a();
