// Everything particular to CommonJS: require in its forms, require.main, caches, cycles, look-up, errors.
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const show = (name, value) => console.log(`${name}: ${JSON.stringify(value)}`);
const attempt = (name, f) => { try { show(name, f()); } catch (e) { console.log(`${name}: ${e.name} ${e.code} ${e.message.split('\n')[0]}`); } };

show('main', [require.main === module, module.id, module.loaded, module.parent === null]);
show('names', [__filename, __dirname, module.filename]);
show('module.paths', module.paths.slice(0, 1).map((p) => path.relative(__dirname, p)));
show('argv[1]', process.argv[1] === __filename || process.argv[1] === __filename.slice(0, -3));
show('extension added', require('./lib/plain'));
show('folder with index', require('./lib/folder'));
show('folder with package.json', require('./lib/packaged'));
show('json', require('./lib/data'));
show('computed', ['a', 'b'].map((n) => require(`./lib/part-${n}`)));
show('no extension, odd extension', [require('./lib/noext'), require('./lib/odd.txt')]);
show('cycle', require('./lib/cycle-a').seen);
show('cache', [require('./lib/plain') === require('./lib/plain.js'), Object.keys(require.cache).map((f) => path.relative(__dirname, f)).includes('lib/plain.js')]);
delete require.cache[require.resolve('./lib/counted')];
require('./lib/counted'); delete require.cache[require.resolve('./lib/counted')]; require('./lib/counted');
show('loaded again after delete', globalThis.counted);
show('resolve', [require.resolve('./lib/plain'), require.resolve('node:fs'), require.resolve('./lib/packaged')]);
show('resolve with paths', require.resolve('./plain', { paths: [path.join(__dirname, 'lib')] }));
show('resolve.paths', require.resolve.paths('x')[0] === path.join(__dirname, 'node_modules'));
show('children', module.children.length > 5);
show('require of an ES module', require('./lib/esm.mjs').value);
show('createRequire', Module.createRequire(path.join(__dirname, 'lib', 'x.js'))('./plain'));
show('isBuiltin', [Module.isBuiltin('fs'), Module.builtinModules.includes('http')]);
show('Module._load', Module._load('./lib/plain', module));
show('Function', new Function('a', 'b', 'return a + b')(1, 2));
show('vm', vm.runInNewContext('x * 2', { x: 21 }));
attempt('missing', () => require('./lib/none'));
attempt('missing package', () => require('not-there'));
attempt('bad json', () => require('./lib/bad.json'));
attempt('syntax error', () => require('./lib/broken'));
attempt('throws', () => require('./lib/throws'));
show('user module by absolute path', require(path.resolve('user.js')));

Module._extensions['.upper'] = (m, file) => { m.exports = require('node:fs').readFileSync(file, 'utf8').trim().toUpperCase(); };
show('own extension', require('./lib/text.upper'));
const original = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) { return original.call(this, request === 'alias!' ? path.join(__dirname, 'lib/plain.js') : request, ...rest); };
show('patched resolution', require('alias!'));
import('./lib/esm.mjs').then((ns) => show('import() from CommonJS', [ns.value, ns === require('./lib/esm.mjs')]));
