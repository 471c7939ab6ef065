import { expect, test } from 'vitest';
import { task } from '../../src/call/task.ts';
import type { CallSource, ServiceCaller } from '../../src/policy/caller.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';
import { newSetting, replicate, SOURCE } from '../support/replication-setting.ts';

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const bucket = (name: string) => `arn:aws:s3:::${name}`;

/** What the role that replicates must meet before S3 may take it on. */
const sourceIs = (arn: string, account: string) => ({
  ArnLike: { 'aws:SourceArn': arn },
  StringEquals: { 'aws:SourceAccount': account },
});

async function replicatedUnder(world: World, trusted: object) {
  await world.call('iam', 'UpdateAssumeRolePolicy', {
    RoleName: 'replicator',
    PolicyDocument: document({
      Effect: 'Allow',
      Principal: { Service: 's3.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: trusted,
    }),
  });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  const [outcome] = await replicate(world);
  return outcome?.FailureReason ?? outcome?.Status;
}

// IAM User Guide, "AWS global condition context keys", aws:SourceArn and aws:SourceAccount: of the resource whose
// configuration makes the service call.
test.for([
  [sourceIs(bucket(SOURCE), ACCOUNT), 'COMPLETED'],
  [sourceIs(bucket('sour*'), ACCOUNT), 'COMPLETED'],
  [sourceIs(bucket('other'), ACCOUNT), 'AssumeRoleNotPermitted'],
  [sourceIs(bucket(SOURCE), OTHER_ACCOUNT), 'AssumeRoleNotPermitted'],
  [{ Null: { 'aws:SourceArn': 'true' } }, 'AssumeRoleNotPermitted'],
] as const)('S3 takes on a role that trusts it with %j: %s', async ([condition, expected]) => {
  const world = newWorld();
  await newSetting(world);
  expect(await replicatedUnder(world, condition)).toBe(expected);
});

// The same page: not in the requests of a role's session, nor in those that a service forwards for it.
test.for([
  [{ Null: { 'aws:SourceArn': 'true', 'aws:SourceAccount': 'true' } }, 'COMPLETED'],
  [{ StringEquals: { 'aws:SourceAccount': ACCOUNT } }, 'DstPutObjectNotPermitted'],
] as const)("the role's own calls to KMS have no source: with %j %s", async ([Condition, expected]) => {
  const world = newWorld();
  await newSetting(world, {}, ['kms:Encrypt', 'kms:Decrypt']);
  const Statement = { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: '*', Condition };
  const PolicyDocument = document(Statement);
  await world.call('iam', 'PutRolePolicy', { RoleName: 'replicator', PolicyName: 'kms', PolicyDocument });
  await world.call('s3', 'PutBucketEncryption', {
    Bucket: SOURCE,
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
    },
  });
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('x') });
  const [outcome] = await replicate(world);
  expect(outcome?.FailureReason ?? outcome?.Status).toBe(expected);
});

const TRAIL = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/t`;
const SERVICE = 'cloudtrail.amazonaws.com';

/** Encrypts as a service that calls for a resource. */
const encryptFor = task('kms', 'EncryptFor', {
  caller:
    ({ source }: { readonly KeyId: string; readonly source: CallSource | undefined }) =>
    (): ServiceCaller => ({ kind: 'service', name: SERVICE, source }),
  resolve: ({ KeyId }) => KeyId,
  run: (KeyId, _input, call) => call.invoke('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('x') }),
  parameters: () => ({}),
});

const outcomeOf = (world: World, KeyId: string, source: CallSource | undefined) =>
  world.perform(encryptFor, { KeyId, source }).then(
    () => 'allowed',
    (error: { readonly code?: string }) => error.code,
  );

const sources = [
  [{ arn: TRAIL, account: ACCOUNT }, 'allowed'],
  [{ arn: `${TRAIL}-2`, account: ACCOUNT }, 'AccessDeniedException'],
  [{ arn: TRAIL, account: OTHER_ACCOUNT }, 'AccessDeniedException'],
  [undefined, 'AccessDeniedException'],
] as const;

// CloudTrail User Guide, "Configure AWS KMS key policies for CloudTrail".
test.for(sources)('a key policy that names a trail, with a call for %j: %s', async ([source, expected]) => {
  const world = newWorld();
  const Policy = document(
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: SERVICE },
      Action: 'kms:Encrypt',
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceArn': TRAIL, 'aws:SourceAccount': ACCOUNT } },
    },
  );
  const { KeyMetadata } = await world.call('kms', 'CreateKey', { Policy });
  expect(await outcomeOf(world, KeyMetadata?.Arn ?? '', source)).toBe(expected);
});

// KMS API Reference, GrantConstraints, SourceArn. The ARN alone is compared.
test.for([
  [TRAIL, 'allowed'],
  [`${TRAIL}-2`, 'AccessDeniedException'],
  [undefined, 'AccessDeniedException'],
] as const)('a grant that is bound to a trail, with a call for %s: %s', async ([arn, expected]) => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const KeyId = KeyMetadata?.Arn ?? '';
  await world.call('kms', 'CreateGrant', {
    KeyId,
    GranteeServicePrincipal: SERVICE,
    RetiringPrincipal: `arn:aws:iam::${ACCOUNT}:root`,
    Operations: ['Encrypt'],
    Constraints: { SourceArn: TRAIL },
  });
  world.advance(10 * 60_000);
  expect(await outcomeOf(world, KeyId, arn === undefined ? undefined : { arn, account: ACCOUNT })).toBe(expected);
});
