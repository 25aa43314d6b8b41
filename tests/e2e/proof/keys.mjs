// Executables that are sealed with a key. The keys are made, and the signatures checked, by OpenSSL's own command.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { judge } from '../lib/judge.mjs';

const kProject = { packages: [{ name: 'alpha' }] };

function openssl(args) {
  const r = spawnSync('openssl', args, { encoding: 'buffer' });
  if (r.status !== 0) throw new Error(`openssl ${args.join(' ')}: ${r.error ?? r.stderr}`);
  return r.stdout;
}

// Paths of a new pair: { key, pub }.
export function makePair(dir, name, kind = 'ed25519', password) {
  const key = path.join(dir, `${name}.pem`), pub = path.join(dir, `${name}.pub.pem`);
  const algorithm = kind === 'ed25519' ? ['-algorithm', 'ed25519'] : ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  openssl(['genpkey', ...algorithm, ...(password ? ['-aes256', '-pass', `pass:${password}`] : []), '-out', key]);
  openssl(['pkey', '-in', key, '-pubout', '-out', pub, ...(password ? ['-passin', `pass:${password}`] : [])]);
  return { key, pub };
}

// Whether openssl finds the signature right; `kind` as for makePair.
export function opensslVerifies(dir, pub, kind, message, signature) {
  const file = path.join(dir, 'message'), sig = path.join(dir, 'signature');
  fs.writeFileSync(file, message);
  fs.writeFileSync(sig, signature);
  const args = kind === 'ed25519' ? ['pkeyutl', '-verify', '-rawin', '-in', file] : ['dgst', '-sha256', '-verify', pub, '-signature', sig, file];
  const r = spawnSync('openssl', kind === 'ed25519' ? [...args, '-pubin', '-inkey', pub, '-sigfile', sig] : args);
  return r.status === 0;
}

// The pre-authentication encoding of DSSE.
export const encode = (type, body) => Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);

// Everything below a folder but the keys themselves has to be free of what is in the private key.
function leaks(texts, key) {
  const secret = fs.readFileSync(key, 'utf8').split('\n').filter((line) => line && !line.startsWith('-----'));
  return texts.filter((text) => secret.some((line) => text.includes(line.slice(0, 40)))).length ? ['the private key is in what was written'] : [];
}

// The manifest and its seal as they lie in the executable: loader/payload_format.h.
function sealedIn(bytes) {
  const magic = Buffer.from('INGT\x05\0\0\0', 'latin1');
  const at = bytes.indexOf(magic);
  const section = (word) => bytes.subarray(at + bytes.readUInt32LE(at + word * 4)).subarray(0, bytes.readUInt32LE(at + word * 4 + 4));
  return { manifest: zlib.zstdDecompressSync(section(12)), seal: JSON.parse(section(30).toString()) };
}

export const keys = {
  async 'an executable sealed with an Ed25519 key is checked by its public key, and made alike each time'({ stage, build, ingot }) {
    const staged = await stage(kProject);
    const mine = makePair(staged.home, 'mine'), other = makePair(staged.home, 'other');
    const made = await build(staged, ['--seal-key', mine.key]);
    const reasons = judge({ exit: 0, hint: false }, made);
    if (reasons.length) return reasons;
    const first = fs.readFileSync(staged.out);
    reasons.push(...judge({ exit: 0, hint: false, says: 'signed by ed25519 key' }, await ingot(['verify', staged.out, '--key', mine.pub])));
    reasons.push(...judge({ exit: 0, hint: false, says: 'whose that is, --key tells' }, await ingot(['verify', staged.out])));
    reasons.push(...judge({ exit: 3, code: 'seal-key-other' }, await ingot(['verify', staged.out, '--key', other.pub])));
    reasons.push(...judge({ exit: 1, code: 'key-private' }, await ingot(['verify', staged.out, '--key', mine.key])));
    reasons.push(...judge({ exit: 2, code: 'option-unfit' }, await ingot(['verify', staged.dir, '--key', mine.pub])));
    reasons.push(...leaks([made.stdout, made.stderr, first.toString('latin1')], mine.key));
    fs.rmSync(staged.out);
    await build(staged, ['--seal-key', mine.key]);
    if (!first.equals(fs.readFileSync(staged.out))) reasons.push('the second build has other bytes');
    if (spawnSync(staged.out, [], { encoding: 'utf8' }).stdout !== 'whole alpha\n') reasons.push('it does not run');
    await staged.close();
    return reasons;
  },

  async 'openssl finds the signature of a seal right, and of nothing but the manifest'({ stage, build }) {
    const reasons = [];
    for (const kind of ['ed25519', 'p256']) {
      const staged = await stage(kProject);
      const pair = makePair(staged.home, kind, kind);
      const made = await build(staged, ['--seal-key', pair.key]);
      reasons.push(...judge({ exit: 0, hint: false, ...(kind === 'p256' ? { code: 'seal-not-alike' } : {}) }, made));
      const { manifest, seal } = sealedIn(fs.readFileSync(staged.out));
      const message = encode('application/vnd.ingot.manifest+json', manifest);
      const signature = Buffer.from(seal.signature, 'base64');
      if (!opensslVerifies(staged.home, pair.pub, kind, message, signature)) reasons.push(`${kind}: openssl finds the signature wrong`);
      message[message.length - 3] ^= 1;
      if (opensslVerifies(staged.home, pair.pub, kind, message, signature)) reasons.push(`${kind}: openssl finds everything right`);
      await staged.close();
    }
    return reasons;
  },

  async 'what is unsigned, or was altered after it was signed, is told by name'({ stage, build, ingot }) {
    const staged = await stage(kProject);
    const mine = makePair(staged.home, 'mine');
    const reasons = judge({ exit: 0, hint: false }, await build(staged));
    reasons.push(...judge({ exit: 3, code: 'seal-missing' }, await ingot(['verify', staged.out, '--key', mine.pub])));
    fs.rmSync(staged.out);
    await build(staged, ['--seal-key', mine.key]);
    const sound = fs.readFileSync(staged.out);
    const at = sound.indexOf('{"algorithm":"');
    for (const [what, text] of [['signature', '"signature":"'], ['publicKey', '"publicKey":"MCowBQYDK2VwAyEA']]) {
      const bytes = Buffer.from(sound);
      const place = bytes.indexOf(text, at) + text.length + 4;
      bytes[place] = bytes[place] === 65 ? 66 : 65;
      fs.writeFileSync(staged.out, bytes);
      reasons.push(...judge({ exit: 3, code: 'seal-(altered|malformed|key-other)' }, await ingot(['verify', staged.out])).map((r) => `${what}: ${r}`));
    }
    await staged.close();
    return reasons;
  },

  async 'a key with a password is opened by file or variable, and stays out of the executable'({ stage, build }) {
    const staged = await stage({ ...kProject, manifest: { files: ['**/*'] } });
    const { key } = makePair(staged.dir, 'locked', 'ed25519', 'open sesame');
    const password = path.join(staged.home, 'password');
    fs.writeFileSync(password, 'open sesame\n');
    const reasons = judge({ exit: 1, code: 'key-password-wrong', says: 'needs a password' }, await build(staged, ['--seal-key', key]));
    reasons.push(...judge({ exit: 1, code: 'key-password-wrong', says: 'does not open' }, await build(staged, ['--seal-key', key], { env: { INGOT_KEY_PASSWORD: 'guess' } })));
    reasons.push(...staged.leftBehind());
    reasons.push(...judge({ exit: 0, hint: false }, await build(staged, ['--seal-key', key, '--include', '**'], { env: { INGOT_KEY_PASSWORD: 'open sesame' } })));
    const made = await build(staged, ['--seal-key', key, '--include', '**', '--key-password-file', password]);
    reasons.push(...judge({ exit: 0, hint: false }, made));
    reasons.push(...leaks([made.stdout, made.stderr, fs.readFileSync(staged.out, 'latin1')], key));
    await staged.close();
    return reasons;
  },
};
