import './state.mjs';
throw new Error('thrown while evaluated');
