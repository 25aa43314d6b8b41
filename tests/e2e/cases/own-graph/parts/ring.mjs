import { seen } from './ring-below.mjs';
export { seen };
export const own = 'ring';
