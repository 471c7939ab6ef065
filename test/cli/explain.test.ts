import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newCommandLine, newSample } from '../support/command-line.ts';

const TERMINAL = { terminal: 120 };

test('a refused get is explained by the last refusal, gate by gate', async () => {
  const line = await newSample();
  const refused = await line.ssebox(['s3', 'get', 's3://reports/2026/q1.csv', line.path('q1'), '--as', 'user/bob']);
  expect(refused.code).toBe(254);
  const { out, err } = await line.ok(['explain', 'last'], TERMINAL);
  expect(err).toContain('s3 GetObject by arn:aws:iam::111122223333:user/bob in us-east-1');
  expect(out).toContain('✗ DENIED: arn:aws:iam::111122223333:user/bob may not s3:GetObject');
  expect(out).toContain('└─ → to allow it: give arn:aws:iam::111122223333:user/bob a policy');
  expect(out).toContain('was refused with AccessDenied');
});

test('in a pipe the explanation is JSON with every decision', async () => {
  const line = await newSample();
  const { json } = await line.ok(['explain', 's3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/ana']);
  expect(json).toMatchObject({
    Call: 's3 get s3://reports/2026/q1.csv',
    Allowed: true,
    Calls: [{ Operation: 's3 GetObject' }],
    Decisions: [
      { Allowed: true, Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/2026/q1.csv' },
      { Allowed: true, Action: 'kms:Decrypt', Caller: 'arn:aws:iam::111122223333:user/ana' },
    ],
  });
});

// S3 passes KMS's denial on under its own code: S3 API Reference, "Error responses".
test.for(['get', 'put'])('a denial by KMS is shown as S3 would answer it: %s', async (verb) => {
  const line = await newSample();
  const key = 's3://reports/2026/q1.csv';
  const Statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const name = ['--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  await line.ok(['iam', 'put-user-policy', ...name, document]);
  const told = (await line.ok(['explain', 's3', verb, key, '--as', 'user/bob'])).json as {
    Refusal: { Code: string; Message: string };
  };
  writeFileSync(line.path('q'), 'x');
  const files = verb === 'get' ? [key, line.path('q')] : [line.path('q'), key];
  const refused = await line.ssebox(['s3', verb, ...files, '--as', 'user/bob', '--error-format', 'json']);
  const { Code, Message } = told.Refusal;
  expect(JSON.parse(refused.err)).toMatchObject({ Error: { Code, Message } });
  expect(Code).toBe('AccessDenied');
});

// S3 API Reference, DeleteObjects: denied keys are listed in the response, and the other keys are deleted.
test('a call that continues without what is denied is not refused', async () => {
  const line = await newSample();
  const keys = 'Objects=[{Key=harbour.txt},{Key=2026/pier.txt}]';
  const words = ['s3api', 'delete-objects', '--bucket', 'photos', '--delete', keys, '--as', 'user/bob'];
  const Statement = { Effect: 'Allow', Action: 's3:DeleteObject', Resource: 'arn:aws:s3:::photos/harbour.txt' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const name = ['--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  await line.ok(['iam', 'put-user-policy', ...name, document]);
  const told = await line.ok(['explain', ...words, '--expect', 'deny']);
  expect(told.json).toMatchObject({ Allowed: false, Decisions: [{ Allowed: true }, { Allowed: false }] });
  expect(told.json).not.toHaveProperty('Refusal');
  expect((await line.ok(['explain', ...words], TERMINAL)).out).toContain(
    '\ns3 DeleteObjects would succeed, without what is denied.\n',
  );
  expect((await line.ok(words)).json).toMatchObject({
    Deleted: [{ Key: 'harbour.txt' }],
    Errors: [{ Key: '2026/pier.txt', Code: 'AccessDenied' }],
  });
});

test('a copy to a file is explained with the customer-provided key', async () => {
  const line = await newSample();
  const key = ['--sse-c', 'AES256', '--sse-c-key', 'k'.repeat(32)];
  const unblock = JSON.stringify({
    Rules: [
      {
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
        BlockedEncryptionTypes: { EncryptionType: ['NONE'] },
      },
    ],
  });
  const configuration = ['--server-side-encryption-configuration', unblock];
  await line.ok(['s3api', 'put-bucket-encryption', '--bucket', 'drafts', ...configuration]);
  writeFileSync(line.path('own'), 'mine');
  await line.ok(['s3', 'put', line.path('own'), 's3://drafts/own', ...key]);
  const explain = ['explain', 's3', 'cp', 's3://drafts/own', '.'];
  expect((await line.ok([...explain, ...key])).json).toMatchObject({ Allowed: true });
  expect((await line.ok(explain)).json).toMatchObject({ Allowed: false, Refusal: { Code: 'InvalidRequest' } });
});

test('an explanation does nothing: no object, no event, no refusal', async () => {
  const line = await newSample();
  await line.ok(['explain', 's3', 'put', 's3://reports/new.csv']);
  await line.ok(['explain', 's3', 'rm', 's3://reports/2026/q1.csv', '--as', 'user/bob']);
  await line.ok(['explain', 'kms', 'disable-key', 'alias/app']);
  expect((await line.ssebox(['s3', 'ls', 's3://reports/new.csv'])).code).toBe(1);
  expect((await line.ok(['explain', 'last'])).err).toContain('no call has been refused yet');
  const { json } = await line.ok(['trail', 'lookup', '--event', 'DisableKey']);
  expect(json).toEqual({ Events: [] });
});

// `--expect` turns the answer into an exit code for pipelines.
test.for([
  ['s3 get s3://reports/2026/q1.csv --as user/ana', 'allow'],
  ['s3 get s3://reports/2026/q1.csv --as user/bob', 'deny'],
  ['s3 get s3://reports/2026/q1.csv --as role/reader', 'allow'],
  ['s3 head s3://photos/harbour.txt --as user/ana', 'allow'],
  ['s3 put s3://photos/a --as user/ana', 'deny'],
  ['s3 rm s3://reports/2026/q1.csv --as user/ana', 'deny'],
  ['s3 ls s3://reports --as role/reader', 'allow'],
  ['s3 ls --as role/reader', 'deny'],
  ['s3 cp s3://reports/2026/q1.csv s3://drafts/ --as user/ana', 'deny'],
  ['s3 cp s3://reports/2026/q1.csv . --as user/ana', 'allow'],
  ['kms decrypt alias/app --as user/ana', 'allow'],
  ['kms decrypt alias/app --as role/reader', 'deny'],
  ['kms encrypt alias/app --as user/ana', 'deny'],
  ['kms generate-data-key alias/app --expect allow', 'allow'],
  ['kms schedule-key-deletion alias/app --as user/bob', 'deny'],
  ['kms sign alias/app --signing-algorithm ECDSA_SHA_256 --as user/bob', 'deny'],
  ['s3api get-object --bucket reports --key 2026/q1.csv --as user/bob', 'deny'],
  ['iam create-user --user-name eve --as user/bob', 'deny'],
  ['cloudtrail lookup-events --as user/bob', 'deny'],
  ['cloudtrail lookup-events', 'allow'],
] as const)('%s: %s', async ([words, answer], { expect }) => {
  const line = await newSample();
  const other = answer === 'allow' ? 'deny' : 'allow';
  const call = ['explain', ...words.replace(' --expect allow', '').split(' ')];
  expect((await line.ssebox([...call, '--expect', answer])).code).toBe(0);
  expect((await line.ssebox([...call, '--expect', other])).code).toBe(1);
});

test('a call refused for another reason is neither allowed nor denied', async () => {
  const line = await newSample();
  const call = ['explain', 's3', 'get', 's3://reports/none', '--expect'];
  expect((await line.ssebox([...call, 'allow'])).code).toBe(1);
  const { code, json } = await line.ssebox([...call, 'deny']);
  expect(code).toBe(1);
  expect(json).toMatchObject({ Allowed: false, Refusal: { Code: 'NoSuchKey' } });
});

test('a missing key is reported as KMS reports it', async () => {
  const { json } = await newCommandLine().ok(['explain', 'kms', 'decrypt', 'alias/none']);
  expect(json).toMatchObject({ Call: 'kms Decrypt', Refusal: { Code: 'NotFoundException' } });
});

// S3 API Reference, HeadObject, x-amz-tagging-count, and GetObject, Permissions: some permissions decide what the
// answer says, and no policy makes a missing object be there.
test('a permission that does not decide whether the call succeeds is marked as such, and needs no remedy', async () => {
  const line = await newSample();
  const tags = ['--tagging', 'TagSet=[{Key=team,Value=red}]'];
  await line.ok(['s3api', 'put-object-tagging', '--bucket', 'photos', '--key', 'harbour.txt', ...tags]);
  const head = ['explain', 's3', 'head', 's3://photos/harbour.txt', '--as', 'user/ana', '--fix'];
  const count = 'whether the answer says how many tags the object has';
  expect((await line.ok(head)).json).toMatchObject({
    Allowed: true,
    Decisions: [{ Allowed: true }, { Action: 's3:GetObjectTagging', Allowed: false, Only: count, Fix: [] }],
  });
  const { out } = await line.ok(head, TERMINAL);
  expect(out).toContain(`├─ this only decides ${count}\n`);
  expect(out).not.toContain('to allow it');

  const policy = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const document = JSON.stringify({ Version: '2012-10-17', Statement: policy });
  const name = ['--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  await line.ok(['iam', 'put-user-policy', ...name, document]);
  expect((await line.ssebox(['s3', 'get', 's3://photos/none', line.path('x'), '--as', 'user/bob'])).code).toBe(254);
  expect((await line.ok(['explain', 'last', '--fix'])).json).toMatchObject({
    Allowed: false,
    Decisions: [
      { Action: 's3:GetObject', Allowed: true },
      { Action: 's3:ListBucket', Allowed: false, Only: expect.stringContaining('there is no such object'), Fix: [] },
    ],
  });
});

const NO_MORE = 'AWS tells the caller no more than this: explain sees the whole store, and the caller does not.';

// S3 and KMS give no reason to callers of other accounts, a HEAD request has no body, and STS does not say why a role
// cannot be assumed: IAM User Guide, "Troubleshoot access denied error messages", and S3 API Reference, HeadObject.
test.for<[string, readonly string[]]>([
  ['an object of another account', ['s3', 'get', 's3://reports/2026/q1.csv', '--as', '444455556666:user/admin']],
  ['the metadata of an object', ['s3', 'head', 's3://photos/harbour.txt', '--as', 'user/bob']],
  [
    'a role of another account',
    [
      ...['sts', 'assume-role', '--role-session-name', 'session', '--as', '444455556666:user/admin'],
      ...['--role-arn', 'arn:aws:iam::111122223333:role/reader'],
    ],
  ],
])('the page says once that AWS would not say why: %s', async ([, words]) => {
  const line = await newSample();
  const { out } = await line.ok(['explain', ...words], { terminal: 1000 });
  expect(out).toMatch(new RegExp(` would be refused .*\\n${NO_MORE}\\n$`));
  expect(out.split(NO_MORE)).toHaveLength(2);
});

test('a rule that no policy can change is said', async () => {
  const line = await newSample();
  const { KeyMetadata } = (await line.ok(['kms', 'describe-key', '--key-id', 'alias/app'])).json as {
    KeyMetadata: { Arn: string };
  };
  const other = ['--as', '444455556666:user/admin'];
  const words = ['kms', 'disable-key', '--key-id', KeyMetadata.Arn, ...other];
  const rule = 'DisableKey cannot be called for a key of another account, whatever policies allow';
  const page = await line.ok(['explain', ...words], { terminal: 1000 });
  expect(page.out).toMatch(new RegExp(`^! ${rule}\nkms DisableKey would be refused with AccessDeniedException`));
  const expected = await line.ok(['explain', '--expect', 'deny', '--', ...words]);
  expect(expected.err).toBe(`as expected, denied at kms DisableKey: ${rule}\n`);
  expect((await line.ssebox(words)).code).toBe(254);
  expect((await line.ok(['explain', 'last'])).json).toMatchObject({ Refusal: { Reason: rule } });
});

test('a key of another account, too, also for the last refusal', async () => {
  const line = await newSample();
  const { KeyMetadata } = (await line.ok(['kms', 'describe-key', '--key-id', 'alias/app'])).json as {
    KeyMetadata: { Arn: string };
  };
  const other = ['--as', '444455556666:user/admin'];
  const page = await line.ok(['explain', 'kms', 'describe-key', KeyMetadata.Arn, ...other], { terminal: 1000 });
  expect(page.out).toContain(`\n${NO_MORE}\n`);
  await line.ssebox(['kms', 'describe-key', '--key-id', KeyMetadata.Arn, ...other]);
  expect((await line.ok(['explain', 'last'], { terminal: 1000 })).out).toContain(`\n${NO_MORE}\n`);
});

test.for([
  ['s3', 'get', 's3://photos/harbour.txt', '--as', 'user/bob'],
  ['kms', 'decrypt', 'alias/app', '--as', 'user/bob'],
  ['s3', 'get', 's3://photos/none'],
  ['s3', 'get', 's3://photos/harbour.txt'],
])('a refusal that gives its reason is left as it is: %j', async (words) => {
  const line = await newSample();
  const { out } = await line.ok(['explain', ...words], { terminal: 1000 });
  expect(out).not.toContain('AWS tells the caller no more');
});

const notBob = (Action: string, Resource: string) => ({
  Sid: 'NotBob',
  Effect: 'Deny',
  Principal: { AWS: 'arn:aws:iam::111122223333:user/bob' },
  Action,
  Resource,
});

test('a policy that decided and that the caller may not read is named once', async () => {
  const line = await newSample();
  const policy = (...Statement: unknown[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const everything = policy({ Effect: 'Allow', Action: ['s3:GetObject', 'kms:DescribeKey'], Resource: '*' });
  const put = ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'p', '--policy-document'];
  await line.ok([...put, everything]);
  const inline = (text: string) => ['--policy', text];
  await line.ok([
    's3api',
    'put-bucket-policy',
    '--bucket',
    'photos',
    ...inline(policy(notBob('s3:GetObject', 'arn:aws:s3:::photos/*'))),
  ]);
  const account = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Action: 'kms:*',
    Resource: '*',
  };
  const { KeyMetadata } = (await line.ok(['kms', 'describe-key', '--key-id', 'alias/app'])).json as {
    KeyMetadata: { KeyId: string };
  };
  const key = ['--key-id', KeyMetadata.KeyId];
  await line.ok([
    'kms',
    'put-key-policy',
    ...key,
    '--policy-name',
    'default',
    ...inline(policy(account, notBob('kms:DescribeKey', '*'))),
  ]);
  const bob = ['--as', 'user/bob'];
  const pageOf = async (...words: string[]) => (await line.ok(['explain', ...words, ...bob], { terminal: 1000 })).out;
  const get = ['s3', 'get', 's3://photos/harbour.txt'];
  expect(await pageOf(...get)).toMatch(
    /would be refused .*\nExplain sees the whole store: the caller may not read the bucket policy\.\n$/,
  );
  expect(await pageOf('kms', 'describe-key', 'alias/app')).toMatch(
    /would be refused .*\nExplain sees the whole store: the caller may not read the key policy\.\n$/,
  );
  const readers = policy({
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetBucketPolicy', 'kms:DescribeKey', 'kms:GetKeyPolicy'],
    Resource: '*',
  });
  await line.ok([...put, readers]);
  expect(await pageOf(...get)).toMatch(/would be refused .*\n$/);
  expect(await pageOf(...get)).not.toContain('whole store');
  expect(await pageOf('kms', 'describe-key', 'alias/app')).not.toContain('whole store');
});
