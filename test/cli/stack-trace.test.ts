import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { sourceTrace } from '../../src/cli/stack-trace.ts';
import { newPlace } from '../support/place.ts';

test('a trace of the built program names files, lines and functions of the sources', async () => {
  const place = newPlace();
  const { err } = await place.ssebox(['s3api', 'get-object', '--bucket', 'nope', '--key', 'k', 'out', '--debug']);
  const frames = err.split('\n').filter((line) => line.startsWith('    at '));
  const [, name, file = '', line] = /at (\w+) \((src\/[\w/-]+\.ts):(\d+):\d+\)/.exec(frames[0] ?? '') ?? [];
  expect(name).toBe('noSuchBucket');
  const source = readFileSync(file, 'utf8').split('\n');
  expect(source.slice(Number(line) - 2, Number(line)).join('\n')).toContain("'NoSuchBucket'");
  expect(frames.filter((frame) => frame.includes('/dist/'))).toEqual([]);
});

/** Bundles and shortens a program of two files, as the build does, and answers what it throws. */
async function traceOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-trace-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const outfile = join(folder, 'program.mjs');
  await build({
    entryPoints: [join(folder, 'main.ts')],
    outfile,
    bundle: true,
    minify: true,
    format: 'esm',
    sourcemap: 'external',
  });
  const { failing } = await import(outfile);
  const error: unknown = await failing().catch((error: unknown) => error);
  return sourceTrace(error instanceof Error ? (error.stack ?? '') : '');
}

test('functions, arrow functions, methods and async functions have their own names', async () => {
  const trace = await traceOf({
    'inner.ts': [
      'export function innermost(x: number): number {',
      "  if (x > 0) throw new Error('here');",
      '  return x;',
      '}',
      'export const arrow = (x: number): number => innermost(x) + 1;',
      'export class Box { open(x: number): number { return arrow(x) + 1; } }',
    ].join('\n'),
    'main.ts': [
      "import { Box } from './inner.ts';",
      'async function waiting(x: number): Promise<number> {',
      '  await null;',
      '  return new Box().open(x) + 1;',
      '}',
      'export async function failing(): Promise<number> {',
      '  return (await waiting(Date.now())) + 1;',
      '}',
    ].join('\n'),
  });
  expect(
    [...trace.matchAll(/at (?:async )?([\w.]+) \((inner\.ts|main\.ts):(\d+):/g)].map((match) => match.slice(1)),
  ).toEqual([
    ['innermost', 'inner.ts', '2'],
    ['arrow', 'inner.ts', '5'],
    [expect.stringMatching(/\.open$/), 'inner.ts', '6'],
    ['waiting', 'main.ts', '4'],
    ['failing', 'main.ts', '7'],
  ]);
});

test('frames of files without a map, and texts that are not frames, stay as they are', () => {
  const stack =
    'Error: at sea\n    at run (/nowhere/x.js:1:2)\n    at node:internal/process/task_queues:95:5\n    at async Promise.all (index 0)';
  expect(sourceTrace(stack)).toBe(stack);
});
