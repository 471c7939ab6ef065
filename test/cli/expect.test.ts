import { Readable, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { program } from '../../src/cli/run.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';
import { START, testEnvironment } from '../support/harness.ts';

/** The words with what is expected, before the words of another command. */
function expecting(words: readonly string[], answer: string): string[] {
  const at = words.includes('--') ? words.indexOf('--') : words.length;
  return [...words.slice(0, at), '--expect', answer, ...words.slice(at)];
}

const object = ['explain', 's3', 'get', 's3://photos/harbour.txt'];

test('an unexpected answer is one line on standard error, with what decided', async () => {
  const line = await newSample();
  const { code, json, err } = await line.ssebox([...object, '--as', 'user/ana', '--expect', 'deny']);
  expect(code).toBe(1);
  expect(err).toBe(
    'expected deny, but allowed: the inline policy read (statement "ReadObjects") allows s3:GetObject\n',
  );
  expect(json).toMatchObject({ Call: 's3 get s3://photos/harbour.txt', Allowed: true });
});

test('an expected answer has its line, too', async () => {
  const line = await newSample();
  const { code, err } = await line.ssebox([...object, '--as', 'user/bob', '--expect', 'deny']);
  expect(code).toBe(0);
  expect(err).toBe('as expected, denied at s3 GetObject: no identity-based policy of the caller allows s3:GetObject\n');
});

test('the line names whatever allows a call that needs several permissions', async () => {
  const line = await newSample();
  const words = ['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/ana', '--expect', 'allow'];
  expect((await line.ssebox(words)).err).toMatch(
    /^as expected, allowed: .* allows s3:GetObject; .*\(statement "DecryptObjects"\) allows kms:Decrypt.*\n$/,
  );
});

test('an answer that policies do not give is named', async () => {
  const line = await newSample();
  const { code, err } = await line.ssebox(['explain', 's3', 'get', 's3://photos/none', '--expect', 'deny']);
  expect(code).toBe(1);
  expect(err).toBe('expected deny, but neither allowed nor denied: NoSuchKey: The specified key does not exist.\n');
});

test('a call that continues without what is denied is denied in part', async () => {
  const line = await newSample();
  const keys = 'Objects=[{Key=harbour.txt}]';
  const words = ['s3api', 'delete-objects', '--bucket', 'photos', '--delete', keys, '--as', 'user/bob'];
  expect((await line.ssebox(['explain', ...words, '--expect', 'allow'])).err).toBe(
    'expected allow, but denied in part: no identity-based policy of the caller allows s3:DeleteObject\n',
  );
});

test('without --expect nothing is said on standard error', async () => {
  const line = await newSample();
  expect((await line.ok([...object, '--as', 'user/bob'])).err).toBe('');
});

test('on a terminal the line comes below the page', async () => {
  const line = await newSample();
  const both: string[] = [];
  const terminal = () =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          both.push(chunk.toString());
          done();
        },
      }),
      { isTTY: true, columns: 120 },
    );
  const variables = { SSEBOX_STORE: line.store, NO_COLOR: '1' };
  await program(commandTree, { name: 'ssebox', file: 'bin/ssebox.js' }).run(
    [...object, '--expect', 'deny'],
    { ...testEnvironment(() => START), variables },
    { stdin: Readable.from([]), stdout: terminal(), stderr: terminal() },
  );
  expect(both.join('')).toMatch(
    /\ns3 get s3:\/\/photos\/harbour\.txt would succeed\.\nexpected deny, but allowed: [^\n]*\n$/,
  );
});

// A thing that does not exist is no proof that a policy protects it.
test.for([
  ['kms', 'decrypt', 'arn:aws:kms:us-east-1:444455556666:key/11111111-2222-4333-8444-555555555555'],
  ['sts', 'assume-role', '--role-session-name', 'session', '--role-arn', 'arn:aws:iam::444455556666:role/none'],
  [
    ...['s3', 'put', 's3://drafts/x', '--sse', 'aws:kms', '--sse-kms-key-id'],
    'arn:aws:kms:us-east-1:444455556666:key/11111111-2222-4333-8444-555555555555',
  ],
])('a denial that hides that something does not exist is not the expected one: %j', async (words) => {
  const line = await newSample();
  const { code, json, err } = await line.ssebox(['explain', ...words, '--expect', 'deny']);
  expect(code).toBe(1);
  expect(json).toMatchObject({ Allowed: false, Refusal: { Code: expect.stringMatching(/^AccessDenied/) } });
  expect(err).toMatch(
    /^expected deny, but neither allowed nor denied: AccessDenied\w* \(which hides that something does not exist\): User: /,
  );
});

test('a missing object that may be read is not denied, and one that may not be is', async () => {
  const line = await newSample();
  const Statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const name = ['--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  const missing = ['explain', 's3', 'get', 's3://photos/none', '--as', 'user/bob', '--expect', 'deny'];
  expect((await line.ssebox(missing)).err).toMatch(/^as expected, denied at s3 GetObject: .* allows s3:GetObject\n$/);
  await line.ok(['iam', 'put-user-policy', ...name, document]);
  const { code, err } = await line.ssebox(missing);
  expect(code).toBe(1);
  expect(err).toContain('AccessDenied (which hides that something does not exist)');
});

test.for([
  [['s3', 'get', 's3://b/k', '--as', 'user/bob'], 'deny'],
  [['s3', 'cp', 'package.json', 's3://b/k', '--as', 'user/bob'], 'deny'],
  [['s3', 'sync', '.ci', 's3://b', '--as', 'role/none'], 'deny'],
  [['s3', 'mb', 's3://box'], 'allow'],
  [['command', '--', 'bucket', 'list'], 'allow'],
  [['s3api', 'list-buckets'], 'allow'],
  [['kms', 'create-key'], 'allow'],
  [['last'], 'deny'],
] as const)('nothing is confirmed about an empty store: %j', async ([words, answer]) => {
  const line = newCommandLine();
  const { code, out, err } = await line.ssebox(['explain', ...expecting(words, answer)]);
  expect(code).toBe(253);
  expect(out).toBe('');
  expect(err).toBe(
    `the store "${line.store}" is empty: without a key, a bucket or an identity besides user/admin, --expect ${answer} cannot be answered\n`,
  );
});

test.for([
  ['a key', ['kms', 'create-key']],
  ['a bucket', ['bucket', 'create', 'box']],
  ['a user', ['iam', 'create-user', '--user-name', 'bob']],
  ['a group', ['iam', 'create-group', '--group-name', 'g']],
  [
    'a policy of user/admin',
    [
      ...['iam', 'put-user-policy', '--user-name', 'admin', '--policy-name', 'p', '--policy-document'],
      '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}',
    ],
  ],
] as const)('a store with %s is not empty', async ([, words]) => {
  const line = newCommandLine();
  const create = ['explain', 'kms', 'create-key', '--expect', 'allow'];
  // A call leaves its account and its event, which are still nothing to decide about.
  await line.ok(['kms', 'list-keys']);
  expect((await line.ssebox(create)).code).toBe(253);
  await line.ok(words);
  expect((await line.ssebox(create)).code).toBe(0);
});

test('without a refused call the last one is not the expected one', async () => {
  const line = await newSample();
  for (const answer of ['allow', 'deny']) {
    const { code, err } = await line.ssebox(['explain', 'last', '--expect', answer]);
    expect(code).toBe(1);
    expect(err).toBe('no call has been refused yet\n');
  }
});

test('a reader that has read enough does not hide that the answer is another', async () => {
  const line = await newSample();
  const closed = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  }).on('error', () => {});
  const heard: string[] = [];
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      heard.push(chunk.toString());
      done();
    },
  });
  const variables = { SSEBOX_STORE: line.store };
  const code = await program(commandTree, { name: 'ssebox', file: 'bin/ssebox.js' }).run(
    [...object, '--expect', 'deny'],
    { ...testEnvironment(() => START), variables },
    { stdin: Readable.from([]), stdout: closed, stderr },
  );
  expect(code).toBe(1);
  expect(heard.join('')).toMatch(/^expected deny, but allowed: /);
});
