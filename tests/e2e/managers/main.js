const lib = require('lib');
const React = require('react');
console.log(lib.ms, lib.number, lib.react, require('is-number/package.json').version, require('is-odd')(3));
console.log(typeof require('kleur-alias').bold, require('@sindresorhus/is').default(1), React.version);
console.log(typeof require('use-sync-external-store/shim').useSyncExternalStore, require('debug')('x').enabled);
console.log(require('from-git'), require('packed'), global.isOddIsPatched);
const from = (name, ...above) => require.resolve(name, { paths: above.reduce((paths, one) => [require.resolve(one, { paths })], [__dirname]) });
console.log('js-tokens', require(from('js-tokens/package.json', 'react', 'loose-envify')).version);
for (const name of ['ms', 'mkdirp', 'fsevents', 'js-tokens', 'apart', 'loose-envify']) {
  try { require.resolve(name); console.log(name, 'found'); } catch (error) { console.log(name, error.code); }
}
