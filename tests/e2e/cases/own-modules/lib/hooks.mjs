// Customization hooks of the kind that run on a thread of their own.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
let prefix = '';
export async function initialize(data) { prefix = data.prefix; data.port?.postMessage('initialized'); }
export async function resolve(specifier, context, next) {
  if (specifier === 'virtual:thing') return { url: 'virtual:thing', shortCircuit: true };
  return next(specifier, context);
}
export async function load(url, context, next) {
  if (url === 'virtual:thing') return { format: 'module', source: `export default '${prefix} thing';`, shortCircuit: true };
  if (url.endsWith('/target.mjs')) {
    const source = readFileSync(fileURLToPath(url), 'utf8').replace("'target'", "'changed by load'");
    return { format: 'module', source, shortCircuit: true };
  }
  const result = await next(url, context);
  if (url.endsWith('/uses-plain.mjs')) return { ...result, source: String(result.source).replace('PLACE', `${context.format} ${typeof result.source}`) };
  return result;
}
