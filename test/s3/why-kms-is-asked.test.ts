/** What an explanation says about S3's calls to KMS, and about a default that does not count for a policy. */

import { describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { assemble } from '../../src/assemble.ts';
import type { StepReport } from '../../src/call/scope.ts';
import { explainLines } from '../../src/policy/explain.ts';
import { replicateQueue } from '../../src/s3/replication/replicate-queue.ts';
import { decisionOf, storedDecision } from '../../src/store/records/refusal.ts';
import { newWorld, type World } from '../support/harness.ts';
import { configure, newSetting, SOURCE } from '../support/replication-setting.ts';

const Bucket = 'photos';
const OBJECT = 'aws:s3:arn=arn:aws:s3:::photos/k';
const BUCKET = 'aws:s3:arn=arn:aws:s3:::photos';
const Body = Buffer.from('x');

interface Vault {
  readonly world: World;
  readonly key: string;
}

async function newVault(): Promise<Vault> {
  const world = newWorld({ bucketKeyLifetimeMs: 0 });
  await world.call('s3', 'CreateBucket', { Bucket });
  const key = (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: key });
  return { world, key };
}

const setDefault = ({ world }: Vault, SSEAlgorithm: 'AES256' | 'aws:kms' | 'aws:kms:dsse', more: object = {}) => {
  const { BucketKeyEnabled, ...rest } = { BucketKeyEnabled: false, ...more };
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...rest }, BucketKeyEnabled }];
  return world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
};

/** What is said of every decision of KMS about a request, in order. */
async function askedFor({ world }: Vault, operation: OperationName<'s3'>, input: object) {
  const { decisions } = await world.explain('s3', operation, { Bucket, Key: 'k', ...input });
  expect(decisions.filter(({ action, asked }) => action.startsWith('s3:') && asked !== undefined)).toEqual([]);
  return decisions.filter(({ action }) => action.startsWith('kms:')).map(({ action, asked }) => [action, asked]);
}

const sentence = (because: string, pairs = OBJECT) =>
  `S3 asks KMS because ${because}, with the encryption context ${pairs}`;
const throughBucketKey = (because: string, pairs = BUCKET) =>
  `S3 asks KMS through a bucket key because ${because}, with the encryption context ${pairs}`;

describe('a write', () => {
  const kms = { ServerSideEncryption: 'aws:kms' } as const;
  const writes: readonly [OperationName<'s3'>, object][] = [
    ['PutObject', { Body }],
    ['CreateMultipartUpload', {}],
  ];

  test.for(writes)('%s whose header names the key', async ([operation, input]) => {
    const vault = await newVault();
    const { key } = vault;
    const id = key.slice(key.indexOf('/') + 1);
    for (const [SSEKMSKeyId, named] of [
      [key, 'this key'],
      [id, 'this key'],
      ['alias/app', 'this key as alias/app'],
      [`${key.slice(0, key.indexOf('key/'))}alias/app`, `this key as ${key.slice(0, key.indexOf('key/'))}alias/app`],
    ] as const) {
      expect(await askedFor(vault, operation, { ...input, ...kms, SSEKMSKeyId })).toEqual([
        ['kms:GenerateDataKey', sentence(`the request's header names ${named}`)],
      ]);
    }
    const twice = { ...input, ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: key };
    expect(await askedFor(vault, operation, twice)).toEqual([
      ['kms:GenerateDataKey', sentence("the request's header names this key")],
    ]);
  });

  test.for(writes)('%s whose header names none', async ([operation, input]) => {
    const vault = await newVault();
    // The default's key does not matter for it.
    await setDefault(vault, 'aws:kms', { KMSMasterKeyID: vault.key });
    expect(await askedFor(vault, operation, { ...input, ...kms })).toEqual([
      [
        'kms:GenerateDataKey',
        sentence("the request's header asks for aws:kms and names no key, so it is alias/aws/s3"),
      ],
    ]);
  });

  test.for(writes)('%s under the default of the bucket', async ([operation, input]) => {
    const vault = await newVault();
    const because = async () => (await askedFor(vault, operation, input)).map(([, asked]) => asked);
    expect(await because()).toEqual([]);
    await setDefault(vault, 'aws:kms', { KMSMasterKeyID: vault.key });
    expect(await because()).toEqual([sentence("the bucket's default encryption names this key")]);
    await setDefault(vault, 'aws:kms', { KMSMasterKeyID: 'alias/app' });
    expect(await because()).toEqual([sentence("the bucket's default encryption names this key as alias/app")]);
    await setDefault(vault, 'aws:kms:dsse');
    expect(await because()).toEqual([
      sentence("the bucket's default encryption asks for aws:kms:dsse and names no key, so it is alias/aws/s3"),
    ]);
    await setDefault(vault, 'aws:kms', { KMSMasterKeyID: vault.key, BucketKeyEnabled: true });
    expect(await because()).toEqual([throughBucketKey("the bucket's default encryption names this key")]);
  });

  test("with pairs of its own: the context is the one that the key's policy sees", async () => {
    const vault = await newVault();
    const SSEKMSEncryptionContext = Buffer.from('{"team":"red"}').toString('base64');
    const input = { Body, ...kms, SSEKMSKeyId: vault.key, SSEKMSEncryptionContext };
    expect(await askedFor(vault, 'PutObject', input)).toEqual([
      ['kms:GenerateDataKey', sentence("the request's header names this key", `team=red, ${OBJECT}`)],
    ]);
    expect(await askedFor(vault, 'PutObject', { ...input, BucketKeyEnabled: true })).toEqual([
      ['kms:GenerateDataKey', throughBucketKey("the request's header names this key", `team=red, ${BUCKET}`)],
    ]);
  });

  test('a new key for a stored object', async () => {
    const vault = await newVault();
    await vault.world.call('s3', 'PutObject', { Bucket, Key: 'k', Body });
    const change = (more: object) => ({ ObjectEncryption: { SSEKMS: { KMSKeyArn: vault.key, ...more } } });
    expect(await askedFor(vault, 'UpdateObjectEncryption', change({}))).toEqual([
      ['kms:Encrypt', sentence('the request names this key')],
    ]);
    expect(await askedFor(vault, 'UpdateObjectEncryption', change({ BucketKeyEnabled: true }))).toEqual([
      ['kms:Encrypt', throughBucketKey('the request names this key')],
    ]);
  });
});

test('a read, and a copy that reads and writes', async () => {
  const vault = await newVault();
  const { world, key } = vault;
  const put = { Bucket, Key: 'k', Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key } as const;
  await world.call('s3', 'PutObject', put);
  const read = 'the object was encrypted under this key';
  for (const [operation, input] of [
    ['GetObject', {}],
    ['HeadObject', { ChecksumMode: 'ENABLED' }],
    ['GetObjectAttributes', { ObjectAttributes: ['Checksum'] }],
  ] as const) {
    expect(await askedFor(vault, operation, input)).toEqual([['kms:Decrypt', sentence(read)]]);
  }
  await setDefault(vault, 'aws:kms', { KMSMasterKeyID: 'alias/app' });
  expect(await askedFor(vault, 'CopyObject', { Key: 'copy', CopySource: 'photos/k' })).toEqual([
    ['kms:Decrypt', sentence(read)],
    ['kms:GenerateDataKey', sentence("the bucket's default encryption names this key as alias/app", `${BUCKET}/copy`)],
  ]);
  await world.call('s3', 'PutObject', { ...put, BucketKeyEnabled: true });
  expect(await askedFor(vault, 'GetObject', {})).toEqual([['kms:Decrypt', throughBucketKey(read)]]);
});

test('the parts of an upload', async () => {
  const vault = await newVault();
  const { world, key } = vault;
  const create = { Bucket, Key: 'k', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key } as const;
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', create);
  const part = await world.call('s3', 'UploadPart', { Bucket, Key: 'k', UploadId, PartNumber: 1, Body });
  const Parts = [{ PartNumber: 1, ETag: part.ETag }];
  const asked = [['kms:Decrypt', sentence('the upload began under this key')]];
  expect(await askedFor(vault, 'UploadPart', { UploadId, PartNumber: 2, Body })).toEqual(asked);
  expect(await askedFor(vault, 'ListParts', { UploadId })).toEqual(asked);
  expect(await askedFor(vault, 'CompleteMultipartUpload', { UploadId, MultipartUpload: { Parts } })).toEqual(asked);
});

test('a direct call to KMS has nothing to say about it', async () => {
  const { world, key } = await newVault();
  const { decisions } = await world.explain('kms', 'GenerateDataKey', { KeyId: key, KeySpec: 'AES_256' });
  expect(decisions.map(({ action, asked }) => [action, asked])).toEqual([['kms:GenerateDataKey', undefined]]);
  expect(decisions.flatMap((decision) => explainLines(decision).map(({ text }) => text))).not.toContainEqual(
    expect.stringContaining('asks KMS'),
  );
});

test('a refusal keeps it, and shows it below the answer', async () => {
  const vault = await newVault();
  const { world, key } = vault;
  const put = { Bucket, Key: 'k', Body, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: key };
  await world.call('iam', 'CreateUser', { UserName: 'writer' });
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
  });
  await world.call('iam', 'PutUserPolicy', { UserName: 'writer', PolicyName: 'p', PolicyDocument });
  expect(await world.refusal('s3', 'PutObject', put, { as: 'user/writer' })).toContain('kms:GenerateDataKey');
  const [refusal] = world.transact((tx) => Array.from(tx.refusals.range(), ({ value }) => value));
  const said = sentence("the request's header names this key");
  expect(refusal?.decisions.map(({ action, asked }) => [action, asked])).toEqual([
    ['s3:PutObject', undefined],
    ['kms:GenerateDataKey', said],
  ]);
  const shown = refusal?.decisions.map((decision) => explainLines(decisionOf(decision)).map(({ text }) => text));
  expect(shown?.[0]).not.toContain(said);
  expect(shown?.[1]?.slice(1, 3)).toEqual([
    'because no identity-based policy of the caller allows kms:GenerateDataKey',
    said,
  ]);
});

test('a replica, by its rule', async () => {
  const world = newWorld();
  const { keyArn } = await newSetting(world);
  const headers = { ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true } as const;
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body, ...headers });
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/copy', TargetKeyId: keyArn }, { region: 'eu-west-1' });
  const alias = keyArn.replace(/key\/.*/, 'alias/copy');
  await configure(world, alias, {});
  await world.reopen();
  const said: (readonly [string, string | undefined])[] = [];
  const { folder, environment } = world;
  const onStep = ({ decision }: StepReport) => void (decision && said.push([decision.action, decision.asked]));
  const assembly = assemble({ folder, environment, onStep });
  await assembly.load('s3');
  for await (const { Status } of replicateQueue(assembly, { region: 'us-east-1' })) expect(Status).toBe('COMPLETED');
  await assembly.close();
  expect(said.filter(([action]) => action.startsWith('kms:'))).toEqual([
    ['kms:Decrypt', throughBucketKey('the object was encrypted under this key', 'aws:s3:arn=arn:aws:s3:::source')],
    [
      'kms:Encrypt',
      throughBucketKey(`the replication rule names this key as ${alias}`, 'aws:s3:arn=arn:aws:s3:::copy'),
    ],
  ]);
});

// Amazon S3 User Guide, "Setting default server-side encryption behavior": the default is applied to what policies have
// let through; they see the headers of the request.
describe("the bucket's default does not count", () => {
  const SSE = 's3:x-amz-server-side-encryption';
  const KEY_ID = `${SSE}-aws-kms-key-id`;
  const note =
    "the bucket's default encryption does not count: policies see the request's encryption headers, and it has none";
  type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

  const denying = (...conditions: readonly Condition[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: conditions.map((Condition) => ({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: 'arn:aws:s3:::photos/*',
        Condition,
      })),
    });

  /** What the decision about s3:PutObject says. */
  async function saidOf({ world }: Vault, operation: OperationName<'s3'>, input: object, as?: string) {
    const options = as === undefined ? {} : { as };
    const { decisions } = await world.explain('s3', operation, { Bucket, Key: 'k', ...input }, options);
    const decision = decisions.find(({ action }) => action === 's3:PutObject');
    return [decision?.allowed, decision?.notCounted];
  }

  test.for<readonly [string, 'AES256' | 'aws:kms', readonly Condition[], object, string | undefined]>([
    ['a Null', 'aws:kms', [{ Null: { [SSE]: 'true' } }], {}, note],
    ['a Null over SSE-S3', 'AES256', [{ Null: { [SSE]: 'true' } }], {}, note],
    ['the mode', 'aws:kms', [{ StringNotEquals: { [SSE]: 'aws:kms' } }], {}, note],
    ['both', 'aws:kms', [{ StringNotEquals: { [SSE]: 'aws:kms' } }, { Null: { [SSE]: 'true' } }], {}, note],
    // It would not meet the policy as a header either.
    ['another mode', 'AES256', [{ StringNotEquals: { [SSE]: 'aws:kms' } }], {}, undefined],
    ['a customer key', 'aws:kms', [{ Null: { [`${SSE}-customer-algorithm`]: 'true' } }], {}, undefined],
    // The default does not concern a request that asks for something.
    [
      'another header',
      'aws:kms',
      [{ StringNotEquals: { [SSE]: 'aws:kms' } }],
      { ServerSideEncryption: 'AES256' },
      undefined,
    ],
    ['something else', 'aws:kms', [{ StringNotEquals: { 's3:x-amz-storage-class': 'GLACIER' } }], {}, undefined],
    // Another Deny remains, which is reported then.
    ['the mode, and more', 'aws:kms', [{ Null: { [SSE]: 'true' } }, { Null: { 's3:x-amz-acl': 'true' } }], {}, note],
  ])('for a Deny on %s (default %s)', async ([, mode, conditions, input, said]) => {
    const vault = await newVault();
    await setDefault(vault, mode);
    await vault.world.call('s3', 'PutBucketPolicy', { Bucket, Policy: denying(...conditions) });
    for (const [operation, write] of [
      ['PutObject', { Body }],
      ['CreateMultipartUpload', {}],
    ] as const) {
      expect(await saidOf(vault, operation, { ...write, ...input })).toEqual([false, said]);
    }
  });

  test('for a Deny on the key, however the default names it', async () => {
    const vault = await newVault();
    const Policy = denying({ ArnNotEquals: { [KEY_ID]: vault.key } });
    await vault.world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
    for (const KMSMasterKeyID of [vault.key, vault.key.slice(vault.key.indexOf('/') + 1), 'alias/app']) {
      await setDefault(vault, 'aws:kms', { KMSMasterKeyID });
      expect(await saidOf(vault, 'PutObject', { Body })).toEqual([false, note]);
    }
    await setDefault(vault, 'aws:kms');
    expect(await saidOf(vault, 'PutObject', { Body })).toEqual([false, undefined]);
  });

  test('for a missing Allow', async () => {
    const vault = await newVault();
    await setDefault(vault, 'aws:kms');
    await vault.world.call('iam', 'CreateUser', { UserName: 'u' });
    const allow = (Condition: Condition) =>
      vault.world.call('iam', 'PutUserPolicy', {
        UserName: 'u',
        PolicyName: 'p',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['s3:PutObject', 'kms:*'], Resource: '*', Condition }],
        }),
      });
    await allow({ StringEquals: { [SSE]: 'aws:kms' } });
    expect(await saidOf(vault, 'PutObject', { Body }, 'user/u')).toEqual([false, note]);
    await allow({ StringEquals: { [SSE]: 'AES256' } });
    expect(await saidOf(vault, 'PutObject', { Body }, 'user/u')).toEqual([false, undefined]);
    await allow({ Null: { [SSE]: 'true' } });
    expect(await saidOf(vault, 'PutObject', { Body }, 'user/u')).toEqual([true, undefined]);
  });

  test('for the parts of an upload that began without headers', async () => {
    const vault = await newVault();
    await setDefault(vault, 'aws:kms');
    const { UploadId } = await vault.world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'k' });
    const begun = { Bucket, Key: 'k', ServerSideEncryption: 'AES256' } as const;
    const { UploadId: other } = await vault.world.call('s3', 'CreateMultipartUpload', begun);
    await vault.world.call('s3', 'PutBucketPolicy', {
      Bucket,
      Policy: denying({ StringNotEquals: { [SSE]: 'aws:kms' } }),
    });
    const said =
      "the bucket's default encryption does not count: policies see the encryption headers of CreateMultipartUpload, and it had none";
    for (const [operation, input] of [
      ['UploadPart', { PartNumber: 1, Body }],
      ['CompleteMultipartUpload', {}],
    ] as const) {
      expect(await saidOf(vault, operation, { UploadId, ...input })).toEqual([false, said]);
      expect(await saidOf(vault, operation, { UploadId: other, ...input })).toEqual([false, undefined]);
      expect(await saidOf(vault, operation, { UploadId: 'none', ...input })).toEqual([false, undefined]);
    }
  });

  test('and a refusal keeps it', async () => {
    const vault = await newVault();
    await setDefault(vault, 'aws:kms');
    const Policy = denying({ Null: { [SSE]: 'true' } });
    await vault.world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
    await vault.world.refusal('s3', 'PutObject', { Bucket, Key: 'k', Body });
    const [refusal] = vault.world.transact((tx) => Array.from(tx.refusals.range(), ({ value }) => value));
    const [stored] = refusal?.decisions ?? [];
    if (!stored) throw new Error('no decision was kept');
    expect(stored.notCounted).toBe(note);
    expect(storedDecision(decisionOf(stored))).toEqual(stored);
    expect(explainLines(decisionOf(stored)).map(({ text }) => text)[2]).toBe(note);
  });
});
