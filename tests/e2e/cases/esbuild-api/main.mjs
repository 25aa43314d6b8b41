// A long-lived native child process that speaks over pipes, and plugins that call back into JavaScript.
import { build, context, transform, version } from 'esbuild';
import manifest from 'esbuild/package.json' with { type: 'json' };

console.log(version === manifest.version);
const { code } = await transform('let x: number = 1; export { x }', { loader: 'ts', minify: true });
console.log(code);

const result = await build({
  stdin: { contents: "import a from 'virtual:a'; console.log(a)", resolveDir: process.cwd() },
  bundle: true, write: false, format: 'esm',
  plugins: [{
    name: 'virtual',
    setup(b) {
      b.onResolve({ filter: /^virtual:/ }, (args) => ({ path: args.path, namespace: 'virtual' }));
      b.onLoad({ filter: /.*/, namespace: 'virtual' }, () => ({ contents: 'export default 42' }));
    },
  }],
});
console.log(result.outputFiles[0].text);

const ctx = await context({ entryPoints: ['in.ts'], outdir: 'out', logLevel: 'silent' });
await ctx.rebuild();
await ctx.dispose();
