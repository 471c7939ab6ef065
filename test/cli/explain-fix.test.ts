import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { destinationsOf, newReplication } from '../support/replicated-bucket.ts';
import { openSession } from '../support/store-session.ts';

interface Fix {
  readonly Kind: string;
  readonly Gate?: string;
  readonly To?: string;
  readonly Statement?: object;
  readonly Sid?: string;
  readonly Command?: string;
}

const get = ['s3', 'get', 's3://reports/2026/q1.csv', '--as', 'user/bob'];

async function fixesOf(line: CommandLine, words: readonly string[]): Promise<readonly Fix[]> {
  const { json } = await line.ok(['explain', ...words, '--fix']);
  return (json as { Decisions: readonly { Fix: readonly Fix[] }[] }).Decisions.flatMap((decision) => decision.Fix);
}

const give = (line: CommandLine, statements: readonly unknown[]) => {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const words = ['iam', 'put-user-policy', '--user-name', 'bob', '--policy-name', 'fix', '--policy-document', document];
  return line.ok(words);
};

test('the suggested statements make a policy that lets the call through', async () => {
  const line = await newSample();
  const fixes = (await fixesOf(line, get)).filter(({ Kind }) => Kind === 'AddStatement');
  expect(fixes.map(({ Gate }) => Gate)).toEqual(['identity-policy', 'identity-policy']);
  await give(
    line,
    fixes.map(({ Statement }) => Statement),
  );
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', line.path('q1'), '--as', 'user/bob']);
  expect(await fixesOf(line, get)).toEqual([]);
});

test('the suggested grant gives access to the key', async () => {
  const line = await newSample();
  const [statement, , grant] = await fixesOf(line, get);
  await give(line, [statement?.Statement]);
  await line.ok(grant?.Command?.split(' ').slice(1) ?? []);
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', line.path('q1'), '--as', 'user/bob']);
});

test('the suggested grant for creating a grant also allows what that is to allow', async () => {
  const line = await newSample();
  const { KeyId } = await keyOf(line);
  const words = ['kms', 'create-grant', '--key-id', KeyId, '--grantee-principal', 'arn:aws:iam::111122223333:user/ana'];
  const bobs = [...words, '--operations', 'Decrypt', 'Encrypt', '--as', 'user/bob'];
  const grant = (await fixesOf(line, bobs)).find(({ Kind }) => Kind === 'OrGrant');
  expect(grant?.Command).toMatch(/ --may create-grant,decrypt,encrypt$/);
  await line.ok(grant?.Command?.split(' ').slice(1) ?? []);
  await line.ok(bobs);
});

test('a Deny on a header is met by an option of the call, also for the last refusal', async () => {
  const line = await newSample();
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyKms',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::photos/*',
        Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
      },
    ],
  };
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', JSON.stringify(policy)]);
  writeFileSync(line.path('x'), 'x');
  const refused = await line.ssebox(['s3', 'put', line.path('x'), 's3://photos/k']);
  expect(refused.code).toBe(254);
  const { json } = await line.ok(['explain', 'last', '--fix']);
  const sent = { Kind: 'ChangeRequest', Policy: 'bucket policy', Sid: 'OnlyKms', Value: 'aws:kms' };
  const Options = [{ Option: '--server-side-encryption', ShortOption: '--sse', Value: 'aws:kms' }];
  expect(json).toMatchObject({ Decisions: [{ Fix: [{ ...sent, Options }] }] });
  const { out } = await line.ok(['explain', 'last', '--fix'], { terminal: 1000 });
  expect(out).toContain(
    'make the call with --server-side-encryption aws:kms (in ssebox s3: --sse aws:kms), so that statement "OnlyKms" of the bucket policy does not apply: StringNotEquals s3:x-amz-server-side-encryption aws:kms (the key is absent)\n',
  );
  await line.ok(['s3', 'put', line.path('x'), 's3://photos/k', '--sse', 'aws:kms']);
});

test('a Deny that no call can avoid is named, with what else it could be', async () => {
  const line = await newSample();
  const Condition = { StringNotEquals: { 's3:ExistingObjectTag/team': 'red' } };
  const statement = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
  const policy = JSON.stringify({ Statement: { Sid: 'Red', ...statement, Condition } });
  await line.ok(['s3api', 'put-bucket-policy', '--bucket', 'photos', '--policy', policy]);
  const words = ['s3', 'head', 's3://photos/harbour.txt'];
  const [fix] = await fixesOf(line, words);
  expect(fix).toMatchObject({ Kind: 'LiftDeny', Policy: 'bucket policy', Sid: 'Red', Narrowed: { Effect: 'Deny' } });
  const { out } = await line.ok(['explain', ...words, '--fix'], { terminal: 200 });
  expect(out).toContain('remove or narrow statement "Red" of the bucket policy');
  expect(out).toContain(
    'or make the call without meeting this condition: StringNotEquals s3:ExistingObjectTag/team red (the key is absent)',
  );
});

test('a setting that denies is named as the setting, not as a statement that nobody can find', async () => {
  const line = await newSample();
  const s3api = (...words: readonly string[]) => line.ok(['s3api', ...words, '--bucket', 'photos']);
  const only = 'RestrictPublicBuckets=true';
  await s3api('put-public-access-block', '--public-access-block-configuration', only);
  const everybody = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::photos/*' };
  await s3api('put-bucket-policy', '--policy', JSON.stringify({ Statement: everybody }));
  const words = ['s3', 'get', 's3://photos/harbour.txt', '--as', '444455556666:user/admin'];
  const [fix, ...more] = await fixesOf(line, words);
  expect(fix).toEqual({
    Kind: 'LiftDeny',
    Gate: 'resource-policy',
    Policy: 'RestrictPublicBuckets setting of Block Public Access',
    Lift: expect.stringMatching(/^turn off RestrictPublicBuckets/),
  });
  expect(more).toEqual([]);
  const { out } = await line.ok(['explain', ...words, '--fix'], { terminal: 120 });
  expect(out).toContain('✗ RestrictPublicBuckets setting of Block Public Access: DENY\n');
  expect(out).toContain('→ to allow it: turn off RestrictPublicBuckets for the bucket and its account');
  expect(out).not.toContain('statement "RestrictPublicBuckets"');
  await s3api('delete-public-access-block');
  await line.ok(['explain', ...words, '--expect', 'allow']);
});

test('the text says where the statement belongs', async () => {
  const line = await newSample();
  const { out } = await line.ok(['explain', ...get, '--fix'], { terminal: 120 });
  expect(out).toContain(
    'add to an identity-based policy of arn:aws:iam::111122223333:user/bob:\n    {\n      "Effect": "Allow",\n      "Action": "s3:GetObject",',
  );
  expect(out).toContain('or create a grant instead of adding statements:\n    ssebox kms grant arn:aws:kms:');
});

test('without --fix there is none, and an allowed call needs none', async () => {
  const line = await newSample();
  expect((await line.ok(['explain', ...get])).out).not.toContain('"Fix"');
  expect(await fixesOf(line, ['s3', 'get', 's3://photos/harbour.txt', '--as', 'user/ana'])).toEqual([]);
});

test.for([
  ['few objects are listed', 3, ['arn:aws:s3:::photos/f/0', 'arn:aws:s3:::photos/f/1', 'arn:aws:s3:::photos/f/2']],
  ['many are named by what they have in common', 12, 'arn:aws:s3:::photos/f/*'],
] as const)('the statement for a command covers all its objects: %s', async ([, count, resources]) => {
  const line = await newSample();
  mkdirSync(line.path('files'));
  for (let i = 0; i < count; i++) writeFileSync(line.path(`files/${i}`), `${i}`);
  const words = ['s3', 'cp', line.path('files'), 's3://photos/f', '--recursive', '--as', 'user/bob'];
  expect((await line.ssebox(words)).code).toBe(1);
  const statements = (await fixesOf(line, words)).map(({ Statement }) => Statement);
  expect(statements).toMatchObject([{ Action: 's3:PutObject', Resource: resources }]);
  await give(line, statements);
  await line.ok(words);
});

test('keys with the same outcome have a statement each, since each has a policy of its own', async () => {
  const line = await newSample();
  const words = ['kms', 'create-key', '--policy'];
  const statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:user/admin' }, Action: 'kms:*' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: { ...statement, Resource: '*' } });
  const arns = [];
  for (const name of ['one', 'two']) {
    const { json } = await line.ok([...words, policy, '--bypass-policy-lockout-safety-check']);
    const { Arn } = (json as { KeyMetadata: { Arn: string } }).KeyMetadata;
    await line.ok(['s3', 'put', '-', `s3://photos/k/${name}`, '--sse', 'aws:kms', '--sse-kms-key-id', Arn]);
    arns.push(Arn);
  }
  await give(line, [{ Effect: 'Allow', Action: ['s3:*', 'kms:*'], Resource: '*' }]);
  const copy = ['s3', 'cp', 's3://photos/k', line.path('down'), '--recursive', '--as', 'user/bob'];
  const { json } = await line.ok(['explain', ...copy, '--fix']);
  const denied = (
    json as { Decisions: { Allowed: boolean; Resource: string; Fix: { To: string }[] }[] }
  ).Decisions.filter(({ Allowed }) => !Allowed);
  expect(denied.map(({ Resource, Fix }) => [Resource, Fix[0]?.To])).toEqual(
    arns.map((arn) => [arn, `the key policy of ${arn}`]),
  );
});

test('a refusal that the statements would leave is named', async () => {
  const line = await newSample();
  await line.ok(['kms', 'disable-key', '--key-id', (await keyOf(line)).KeyId]);
  const words = ['s3', 'put', '-', 's3://reports/new', '--as', 'user/bob'];
  const code = 'KMS.DisabledException';
  const { json } = await line.ok(['explain', ...words, '--fix']);
  expect(json).toMatchObject({
    Refusal: { Code: 'AccessDenied' },
    AfterFix: { Code: code, Operation: 's3 PutObject' },
  });
  const { out } = await line.ok(['explain', ...words, '--fix'], { terminal: 1000 });
  expect(out).toMatch(
    /\n\nEven if all this were allowed, s3 put - s3:\/\/reports\/new would be refused at s3 PutObject with KMS\.DisabledException: .* is disabled\. \(enable it with ssebox kms enable-key --key-id .*\)\n$/,
  );
  await give(
    line,
    (await fixesOf(line, words)).flatMap(({ Statement }) => Statement ?? []),
  );
  expect((await line.ssebox(words)).err).toContain(`An error occurred (${code})`);
});

test('a single call names it too, with --fix alone, and only if there is one', async () => {
  const line = await newSample();
  const { KeyId } = await keyOf(line);
  const words = ['kms', 'encrypt', KeyId, '--as', 'user/bob'];
  expect((await line.ok(['explain', ...words, '--fix'])).json).not.toHaveProperty('AfterFix');
  await line.ok(['kms', 'disable-key', '--key-id', KeyId]);
  expect((await line.ok(['explain', ...words])).json).not.toHaveProperty('AfterFix');
  expect((await line.ok(['explain', ...words, '--fix'])).json).toMatchObject({
    Refusal: { Code: 'AccessDeniedException' },
    AfterFix: { Code: 'DisabledException' },
  });
  expect((await line.ok(['explain', 'kms', 'encrypt', KeyId, '--fix'])).json).not.toHaveProperty('AfterFix');
});

async function keyOf(line: CommandLine): Promise<{ readonly KeyId: string }> {
  const { json } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app']);
  return (json as { KeyMetadata: { KeyId: string } }).KeyMetadata;
}

test('an absence that the statements would leave is named, with the answer that the caller would get', async () => {
  const line = await newSample();
  const words = ['s3', 'get', 's3://photos/none', line.path('none'), '--as', 'user/bob'];
  expect((await line.ok(['explain', ...words, '--fix'])).json).toMatchObject({
    AfterFix: {
      Code: 'NoSuchKey',
      Reason: 'as AccessDenied, since no identity-based policy of the caller allows s3:ListBucket',
    },
  });
  await give(
    line,
    (await fixesOf(line, words)).flatMap(({ Statement }) => Statement ?? []),
  );
  expect((await line.ssebox(words)).err).toContain('(AccessDenied)');
});

test('replicating existing objects names every object that the caller may not replicate', async () => {
  const line = newCommandLine();
  const session = await openSession(line.store);
  const keys = ['one', 'two', 'three'];
  await session.call('iam', 'CreateUser', { UserName: 'bob' });
  await newReplication(session, 'sent', destinationsOf('sent'));
  const { ReplicationConfiguration } = await session.call('s3', 'GetBucketReplication', { Bucket: 'sent' });
  if (!ReplicationConfiguration) throw new Error('the bucket does not replicate');
  await session.call('s3', 'DeleteBucketReplication', { Bucket: 'sent' });
  for (const Key of keys) await session.call('s3', 'PutObject', { Bucket: 'sent', Key, Body: Buffer.from(Key) });
  await session.call('s3', 'PutBucketReplication', { Bucket: 'sent', ReplicationConfiguration });
  await session.close();
  const fixes = await fixesOf(line, ['s3', 'replicate', 'sent', '--existing', '--as', 'user/bob']);
  const statements = fixes.flatMap(({ Statement }) => Statement ?? []);
  expect(
    JSON.stringify(statements)
      .match(/sent\/\w+/g)
      ?.sort(),
  ).toEqual(keys.map((key) => `sent/${key}`).sort());
});
