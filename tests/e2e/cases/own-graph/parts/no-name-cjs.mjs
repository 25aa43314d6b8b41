import { nothing } from './plain.cjs';
