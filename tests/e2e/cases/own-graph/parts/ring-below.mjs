import * as root from './ring.mjs';
export { root };
export const seen = () => root.own;
