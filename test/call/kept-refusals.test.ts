/** Refusals that are kept for explanations: which, with what, and how many. */

import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { countRefusals, lastRefusal } from '../../src/call/refusals.ts';
import type { Refusal } from '../../src/store/records/refusal.ts';
import { newWorld, type World } from '../support/harness.ts';
import { ROLE, trust } from '../support/replication-role.ts';
import { newSetting, replicate, SOURCE } from '../support/replication-setting.ts';

const Bucket = 'photos';
const BOB = { as: 'user/bob' };

async function newPlace(...statements: readonly object[]): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  if (statements.length === 0) return world;
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  await world.call('iam', 'PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument });
  return world;
}

const last = (world: World, which = 1): Refusal | undefined => world.transact((tx) => lastRefusal(which, tx));
const kept = (world: World): number => world.transact(countRefusals);
const rows = (world: World): number => world.transact((tx) => [...tx.refusals.range()].length);

/** What a refusal was about and what was decided, in short. */
const inShort = (refusal: Refusal | undefined) => [
  `${refusal?.operation} ${refusal?.code}`,
  refusal?.about,
  ...(refusal?.decisions ?? []).map(
    ({ action, resource, allowed }) => `${action} ${resource} ${allowed ? 'allowed' : 'denied'}`,
  ),
];

test('refusals are counted from the last one back', async () => {
  const world = await newPlace();
  for (const KeyId of ['alias/a', 'alias/b', 'alias/c']) await world.refusal('kms', 'DescribeKey', { KeyId });
  expect([1, 2, 3, 4].map((which) => last(world, which)?.message.match(/alias\/\w/)?.[0])).toEqual([
    'alias/c',
    'alias/b',
    'alias/a',
    undefined,
  ]);
  expect(kept(world)).toBe(3);
});

test('a thousand are kept, and the oldest makes place', async () => {
  const world = await newPlace();
  for (let i = 0; i < 1003; i++) await world.refusal('kms', 'DescribeKey', { KeyId: `alias/k${i}` }, { grouped: true });
  expect(last(world)?.message).toContain('alias/k1002 ');
  expect(last(world, 1000)?.message).toContain('alias/k3 ');
  expect(last(world, 1001)).toBeUndefined();
  expect(kept(world)).toBe(1000);
  expect(rows(world)).toBe(1000);
});

test('one that is overlooked is kept apart, and takes no place of those that are seen', async () => {
  const world = await newPlace();
  await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/seen' });
  const overlooks = ({ code }: { readonly code: string }) => code === 'NotFoundException';
  for (let i = 0; i < 300; i++) await world.refusal('kms', 'DescribeKey', { KeyId: `alias/k${i}` }, { overlooks });
  expect(last(world)?.message).toContain('alias/seen ');
  expect(kept(world)).toBe(1);
  expect(rows(world)).toBe(251);
  // The caller does not overlook just any refusal.
  await world.refusal('kms', 'DescribeKey', { KeyId: '' }, { overlooks });
  expect(last(world)?.message).not.toContain('alias/seen ');
  expect(kept(world)).toBe(2);
});

// S3 API Reference, DeleteObjects: denied keys are listed in a response of status 200.
test('each key that DeleteObjects may not delete is kept, with its own decision', async () => {
  const world = await newPlace({
    Effect: 'Allow',
    Action: 's3:DeleteObject',
    Resource: ['arn:aws:s3:::photos/a', 'arn:aws:s3:::photos/c'],
  });
  const Objects = ['a', 'b', 'c', 'd'].map((Key) => ({ Key }));
  const { output, requestId } = await world.answer('s3', 'DeleteObjects', { Bucket, Delete: { Objects } }, BOB);
  expect(output.Errors?.map(({ Key, Code }) => `${Key} ${Code}`)).toEqual(['b AccessDenied', 'd AccessDenied']);
  for (const [i, key] of ['d', 'b'].entries()) {
    const about = `arn:aws:s3:::photos/${key}`;
    expect(inShort(last(world, i + 1))).toEqual([
      'DeleteObject AccessDenied',
      about,
      `s3:DeleteObject ${about} denied`,
    ]);
    expect(last(world, i + 1)).toMatchObject({ within: requestId, message: output.Errors?.[1 - i]?.Message });
  }
  expect(kept(world)).toBe(2);
});

test('a key that DeleteObjects refuses before any decision is kept with its name', async () => {
  const world = await newPlace();
  const Objects = [{ Key: 'a', Size: 1 }];
  const { Errors } = await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects } });
  expect(Errors?.[0]?.Code).toBe('NotImplemented');
  expect(inShort(last(world))).toEqual(['DeleteObject NotImplemented', 'arn:aws:s3:::photos/a']);
});

test('one call does not push all other refusals out', async () => {
  const world = await newPlace();
  await world.refusal('kms', 'DescribeKey', { KeyId: 'alias/before' });
  const Objects = Array.from({ length: 1000 }, (_, i) => ({ Key: `k${i}` }));
  await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects } }, BOB);
  expect(last(world)?.about).toBe('arn:aws:s3:::photos/k999');
  expect(last(world, 101)?.message).toContain('alias/before ');
});

test('a refusal has the decisions of both transactions of its call', async () => {
  const world = await newPlace();
  const Body = (async function* () {
    yield new Uint8Array(100_000);
  })();
  await world.refusal('s3', 'PutObject', { Bucket, Key: 'a', Body, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' });
  expect(inShort(last(world))).toEqual([
    'PutObject BadDigest',
    'arn:aws:s3:::photos/a',
    's3:PutObject arn:aws:s3:::photos/a allowed',
  ]);
});

const put = (world: World, algorithm: 'AES256' | 'aws:kms' = 'AES256') =>
  world.call('s3', 'PutObject', {
    Bucket: SOURCE,
    Key: 'k',
    Body: Buffer.from('x'),
    ServerSideEncryption: algorithm,
  });

// Amazon S3 User Guide, "Amazon S3 replication failure reasons".
test.for([
  ['s3:ReplicateObject', 'AES256', 'ReplicateObject AccessDenied', 's3:ReplicateObject arn:aws:s3:::copy/k denied'],
  ['s3:ListBucket', 'AES256', 'ReplicateObject AccessDenied', 's3:ListBucket arn:aws:s3:::source denied'],
  ['kms:Encrypt', 'aws:kms', 'ReplicateObject AccessDenied', /^kms:Encrypt arn:aws:kms:eu-west-1:.* denied$/],
] as const)(
  'a replication that fails for lack of %s is kept, with the object and every decision',
  async ([action, algorithm, expected, decisive]) => {
    const world = newWorld();
    await newSetting(world, {}, [action]);
    await put(world, algorithm);
    const [outcome] = await replicate(world);
    expect(outcome).toMatchObject({ Status: 'FAILED' });
    const [title, about, ...decisions] = inShort(last(world));
    expect([title, about]).toEqual([expected, 'arn:aws:s3:::source/k']);
    expect(decisions.at(-1)).toEqual(typeof decisive === 'string' ? decisive : expect.stringMatching(decisive));
    expect(decisions.filter((text) => text?.endsWith('denied'))).toHaveLength(1);
    expect(last(world)).toMatchObject({
      message: outcome?.Message,
      caller: 'arn:aws:sts::111122223333:assumed-role/replicator/s3-replication',
    });
    expect(kept(world)).toBe(1);
  },
);

test('a role that does not trust S3 is kept with what the trust policy decided', async () => {
  const world = newWorld();
  await newSetting(world);
  const PolicyDocument = trust.replace('s3.', 'ec2.');
  await world.call('iam', 'UpdateAssumeRolePolicy', { RoleName: 'replicator', PolicyDocument });
  await put(world);
  await replicate(world);
  expect(inShort(last(world))).toEqual([
    'ReplicateObject AssumeRoleNotPermitted',
    'arn:aws:s3:::source/k',
    `sts:AssumeRole ${ROLE} denied`,
  ]);
  expect(last(world)?.decisions[0]?.caller).toBe('s3.amazonaws.com');
});

test('a replication that fails for want of a destination is kept too', async () => {
  const world = newWorld();
  await newSetting(world);
  await world.call('s3', 'DeleteBucket', { Bucket: 'copy' });
  await put(world);
  const [outcome] = await replicate(world);
  expect(outcome).toMatchObject({ FailureReason: 'DstBucketNotFound' });
  expect(inShort(last(world))).toEqual([
    'ReplicateObject DstBucketNotFound',
    'arn:aws:s3:::source/k',
    `sts:AssumeRole ${ROLE} allowed`,
  ]);
});

// AWS KMS API Reference, "Common errors": such a request is not a call that CloudTrail could log.
test.for([
  ['of nobody', { caller: () => ({ kind: 'anonymous' }) as const }, 'anonymous', 'MissingAuthenticationTokenException'],
  [
    'that are not valid',
    {
      caller: () => {
        throw new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid.');
      },
    },
    'a caller whose credentials are not valid',
    'InvalidClientTokenId',
  ],
] as const)('the refusal of credentials %s is kept, without a record of a call', async ([, by, caller, code]) => {
  const world = await newPlace();
  const calls = () => world.transact((tx) => allCalls(tx)).length;
  const before = calls();
  await world.refusal('kms', 'ListKeys', {}, by);
  expect(last(world)).toMatchObject({ operation: 'ListKeys', code, caller, region: 'us-east-1', decisions: [] });
  expect(calls()).toBe(before);
  await world.refusal('kms', 'ListKeys', {}, { ...by, overlooks: () => true });
  expect(kept(world)).toBe(1);
});
