// A native addon that comes from an optional platform package, chosen by name at run time.
const fs = require('node:fs');
const path = require('node:path');
const swc = require('@swc/core');

if (process.argv[2] === '--self') {
  const { body: [{ expression }] } = swc.parseSync(`${JSON.stringify(__filename)}; after`, { syntax: 'ecmascript' });
  console.log(JSON.stringify(expression.value), expression.span.end - expression.span.start - __filename.length);
  process.exit();
}
// The addon opens these files itself.
async function ofFiles() {
  const file = path.join(__dirname, 'lib', 'typed.ts');
  const options = { sourceMaps: true, swcrc: false, jsc: { parser: { syntax: 'typescript' } } };
  const { code, map } = swc.transformFileSync(file, options);
  console.log(code, JSON.parse(map).sources.map((source) => path.relative(__dirname, source)));
  console.log((await swc.transformFile(file, options)).code === code);
  try {
    swc.transformFileSync(path.join(__dirname, 'lib', 'none.ts'), options);
  } catch (error) {
    console.log('failed:', /load file/.test(error.message));
  }
}
if (process.argv[2] === '--files') return ofFiles();
const source = fs.readFileSync(process.argv[2], 'utf8');
const out = swc.transformSync(source, {
  filename: 'in.ts', sourceMaps: true, swcrc: false,
  jsc: { parser: { syntax: 'typescript' }, target: 'es2020' },
});
fs.writeFileSync('out.js', out.code);
fs.writeFileSync('out.js.map', out.map);
swc.minify('function f(a) { return a + 1 } console.log(f(1))', { compress: true, mangle: true }).then(({ code }) => console.log(code));
