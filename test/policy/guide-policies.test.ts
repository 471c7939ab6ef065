import { expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';
import { ofBuckets } from './guides/bucket-policies.ts';
import { ofIdentities } from './guides/identity-policies.ts';
import { ofKeys } from './guides/key-policies.ts';
import { allow, Bucket, ROOT } from './guides/statements.ts';

/** A store with the user and the role that the policies name. */
async function newWorldWithPrincipals(): Promise<World> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'alice' });
  const trust = { Effect: 'Allow', Principal: ROOT, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await world.call('iam', 'CreateRole', { RoleName: 'app', AssumeRolePolicyDocument });
  return world;
}

test.for(ofBuckets)('a bucket policy about %s is stored as it is', async ([, Statement]) => {
  const world = await newWorldWithPrincipals();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'DeletePublicAccessBlock', { Bucket });
  for (const Version of ['2012-10-17', '2008-10-17']) {
    const Policy = JSON.stringify({ Version, Id: 'PolicyForExample', Statement }, undefined, 2);
    // The root user can replace a policy that denies everyone.
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy }, { as: 'root' });
    expect((await world.call('s3', 'GetBucketPolicy', { Bucket }, { as: 'root' })).Policy).toBe(Policy);
  }
});

test.for(ofKeys)('a key policy about %s is stored', async ([, statements]) => {
  const world = await newWorldWithPrincipals();
  const Statement = [{ Sid: 'Enable IAM policies', ...allow(ROOT, 'kms:*', '*') }, statements].flat();
  const document = { Version: '2012-10-17', Id: 'key-consolepolicy-3', Statement };
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy: JSON.stringify(document) });
  const { Policy = '' } = await world.call('kms', 'GetKeyPolicy', { KeyId: KeyMetadata?.KeyId ?? '' });
  expect(JSON.parse(Policy)).toEqual(document);
});

test.for(ofIdentities)('an identity policy about %s is stored', async ([, Statement]) => {
  const world = newWorld();
  const document = { Version: '2012-10-17', Statement };
  const input = { PolicyName: 'p', PolicyDocument: JSON.stringify(document) };
  const { Policy: made } = await world.call('iam', 'CreatePolicy', input);
  const read = { PolicyArn: made?.Arn ?? '', VersionId: 'v1' };
  const { PolicyVersion } = await world.call('iam', 'GetPolicyVersion', read);
  expect(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? ''))).toEqual(document);
});
