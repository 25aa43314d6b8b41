import { Shape } from './shapes.ts'; export const shape: Shape = { kind: 'square', side: 1 };
