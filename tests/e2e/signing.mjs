// What an executable shows on Windows, and `ingot sign`: each entry of signing.json ends with its exit code and its error
// code and leaves nothing where it failed; what is shown is read by resedit (tests/tools/resedit), too; what is signed verifies,
// osslsigncode agrees for Windows, and for macOS the verifier of pages and slots that macho.mjs has.
//
// The identities are made here by the `openssl` command, and thrown away. Without it nothing is signed, and the part says so.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { judge } from './lib/judge.mjs';
import { verifySignature } from './lib/macho.mjs';
import { makeScratch, readOptions } from './lib/options.mjs';
import { runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { installTools } from './lib/tools.mjs';

const kSubsystemAt = 24 + 68; // in a PE file's headers
const kData = 10; // RT_RCDATA
const kCases = JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'signing.json'), 'utf8'));

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'signing');
const project = path.join(scratch, 'project');
const inScratch = (name) => path.resolve(scratch, name);

function makeProject() {
  const manifest = { name: 'win-sample', version: '4.5.6', description: 'Says who it is', author: 'Jane Doe <jane@example.org>', license: 'MIT', bin: 'main.js' };
  fs.mkdirSync(project);
  fs.writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest));
  fs.writeFileSync(path.join(project, 'package-lock.json'),
    JSON.stringify({ name: manifest.name, version: manifest.version, lockfileVersion: 3, packages: { '': manifest } }));
  fs.writeFileSync(path.join(project, 'main.js'), 'console.log(process.platform);\n');
}

// One image of 16 by 16, all red: ICONDIR, ICONDIRENTRY, BITMAPINFOHEADER, pixels, mask.
const kPixel = Buffer.from([0, 0, 255, 255]);
function makeIcon() {
  const side = 16, image = Buffer.alloc(40 + side * side * 4 + side * 4);
  image.writeUInt32LE(40, 0);
  image.writeInt32LE(side, 4);
  image.writeInt32LE(2 * side, 8); // with the mask
  image.writeUInt16LE(1, 12);
  image.writeUInt16LE(32, 14);
  image.fill(kPixel, 40, 40 + side * side * 4);
  const head = Buffer.from([0, 0, 1, 0, 1, 0, side, side, 0, 0, 1, 0, 32, 0, 0, 0, 0, 0, 22, 0, 0, 0]);
  head.writeUInt32LE(image.length, 14);
  return Buffer.concat([head, image]);
}

function makeFiles() {
  const icon = makeIcon();
  fs.writeFileSync(inScratch('good.ico'), icon);
  fs.writeFileSync(inScratch('short.ico'), icon.subarray(0, 100));
  fs.writeFileSync(inScratch('picture.png'), Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1'));
}

function openssl(...words) {
  const r = spawnSync('openssl', words, { cwd: scratch, encoding: 'utf8' });
  if (r.status !== 0) throw new Error(`openssl ${words[0]}: ${r.error?.code ?? r.stderr}`);
}

// An issuer, a certificate of it for signing code, and files with more or less of them.
function makeIdentities() {
  fs.writeFileSync(inScratch('use.cnf'), 'keyUsage=digitalSignature\nextendedKeyUsage=codeSigning\n');
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'issuer.key', '-out', 'issuer.pem', '-days', '2', '-subj', '/CN=Sample Issuer');
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'good.key', '-out', 'good.csr', '-subj', '/CN=Sample Signer/OU=TEAM123456');
  openssl('x509', '-req', '-in', 'good.csr', '-CA', 'issuer.pem', '-CAkey', 'issuer.key', '-CAcreateserial', '-days', '2', '-extfile', 'use.cnf', '-out', 'good.pem');
  openssl('pkcs12', '-export', '-inkey', 'good.key', '-in', 'good.pem', '-certfile', 'issuer.pem', '-passout', 'pass:secret', '-out', 'good.p12');
  openssl('pkcs12', '-export', '-nokeys', '-in', 'good.pem', '-passout', 'pass:secret', '-out', 'keyless.p12');
  fs.writeFileSync(inScratch('short.p12'), fs.readFileSync(inScratch('good.p12')).subarray(0, 500));
}

const build = (out, target, args = []) => runIngot(options.ingot,
  ['build', project, '--target', target, '-o', out, '--store', options.store, ...args.map((word) => word.replaceAll('{WORK}', scratch))], { cwd: scratch });

// What Windows would show: texts as UTF-16, the icon's pixels, console or not.
function checkShown(wanted, out) {
  const bytes = fs.readFileSync(out);
  const reasons = wanted.texts.filter((text) => !bytes.includes(Buffer.from(`${text}\0`, 'utf16le'))).map((text) => `does not show ${text}`);
  const subsystem = bytes.readUInt16LE(bytes.readUInt32LE(0x3c) + kSubsystemAt);
  if (subsystem !== wanted.subsystem) reasons.push(`its subsystem is ${subsystem}, not ${wanted.subsystem}`);
  if (bytes.includes(Buffer.alloc(1024, kPixel)) !== wanted.icon) reasons.push(`${wanted.icon ? 'lacks' : 'has'} the icon`);
  return reasons;
}

// Another reader and writer of resources finds what is wanted, and keeps the application when it changes a text.
const resedit = await import(path.join(installTools('resedit', options), 'node_modules/resedit/dist/index.js'));
let reread = 0;
function checkRead(wanted, out) {
  const application = (resources) => resources.entries.find((entry) => entry.type === kData && entry.id === 'NODE_SEA_BLOB');
  const file = resedit.NtExecutable.from(fs.readFileSync(out));
  const resources = resedit.NtExecutableResource.from(file);
  const [version] = resedit.Resource.VersionInfo.fromEntries(resources.entries);
  const [language] = version.getAllLanguagesForStringValues();
  const texts = Object.values(version.getStringValues(language));
  const reasons = wanted.texts.filter((text) => !texts.includes(text)).map((text) => `resedit does not read ${text} among ${texts}`);
  const images = resedit.Resource.IconGroupEntry.fromEntries(resources.entries).map((group) => group.icons.length);
  if (wanted.icon && images.join() !== '1') reasons.push(`resedit reads ${images} images of icons`);

  version.setStringValues(language, { ProductName: 'Another' });
  version.outputToResourceEntries(resources.entries);
  resources.outputResource(file);
  const changed = resedit.NtExecutableResource.from(resedit.NtExecutable.from(file.generate()));
  if (!Buffer.from(application(changed).bin).equals(Buffer.from(application(resources).bin))) reasons.push('resedit loses the application');
  reread++;
  return reasons;
}

async function tryBuild(wanted) {
  const out = inScratch('out/sample.exe');
  const result = await build(out, 'win-x64', wanted.args);
  const reasons = judge({ hint: wanted.exit !== 0, ...wanted }, result);
  if (wanted.exit === 0 && !reasons.length) reasons.push(...checkShown(wanted, out), ...checkRead(wanted, out));
  else if (fs.existsSync(path.dirname(out)) && fs.readdirSync(path.dirname(out)).length) reasons.push('left something behind');
  fs.rmSync(path.dirname(out), { recursive: true, force: true });
  return reasons;
}

// `name`: a target, with options behind it, or a file.
const made = new Map();
async function executableOf(name) {
  if (!/^(?:win|darwin|linux)-/.test(name)) return inScratch(name);
  if (!made.has(name)) {
    const [target, ...args] = name.split(' ');
    const out = inScratch(`made-${made.size}`);
    const { exit, stderr } = await build(out, target, args);
    if (/no loader/.test(stderr)) throw Object.assign(new Error(), { skip: `this ingot was built without the loader for ${target}` });
    if (exit !== 0) throw new Error(`ingot build for ${name}: ${stderr}`);
    made.set(name, out);
  }
  return made.get(name);
}

let agreed = 0;
async function checkSigned(wanted, out) {
  const verified = await runIngot(options.ingot, ['verify', out], { cwd: scratch });
  const reasons = judge({ exit: 0, hint: false, says: 'Sample Signer' }, verified);
  if (wanted.holds && !fs.readFileSync(out).includes(wanted.holds)) reasons.push(`does not hold ${wanted.holds}`);
  if (wanted.of.startsWith('darwin-')) verifySignature(fs.readFileSync(out));
  if (!wanted.of.startsWith('win-x64')) return reasons;
  const r = spawnSync('osslsigncode', ['verify', '-CAfile', inScratch('issuer.pem'), '-in', out], { encoding: 'utf8' });
  if (r.error?.code === 'ENOENT') return reasons;
  agreed++;
  if (r.status !== 0 || !r.stdout.includes('Signature verification: ok')) reasons.push(`osslsigncode: ${r.stdout}${r.stderr}`);
  return reasons;
}

async function trySign(wanted) {
  const file = inScratch('given'), out = inScratch('signed');
  fs.copyFileSync(await executableOf(wanted.of), file);
  if (wanted.flip) {
    const bytes = fs.readFileSync(file);
    bytes[Math.floor(bytes.length * wanted.flip)] ^= 1;
    fs.writeFileSync(file, bytes);
  }
  fs.writeFileSync(inScratch('password'), `${wanted.password}\n`);
  const sign = (from) => runIngot(options.ingot,
    ['sign', from, '-o', out, '--identity', inScratch(wanted.identity), '--password-file', inScratch('password'), ...(wanted.args ?? [])], { cwd: scratch });
  let result = await sign(file);
  if (wanted.twice && result.exit === 0) result = await sign(out);
  const reasons = judge({ hint: wanted.exit !== 0, ...wanted }, result);
  if (wanted.exit !== 0 && fs.existsSync(out)) reasons.push('left something behind');
  else if (!reasons.length && wanted.exit === 0) reasons.push(...await checkSigned(wanted, out));
  fs.rmSync(out, { force: true });
  return reasons;
}

async function attempt(name, body) {
  if (!options.matches(name)) return;
  try {
    report.settle(name, await body());
  } catch (e) {
    if (e.skip) report.skip(name, e.skip);
    else report.fail(name, [e.stack]);
  }
}

makeProject();
makeFiles();
for (const wanted of kCases.builds) await attempt(`for Windows: ${wanted.name}`, () => tryBuild(wanted));
console.log(`${reread} executables compared with resedit`);
if (spawnSync('openssl', ['version']).status === 0) {
  makeIdentities();
  for (const wanted of kCases.signatures) await attempt(`signs: ${wanted.name}`, () => trySign(wanted));
  if (agreed > 0) console.log(`${agreed} signatures compared with osslsigncode`);
  else report.skip('osslsigncode agrees', 'it is not installed, or nothing was signed for Windows');
} else {
  report.skip('signing', 'there is no openssl command');
}
report.close();
