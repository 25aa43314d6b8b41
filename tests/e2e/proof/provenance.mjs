// The statement about a build: in-toto, SLSA, DSSE. The signature is checked by OpenSSL's own command.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { judge } from '../lib/judge.mjs';
import { encode, makePair, opensslVerifies } from './keys.mjs';

const kProject = { packages: [{ name: 'alpha' }, { name: '@scope/beta', version: '2.1.0' }] };
const sha256 = (file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

function opened(file) {
  const envelope = JSON.parse(fs.readFileSync(file, 'utf8'));
  const body = Buffer.from(envelope.payload, 'base64');
  return { envelope, body, statement: JSON.parse(body) };
}

export const provenance = {
  async 'a signed statement has outputs and inputs with their digests, and openssl finds its signature right'({ stage, build, ingot }) {
    const reasons = [];
    for (const kind of ['ed25519', 'p256']) {
      const staged = await stage(kProject);
      const { key, pub } = makePair(staged.home, 'mine', kind), other = makePair(staged.home, 'other', kind);
      const file = path.join(staged.home, 'app.intoto.jsonl');
      const made = await build(staged, ['--provenance', file, '--provenance-key', key, '--builder-id', 'urn:example:builder', '--exclude', 'none/**'], { env: { SOURCE_DATE_EPOCH: '' } });
      reasons.push(...judge({ exit: 0, hint: false }, made));
      if (reasons.length) return reasons;
      const { envelope, body, statement } = opened(file);
      const signature = Buffer.from(envelope.signatures[0].sig, 'base64');
      if (!opensslVerifies(staged.home, pub, kind, encode(envelope.payloadType, body), signature)) reasons.push(`${kind}: openssl finds the signature wrong`);
      const { buildDefinition: definition, runDetails } = statement.predicate;
      const expected = {
        subject: [{ name: 'app', digest: { sha256: sha256(staged.out) } }],
        lockfile: sha256(path.join(staged.dir, 'package-lock.json')),
        beta: createHash('sha512').update(staged.tarballs.get('beta-2.1.0.tgz')).digest('hex'),
        builder: 'urn:example:builder', exclude: ['none/**'], time: undefined,
      };
      const dependency = (name) => definition.resolvedDependencies.find((d) => d.name.startsWith(name));
      const found = {
        subject: statement.subject, lockfile: dependency('package-lock.json')?.digest.sha256, beta: dependency('@scope/beta@2.1.0')?.digest.sha512,
        builder: runDetails.builder.id, exclude: definition.externalParameters.exclude, time: runDetails.metadata,
      };
      if (JSON.stringify(found) !== JSON.stringify(expected)) reasons.push(`${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
      if (dependency('@scope/beta')?.uri !== 'pkg:npm/%40scope/beta@2.1.0') reasons.push(`beta is called ${dependency('@scope/beta')?.uri}`);
      if (body.includes(staged.home) || body.includes(process.env.HOME + '/')) reasons.push('it names a folder of this machine');
      const verify = (extra) => ingot(['verify', staged.out, '--provenance', file, ...extra]);
      reasons.push(...judge({ exit: 0, hint: false, says: 'urn:example:builder' }, await verify(['--key', pub])));
      reasons.push(...judge({ exit: 3, code: 'envelope-key-other' }, await verify(['--key', other.pub])));
      reasons.push(...judge({ exit: 2, code: 'key-missing' }, await verify([])));
      await staged.close();
    }
    return reasons;
  },

  async 'a statement that was changed, has no signature or is about other files is told by name'({ stage, build, ingot }) {
    const staged = await stage(kProject);
    const { key, pub } = makePair(staged.home, 'mine');
    const file = path.join(staged.home, 'app.intoto.jsonl');
    const reasons = judge({ exit: 2, code: 'provenance-key-missing' }, await build(staged, ['--provenance', file]));
    if (staged.leftBehind().length || fs.existsSync(file)) reasons.push('something is left behind');
    reasons.push(...judge({ exit: 0, hint: false }, await build(staged, ['--provenance', file, '--seal-key', key])));
    const text = fs.readFileSync(file, 'utf8');
    const verify = () => ingot(['verify', staged.out, '--provenance', file, '--key', pub]);
    reasons.push(...judge({ exit: 0, hint: false }, await verify()));
    const envelope = JSON.parse(text);
    const changed = (change) => fs.writeFileSync(file, JSON.stringify({ ...envelope, ...change }));
    changed({ payload: Buffer.from(Buffer.from(envelope.payload, 'base64').toString().replace('urn:ingot:builder', 'urn:other:builder')).toString('base64') });
    reasons.push(...judge({ exit: 3, code: 'envelope-altered' }, await verify()));
    changed({ signatures: [] });
    reasons.push(...judge({ exit: 3, code: 'envelope-unsigned' }, await verify()));
    changed({ payload: undefined });
    reasons.push(...judge({ exit: 1, code: 'envelope-malformed' }, await verify()));
    fs.writeFileSync(file, text);
    await build(staged, ['--node-options', 'env']);
    reasons.push(...judge({ exit: 3, code: 'provenance-other-file' }, await verify()));
    await staged.close();
    return reasons;
  },

  async 'the same build is stated in the same words, with a time only where one is given'({ stage, build }) {
    const staged = await stage(kProject);
    const { key } = makePair(staged.home, 'mine');
    const state = async (date) => {
      const file = path.join(staged.home, 'app.intoto.jsonl');
      const made = await build(staged, ['--provenance', file, '--provenance-key', key], { env: { SOURCE_DATE_EPOCH: date } });
      if (made.exit !== 0) throw new Error(made.stderr);
      return fs.readFileSync(file, 'utf8');
    };
    const reasons = [];
    if (await state('') !== await state('')) reasons.push('the words differ');
    const { metadata } = JSON.parse(Buffer.from(JSON.parse(await state('1000000000')).payload, 'base64')).predicate.runDetails;
    if (metadata?.startedOn !== '2001-09-09T01:46:40Z') reasons.push(`it says ${JSON.stringify(metadata)}`);
    await staged.close();
    return reasons;
  },
};
