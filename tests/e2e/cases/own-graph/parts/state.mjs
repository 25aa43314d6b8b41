console.log('state is evaluated', new URL(import.meta.url).search);
export const state = { count: 0 };
export let live = 1;
export const raise = () => { live++; };
