// Executables for macOS, as far as they can be judged elsewhere: what `ingot build` writes is reproducible, signed
// page by page according to a verifier that shares nothing with ingot, unchanged in all that LLVM's tools say of
// symbols, exports and fixups, and any byte that is changed afterwards is found by `ingot verify`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { readMachO, verifySignature } from './lib/macho.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';

const kAdHoc = 0x2;
const kName = 'mac-sample';
// A file signed by another tool: Go's linker.
const kForeign = {
  spec: '@esbuild/darwin-arm64@0.25.0', file: 'package/bin/esbuild',
  integrity: 'sha512-mVwdUb5SRkPayVadIOI78K7aAnPamoeFR2bT5nszFUZ9P8UpK4ratOdYbZZXYSqPKMHfS1wdHCJk1P1EZpRdvw==',
};
const kUnchangedViews = ['--dyld-info', '--exports-trie', '--function-starts', '--indirect-symbols', '--syms', '--bind', '--rebase'];

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'macho');
const project = path.join(scratch, kName);

function makeProject() {
  const manifest = { name: `@scope/${kName}`, version: '1.0.0', license: 'MIT', bin: { [kName]: 'main.js' } };
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(project, 'package-lock.json'),
    JSON.stringify({ name: manifest.name, version: manifest.version, lockfileVersion: 3, packages: { '': manifest } }));
  fs.writeFileSync(path.join(project, 'main.js'), 'console.log(process.platform, process.arch);\n');
}

async function build(target, out) {
  const r = await runIngot(options.ingot, ['build', project, '--target', target, '-o', out, '--store', options.store], { cwd: scratch });
  if (r.exit !== 0) throw new Error(`ingot build ended with ${r.exit}: ${r.stderr}`);
  return fs.readFileSync(out);
}

async function templateOf(target) {
  const r = await runIngot(options.ingot, ['targets', '--json'], { cwd: scratch });
  const key = JSON.parse(r.stdout).targets.find((t) => t.target === target).binarySha256;
  return path.join(options.store, 'derived/template', key.slice(0, 2), key.slice(2));
}

async function check(name, run) {
  if (!options.matches(name)) return;
  try {
    const detail = await run();
    report.pass(name, detail);
  } catch (e) {
    if (e.skip) report.skip(name, e.skip);
    else report.fail(name, [e.stack]);
  }
}
const skip = (why) => { throw Object.assign(new Error(why), { skip: why }); };
const require_ = (condition, message) => { if (!condition) throw new Error(message); };

function checkSigned(made, template) {
  const ours = verifySignature(made), theirs = verifySignature(template);
  require_(ours.flags === kAdHoc, `flags ${ours.flags}`);
  require_(ours.identifier === kName, `identifier ${ours.identifier}`);
  require_(ours.version === 0x20400 && ours.algorithm === 'sha256' && ours.pageSize === 4096, 'another kind of CodeDirectory');
  for (const slot of [5, 7]) require_(ours.blobs.get(slot).equals(theirs.blobs.get(slot)), `slot ${slot} is not the template's`);
  return `${ours.pages} pages and ${ours.slots} slots compared; of the template ${theirs.pages} and ${theirs.slots}`;
}

// What LLVM's tool says, without the first line, which is the file's name.
function objdump(tool, view, file) {
  const r = spawnSync(tool, ['--macho', view, file], { maxBuffer: 1 << 30 });
  require_(r.status === 0, `${tool} ${view}: ${r.stderr}`);
  return r.stdout.subarray(r.stdout.indexOf('\n') + 1);
}
const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

function checkViews(made, template) {
  const tool = ['llvm-objdump-19', 'llvm-objdump'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!tool) skip('no llvm-objdump on this machine');
  for (const view of kUnchangedViews) require_(digest(objdump(tool, view, made)) === digest(objdump(tool, view, template)), `${view} differs`);
  // The chained fixups name one segment more; all that follows the names is as it was.
  const fixups = (file) => objdump(tool, '--chained-fixups', file).toString('latin1').split('chained starts in segment 2');
  const [head, ...rest] = fixups(made), [, ...expected] = fixups(template);
  require_(/seg_count = 6\n/.test(head) && /seg_offset\[4\] = 0 \(NODE_SEA\)/.test(head), head);
  require_(rest.length === 1 && rest.join() === expected.join(), '--chained-fixups differ');
  return `${kUnchangedViews.length + 1} views compared`;
}

// One byte at a time, in each part of the file.
async function checkChanges(file, bytes) {
  const { segments, signature } = readMachO(bytes);
  const sea = segments.get('NODE_SEA'), linkedit = segments.get('__LINKEDIT');
  const { directory } = verifySignature(bytes);
  const inDirectory = directory.byteOffset - bytes.byteOffset;
  const places = {
    'the number of load commands': 16, code: 0x2000, 'the last byte of __TEXT': segments.get('__TEXT').size - 1,
    'the undo record': sea.offset + 200, 'the official signature kept in it': sea.offset + 400_000,
    'the application': sea.offset + sea.size - 20_000, 'the padding behind it': sea.offset + sea.size - 1,
    'a symbol': linkedit.offset + 3_000_000, 'the identifier': inDirectory + 88, 'a special slot': inDirectory + 120,
    "the first page's hash": inDirectory + directory.readUInt32BE(16), 'an entitlement': inDirectory + directory.length + 100,
    'the last byte of the file': signature.offset + signature.size - 1,
  };
  const fd = fs.openSync(file, 'r+');
  for (const [name, at] of Object.entries(places)) {
    fs.writeSync(fd, Buffer.from([bytes[at] ^ 1]), 0, 1, at);
    const r = await runIngot(options.ingot, ['verify', file], { cwd: scratch });
    fs.writeSync(fd, bytes, at, 1, at);
    require_(r.exit === 3, `a change of ${name} (offset ${at}): exit ${r.exit}\n${r.stdout}${r.stderr}`);
  }
  fs.closeSync(fd);
  const r = await runIngot(options.ingot, ['verify', file], { cwd: scratch });
  require_(r.exit === 0, `verify of the unchanged file: ${r.stderr}`);
  return `${Object.keys(places).length} changes compared`;
}

function checkForeign() {
  const npm = (...args) => spawnSync(process.execPath, [options.npm, ...args], { cwd: scratch, encoding: 'utf8' });
  const kept = path.join(options.work, 'foreign-macho.tgz');
  if (!fs.existsSync(kept)) {
    const packed = npm('pack', kForeign.spec, '--json', '--loglevel=error');
    if (packed.status !== 0) skip(`npm cannot fetch ${kForeign.spec}`);
    fs.renameSync(path.join(scratch, JSON.parse(packed.stdout)[0].filename), kept);
  }
  const [algorithm, expected] = kForeign.integrity.split(/-(.*)/);
  require_(createHash(algorithm).update(fs.readFileSync(kept)).digest('base64') === expected, `${kept} is not ${kForeign.spec}`);
  const tar = spawnSync('tar', ['-xzf', kept, '-C', scratch, kForeign.file]);
  require_(tar.status === 0, `tar: ${tar.stderr}`);
  const { pages, slots } = verifySignature(fs.readFileSync(path.join(scratch, kForeign.file)));
  return `${pages} pages and ${slots} slots compared`;
}

makeProject();
for (const target of ['darwin-x64', 'darwin-arm64']) {
  const out = path.join(scratch, target);
  let made, template;
  await check(`${target}: two builds give the same bytes, and verify`, async () => {
    made = await build(target, out);
    template = await templateOf(target);
    const again = await build(target, `${out}-again`);
    fs.rmSync(`${out}-again`);
    require_(made.equals(again), 'the builds differ');
    require_((fs.statSync(out).mode & 0o777) === 0o755, 'its mode is not 0755');
    const r = await runIngot(options.ingot, ['verify', out], { cwd: scratch });
    require_(r.exit === 0, `verify: ${r.stderr}`);
    return `${made.length} bytes compared`;
  });
  if (!made) continue;
  await check(`${target}: its signature fits every page and slot`, () => checkSigned(made, fs.readFileSync(template)));
  await check(`${target}: LLVM reads the same symbols, exports and fixups as in the template`, () => checkViews(out, template));
  await check(`${target}: a changed byte is found`, () => checkChanges(out, made));
}
await check('the verifier of signatures agrees with other signers', checkForeign);
report.close();
