/** Who completes a transfer: the caller who began it, whatever has become of the credentials while bytes moved. */

import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { callerByAccessKey } from '../../src/iam/credentials.ts';
import { resolveCaller } from '../../src/iam/principal.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { contentOf } from '../support/content.ts';
import { ACCOUNT, newWorld, type Options, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'k';
/** More than is written at once. */
const LARGE = 300_000;
const large = contentOf('large', LARGE);

async function newBucket(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key: 'source', Body: large });
  return world;
}

/** A caller that can be found once. */
function foundOnce(world: World): Required<Pick<Options, 'caller'>> & { readonly asked: () => number } {
  let asked = 0;
  return {
    asked: () => asked,
    caller: (tx, now) => {
      asked++;
      if (asked > 1) throw new AwsError('ExpiredToken', 'The provided token has expired.');
      return resolveCaller('user/admin', ACCOUNT, { tx, now, random: world.environment.random });
    },
  };
}

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield large;
}

const begun = async (world: World, more: object = {}) =>
  (await world.call('s3', 'CreateMultipartUpload', { Bucket, Key, ...more })).UploadId ?? expect.fail('no upload');

const transfers: readonly (readonly [string, (world: World, options: Options) => Promise<unknown>])[] = [
  ['PutObject', (world, as) => world.call('s3', 'PutObject', { Bucket, Key, Body: pieces() }, as)],
  ['CopyObject', (world, as) => world.call('s3', 'CopyObject', { Bucket, Key, CopySource: `${Bucket}/source` }, as)],
  [
    'UploadPart',
    async (world, as) =>
      world.call('s3', 'UploadPart', { Bucket, Key, UploadId: await begun(world), PartNumber: 1, Body: pieces() }, as),
  ],
  [
    'UploadPartCopy',
    async (world, as) => {
      const part = { Bucket, Key, UploadId: await begun(world), PartNumber: 1, CopySource: `${Bucket}/source` };
      return world.call('s3', 'UploadPartCopy', part, as);
    },
  ],
  [
    'CompleteMultipartUpload',
    async (world, as) => {
      // This checksum is not at hand at once.
      const upload = { Bucket, Key, UploadId: await begun(world, { ChecksumAlgorithm: 'XXHASH64' }) };
      const { ETag, ChecksumXXHASH64 } = await world.call('s3', 'UploadPart', {
        ...upload,
        PartNumber: 1,
        Body: large,
      });
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ChecksumXXHASH64 }] };
      return world.call('s3', 'CompleteMultipartUpload', { ...upload, MultipartUpload }, as);
    },
  ],
];

test.for(transfers)('%s finds its caller once', async ([, transfer]) => {
  const world = await newBucket();
  const once = foundOnce(world);
  await transfer(world, { caller: once.caller });
  expect(once.asked()).toBe(1);
});

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' }],
});
const everything = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const HOUR = 3_600_000;

/** The caller with the credentials of a session that lasts an hour. */
async function session(world: World): Promise<Required<Pick<Options, 'caller'>>> {
  const { Role } = await world.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust });
  await world.call('iam', 'PutRolePolicy', { RoleName: 'r', PolicyName: 'all', PolicyDocument: everything });
  const { Credentials } = await world.call('sts', 'AssumeRole', { RoleArn: Role.Arn, RoleSessionName: 'work' });
  if (!Credentials) return expect.fail('no credentials');
  const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials;
  const rootKey = rootKeyOf(world.folder, world.environment.random, undefined);
  return {
    caller: (tx, now) =>
      callerByAccessKey(AccessKeyId, SecretAccessKey, SessionToken, { tx, now, rootKey, service: 's3' }) ??
      expect.fail('not a key of this store'),
  };
}

/** A body that takes two hours. */
async function* slowBody(world: World): AsyncGenerator<Uint8Array> {
  yield large;
  world.advance(2 * HOUR);
  yield large;
}

test('a put outlasts its session', async () => {
  const world = await newBucket();
  const as = await session(world);
  await world.call('s3', 'PutObject', { Bucket, Key, Body: slowBody(world) }, as);
  expect(await world.call('s3', 'HeadObject', { Bucket, Key })).toMatchObject({ ContentLength: 2 * LARGE });
  expect(await world.refusal('s3', 'HeadObject', { Bucket, Key }, as)).toContain('ExpiredToken');
  const last = world.transact((tx) => [...allCalls(tx)].findLast(({ operation }) => operation === 'PutObject'));
  expect(last).toMatchObject({ caller: { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/work` } });
  expect(last?.error).toBeUndefined();
});

test('a put outlasts its user', async () => {
  const world = await newBucket();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'all', PolicyDocument: everything });
  async function* body(): AsyncGenerator<Uint8Array> {
    yield large;
    await world.call('iam', 'DeleteUserPolicy', { UserName: 'ann', PolicyName: 'all' });
    await world.call('iam', 'DeleteUser', { UserName: 'ann' });
    yield large;
  }
  await world.call('s3', 'PutObject', { Bucket, Key, Body: body() }, { as: 'user/ann' });
  expect(await world.call('s3', 'HeadObject', { Bucket, Key })).toMatchObject({ ContentLength: 2 * LARGE });
});

test('a put that is refused after its session has ended says why, and leaves nothing behind', async () => {
  const world = await newBucket();
  const as = await session(world);
  const input = { Bucket, Key, Body: slowBody(world), ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' };
  expect(await world.refusal('s3', 'PutObject', input, as)).toMatch(/^BadDigest: /);
  expect(world.transact((tx) => [...tx.blobWrites.range()])).toEqual([]);
});
