// TypeScript as Node runs it: types are taken out, and every position stays.
import fs from 'node:fs';
import type { Shape } from './shapes.ts';
import { area, fails, type Named } from './shapes.ts';
import { legacy } from './legacy.cts';
import data from './data.json' with { type: 'json' };

interface Options<T extends string = string> {
  readonly name: T;
  verbose?: boolean;
}

const options: Options<'ünï'> = { name: 'ünï' }; const square = { kind: 'square', side: 3 } satisfies Shape as Shape;

function stackOf(error: unknown): string[] {
  const own = (line: string): boolean => /(?:src|cjs|bare)\//.test(line);
  return (error as Error).stack!.split('\n').filter(own);
}

async function attempt<T>(name: string, action: () => T | Promise<T>): Promise<void> {
  try {
    console.log(name, await action());
  } catch (error: any) {
    console.log(name, 'fails:', error.code, error.name, error.message.split('\n')[0], stackOf(error).join('\n'));
  }
}

const mode: string | undefined = process.argv[2];
if (mode === 'throw') {
  const early: number = 1; fails(early as any);
}

console.log(options.name, area(square), legacy<number>(20), data.answer, import.meta.main);
console.log('features', process.features.typescript);
await attempt('reads its own source', () => fs.readFileSync(new URL(import.meta.url), 'utf8').includes('interface Options<T'));
await attempt('stack of an ES module', () => fails({ name: 'x' } satisfies Named));
await attempt('stack of CommonJS', () => legacy<string>('boom'));
await attempt('late import', async () => (await import('./late.mts')).default);
await attempt('computed import', async () => (await import(`./${'late'}.mts`)).default);
await attempt('a CommonJS package', async () => (await import('../cjs/index.ts')).default);
await attempt('CommonJS by its syntax', async () => (await import('../bare/plain.ts')).default.plain('plain'));
await attempt('a module by its syntax', async () => (await import('../bare/module.ts')).detected);
await attempt('an enum', () => import('./enum.ts'));
await attempt('a syntax error', () => import('./broken.ts'));
await attempt('a type that is not there at run time', () => import('./wrong.ts'));
await attempt('the source of a function', () => String(area).length);
const { createRequire } = await import('node:module');
const require: NodeJS.Require = createRequire(import.meta.url);
await attempt('require of an ES module', () => require('./late.mts').default);
await attempt('require of CommonJS', () => require('./legacy.cts').legacy(1));
await attempt('call sites', () => {
  const { prepareStackTrace } = Error as any;
  (Error as any).prepareStackTrace = (_: Error, sites: NodeJS.CallSite[]) => sites.slice(0, 1).map((s) => [s.getFileName(), s.getLineNumber(), s.getColumnNumber(), (s as any).getScriptNameOrSourceURL()].join(' '));
  const found = (new Error() as any).stack;
  (Error as any).prepareStackTrace = prepareStackTrace;
  return found;
});
