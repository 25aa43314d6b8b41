import source module from './add.wasm';
export default module instanceof WebAssembly.Module;
