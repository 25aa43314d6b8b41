// A bundler in native code: its hooks get the paths of files, and give it paths.
import path from 'node:path';
import { rolldown } from 'rolldown';

const lib = path.join(import.meta.dirname, 'lib');
const short = (id) => (path.dirname(id) === lib ? path.basename(id) : 'elsewhere');
const ours = (id) => id !== undefined && !id.startsWith('\0') && path.extname(id) === '.js' && path.isAbsolute(id);
const made = ['made', 'alias'].includes(process.argv[2]);
const entry = made ? `\0${process.argv[2]}` : path.join(lib, process.argv[2] ?? 'first.js');
const plugin = {
  name: 'own',
  resolveId(specifier, importer) {
    if (specifier.startsWith('\0')) return specifier;
    if (importer !== undefined && !importer.startsWith('\0')) console.log('resolves', specifier, 'from', short(importer));
    return specifier === 'entry' ? entry : null;
  },
  load(id) { // as plugins write modules that import a part of their own
    if (id === '\0alias') return "export * from 'second';";
    return id === '\0made' ? `export * from "${lib.replaceAll('\\', '/')}/second.js";\nexport default 1;\n` : null;
  },
  transform(code, id) {
    if (ours(id)) console.log('transforms', short(id), code.length);
    return null;
  },
};

try {
  const bundle = await rolldown({ input: 'entry', plugins: [plugin], resolve: { alias: { second: [path.join(lib, 'second.js')] } } });
  const { output: [chunk] } = await bundle.generate({ format: 'esm', minify: true });
  console.log(Object.keys(chunk.modules).filter(ours).map(short).sort().join(), short(chunk.facadeModuleId));
} catch (error) {
  console.log('failed:', error.message.includes(lib) || error.message.includes('broken.js') ? 'broken.js' : error.message);
}
