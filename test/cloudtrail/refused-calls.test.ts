import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { setQuota } from '../../src/quotas/settings.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { adminIdentity, eventsOf, expectWhole, type Fields, keyEntry } from './whole-event.ts';

const Plaintext = Buffer.from('secret');
const noKey = '6f0c2f1e-58c3-4b2b-9a3d-2d6d5b1f7a10';

interface Refused {
  readonly operation: OperationName<'kms'>;
  readonly input: object;
  readonly error: readonly [code: string, message: string];
  readonly requestParameters: Fields;
  readonly resources: readonly Fields[];
}

type Row = (world: World) => Promise<Refused>;

const encrypting = (keyId: string, error: Refused['error']): Refused => ({
  operation: 'Encrypt',
  input: { KeyId: keyId, Plaintext },
  error,
  requestParameters: { keyId, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
  resources: [keyEntry(keyId)],
});

// AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail", and its metric filter for keys pending
// deletion: what an authorized caller is refused keeps its request.
const rows: Readonly<Record<string, Row>> = {
  async 'a key that is disabled'(world) {
    const keyId = await makeKey(world);
    await world.call('kms', 'DisableKey', { KeyId: keyId });
    return encrypting(keyId, ['DisabledException', `${arnFor(keyId)} is disabled.`]);
  },
  async 'a key that is pending deletion'(world) {
    const keyId = await makeKey(world);
    await world.call('kms', 'ScheduleKeyDeletion', { KeyId: keyId });
    return encrypting(keyId, ['KMSInvalidStateException', `${arnFor(keyId)} is pending deletion.`]);
  },
  async 'a key that does not exist'() {
    const message = `Key '${arnFor(noKey)}' does not exist`;
    return { ...encrypting(noKey, ['NotFoundException', message]), resources: [] };
  },
  async 'an alias that does not exist'() {
    const message = `Alias arn:aws:kms:us-east-1:${ACCOUNT}:alias/none is not found.`;
    return { ...encrypting('alias/none', ['NotFoundException', message]), resources: [] };
  },
  async 'a key for another use'(world) {
    const keyId = await makeKey(world, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' });
    const message = `${arnFor(keyId)} key usage is GENERATE_VERIFY_MAC which is not valid for Encrypt.`;
    return encrypting(keyId, ['InvalidKeyUsageException', message]);
  },
  async 'another key than the one that encrypted it'(world) {
    const [from, other] = [await makeKey(world), await makeKey(world)];
    const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId: from, Plaintext });
    return {
      operation: 'Decrypt',
      input: { CiphertextBlob, KeyId: other },
      error: [
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      ],
      requestParameters: { keyId: other, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
      resources: [keyEntry(other)],
    };
  },
};

test.for(Object.entries(rows))('the event of a refusal: %s', async ([, row]) => {
  const world = newWorld();
  const { operation, input, ...refused } = await row(world);
  await world.refusal('kms', operation, input);
  const event = eventsOf(world).findLast(({ eventName }) => eventName === operation);
  expectWhole(event, { service: 'kms', eventName: operation, readOnly: true, ...refused });
});

// AWS KMS Developer Guide, "Throttling AWS KMS requests".
test('a throttled call is an event with its request, and without resources', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  const place = { account: ACCOUNT, region: 'us-east-1', service: 'kms', name: 'DescribeKey' } as const;
  world.transact((tx) => setQuota(place, 0, tx));
  const refusal = await world.refusal('kms', 'DescribeKey', { KeyId: keyId });
  expectWhole(
    eventsOf(world).find(({ eventName }) => eventName === 'DescribeKey'),
    {
      service: 'kms',
      eventName: 'DescribeKey',
      error: [
        'ThrottlingException',
        'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
      ],
      requestParameters: { keyId },
      readOnly: true,
    },
  );
  expect(refusal).toMatch(/^ThrottlingException: /);
});

// AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail": a denied call across accounts is logged in
// the caller's account only, and the log of a denial shows neither the request nor the key of another account.
test('a call with the key of another account, denied, is an event in the account of the caller alone', async () => {
  const world = newWorld();
  const KeyId = arnFor(await makeKey(world));
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const refusal = await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, { as });
  const [event, ...others] = eventsOf(world).filter(({ eventName }) => eventName === 'Encrypt');
  expect(others).toEqual([]);
  const arn = `arn:aws:iam::${OTHER_ACCOUNT}:user/admin`;
  expectWhole(event, {
    service: 'kms',
    eventName: 'Encrypt',
    userIdentity: { ...adminIdentity, arn, accountId: OTHER_ACCOUNT },
    error: ['AccessDenied', refusal.slice('AccessDeniedException: '.length)],
    requestParameters: null,
    readOnly: true,
    resources: [],
    recipientAccountId: OTHER_ACCOUNT,
  });
});

// CloudTrail User Guide, "CloudTrail record contents", sharedEventID; Amazon S3 User Guide, "Amazon S3 CloudTrail
// events": the bucket's owner also receives what others were denied.
test('a denied call on a bucket of another account is an event in both accounts', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const refusal = await world.refusal('s3', 'GetObject', { Bucket: 'photos', Key: 'a' }, { as });
  const events = eventsOf(world).filter(({ eventName }) => eventName === 'GetObject');
  expect(events).toHaveLength(2);
  const common = {
    service: 's3',
    eventName: 'GetObject',
    error: ['AccessDenied', refusal.slice('AccessDenied: '.length)],
    requestParameters: { bucketName: 'photos', key: 'a' },
    readOnly: true,
    isData: true,
    isShared: true,
    resources: [
      { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::photos/a' },
      { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::photos' },
    ],
  } as const;
  const received = (account: string) => events.find(({ recipientAccountId }) => recipientAccountId === account);
  const arn = `arn:aws:iam::${OTHER_ACCOUNT}:user/admin`;
  const userIdentity = { ...adminIdentity, arn, accountId: OTHER_ACCOUNT };
  expectWhole(received(OTHER_ACCOUNT), { ...common, userIdentity, recipientAccountId: OTHER_ACCOUNT });
  const { principalId } = adminIdentity;
  expectWhole(received(ACCOUNT), {
    ...common,
    userIdentity: { type: 'AWSAccount', principalId, accountId: OTHER_ACCOUNT },
  });
  expect(new Set(events.map(({ sharedEventID }) => sharedEventID)).size).toBe(1);
});

test('an object that is written under the key of another account is an event of KMS in both accounts', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const GranteePrincipal = `arn:aws:iam::${OTHER_ACCOUNT}:user/admin`;
  await world.call('s3', 'CreateBucket', { Bucket: 'theirs' }, { as });
  await world.call('kms', 'CreateGrant', {
    KeyId: keyId,
    GranteePrincipal,
    Operations: ['GenerateDataKey', 'Decrypt'],
  });
  const sse = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: arnFor(keyId) } as const;
  await world.call('s3', 'PutObject', { Bucket: 'theirs', Key: 'a', Body: Plaintext, ...sse }, { as });
  const events = eventsOf(world).filter(({ eventName }) => eventName === 'GenerateDataKey');
  const { principalId } = adminIdentity;
  const invokedBy = 'fas.s3.amazonaws.com';
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId: keyId });
  const common = {
    service: 'kms',
    eventName: 'GenerateDataKey',
    by: invokedBy,
    requestParameters: {
      keyId: arnFor(keyId),
      encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::theirs/a' },
      keySpec: 'AES_256',
    },
    additionalEventData: { keyMaterialId: KeyMetadata?.CurrentKeyMaterialId },
    readOnly: true,
    isShared: true,
    resources: [keyEntry(keyId)],
  } as const;
  const received = (account: string) => events.find(({ recipientAccountId }) => recipientAccountId === account);
  expect(events).toHaveLength(2);
  expectWhole(received(OTHER_ACCOUNT), {
    ...common,
    userIdentity: { ...adminIdentity, arn: GranteePrincipal, accountId: OTHER_ACCOUNT, invokedBy },
    recipientAccountId: OTHER_ACCOUNT,
  });
  expectWhole(received(ACCOUNT), {
    ...common,
    userIdentity: { type: 'AWSAccount', principalId, accountId: OTHER_ACCOUNT, invokedBy },
  });
});
