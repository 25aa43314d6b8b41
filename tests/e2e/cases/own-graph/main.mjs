import { createRequire, registerHooks } from 'node:module';
import { live, own, raise, state, data, named, plain } from './parts/middle.mjs';
import { early } from './parts/early-above.mjs';

const require = createRequire(import.meta.url);
const attempt = async (what, action) => {
  try {
    console.log(what, await action());
  } catch (error) {
    console.log(what, error.name, error.code, error.message.replaceAll(import.meta.dirname, '').replaceAll(new URL('.', import.meta.url).href, ''));
  }
};

state.count++;
raise();
console.log(live, own.live, data, named, plain.named, await early);
console.log('same by import:', (await import('./parts/state.mjs')).state === state, (await import('./parts/middle.mjs')) === own);
console.log('same by require:', require('./parts/state.mjs').state === state, require('./parts/middle.mjs') === own, plain.state().state === state);
console.log('another by its query:', (await import('./parts/state.mjs?again')).state.count);
console.log('the root of a cycle:', (await import('./parts/ring.mjs')).seen(), (await import('./parts/ring-below.mjs')).root === (await import('./parts/ring.mjs')));
for (const name of ['above-throwing', 'throwing', 'throwing', 'no-name', 'above-no-name', 'no-name', 'no-name-cjs', 'no-file', 'beside', 'no-file', 'no-syntax', 'beside', 'no-syntax']) {
  await attempt(`import ${name}:`, async () => Object.keys(await import(`./parts/${name}.mjs`)));
}
const [first, second] = await Promise.allSettled([import('./parts/throwing.mjs'), import('./parts/above-throwing.mjs')]);
console.log('one error:', first.reason === second.reason);
await attempt('require above-waiting:', () => require('./parts/above-waiting.mjs'));
await attempt('import above-waiting:', async () => (await import('./parts/above-waiting.mjs')).waited);
await attempt('require waiting:', () => require('./parts/waiting.mjs').waited);
registerHooks({
  load(url, context, next) {
    const result = next(url, context);
    return url.endsWith('text.mjs') ? { ...result, source: "export const text = 'hooked';" } : result;
  },
});
console.log('after a hook:', (await import('./parts/hooked.mjs')).text, (await import('./parts/state.mjs')).state.count);
