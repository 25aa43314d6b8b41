import { nothing } from './state.mjs';
