// Bills of materials: valid by the official schemas, the same from a project and from its executables for every
// target, and in agreement with those that cyclonedx-npm and npm itself make of the installed project. The tools are
// those of tests/tools/sbom, pinned by its lockfile. No npm package has the schema of SPDX 2.3: INGOT_SPDX_SCHEMA names a
// copy (schemas/spdx-schema.json of spdx-spec, tag v2.3), else ../shared/spdx-2.3.schema.json is looked for.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeScratch, readOptions } from './lib/options.mjs';
import { baselineOf, copyProject, runIngot } from './lib/project.mjs';
import { Report } from './lib/report.mjs';
import { installTools } from './lib/tools.mjs';
import { checkExpressions } from './sbom/expressions.mjs';

const kRoot = path.resolve(import.meta.dirname, '../..');
const kSpdxSchemaSha256 = '239208b7ac287b3cf5d9a9af23f9d69863971102a5e1587a27a398b43490b89b';
const kProjects = { 'hello-cli': 'examples/hello-cli' };
for (const name of ['express', 'eslint', 'packages', 'sharp', 'yargs']) kProjects[name] = `tests/e2e/cases/${name}`;

const options = readOptions();
const report = new Report();
const scratch = makeScratch(options.work, 'sbom');
const formats = { cyclonedx: '.cdx.json', spdx: '.spdx.json' };

async function ingot(args, cwd = scratch, env = {}) {
  const r = await runIngot(options.ingot, args, { cwd, env });
  if (r.exit !== 0) throw new Error(`ingot ${args.join(' ')} ended with ${r.exit}:\n${r.stderr}`);
  return r.stdout;
}

function same(what, got, want) {
  const missing = [...want].filter((x) => !got.has(x)), extra = [...got].filter((x) => !want.has(x));
  if (missing.length || extra.length) throw new Error(`${what} differ; missing: ${missing.join(', ')}; extra: ${extra.join(', ')}`);
  return want.size;
}

// { cyclonedx, spdx }: functions that throw for a document that is not valid. `spdx` is missing without its schema.
function makeValidators(home) {
  const require = createRequire(path.join(home, 'x.js'));
  const Ajv = require('ajv').default, addFormats = require('ajv-formats').default;
  const make = (schema, more = []) => {
    const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'iri-reference': true, 'idn-email': true } });
    addFormats(ajv);
    for (const [name, one] of more) ajv.addSchema(one, new URL(name, schema.$id).href);
    const validate = ajv.compile(schema);
    return (document) => {
      if (!validate(document)) throw new Error(`not valid: ${ajv.errorsText(validate.errors).slice(0, 2000)}`);
    };
  };
  const schemas = path.join(home, 'node_modules/@cyclonedx/cyclonedx-library/res/schema');
  const read = (name) => JSON.parse(fs.readFileSync(path.join(schemas, name), 'utf8'));
  const out = { cyclonedx: make(read('bom-1.6.SNAPSHOT.schema.json'), ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'].map((name) => [name, read(name)])) };
  const spdx = [process.env.INGOT_SPDX_SCHEMA, path.join(kRoot, '../shared/spdx-2.3.schema.json')].find((f) => f && fs.existsSync(f));
  if (!spdx) return out;
  const text = fs.readFileSync(spdx);
  if (createHash('sha256').update(text).digest('hex') !== kSpdxSchemaSha256) throw new Error(`${spdx} is not the schema of SPDX 2.3`);
  out.spdx = make(JSON.parse(text));
  return out;
}

const bare = (purl) => purl?.split('?')[0];
const isRuntime = (purl) => purl?.startsWith('pkg:generic/node@');
const pathOf = (component) => component.properties?.find((p) => p.name === 'cdx:npm:package:path')?.value ?? '';

function cyclonedxFacts(bom) {
  const components = bom.components.filter((c) => !isRuntime(c.purl));
  const names = new Map([bom.metadata.component, ...components].map((c) => [c['bom-ref'], `${bare(c.purl)} at ${pathOf(c)}`]));
  const edges = new Set();
  for (const { ref, dependsOn = [] } of bom.dependencies)
    for (const to of dependsOn) if (names.has(ref) && names.has(to)) edges.add(`${names.get(ref)} -> ${names.get(to)}`);
  const licence = (c) => [...new Set((c.licenses ?? []).map((l) => l.expression ?? l.license.id ?? l.license.name))].join().replace(/^\((.*)\)$/, '$1');
  return { components: new Set(components.map((c) => `${names.get(c['bom-ref'])} ${licence(c)}`)), edges };
}

// As the two makers of SPDX say it: npm writes each edge from what is needed to who needs it, peers (HAS_PREREQUISITE) too.
function spdxFacts(document) {
  const purl = (p) => bare(p.externalRefs?.find((r) => r.referenceType === 'purl')?.referenceLocator);
  const ids = new Map(document.packages.map((p) => [p.SPDXID, purl(p)]));
  const own = (id) => ids.has(id) && !isRuntime(ids.get(id));
  const edges = new Set();
  for (const { spdxElementId: a, relationshipType, relatedSpdxElement: b } of document.relationships) {
    if (!own(a) || !own(b)) continue;
    edges.add(relationshipType !== 'DEPENDS_ON' ? `${ids.get(b)} -> ${ids.get(a)}` : `${ids.get(a)} -> ${ids.get(b)}`);
  }
  const root = document.documentDescribes[0];
  const packages = document.packages.filter((p) => own(p.SPDXID) && p.SPDXID !== root);
  return { packages: new Set(packages.map((p) => `${purl(p)} ${(p.checksums ?? []).map((c) => c.algorithm + c.checksumValue)}`)), edges };
}

function otherTool(argv, cwd) {
  const r = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, npm_execpath: options.npm } });
  if (r.status !== 0) throw new Error(`${path.basename(argv[0])} ended with ${r.status}:\n${r.stderr}`);
  return JSON.parse(r.stdout);
}

async function checkProject(name, folder, home, validators) {
  const project = path.join(scratch, name), elsewhere = path.join(scratch, `${name}-again`);
  for (const to of [project, elsewhere]) copyProject(path.join(kRoot, folder), to);
  const texts = {}, documents = {};
  for (const format of Object.keys(formats)) {
    texts[format] = await ingot(['sbom', project, '--format', format, '--store', options.store]);
    if (texts[format] !== await ingot(['sbom', '--format', format, '--store', options.store, '--offline'], elsewhere)) throw new Error(`${format}: another text elsewhere`);
    documents[format] = JSON.parse(texts[format]);
    validators[format]?.(documents[format]);
  }
  const installed = baselineOf(name, path.join(kRoot, folder), options);
  const cyclonedx = otherTool([path.join(home, 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js'), '--omit', 'dev', '--output-format', 'JSON',
    '--spec-version', '1.6', '--flatten-components', '--output-reproducible'], installed);
  const ours = cyclonedxFacts(documents.cyclonedx), theirs = cyclonedxFacts(cyclonedx);
  const counts = [same('components', ours.components, theirs.components), same('edges', ours.edges, theirs.edges)];
  const npm = spdxFacts(otherTool([options.npm, 'sbom', '--omit=dev', '--sbom-format=spdx'], installed));
  const mine = spdxFacts(documents.spdx);
  counts.push(same('packages', mine.packages, npm.packages), same('relationships', mine.edges, npm.edges));
  return `${counts[0]} components and ${counts[1]} edges compared with cyclonedx-npm, ${counts[2]} packages and ${counts[3]} relationships with npm`;
}

// Of every target's executable, and beside it.
async function checkExecutables(validators) {
  const project = path.join(scratch, 'executables'), out = path.join(scratch, 'out');
  copyProject(path.join(kRoot, kProjects['hello-cli']), project);
  await ingot(['build', project, '--target', 'all', '--sbom', 'both', '-o', `${out}/app-{target}{ext}`, '--store', options.store]);
  const executables = fs.readdirSync(out).filter((f) => !f.endsWith('.json'));
  for (const file of executables) {
    for (const [format, extension] of Object.entries(formats)) {
      const text = await ingot(['sbom', path.join(out, file), '--format', format]);
      if (text !== fs.readFileSync(path.join(out, file + extension), 'utf8')) throw new Error(`${file}${extension} is not what the executable says`);
      validators[format]?.(JSON.parse(text));
      const sha256 = createHash('sha256').update(fs.readFileSync(path.join(out, file))).digest('hex');
      if (!text.includes(sha256)) throw new Error(`${file}${extension} does not name the executable's digest`);
      const dated = await ingot(['sbom', path.join(out, file), '--format', format], scratch, { SOURCE_DATE_EPOCH: '1700000000' });
      if (!dated.includes('2023-11-14T22:13:20Z')) throw new Error(`${format}: SOURCE_DATE_EPOCH has no effect`);
      validators[format]?.(JSON.parse(dated));
    }
  }
  if (executables.length !== 5) throw new Error(`${executables.length} executables for 5 targets`);
  return `${executables.length * 2} bills compared`;
}

function checkLicenseNames(home) {
  const require = createRequire(path.join(home, 'x.js'));
  const source = fs.readFileSync(path.join(kRoot, 'packer/bill/license_list.cc'), 'utf8');
  const listed = (name) => new Set(new RegExp(`${name}\\[\\] = \\{([^}]*)\\}`).exec(source)[1].match(/"[^"]+"/g).map((x) => x.slice(1, -1)));
  const published = (...modules) => new Set(modules.flatMap((m) => require(m)).filter((id) => !id.endsWith('+')));
  const count = same('licences', listed('kIds'), published('spdx-license-ids', 'spdx-license-ids/deprecated'))
    + same('exceptions', listed('kExceptions'), published('spdx-exceptions', 'spdx-exceptions/deprecated.json'));
  return `${count} names compared`;
}

async function check(name, run) {
  if (!options.matches(name)) return;
  try {
    report.pass(name, await run());
  } catch (e) {
    report.fail(name, [e.message]);
  }
}

const home = installTools('sbom', options);
const validators = makeValidators(home);
if (!validators.spdx) report.skip('bills are valid SPDX 2.3', 'its schema is not here (INGOT_SPDX_SCHEMA names a copy)');
await check('the names of licences are those of the SPDX list', () => checkLicenseNames(home));
await check('licence expressions are read and judged as by npm\'s tools', () => checkExpressions(home, scratch, (args) => runIngot(options.ingot, args, { cwd: scratch })));
for (const [name, folder] of Object.entries(kProjects)) await check(`${name}: valid, and what other makers say`, () => checkProject(name, folder, home, validators));
await check('executables of all targets tell what lies beside them', () => checkExecutables(validators));
report.close();
