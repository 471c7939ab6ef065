/** `ssebox iam validate`, and what a person is told of a policy that is saved. */

import { existsSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
const documentOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement }, null, 2);
const misspelled = documentOf({ ...statement, Action: ['s3:GetObject', 's3:HeadObject'] });

/** No text in it has white space. */
const sizeOf = (text: string) => JSON.stringify(JSON.parse(text)).length;

const validate = (line: CommandLine, text: string, ...words: readonly string[]) =>
  line.ssebox(['iam', 'validate', '-', ...words], { stdin: text });

test('a person gets a line for each finding, with its place, and a sum; errors end with 1', async () => {
  const line = newCommandLine();
  const file = line.path('policy.json');
  writeFileSync(file, misspelled);
  const { code, out, err } = await line.ssebox(['iam', 'validate', file], { terminal: 200 });
  expect([code, err]).toEqual([1, '']);
  expect(out).toBe(
    `${file}:8:9: error: "s3:HeadObject" is not an action of S3: HeadObject needs s3:GetObject [unknown-action]\n` +
      `1 error: identity-based policy, ${sizeOf(misspelled)} of 10240 characters without white space\n`,
  );
});

test('a script gets JSON with all that is known of each finding', async () => {
  const { code, json } = await validate(newCommandLine(), misspelled);
  expect(code).toBe(1);
  expect(json).toEqual({
    PolicyType: 'identity',
    Size: sizeOf(misspelled),
    SizeLimits: [
      { For: 'all inline policies of a user', Limit: 2048 },
      { For: 'all inline policies of a group', Limit: 5120 },
      { For: 'a managed policy', Limit: 6144 },
      { For: 'all inline policies of a role', Limit: 10_240 },
    ],
    Findings: [
      {
        Kind: 'unknown-action',
        Severity: 'error',
        Line: 8,
        Column: 9,
        Path: ['Statement', 0, 'Action', 1],
        Message: '"s3:HeadObject" is not an action of S3',
        Fix: 'HeadObject needs s3:GetObject',
      },
    ],
  });
});

test('what a service refuses has its message, warnings end with 0, and so does a policy without findings', async () => {
  const line = newCommandLine();
  const refused = await validate(line, documentOf({ ...statement, Effect: 'allow' }));
  expect(refused.json).toMatchObject({ Findings: [{ Kind: 'refused', Refusal: 'The policy failed legacy parsing' }] });
  const warned = await validate(line, documentOf(statement, { ...statement, Effect: 'Deny', Action: 's3:*' }));
  expect([warned.code, warned.json]).toMatchObject([0, { Findings: [{ Kind: 'unreachable-statement' }] }]);
  const good = await line.ssebox(['iam', 'validate', '-'], { stdin: documentOf(statement), terminal: 80 });
  expect([good.code, good.out]).toEqual([
    0,
    `no findings: identity-based policy, ${sizeOf(documentOf(statement))} of 10240 characters without white space\n`,
  ]);
});

test.for<[text: string, line: number, column: number]>([
  ['{"Statement": [1,]}', 1, 18],
  ['', 1, 1],
  ['[]', 1, 1],
  ['\n  "Statement"', 2, 3],
  [`{"Version":"2012-10-17",\r\n"Statement":[{"Sid":"\u{1f511}","Efect":"Allow"}]}`, 2, 25],
])('text that is not a policy has its place: %s', async ([text, line, column]) => {
  const { code, json } = await validate(newCommandLine(), text);
  expect(code).toBe(1);
  const Findings = expect.arrayContaining([expect.objectContaining({ Kind: 'refused', Line: line, Column: column })]);
  expect(json).toMatchObject({ Findings });
});

test('what cannot be read is an error of the command line', async () => {
  const line = newCommandLine();
  const code = async (words: readonly string[], stdin: string | Uint8Array = '') => {
    const ended = await line.ssebox(['iam', 'validate', ...words], { stdin });
    return [ended.code, ended.err];
  };
  expect(await code(['none.json'])).toEqual([252, 'there is no file "none.json"\n']);
  expect(await code([line.folder])).toEqual([252, expect.stringContaining('cannot be read')]);
  expect(await code(['-'], Buffer.of(0xff, 0xfe))).toEqual([252, 'standard input is not text in UTF-8\n']);
  expect(await code(['-', '--type', 'vpc'])).toEqual([252, expect.stringContaining('identity')]);
  expect(await code(['-', '--resource', 'alias/none'], '{}')).toEqual([252, expect.stringContaining('alias/none')]);
  expect(await code([])).toEqual([252, expect.stringContaining('file')]);
});

test('without a store none is created; with one, its principals, aliases and bucket keys count', async () => {
  const empty = newCommandLine();
  const context = (value: string) =>
    documentOf({
      ...{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
      Condition: { StringLike: { 'kms:EncryptionContext:aws:s3:arn': value } },
    });
  expect((await validate(empty, context('arn:aws:s3:::photos/*'))).json).toMatchObject({ Findings: [] });
  expect(existsSync(empty.store)).toBe(false);

  const line = await newSample();
  const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true };
  const configuration = JSON.stringify({ Rules: [rule] });
  await line.ok([
    ...['s3api', 'put-bucket-encryption', '--bucket', 'photos'],
    ...['--server-side-encryption-configuration', configuration],
  ]);
  expect((await validate(line, context('arn:aws:s3:::photos/*'))).json).toMatchObject({
    Findings: [{ Kind: 'bucket-key-context', Fix: 'use "arn:aws:s3:::photos"' }],
  });
  const key = String((await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.Arn'])).json);
  await line.ok(['kms', 'create-alias', '--alias-name', 'alias/mine', '--target-key-id', key]);
  const alias = key.replace(/key\/.*/, 'alias/mine');
  const aliased = await validate(line, documentOf({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: alias }));
  expect(aliased.json).toMatchObject({
    Findings: expect.arrayContaining([
      expect.objectContaining({ Kind: 'alias-arn', Fix: `use the ARN of its key, "${key}"` }),
    ]),
  });
  const named = (name: string) =>
    documentOf({ Effect: 'Allow', Principal: { AWS: name }, Action: 'kms:*', Resource: '*' });
  const user = (account: string, name: string) => `arn:aws:iam::${account}:user/${name}`;
  expect((await validate(line, named(user('111122223333', 'nobody')))).json).toMatchObject({
    Findings: [{ Kind: 'refused', Message: expect.stringContaining('there is no user "nobody"') }],
  });
  // Nothing is known of the users of an account that the store does not have.
  expect((await validate(line, named(user('777788889999', 'nobody')))).json).toMatchObject({ Findings: [] });
  const elsewhere = documentOf({
    ...{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'kms:Decrypt', Resource: '*' },
    Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
  });
  expect((await validate(line, elsewhere, '--resource', 'alias/mine')).json).toMatchObject({
    PolicyType: 'key',
    Findings: [{ Kind: 'via-service-region', Fix: 'use "s3.us-east-1.amazonaws.com"' }],
  });
});

const account = { AWS: 'arn:aws:iam::111122223333:root' };
const own = { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' };
const trust = { Effect: 'Allow', Principal: account, Action: 'sts:AssumeRole' };
const never = { Condition: { StringEquals: { 'aws:PrincipalAccount': '1' } } };
const inline = ['--policy-name', 'p', '--policy-document', documentOf({ ...statement, ...never })];

/** Every command that saves a policy, with one in which something is found. */
const saves: readonly (readonly string[])[] = [
  [
    ...['sts', 'assume-role', '--role-arn', 'arn:aws:iam::111122223333:role/reader', '--role-session-name', 's1'],
    ...['--policy', documentOf({ ...statement, ...never })],
  ],
  ['iam', 'put-user-policy', '--user-name', 'bob', ...inline],
  ['iam', 'put-group-policy', '--group-name', 'staff', ...inline],
  ['iam', 'put-role-policy', '--role-name', 'reader', ...inline],
  ['iam', 'create-policy', ...inline],
  [
    ...['iam', 'create-policy-version', '--policy-arn', 'arn:aws:iam::111122223333:policy/ReportsRead'],
    ...['--policy-document', documentOf({ ...statement, ...never })],
  ],
  [
    ...['iam', 'create-role', '--role-name', 'writer'],
    ...['--assume-role-policy-document', documentOf({ ...trust, ...never })],
  ],
  [
    ...['iam', 'update-assume-role-policy', '--role-name', 'reader'],
    ...['--policy-document', documentOf({ ...trust, ...never })],
  ],
  ['kms', 'create-key', '--policy', documentOf(own, { ...own, Action: 'kms:Decrypt', ...never })],
  [
    ...['kms', 'put-key-policy', '--key-id', 'KEY', '--policy'],
    documentOf(own, { ...own, Action: 'kms:Decrypt', ...never }),
  ],
  [
    ...['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy'],
    documentOf({ ...statement, Principal: account, ...never }),
  ],
  ['bucket', 'policy', 'put', 'photos', 'FILE'],
  [
    ...['organizations', 'create-policy', '--type', 'SERVICE_CONTROL_POLICY', '--name', 'n', '--description', ''],
    ...['--content', documentOf({ ...statement, Effect: 'Deny', ...never })],
  ],
];

test('every command that saves a policy tells a person what is found, once, and a script nothing of it', async () => {
  const line = await newSample();
  await line.ssebox(['iam', 'create-group', '--group-name', 'staff']);
  await line.ok(['organizations', 'create-organization']);
  const key = String((await line.ok(['kms', 'create-key', '--query', 'KeyMetadata.KeyId'])).json);
  writeFileSync(line.path('FILE'), documentOf({ ...statement, Principal: account, ...never }));
  for (const words of saves) {
    const typed = words.map((word) => (word === 'KEY' ? key : word === 'FILE' ? line.path(word) : word));
    const { err } = await line.ok(typed, { terminal: 400 });
    expect(err, words.slice(0, 3).join(' ')).toMatch(
      /^warning: statement \d: aws:PrincipalAccount never is "1", so no request matches it \(line \d+, column \d+\): it is the 12 digits of an account\n(?:hint: statement 2: statement 1 allows all that this one does [^\n]*\n)?$/,
    );
  }
  const quiet = await line.ok(['iam', 'put-user-policy', '--user-name', 'ana', ...inline]);
  expect(quiet.err).toBe('');
});

const times = (count: number, one: object) => documentOf(...Array.from({ length: count }, () => one));

test.for<[name: string, text: string, kind: string]>([
  ['1 MiB', documentOf({ ...statement, Sid: 'x'.repeat(1024 * 1024) }), 'size'],
  ['10,000 statements', times(10_000, statement), 'size'],
  [
    '10,000 statements with an unknown action each',
    times(10_000, { ...statement, Action: 's3:None' }),
    'unknown-action',
  ],
  ['10,000 empty statements', times(10_000, {}), 'refused'],
  ['100,000 open lists', '['.repeat(100_000), 'refused'],
  ['a condition 900 levels deep', `{"Statement":${'{"a":'.repeat(900)}1${'}'.repeat(900)}}`, 'refused'],
  ['a hostile action', documentOf({ ...statement, Action: `s3:${'*?'.repeat(250_000)}` }), 'unknown-action'],
  ['a hostile resource', documentOf({ ...statement, Resource: `arn:aws:s3:::b/${'*?'.repeat(250_000)}` }), 'size'],
  [
    'hostile patterns that may cover one another',
    documentOf(
      { ...statement, Resource: `arn:aws:s3:::b/${'*a'.repeat(15_000)}b` },
      { ...statement, Resource: `arn:aws:s3:::b/${'*a'.repeat(15_000)}` },
    ),
    'size',
  ],
])('%s: an error, at once', async ([, text, kind]) => {
  const { code, json } = await validate(newCommandLine(), text, '--type', 'identity');
  expect(code).toBe(1);
  expect(json).toMatchObject({ Findings: expect.arrayContaining([expect.objectContaining({ Kind: kind })]) });
});

test('a person is told of what is found in a policy that is saved, after it was saved', async () => {
  const line = await newSample();
  const put = (document: string, terminal?: number) =>
    line.ok(
      ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p', '--policy-document', document],
      terminal === undefined ? {} : { terminal },
    );
  expect((await put(misspelled, 80)).err).toBe(
    'warning: statement 1: "s3:HeadObject" is not an action of S3 (line 8, column 9): HeadObject needs s3:GetObject\n',
  );
  // A script is only told of what no service can do as it is written.
  expect((await put(misspelled)).err).toBe('');
  const many = documentOf({ ...statement, Action: Array.from({ length: 8 }, (_, i) => `s3:None${i}`) });
  const lines = (await put(many, 80)).err.trimEnd().split('\n');
  expect(lines).toHaveLength(6);
  expect(lines.at(-1)).toBe('hint: there are 3 more findings, which ssebox iam validate shows');
});
