import { describe, expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { bytesOf } from './modes.ts';

const Bucket = 'photos';
const UUID = '12345678-1234-1234-1234-123456789012';

async function newKey(
  world: World,
  options: { region?: 'us-east-1' | 'eu-west-1'; as?: string } = {},
): Promise<string> {
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {}, options);
  return KeyMetadata?.Arn ?? '';
}

const put = (SSEKMSKeyId: string) =>
  ({ Bucket, Key: 'k', Body: Buffer.from('x'), ServerSideEncryption: 'aws:kms', SSEKMSKeyId }) as const;

// S3 API Reference, "Error responses", and AWS KMS API Reference: KMS's refusals with `KMS.` before their code.
describe('refusals by KMS', () => {
  test.for([
    ['a text that is not a key id', 'fake-key-id', "KMS.NotFoundException: Invalid keyId 'fake-key-id'"],
    [
      'an unknown key id',
      UUID,
      `KMS.NotFoundException: Key 'arn:aws:kms:us-east-1:111122223333:key/${UUID}' does not exist`,
    ],
    [
      'an unknown key ARN',
      `arn:aws:kms:us-east-1:111122223333:key/${UUID}`,
      `KMS.NotFoundException: Key 'arn:aws:kms:us-east-1:111122223333:key/${UUID}' does not exist`,
    ],
    [
      'a key ARN of another region',
      `arn:aws:kms:us-west-2:111122223333:key/${UUID}`,
      'KMS.NotFoundException: Invalid arn us-west-2',
    ],
    [
      'an unknown alias',
      'alias/nothing',
      'KMS.NotFoundException: Alias arn:aws:kms:us-east-1:111122223333:alias/nothing is not found.',
    ],
  ] as const)('a put under %s', async ([, keyId, expected]) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    expect(await world.refusal('s3', 'PutObject', put(keyId))).toBe(expected);
    expect(world.transact((tx) => [...tx.objects.range()])).toEqual([]);
  });

  test('a key id from another region names the key in the region of the bucket', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const id = (await newKey(world, { region: 'eu-west-1' })).split('/')[1] ?? '';
    expect(await world.refusal('s3', 'PutObject', put(id))).toBe(
      `KMS.NotFoundException: Key 'arn:aws:kms:us-east-1:111122223333:key/${id}' does not exist`,
    );
  });

  test('a disabled key, at every put and every get, until it is enabled again', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const KeyId = await newKey(world);
    await world.call('s3', 'PutObject', put(KeyId));
    await world.call('kms', 'DisableKey', { KeyId });
    const expected = `KMS.DisabledException: ${KeyId} is disabled.`;
    expect(await world.refusal('s3', 'PutObject', put(KeyId))).toBe(expected);
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' })).toBe(expected);
    expect(await world.refusal('s3', 'HeadObject', { Bucket, Key: 'k', ChecksumMode: 'ENABLED' })).toBe(expected);
    expect((await world.call('s3', 'HeadObject', { Bucket, Key: 'k' })).SSEKMSKeyId).toBe(KeyId);
    await world.call('kms', 'EnableKey', { KeyId });
    expect((await bytesOf((await world.call('s3', 'GetObject', { Bucket, Key: 'k' })).Body)).toString()).toBe('x');
  });

  test('a key pending deletion, and a deleted one', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const KeyId = await newKey(world);
    await world.call('s3', 'PutObject', put(KeyId));
    await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' })).toBe(
      `KMS.KMSInvalidStateException: ${KeyId} is pending deletion.`,
    );
    world.advance(8 * 86_400_000);
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' })).toMatch(
      /^AccessDenied: .* on the resource associated with this ciphertext because the resource does not exist in this Region/,
    );
  });

  test('a signing key', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const { KeyMetadata } = await world.call('kms', 'CreateKey', {
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
    });
    expect(await world.refusal('s3', 'PutObject', put(KeyMetadata?.Arn ?? ''))).toMatch(
      /^KMS.InvalidKeyUsageException: /,
    );
  });

  test("a denial by the key's policy is AccessDenied with KMS's message", async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const KeyId = await newKey(world);
    await world.call('s3', 'PutObject', put(KeyId));
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'kms:*', Resource: '*' },
        { Effect: 'Deny', Principal: '*', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' },
      ],
    });
    await world.call('kms', 'PutKeyPolicy', { KeyId, PolicyName: 'default', Policy });
    const who = 'AccessDenied: User: arn:aws:iam::111122223333:user/admin is not authorized to perform:';
    expect(await world.refusal('s3', 'PutObject', put(KeyId))).toBe(
      `${who} kms:GenerateDataKey on resource: ${KeyId} with an explicit deny in a resource-based policy`,
    );
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' })).toBe(
      `${who} kms:Decrypt on resource: ${KeyId} with an explicit deny in a resource-based policy`,
    );
  });

  // As observed in AWS's answers: GetObject names the key to its own account (2024 to 2026). Whoever is from another
  // account does not learn whether it exists (2026). A direct Decrypt without a key id names none to anybody.
  test('a missing permission to decrypt, with the key named to its own account alone', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const KeyId = await newKey(world);
    await world.call('s3', 'PutObject', put(KeyId));
    await world.call('iam', 'CreateUser', { UserName: 'reader' });
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    });
    await world.call('iam', 'PutUserPolicy', { UserName: 'reader', PolicyName: 'p', PolicyDocument });
    const as = { as: 'user/reader' };
    const who = 'User: arn:aws:iam::111122223333:user/reader is not authorized to perform:';
    const because = 'because no identity-based policy allows the kms:Decrypt action';
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, as)).toBe(
      `AccessDenied: ${who} kms:Decrypt on resource: ${KeyId} ${because}`,
    );
    const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') });
    expect(await world.refusal('kms', 'Decrypt', { CiphertextBlob }, as)).toBe(
      `AccessDeniedException: ${who} kms:Decrypt on the resource associated with this ciphertext ${because}`,
    );
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
          Action: 's3:GetObject',
          Resource: `arn:aws:s3:::${Bucket}/*`,
        },
      ],
    });
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
    const other = { as: `${OTHER_ACCOUNT}:user/admin` };
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k' }, other)).toBe(
      `AccessDenied: User: arn:aws:iam::${OTHER_ACCOUNT}:user/admin is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`,
    );
  });
});

test('an alias and a bare id are shown as the ARN of the key', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const arn = await newKey(world);
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: arn });
  for (const name of ['alias/app', 'arn:aws:kms:us-east-1:111122223333:alias/app', arn.split('/')[1] ?? '', arn]) {
    expect((await world.call('s3', 'PutObject', put(name))).SSEKMSKeyId).toBe(arn);
  }
});

test("KMS is called as the user, on the user's behalf, in the bucket's region, with the object's ARN", async () => {
  const world = newWorld();
  await world.call(
    's3',
    'CreateBucket',
    { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
    { region: 'eu-west-1' },
  );
  const context = Buffer.from('{"team":"red"}').toString('base64');
  await world.call('s3', 'PutObject', {
    Bucket,
    Key: 'k',
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
    SSEKMSEncryptionContext: context,
  });
  await world.call('s3', 'GetObject', { Bucket, Key: 'k' });
  const calls = world.transact((tx) => allCalls(tx).filter(({ service }) => service === 'kms'));
  expect(calls.map(({ operation, region, viaService, caller }) => [operation, region, viaService, caller.arn])).toEqual(
    [
      ['GenerateDataKey', 'eu-west-1', 's3.eu-west-1.amazonaws.com', 'arn:aws:iam::111122223333:user/admin'],
      ['Decrypt', 'eu-west-1', 's3.eu-west-1.amazonaws.com', 'arn:aws:iam::111122223333:user/admin'],
    ],
  );
  for (const { parameters } of calls) {
    expect(parameters).toMatchObject({ encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::photos/k', team: 'red' } });
  }
});
