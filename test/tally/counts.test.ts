/** What calls are counted as: by AWS's names where AWS publishes it, for whom AWS publishes it. */

import { expect, test } from 'vitest';
import { ACCOUNT, MINUTE, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { storedTally } from '../support/recount.ts';
import { deliver, LOGS, newTrail } from '../support/trail-place.ts';

const other = { as: `${OTHER_ACCOUNT}:user/admin` };
const Plaintext = Buffer.from('secret');

/** The sums of all series whose names have a word, without the minute. */
const sums = (world: World, word: string): Record<string, number> =>
  world.transact((tx) =>
    Object.fromEntries(
      Object.entries(storedTally(tx, Number.MAX_SAFE_INTEGER)).flatMap(([name, { sum }]) =>
        name.split(' ').includes(word) ? [[name.slice(0, name.lastIndexOf(' ')), sum] as const] : [],
      ),
    ),
  );

async function sharedKey(world: World): Promise<string> {
  const Statement = [{ Effect: 'Allow', Principal: { AWS: [ACCOUNT, OTHER_ACCOUNT] }, Action: 'kms:*', Resource: '*' }];
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy });
  return KeyMetadata?.Arn ?? '';
}

test("a key's requests count in its own account, the use of a rate in the caller's, and the caller pays", async () => {
  const world = newWorld();
  const KeyId = await sharedKey(world);
  await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  await world.call('kms', 'Encrypt', { KeyId, Plaintext }, other);
  expect(sums(world, 'SuccessfulRequest')).toEqual({
    [`${ACCOUNT} us-east-1 AWS/KMS SuccessfulRequest KeyArn ${KeyId} Operation Encrypt`]: 2,
  });
  const usage = 'us-east-1 AWS/Usage CallCount Class None Resource';
  expect(sums(world, 'CallCount')).toEqual({
    [`${ACCOUNT} ${usage} CreateKey Service KMS Type API`]: 1,
    [`${ACCOUNT} ${usage} CryptographicOperationsSymmetric Service KMS Type API`]: 1,
    [`${OTHER_ACCOUNT} ${usage} CryptographicOperationsSymmetric Service KMS Type API`]: 1,
  });
  expect(sums(world, 'Requests')).toMatchObject({
    [`${ACCOUNT} us-east-1 SSEBox Requests KeyArn ${KeyId} UsageType KMS-Requests`]: 2,
    [`${OTHER_ACCOUNT} us-east-1 SSEBox Requests KeyArn ${KeyId} UsageType KMS-Requests`]: 1,
  });
});

test('ReEncrypt counts once, under both of its keys, and twice against the rate', async () => {
  const world = newWorld();
  const [one, two] = [await sharedKey(world), await sharedKey(world)];
  const { CiphertextBlob = Buffer.of() } = await world.call('kms', 'Encrypt', { KeyId: one, Plaintext });
  await world.call('kms', 'ReEncrypt', { CiphertextBlob, DestinationKeyId: two });
  expect(sums(world, 'ReEncrypt')).toMatchObject({
    [`${ACCOUNT} us-east-1 AWS/KMS SuccessfulRequest DestinationKeyArn ${two} Operation ReEncrypt SourceKeyArn ${one}`]: 1,
    [`${ACCOUNT} us-east-1 SSEBox Calls Operation ReEncrypt Service kms`]: 1,
  });
  expect(Object.values(sums(world, 'CryptographicOperationsSymmetric'))).toEqual([3]);
});

test('a denial counts for the key, and neither as its request nor as a success', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.Arn ?? '';
  await world.refusal('kms', 'Encrypt', { KeyId, Plaintext }, other);
  expect(sums(world, 'Denials')).toEqual({
    [`${ACCOUNT} us-east-1 SSEBox Denials KeyArn ${KeyId}`]: 1,
    [`${OTHER_ACCOUNT} us-east-1 SSEBox Denials`]: 1,
  });
  expect(sums(world, 'SuccessfulRequest')).toEqual({});
  expect(Object.entries(sums(world, 'Errors'))).toEqual([
    [`${OTHER_ACCOUNT} us-east-1 SSEBox Errors ErrorCode AccessDeniedException Operation Encrypt Service kms`, 1],
  ]);
});

test("S3's requests count for the bucket in its owner's account, and those to KMS for the bucket, too", async () => {
  const world = newWorld();
  const Bucket = 'photos';
  const KeyId = await sharedKey(world);
  await world.call('s3', 'CreateBucket', { Bucket });
  const object = { Bucket, Key: 'a', Body: Plaintext, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId } as const;
  await world.call('s3', 'PutObject', object);
  await world.call('s3', 'ListObjectsV2', { Bucket });
  await world.refusal('s3', 'ListObjectsV2', { Bucket }, other);
  const own = `${ACCOUNT} us-east-1 SSEBox`;
  expect(sums(world, Bucket)).toMatchObject({
    [`${own} PutRequests BucketName photos`]: 2,
    [`${own} ListRequests BucketName photos`]: 2,
    [`${own} 4xxErrors BucketName photos`]: 1,
    [`${own} Denials BucketName photos`]: 1,
    [`${own} BytesUploaded BucketName photos`]: Plaintext.length,
    // Whoever is denied from another account costs the owner nothing.
    [`${own} Requests BucketName photos UsageType Requests-Tier1`]: 3,
    [`${own} Requests BucketName photos KeyArn ${KeyId} UsageType KMS-Requests`]: 1,
  });
});

test('what CloudTrail delivers counts as bytes of logs in the account of the bucket', async () => {
  const world = newWorld();
  await newTrail(world);
  world.advance(6 * MINUTE);
  await world.call('kms', 'CreateKey', {});
  world.advance(6 * MINUTE);
  await deliver(world);
  const sizes = world.transact((tx) =>
    Array.from(tx.objects.under([LOGS]), ({ value }) => (value.kind === 'object' ? value.fixed.size : 0)),
  );
  expect(sizes.length).toBeGreaterThan(0);
  expect(sums(world, 'LogBytes')).toEqual({
    [`${ACCOUNT} us-east-1 SSEBox LogBytes BucketName ${LOGS}`]: sizes.reduce((sum, size) => sum + size, 0),
  });
});
