/** What s3 cp, mv and sync leave out: AWS CLI Command Reference, s3 cp, and "AWS CLI S3 Case-Insensitivity". */

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const inGlacier = (key: string, verb: string) =>
  `warning: Skipping file s3://drafts/${key}. Object is of storage class GLACIER. Unable to perform ${verb} operations on GLACIER objects. You must restore the object to be able to perform the operation. See aws s3 ${verb} help for additional parameter options to ignore or force these transfers.\n`;

async function putAs(line: CommandLine, key: string, ...options: readonly string[]): Promise<void> {
  const file = line.path('content');
  writeFileSync(file, key);
  await line.ok(['s3', 'cp', file, `s3://drafts/${key}`, ...options]);
}

async function withGlacier(): Promise<CommandLine> {
  const line = await newSample();
  await putAs(line, 'cold/a', '--storage-class', 'GLACIER');
  await putAs(line, 'cold/b');
  return line;
}

describe('an object in Glacier', () => {
  test.for([
    ['download', ['cp', 's3://drafts/cold/a', 'out']],
    ['move', ['mv', 's3://drafts/cold/a', 'out']],
    ['copy', ['cp', 's3://drafts/cold/a', 's3://photos/a']],
  ] as const)('is not a source of a %s, and the exit code says that something was skipped', async ([verb, words]) => {
    const line = await withGlacier();
    const { code, out, err } = await line.ssebox([
      's3',
      ...words.map((word) => (word === 'out' ? line.path(word) : word)),
    ]);
    expect([code, out, err]).toEqual([2, '', inGlacier('cold/a', verb)]);
    expect(existsSync(line.path('out'))).toBe(false);
    await line.ok(['s3api', 'head-object', '--bucket', 'drafts', '--key', 'cold/a']);
  });

  test.for([
    ['cp', ['--recursive']],
    ['sync', []],
  ] as const)('is skipped by %s, and the others are transferred', async ([verb, more]) => {
    const line = await withGlacier();
    const { code, err } = await line.ssebox(['s3', verb, 's3://drafts/cold', line.path('out'), ...more]);
    expect([code, err]).toEqual([2, inGlacier('cold/a', 'download')]);
    expect(readdirSync(line.path('out'))).toEqual(['b']);
  });

  test('is skipped silently when the warnings are turned off', async () => {
    const line = await withGlacier();
    const words = ['s3', 'sync', 's3://drafts/cold', line.path('out'), '--ignore-glacier-warnings', '--quiet'];
    const { code, out, err } = await line.ssebox(words);
    expect([code, out, err]).toEqual([0, '', '']);
    expect(readdirSync(line.path('out'))).toEqual(['b']);
  });

  test('is requested when forced, and S3 refuses', async () => {
    const line = await withGlacier();
    const words = ['s3', 'cp', 's3://drafts/cold', line.path('out'), '--recursive', '--force-glacier-transfer'];
    const { code, err } = await line.ssebox(words);
    expect(code).toBe(1);
    expect(err).toContain('An error occurred (InvalidObjectState) when calling the GetObject operation');
  });
});

async function withTwins(): Promise<{ readonly line: CommandLine; readonly way: string }> {
  const line = await newSample();
  for (const key of ['case/A', 'case/a', 'case/b']) await putAs(line, key);
  return { line, way: `drafts/case/a -> ${resolve(line.path('out/a'))}` };
}

const because = 'because a file whose name differs only by case either exists or is being downloaded.\n';

describe('keys that differ only in case', () => {
  const download = ['cp', '--recursive'];
  const cases = [download, ['sync']];

  test.for(cases)('are downloaded together: %s', async ([verb = '', ...more]) => {
    const { line } = await withTwins();
    const { code, err } = await line.ssebox(['s3', verb, 's3://drafts/case', line.path('out'), ...more]);
    expect([code, err]).toEqual([0, '']);
    expect(readdirSync(line.path('out')).sort()).toEqual(['A', 'a', 'b']);
  });

  test.for(cases)('cause a warning, even when quiet: %s', async ([verb = '', ...more]) => {
    const { line, way } = await withTwins();
    const words = ['s3', verb, 's3://drafts/case', line.path('out'), ...more, '--case-conflict', 'warn', '--quiet'];
    const { code, err } = await line.ssebox(words);
    expect(code).toBe(0);
    expect(err).toContain(`warning: Downloading ${way} despite a file whose name differs only by case`);
    expect(readdirSync(line.path('out')).sort()).toEqual(['A', 'a', 'b']);
  });

  test.for(cases)('are skipped after the first: %s', async ([verb = '', ...more]) => {
    const { line, way } = await withTwins();
    const words = ['s3', verb, 's3://drafts/case', line.path('out'), ...more, '--case-conflict', 'skip'];
    const { code, err } = await line.ssebox(words);
    expect([code, err]).toEqual([0, `warning: Skipping ${way} ${because}`]);
    expect(readdirSync(line.path('out')).sort()).toEqual(['A', 'b']);
  });

  test.for(cases)('end the command: %s', async ([verb = '', ...more]) => {
    const { line, way } = await withTwins();
    const words = ['s3', verb, 's3://drafts/case', line.path('out'), ...more, '--case-conflict', 'error'];
    const { code, err } = await line.ssebox(words);
    expect([code, err]).toEqual([1, `fatal error: Failed to download ${way} ${because}`]);
    expect(existsSync(line.path('out/b'))).toBe(false);
  });

  test('do not conflict with a file of the same name, nor one by one, nor in uploads', async () => {
    const { line } = await withTwins();
    const error = ['--case-conflict', 'error'];
    mkdirSync(line.path('out'));
    writeFileSync(line.path('out/a'), 'older');
    await line.ok(['s3', 'sync', 's3://drafts/case', line.path('out'), ...error]);
    for (const key of ['A', 'a']) await line.ok(['s3', 'cp', `s3://drafts/case/${key}`, line.path('out/'), ...error]);
    await line.ok(['s3', 'cp', line.path('out'), 's3://drafts/up', '--recursive', ...error]);
  });
});
