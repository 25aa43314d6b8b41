import { add } from './add.wasm';
export default add(2, 3);
