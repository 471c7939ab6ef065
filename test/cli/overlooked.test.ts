/** An explanation of a command passes over the refusals that the command does not show. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const BOB = ['--as', 'user/bob'];

/** The sample in which bob may do everything but this. */
async function withoutFor(Action: string, Resource: string): Promise<CommandLine> {
  const line = await newSample();
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action, Resource },
  ];
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  await line.ok(['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p', '--policy-document', document]);
  return line;
}

test('a target that is kept is not what a copy of several files is refused for', async () => {
  const line = await withoutFor('s3:PutObject', 'arn:aws:s3:::photos/new.txt');
  mkdirSync(line.path('files'));
  for (const name of ['harbour.txt', 'new.txt']) writeFileSync(line.path(`files/${name}`), name);
  const copy = ['s3', 'cp', line.path('files'), 's3://photos', '--recursive', '--no-overwrite', ...BOB];
  const { json } = await line.ok(['explain', ...copy]);
  expect(json).toMatchObject({ Allowed: false, Refusal: { Code: 'AccessDenied', Operation: 's3 PutObject' } });
  const { code, err } = await line.ssebox(copy);
  expect(code).toBe(1);
  expect(err).toContain((json as { Refusal: { Message: string } }).Refusal.Message);
});

test('a list that leaves out what the caller may not see is not refused', async () => {
  const line = await withoutFor('kms:DescribeKey', '*');
  for (const more of [[], ['--fix']]) {
    const { json } = await line.ok(['explain', 'kms', 'ls', ...more, ...BOB]);
    expect(json).toMatchObject({ Call: 'kms ls', Allowed: false });
    expect(json).not.toHaveProperty('Refusal');
  }
  await line.ok(['kms', 'ls', ...BOB]);
});

test('no command swallows the refusal of a call without saying so with the call', () => {
  const files = readdirSync('src/cli', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const swallowing = files.filter((name) =>
    /\baws\s*\.(?:call|callByName|perform)\([^;]*\)\s*\.catch\(/.test(readFileSync(join('src/cli', name), 'utf8')),
  );
  expect(swallowing).toEqual(['overlooked.ts']);
});
