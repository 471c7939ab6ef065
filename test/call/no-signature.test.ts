import { expect, test } from 'vitest';
import { newWorld } from '../support/harness.ts';

const nobody = { caller: () => ({ kind: 'anonymous' }) as const };

// AWS KMS API Reference and IAM API Reference, "Common errors": only S3 knows requests without a signature.
test.for([
  ['kms', 'ListKeys', {}, 'MissingAuthenticationTokenException'],
  ['kms', 'DescribeKey', { KeyId: 'alias/none' }, 'MissingAuthenticationTokenException'],
  ['cloudtrail', 'LookupEvents', {}, 'MissingAuthenticationTokenException'],
  ['iam', 'ListUsers', {}, 'MissingAuthenticationToken'],
  ['sts', 'GetCallerIdentity', {}, 'MissingAuthenticationToken'],
] as const)('%s %s without a signature is not accepted: %j', async ([service, operation, input, code]) => {
  const world = newWorld();
  expect(await world.refusal(service, operation as never, input, nobody)).toBe(
    `${code}: Request is missing Authentication Token`,
  );
  const { decisions, refusal } = await world.explain(service, operation, input, nobody);
  expect([decisions, refusal?.code]).toEqual([[], code]);
  expect((await world.call('cloudtrail', 'LookupEvents', {})).Events).toEqual([]);
});

test('S3 accepts a request without a signature', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  expect(await world.refusal('s3', 'ListObjectsV2', { Bucket: 'photos' }, nobody)).toBe('AccessDenied: Access Denied');
});
