/** Policies that are too large, too many statements or too hostile, from a file: refused in AWS's words, or accepted. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';

const MIB = 1024 * 1024;
const document = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const times = (count: number, statement: object) => document(...Array.from({ length: count }, () => statement));

const account = { AWS: 'arn:aws:iam::111122223333:root' };
const own = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const kms = { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' };
const bucket = { Effect: 'Allow', Principal: account, Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
const trust = { Effect: 'Allow', Principal: account, Action: 'sts:AssumeRole' };

/** The command that takes a policy of each kind, and a statement that it takes. */
const kinds = {
  identity: {
    words: ['iam', 'put-user-policy', '--user-name', 'ana', '--policy-name', 'p', '--policy-document'],
    statement: own,
  },
  managed: { words: ['iam', 'create-policy', '--policy-name', 'p', '--policy-document'], statement: own },
  trust: { words: ['iam', 'create-role', '--role-name', 'writer', '--assume-role-policy-document'], statement: trust },
  key: { words: ['kms', 'create-key', '--policy'], statement: kms },
  bucket: { words: ['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy'], statement: bucket },
  session: {
    words: [
      ...['sts', 'assume-role', '--role-arn', 'arn:aws:iam::111122223333:role/reader'],
      ...['--role-session-name', 's1', '--policy'],
    ],
    statement: own,
  },
} as const;
type Kind = keyof typeof kinds;

/** What a command says to a policy in a file. */
async function answer(line: CommandLine, kind: Kind, text: string): Promise<string> {
  const path = line.path('policy.json');
  writeFileSync(path, text);
  const { code, err } = await line.ssebox([...kinds[kind].words, `file://${path}`]);
  expect(code).toBe(err === '' ? 0 : 254);
  return err === '' ? 'accepted' : err.trim();
}

const tooLong = (most: number) =>
  new RegExp(
    `\\(Validation\\w+\\).* failed to satisfy constraint: Member must have length less than or equal to ${most}$`,
  );
const tooLarge = /\(MalformedPolicy\).*: Normalized policy document exceeds the maximum allowed size of 20480 bytes$/;
const syntax = /\(MalformedPolicyDocument\).*: Syntax errors in policy\.$/;
const deep = `${'{"a":'.repeat(900)}1${'}'.repeat(900)}`;
const accepted = /^accepted$/;

type Row = readonly [name: string, kind: Kind, text: string, answer: RegExp];
const tooMuch = (kind: Kind, refusal: RegExp): Row[] => [
  ['1 MiB', kind, times(1, { ...kinds[kind].statement, Sid: 'x'.repeat(MIB) }), refusal],
  ['10,000 statements', kind, times(10_000, kinds[kind].statement), refusal],
];
/** Shorter than the shortest statement that is one, and so not too long a text. */
const empty = (kind: Kind, refusal: RegExp): Row => ['10,000 empty statements', kind, times(10_000, {}), refusal];
const nested = (kind: Kind, refusal: RegExp): Row => [
  'a condition that is 900 levels deep',
  kind,
  times(1, { ...kinds[kind].statement, Condition: JSON.parse(deep) }),
  refusal,
];
const hostile = (kind: Kind, element: object, outcome: RegExp): Row => [
  'a hostile pattern',
  kind,
  times(1, { ...kinds[kind].statement, ...element }),
  outcome,
];
const stars = (pairs: number) => '*?'.repeat(pairs);

test.for<Row>([
  ...tooMuch('identity', tooLong(131_072)),
  empty('identity', syntax),
  nested('identity', syntax),
  hostile(
    'identity',
    { Resource: `arn:aws:s3:::photos/${stars(900)}` },
    /: Maximum policy size of 2048 bytes exceeded/,
  ),
  ...tooMuch('managed', tooLong(131_072)),
  empty('managed', syntax),
  nested('managed', syntax),
  hostile('managed', { Resource: `arn:aws:s3:::photos/${stars(2900)}` }, accepted),
  ...tooMuch('trust', tooLong(131_072)),
  empty('trust', /\(MalformedPolicyDocument\).*: Missing required field Effect$/),
  nested('trust', /\(MalformedPolicyDocument\).*: Syntax error in policy\.$/),
  hostile('trust', { Action: `sts:${stars(900)}` }, /: AssumeRole policy may only specify STS AssumeRole actions\.$/),
  ...tooMuch('key', tooLong(131_072)),
  empty('key', /\(MalformedPolicyDocumentException\)/),
  nested('key', /\(MalformedPolicyDocumentException\)/),
  hostile(
    'key',
    { Action: `kms:${stars(16_000)}` },
    /: The new key policy will not allow you to update the key policy/,
  ),
  ...tooMuch('bucket', tooLarge),
  empty('bucket', tooLarge),
  nested('bucket', /\(MalformedPolicy\).*: Invalid Condition type : a$/),
  hostile('bucket', { Action: `s3:${stars(9000)}` }, /\(MalformedPolicy\).*: Policy has invalid action$/),
  ...tooMuch('session', tooLong(2048)),
  hostile('session', { Resource: `arn:aws:s3:::photos/${stars(900)}` }, accepted),
])('%s in a policy of kind %s', async ([, kind, text, expected]) => {
  expect(await answer(await newSample(), kind, text)).toMatch(expected);
});

test('a bucket policy of hostile patterns is accepted, decided on and explained', async () => {
  const line = await newSample();
  const condition = { StringLike: { 'aws:UserAgent': `*${'a'.repeat(3000)}b` } };
  const patterns = { Resource: `arn:aws:s3:::photos/${stars(3000)}x`, Condition: condition };
  expect(await answer(line, 'bucket', document(bucket, { ...bucket, ...patterns, Effect: 'Deny' }))).toBe('accepted');
  const get = ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt', line.path('harbour.txt')];
  expect((await line.ssebox(get)).code).toBe(0);
  const agent = ['--context', `aws:UserAgent=${'a'.repeat(100_000)}`];
  expect((await line.ok(['explain', 's3', 'get', 's3://photos/harbour.txt', ...agent])).out).toContain(
    '"Allowed": true',
  );
});
