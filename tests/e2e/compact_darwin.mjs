// Compact executables for macOS, as far as they can be judged where none runs: they are reproducible, a verifier that
// shares nothing with ingot accepts the signatures of the executable and of the bundle that it unpacks, LLVM's tools
// see in the bundle what they see in Node's program and in the loader only what libSystem.tbd lists, and changed bytes
// are found. tests/unit/darwin_loader runs the loader itself, on a libSystem of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { buildSample, frameIn, kDamaged, kMegabyte, makeChecker, makeProject, require_, skip } from './lib/compact_sample.mjs';
import { readMachO, verifySignature } from './lib/macho.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';

const kMost = 40 * kMegabyte; // with --compact=fast
const kAdHoc = 0x2, kBundle = 8, kReadOnlyData = 0x10;
const kStub = path.join(import.meta.dirname, '../../loader/program/darwin/libSystem.tbd');
const kUnchangedViews = ['--exports-trie', '--function-starts', '--indirect-symbols', '--syms', '--bind', '--rebase'];
const kTools = { objdump: ['llvm-objdump-19', 'llvm-objdump'], nm: ['llvm-nm-19', 'llvm-nm'] };

const options = readOptions();
const { report, check } = makeChecker(options);
const scratch = makeScratch(options.work, 'compact-darwin');
const ingot = (...words) => runIngot(options.ingot, words, { cwd: scratch });

function run(tool, ...words) {
  const program = kTools[tool].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!program) skip(`no llvm-${tool} on this machine`);
  const r = spawnSync(program, words, { maxBuffer: 1 << 30 });
  require_(r.status === 0, `${program} ${words}: ${r.stderr}`);
  return r.stdout;
}

// Without the file's name.
const view = (name, file) => run('objdump', '--macho', name, file).toString('latin1').replaceAll(file, '');

async function nodeOf(target) {
  const { stdout } = await ingot('targets', '--json');
  const key = JSON.parse(stdout).targets.find((t) => t.target === target).binarySha256;
  return path.join(options.store, 'derived/template', key.slice(0, 2), key.slice(2));
}

// The names that the stub lists for a CPU.
function listedFor(cpu) {
  const lists = [...fs.readFileSync(kStub, 'utf8').matchAll(/- targets: \[([^\]]*)\]\s+symbols: \[([^\]]*)\]/g)];
  require_(lists.length === 3, `${lists.length} lists in libSystem.tbd`);
  return lists.filter(([, targets]) => targets.includes(cpu)).flatMap(([, , names]) => names.split(',').map((name) => name.trim().replaceAll("'", ''))).sort();
}

function checkLoader(file, cpu) {
  const undefinedNames = run('nm', '-u', '-j', file).toString().trim().split('\n').map((name) => name.trim()).sort();
  require_(undefinedNames.join() === listedFor(cpu).join(), `it takes ${undefinedNames}`);
  const shown = [...view('--exports-trie', file).matchAll(/^0x\S+ +(\S+)$/gm)].map(([, name]) => name);
  require_(shown.join() === '__mh_execute_header', `it shows ${shown}`);
  const libraries = [...view('--dylibs-used', file).matchAll(/^\t(\S+)/gm)].map(([, name]) => name);
  require_(libraries.join() === '/usr/lib/libSystem.B.dylib', `it loads ${libraries}`);
  return `${undefinedNames.length} functions of libSystem compared`;
}

function checkBundle(bytes, file, node) {
  const [made, program] = [bytes, fs.readFileSync(node)].map(readMachO);
  require_(made.type === kBundle, `it is of type ${made.type}`);
  const names = (image) => [...image.segments.keys()];
  require_(names(made).join() === names(program).slice(1).join(), `its segments are ${names(made)}`);
  require_((made.segments.get('__DATA_CONST').flags & kReadOnlyData) !== 0, 'dyld would refuse its __DATA_CONST');
  const signature = verifySignature(bytes);
  require_(signature.flags === kAdHoc && signature.identifier === 'node', `it is signed as ${signature.identifier}`);
  for (const name of kUnchangedViews) require_(view(name, file) === view(name, node), `${name} differs`);
  const chains = (of) => view('--chained-fixups', of).split('chained starts in segment');
  const [head, ...rest] = chains(file), [, ...expected] = chains(node);
  require_(/seg_count = 4\n/.test(head), head);
  const withoutIndex = (list) => list.map((text) => text.replace(/^ \d+/, '')).join();
  require_(withoutIndex(rest) === withoutIndex(expected), '--chained-fixups differ');
  // The loader asks for the one, and the record has the place of the other.
  const places = new Map([...view('--exports-trie', file).matchAll(/^(0x\S+) +(__mh_execute_header|_main)$/gm)].map(([, at, name]) => [name, Number(at)]));
  require_(places.get('_main') - places.get('__mh_execute_header') === program.entry, 'its main function is elsewhere');
  return `${kUnchangedViews.length + 1} views, ${signature.pages} pages compared`;
}

async function checkChanges(file, bytes) {
  const { segments, signature } = readMachO(bytes);
  const frame = frameIn(bytes, 0x1000);
  const places = { 'the loader': 0x1000, 'the record': frame - 70, 'the frame': frame + 10_000_000, 'the padding behind it': segments.get('NODE_SEA').offset - 1,
    'the signature': signature.offset + 200 };
  for (const [what, at] of Object.entries(places)) {
    bytes[at] ^= 0x10;
    fs.writeFileSync(`${file}-changed`, bytes);
    bytes[at] ^= 0x10;
    const r = await ingot('verify', `${file}-changed`);
    require_(r.exit === kDamaged, `${what}: verify ended with ${r.exit}`);
  }
  return `${Object.keys(places).length} changes compared`;
}

makeProject(path.join(scratch, 'sample'));
for (const [target, cpu] of [['darwin-x64', 'x86_64-macos'], ['darwin-arm64', 'arm64-macos']]) {
  const node = await nodeOf(target);
  let compact, bytes;
  await check(`${target}: it is a quarter of a direct executable, the same each time, and verified`, async () => {
    compact = await buildSample(options, scratch, target, ['--compact=fast', '--target', target]);
    bytes = fs.readFileSync(compact);
    require_(bytes.length <= kMost, `it has ${bytes.length} bytes`);
    const again = path.join(scratch, `${target}-again`);
    const built = await ingot('build', path.join(scratch, 'sample'), '-o', again, '--store', options.store, '--compact=fast', '--target', target);
    require_(/never been started on a Mac/.test(built.stderr), `it does not say that it was never tried: ${built.stderr}`);
    require_(fs.readFileSync(again).equals(bytes), 'two builds differ');
    const verified = await ingot('verify', compact);
    require_(verified.exit === 0 && /runtime +Node\.js/.test(verified.stdout) && /loader  +the same/.test(verified.stdout), verified.stdout + verified.stderr);
    return `${(bytes.length / kMegabyte).toFixed(1)} MB`;
  });
  if (!compact) continue;
  await check(`${target}: its signature is valid, in the application's name, with Node's entitlements`, () => {
    const ours = verifySignature(bytes), theirs = verifySignature(fs.readFileSync(node));
    require_(ours.flags === kAdHoc && ours.identifier === 'sample', `it is signed as ${ours.identifier}`);
    for (const slot of [5, 7]) require_(ours.blobs.get(slot).equals(theirs.blobs.get(slot)), `slot ${slot} is not Node's`);
    return `${ours.pages} pages and ${ours.slots} slots compared`;
  });
  await check(`${target}: the loader takes of macOS what the stub lists, and shows nothing`, () => checkLoader(compact, cpu));
  await check(`${target}: what it unpacks is Node as a bundle that dyld's rules allow`, () => {
    const library = zlib.zstdDecompressSync(bytes.subarray(frameIn(bytes, 0x1000)));
    const file = `${compact}.bundle`;
    fs.writeFileSync(file, library);
    return checkBundle(library, file, node);
  });
  await check(`${target}: changed bytes are found`, () => checkChanges(compact, bytes));
}
report.close();
