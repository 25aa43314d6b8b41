// Executables that were changed, or that somebody outside wants to lead; files that are none.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { payloadParts } from '../lib/payload.mjs';
import { runIngot } from '../lib/project.mjs';

// Runs the executable with one byte of its file changed; the file is as before afterwards.
function runAltered(exe, bytes, offset, command) {
  const put = (byte) => {
    const fd = fs.openSync(exe, 'r+');
    fs.writeSync(fd, Buffer.from([byte]), 0, 1, offset);
    fs.closeSync(fd);
  };
  put(bytes[offset] ^ 0x10);
  try {
    return spawnSync(exe, [command], { encoding: 'utf8', env: { PATH: '/nonexistent' }, timeout: 30_000 });
  } finally {
    put(bytes[offset]);
  }
}

// Every part of a payload, and what the program does that uses it.
const kUses = {
  description: {
    manifest: { bundled: true },
    files: {
      'main.js': "const [name] = process.argv.slice(2); console.log('start'); try { require('./uses')[name](); } catch (e) { console.log(e.code ?? 'swallowed'); }\n",
      'uses.js': "exports.module = () => require('./part.js'); exports.esm = () => import('./part.mjs'); exports.text = () => console.log(require('fs').readFileSync(__dirname + '/text.txt', 'utf8').length);\n" +
        "exports.raw = () => console.log(require('fs').readFileSync(__dirname + '/raw.bin').length); exports.addon = () => require('./native.node'); exports.child = () => require('child_process').execFileSync('ran'); exports.nothing = () => console.log('ran');\n",
      'part.js': "console.log('ran', [1, 2, 3].map((x) => x * 2));\n",
      'part.mjs': "console.log('ran', [1, 2, 3].map((x) => x * 2)); export default 1;\n",
      'text.txt': 'a line of text that is worth compressing\n'.repeat(500),
      'raw.bin': 'short',
      'native.node': 'no addon of this system, but that is found out later',
    },
  },
  parts: ({ header, sections, parts, files }) => [
    ['the header', 'nothing', header], ...Object.entries(sections).filter(([name]) => name !== 'manifest').map(([name, where]) => [name, 'nothing', where]),
    ...parts.flatMap(({ name, script, cache }) => [['script', script], ['cache', cache]].map(([what, where]) =>
      [`the runtime's ${what}, part ${name}`, { start: 'nothing', often: 'raw', seldom: 'child' }[name], where])),
    ['a module', 'module', files['part.js'].content], ['its code cache', 'module', files['part.js'].cache],
    ['an ES module', 'esm', files['part.mjs'].content], ['its code cache', 'esm', files['part.mjs'].cache],
    ['a compressed file', 'text', files['text.txt'].content], ['a file', 'raw', files['raw.bin'].content], ['an addon', 'addon', files['native.node'].content],
  ],
};

export const executables = {
  async 'an executable with one byte changed'(ctx) {
    await using staged = await ctx.stage(ctx.sound);
    const good = await ctx.build(staged);
    if (good.exit !== 0) return [`the build fails: ${good.stderr}`];
    const reasons = [];
    const bytes = fs.readFileSync(staged.out);
    const inPayload = bytes.lastIndexOf("module.exports = \"alpha\"");
    for (const [where, offset] of [['the payload', inPayload < 0 ? bytes.length - 4096 : inPayload], ['the runtime', 50_000_000]]) {
      const altered = path.join(path.dirname(staged.out), 'altered');
      const copy = Buffer.from(bytes);
      copy[offset] ^= 1;
      fs.writeFileSync(altered, copy, { mode: 0o755 });
      reasons.push(...ctx.judge({ exit: 3, hint: false }, await runIngot(ctx.options.ingot, ['verify', altered])).map((r) => `${where}: ${r}`));
    }
    return reasons;
  },

  async 'a run of an executable with one byte changed'(ctx) {
    await using staged = await ctx.stage(kUses.description);
    const good = await ctx.build(staged);
    if (good.exit !== 0) return [`the build fails: ${good.stderr}`];
    const bytes = fs.readFileSync(staged.out);
    const found = payloadParts(bytes);
    const reasons = found.files['text.txt'].compressed ? [] : ['text.txt is not compressed'];
    for (const [what, command, [offset, size]] of kUses.parts(found)) {
      if (size === 0) reasons.push(`${what}, ${command}: there is none`);
      for (const at of new Set([0, size >> 1, size - 1])) {
        const r = runAltered(staged.out, bytes, offset + at, command);
        const refused = r.status === 3 && /is damaged: /.test(r.stderr) && !/ran|swallowed/.test(r.stdout);
        if (!refused) reasons.push(`${what}, ${command}, byte ${at}: exit ${r.status ?? r.signal}, ${r.stdout}${r.stderr}`);
        if (command === 'nothing') continue;
        const unused = runAltered(staged.out, bytes, offset + at, 'nothing');
        if (unused.stdout !== 'start\nran\n') reasons.push(`${what} is not used, byte ${at}: exit ${unused.status}, ${unused.stderr}`);
      }
    }
    return reasons;
  },

  async 'what a program does not use of the runtime is not loaded'(ctx) {
    await using staged = await ctx.stage(kUses.description);
    const good = await ctx.build(staged);
    if (good.exit !== 0) return [`the build fails: ${good.stderr}`];
    const loaded = (command) => {
      const r = spawnSync(staged.out, [command], { encoding: 'utf8', env: { PATH: '/nonexistent', NODE_DEBUG: 'ingot' }, timeout: 30_000 });
      return JSON.parse(/INGOT \d+: (\{.*\})/.exec(r.stderr)?.[1] ?? '{}').partsLoaded;
    };
    const expected = { nothing: 0, module: 0, raw: 1, esm: 1, child: 2 };
    return Object.entries(expected).filter(([command, parts]) => loaded(command) !== parts)
      .map(([command, parts]) => `${command}: ${loaded(command)} parts of the runtime beyond the first, not ${parts}`);
  },

  async 'options for Node from outside, under each policy'(ctx) {
    const reasons = [];
    for (const policy of ['none', 'env', 'cli']) {
      await using staged = await ctx.stage({
        manifest: { bundled: true, ingot: { nodeOptions: policy } },
        files: { 'main.js': "console.log(process.title === 'given', JSON.stringify(process.argv.slice(2)), JSON.stringify(process.execArgv), globalThis.preloaded);\n", 'user.cjs': "globalThis.preloaded = 'yes';\n" },
      });
      const result = await ctx.build(staged);
      if (result.exit !== 0) return [`the build fails: ${result.stderr}`];
      const run = (env, args) => spawnSync(staged.out, args, { encoding: 'utf8', env: { PATH: '/nonexistent', ...env }, timeout: 30_000 }).stdout;
      const options = `--title=given --require=${path.join(staged.dir, 'user.cjs')}`;
      const seen = { env: run({ NODE_OPTIONS: options }, ['--inspect']), cli: run({}, [`--node-options=${options}`, '--inspect']) };
      const expected = {
        env: policy === 'env' ? 'true ["--inspect"] [] yes\n' : 'false ["--inspect"] [] undefined\n',
        cli: policy === 'cli' ? `true ["--inspect"] ${JSON.stringify(options.split(' '))} yes\n` : `false ${JSON.stringify([`--node-options=${options}`, '--inspect'])} [] undefined\n`,
      };
      for (const way of ['env', 'cli']) if (seen[way] !== expected[way]) reasons.push(`${policy}, given by ${way}: ${seen[way]}, expected ${expected[way]}`);
    }
    return reasons;
  },

  async 'verify and inspect of a file that is no ingot executable'(ctx) {
    const results = await Promise.all(['verify', 'inspect'].map((command) => runIngot(ctx.options.ingot, [command, process.execPath])));
    return results.flatMap((r) => ctx.judge({ exit: [1, 3], code: 'executable-not-ingot|not-ingot', hint: false }, r));
  },
};
