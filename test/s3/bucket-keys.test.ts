import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { callerByAccessKey, callerNamedByKey } from '../../src/iam/credentials.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { ACCOUNT, MINUTE, newWorld, type Options, type World } from '../support/harness.ts';
import { bytesOf } from './modes.ts';

const Bucket = 'photos';
const bucketKey = { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true } as const;

/** KMS's operations so far, with their context. */
const kmsCalls = (world: World) =>
  world.transact((tx) => allCalls(tx).flatMap((value) => (value.service === 'kms' && value.viaService ? [value] : [])));

async function newBucket(world: World): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket });
}

// Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
test('a hundred objects under a bucket key need one KMS call to write and one to read, with the ARN of the bucket', async () => {
  const world = newWorld();
  await newBucket(world);
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
  for (const Key of keys) await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(Key), ...bucketKey });
  for (const Key of keys) {
    expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key })).Body)).toString()).toBe(Key);
  }
  const calls = kmsCalls(world);
  expect(calls.map(({ operation }) => operation)).toEqual(['GenerateDataKey', 'Decrypt']);
  for (const { parameters } of calls) {
    expect(parameters).toMatchObject({ encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::photos' } });
  }
});

test('KMS is called again when a bucket-level key expires', async () => {
  const world = newWorld({ bucketKeyLifetimeMs: 10 * MINUTE });
  await newBucket(world);
  for (const minutes of [0, 9, 2, 9]) {
    world.advance(minutes * MINUTE);
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), ...bucketKey });
  }
  expect(kmsCalls(world)).toHaveLength(2);
});

test("revoking the key's permission goes unnoticed until the bucket-level key expires", async () => {
  const world = newWorld();
  await newBucket(world);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.Arn ?? '';
  const input = { Bucket, Key: 'k', Body: Buffer.from('x'), SSEKMSKeyId: KeyId, ...bucketKey };
  await world.call('s3', 'PutObject', input);
  await world.call('kms', 'DisableKey', { KeyId });
  await world.call('s3', 'PutObject', input);
  world.advance(6 * MINUTE);
  expect(await world.refusal('s3', 'PutObject', input)).toBe(`KMS.DisabledException: ${KeyId} is disabled.`);
});

test('every requester, bucket and key has a separate bucket-level key', async () => {
  const world = newWorld();
  await newBucket(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'other' });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const put = (bucket: string, more: object, as?: string) =>
    world.call(
      's3',
      'PutObject',
      { Bucket: bucket, Key: 'k', Body: Buffer.from('x'), ...bucketKey, ...more },
      as ? { as } : {},
    );
  await put(Bucket, {});
  await put('other', {});
  await put(Bucket, { SSEKMSKeyId: KeyMetadata?.Arn });
  await put(Bucket, {}, 'root');
  expect(kmsCalls(world)).toHaveLength(4);
});

/** An object under a bucket key of a KMS key that leaves it to policies who may use it. */
async function putUnderOwnKey(world: World): Promise<void> {
  await newBucket(world);
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const input = { Bucket, Key: 'k', Body: Buffer.from('x'), SSEKMSKeyId: KeyMetadata?.Arn, ...bucketKey };
  await world.call('s3', 'PutObject', input);
}

// The same page: callers are different requesters when they use the same role with different scoping policies.
test('a session with a scoped-down policy does not share the bucket-level key of its role', async () => {
  const world = newWorld();
  await putUnderOwnKey(world);
  const statement = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  await world.call('iam', 'CreateRole', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: statement({
      Action: 'sts:AssumeRole',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    }),
  });
  const policy = { RoleName: 'reader', PolicyName: 'all' };
  const PolicyDocument = statement({ Action: ['s3:*', 'kms:*'], Resource: '*' });
  await world.call('iam', 'PutRolePolicy', { ...policy, PolicyDocument });
  const session = async (Policy?: string) => {
    const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/reader`, RoleSessionName: 'same' };
    const { Credentials } = await world.call('sts', 'AssumeRole', { ...role, Policy });
    const { AccessKeyId = '', SecretAccessKey, SessionToken } = Credentials ?? {};
    const rootKey = rootKeyOf(world.folder, world.environment.random);
    const caller: Options['caller'] = (tx, now) =>
      callerByAccessKey(AccessKeyId, SecretAccessKey, SessionToken, { tx, now, rootKey, service: 's3' }) ??
      expect.fail();
    return { caller };
  };
  const get = { Bucket, Key: 'k' };
  await world.call('s3', 'GetObject', get, await session());
  const scoped = await session(statement({ Action: 's3:*', Resource: '*' }));
  expect(await world.refusal('s3', 'GetObject', get, scoped)).toMatch(/^AccessDenied: .* kms:Decrypt /);
});

test.for([
  ['tags', { Tags: [{ Key: 'team', Value: 'red' }] }, { 'aws:PrincipalTag/team': 'red' }],
  ['a source identity', { SourceIdentity: 'ann' }, { 'aws:SourceIdentity': 'ann' }],
] as const)(
  'a session with %s does not share its bucket-level key with one of the same name',
  async ([, more, StringEquals]) => {
    const world = newWorld();
    await putUnderOwnKey(world);
    const statements = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
    const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
    const AssumeRolePolicyDocument = statements({ Effect: 'Allow', Action: 'sts:*', Principal });
    await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument });
    const PolicyDocument = statements(
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: { StringEquals } },
    );
    await world.call('iam', 'PutRolePolicy', { RoleName: 'reader', PolicyName: 'p', PolicyDocument });
    const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/reader`, RoleSessionName: 'same' };
    const { Credentials } = await world.call('sts', 'AssumeRole', { ...role, ...more });
    const get = { Bucket, Key: 'k' };
    const rootKey = rootKeyOf(world.folder, world.environment.random);
    await world.call('s3', 'GetObject', get, {
      caller: (tx, now) => callerNamedByKey(Credentials?.AccessKeyId ?? '', { tx, now, rootKey, service: 's3' }),
    });
    expect(await world.refusal('s3', 'GetObject', get, { as: 'role/reader/same' })).toMatch(
      /^AccessDenied: .* kms:Decrypt /,
    );
  },
);

test('a user recreated under an old name does not share the bucket-level key', async () => {
  const world = newWorld();
  await putUnderOwnKey(world);
  const mayRead = async (Action: readonly string[]) => {
    const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await world.call('iam', 'CreateUser', { UserName: 'bob' });
    await world.call('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
  };
  await mayRead(['s3:GetObject', 'kms:Decrypt']);
  const get = { Bucket, Key: 'k' };
  await world.call('s3', 'GetObject', get, { as: 'user/bob' });
  await world.call('iam', 'DeleteUserPolicy', { UserName: 'bob', PolicyName: 'p' });
  await world.call('iam', 'DeleteUser', { UserName: 'bob' });
  await mayRead(['s3:GetObject']);
  expect(await world.refusal('s3', 'GetObject', get, { as: 'user/bob' })).toMatch(/^AccessDenied: .* kms:Decrypt /);
});

test('without a lifetime every object needs a KMS call', async () => {
  const world = newWorld({ bucketKeyLifetimeMs: 0 });
  await newBucket(world);
  for (const Key of ['a', 'b', 'c'])
    await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('x'), ...bucketKey });
  expect(kmsCalls(world)).toHaveLength(3);
});

test('a damaged bucket-level key is not used: KMS is called again', async () => {
  const world = newWorld();
  await newBucket(world);
  const put = () => world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), ...bucketKey });
  await put();
  world.transact((tx) => {
    for (const { key, value } of [...tx.bucketLevelKeys.range()])
      tx.bucketLevelKeys.put(key, { ...value, expiresMs: value.expiresMs + 1 });
  });
  await put();
  expect(kmsCalls(world)).toHaveLength(2);
});

test('a deleted bucket leaves no bucket-level key', async () => {
  const world = newWorld();
  await newBucket(world);
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x'), ...bucketKey });
  await world.call('s3', 'DeleteObject', { Bucket, Key: 'k' });
  await world.call('s3', 'DeleteBucket', { Bucket });
  expect(world.transact((tx) => [...tx.bucketLevelKeys.range()])).toEqual([]);
});

// Amazon S3 User Guide, "Amazon S3 Bucket Keys": policies on the object's ARN in the context stop matching.
test("the context is the bucket's ARN and the request's own pairs, none of which may replace S3's", async () => {
  const world = newWorld();
  await newBucket(world);
  const context = (pairs: object) => ({
    SSEKMSEncryptionContext: Buffer.from(JSON.stringify(pairs)).toString('base64'),
  });
  const input = { Bucket, Key: 'k', Body: Buffer.from('x'), ...bucketKey };
  const put = await world.call('s3', 'PutObject', { ...input, ...context({ team: 'red' }) });
  expect(JSON.parse(Buffer.from(put.SSEKMSEncryptionContext ?? '', 'base64').toString())).toEqual({
    team: 'red',
    'aws:s3:arn': 'arn:aws:s3:::photos',
  });
  expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'k' })).Body)).toString()).toBe('x');
  expect(
    await world.refusal('s3', 'PutObject', { ...input, ...context({ 'aws:s3:arn': 'arn:aws:s3:::other' }) }),
  ).toMatch(/^InvalidRequest/);
  await world.call('s3', 'PutObject', { ...input, ...context({ 'aws:s3:arn': 'arn:aws:s3:::photos' }) });
});

test('a key has one bucket-level key, whether its id, its ARN or an alias names it', async () => {
  const world = newWorld();
  await newBucket(world);
  const { KeyId = '', Arn = '' } = (await world.call('kms', 'CreateKey', {})).KeyMetadata ?? {};
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: KeyId });
  for (const SSEKMSKeyId of [KeyId, Arn, 'alias/app', `arn:aws:kms:us-east-1:${ACCOUNT}:alias/app`]) {
    const put = await world.call('s3', 'PutObject', { Bucket, Key: 'k', SSEKMSKeyId, ...bucketKey });
    expect(put.SSEKMSKeyId).toBe(Arn);
  }
  expect(kmsCalls(world)).toHaveLength(1);
});

test('an alias that moves to another key puts objects under that key at once', async () => {
  const world = newWorld();
  await newBucket(world);
  const keyArn = async () => (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
  const [first, second] = [await keyArn(), await keyArn()];
  const put = () => world.call('s3', 'PutObject', { Bucket, Key: 'k', SSEKMSKeyId: 'alias/app', ...bucketKey });
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: first });
  expect((await put()).SSEKMSKeyId).toBe(first);
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: second });
  expect((await put()).SSEKMSKeyId).toBe(second);
  await world.call('kms', 'DeleteAlias', { AliasName: 'alias/app' });
  await expect(put()).rejects.toMatchObject({ code: 'KMS.NotFoundException' });
});
