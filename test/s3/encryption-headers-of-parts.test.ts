/**
 * Policies on encryption headers, for uploads in parts. UploadPart, UploadPartCopy and CompleteMultipartUpload do not
 * take these headers; for the policy those of CreateMultipartUpload count. Mountpoint for Amazon S3 tests this against
 * S3 with the pair of Denies below (`write_with_sse_settings_test`).
 */

import { describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { newWorld, type World } from '../support/harness.ts';
import { customerKey, newBucket } from './modes.ts';

const Bucket = 'photos';
const SSE = 's3:x-amz-server-side-encryption';
const KEY_ID = `${SSE}-aws-kms-key-id`;

interface Headers {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  readonly SSEKMSKeyId?: string | undefined;
}

interface Vault {
  readonly world: World;
  /** The user whom the policies are about. */
  readonly as: string;
  /** A key with the alias `alias/app`, and another one. */
  readonly key: string;
  readonly other: string;
}

/** A bucket whose default is a KMS key, with an object to copy from. */
async function newVault(): Promise<Vault> {
  const world = newWorld();
  await newBucket(world, Bucket);
  await world.call('s3', 'PutObject', { Bucket, Key: 'source', Body: Buffer.from('x') });
  const newKey = async () => (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
  const key = await newKey();
  await world.call('kms', 'CreateAlias', { AliasName: 'alias/app', TargetKeyId: key });
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } as const;
  const Rules = [{ ApplyServerSideEncryptionByDefault }];
  await world.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration: { Rules } });
  await world.call('iam', 'CreateUser', { UserName: 'u' });
  return { world, as: 'user/u', key, other: await newKey() };
}

type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>;

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
const writes = 'arn:aws:s3:::photos/*';

/** Where a policy can stand, and with which effect it can ask for a header. */
const kinds = {
  'a Deny of the bucket policy': (unless: readonly Condition[]) => ({
    user: document(everything),
    bucket: document(
      ...unless.map((Condition) => ({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: writes,
        Condition,
      })),
    ),
  }),
  'a Deny of an identity policy': (unless: readonly Condition[]) => ({
    user: document(
      everything,
      ...unless.map((Condition) => ({ Effect: 'Deny', Action: 's3:PutObject', Resource: '*', Condition })),
    ),
    bucket: undefined,
  }),
  'an Allow of the bucket policy': (_: readonly Condition[], when: Condition) => ({
    user: document({ Effect: 'Allow', Action: ['kms:*', 's3:GetObject', 's3:List*'], Resource: '*' }),
    bucket: document({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:user/u' },
      Action: 's3:PutObject',
      Resource: writes,
      Condition: when,
    }),
  }),
  'an Allow of an identity policy': (_: readonly Condition[], when: Condition) => ({
    user: document(
      { Effect: 'Allow', Action: ['kms:*', 's3:GetObject', 's3:List*'], Resource: '*' },
      { Effect: 'Allow', Action: 's3:PutObject', Resource: '*', Condition: when },
    ),
    bucket: undefined,
  }),
} as const satisfies Record<string, (unless: readonly Condition[], when: Condition) => object>;

async function setPolicies({ world }: Vault, policies: { user: string; bucket: string | undefined }): Promise<void> {
  await world.call('iam', 'PutUserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument: policies.user });
  if (policies.bucket !== undefined) await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: policies.bucket });
}

/** Creates an upload as the administrator, before the policies apply. */
const begin = async ({ world }: Vault, headers: object): Promise<string> =>
  (await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'k', ...headers })).UploadId ?? '';

const REFUSED = /^AccessDenied: User: .*user\/u is not authorized to perform: s3:PutObject on resource/;

/** Every request that has to do with the bytes of an upload, up to its completion. */
async function uploadAll({ world, as }: Vault, UploadId: string, headers: object = {}): Promise<void> {
  const at = { Bucket, Key: 'k', UploadId, ...headers };
  const part = await world.call(
    's3',
    'UploadPart',
    { ...at, PartNumber: 1, Body: Buffer.alloc(5 * 1024 ** 2) },
    { as },
  );
  const CopySource = `${Bucket}/source`;
  const { CopyPartResult } = await world.call('s3', 'UploadPartCopy', { ...at, PartNumber: 2, CopySource }, { as });
  const Parts = [
    { PartNumber: 1, ETag: part.ETag },
    { PartNumber: 2, ETag: CopyPartResult?.ETag },
  ];
  await world.call('s3', 'CompleteMultipartUpload', { ...at, MultipartUpload: { Parts } }, { as });
}

async function expectAllRefused({ world, as }: Vault, UploadId: string, headers: object = {}): Promise<void> {
  const at = { Bucket, Key: 'k', UploadId, ...headers };
  const requests: readonly [OperationName<'s3'>, object][] = [
    ['UploadPart', { ...at, PartNumber: 1, Body: Buffer.from('x') }],
    ['UploadPartCopy', { ...at, PartNumber: 1, CopySource: `${Bucket}/source` }],
    ['CompleteMultipartUpload', { ...at, MultipartUpload: { Parts: [{ PartNumber: 1, ETag: 'e' }] } }],
  ];
  for (const [operation, input] of requests) {
    expect(await world.refusal('s3', operation, input, { as }), operation).toMatch(REFUSED);
  }
}

/** What is asked for, the headers that have it, and the headers that do not. */
interface Demand {
  readonly unless: readonly Condition[];
  readonly when: Condition;
  readonly good: readonly Headers[];
  readonly bad: readonly Headers[];
}

const demands: Readonly<Record<string, (vault: Vault) => Demand>> = {
  'SSE-KMS': () => ({
    unless: [{ StringNotEquals: { [SSE]: 'aws:kms' } }, { Null: { [SSE]: 'true' } }],
    when: { StringEquals: { [SSE]: 'aws:kms' } },
    good: [{ ServerSideEncryption: 'aws:kms' }],
    bad: [{}, { ServerSideEncryption: 'AES256' }, { ServerSideEncryption: 'aws:kms:dsse' }],
  }),
  'SSE-S3': () => ({
    unless: [{ StringNotEquals: { [SSE]: 'AES256' } }],
    when: { StringEquals: { [SSE]: 'AES256' } },
    good: [{ ServerSideEncryption: 'AES256' }],
    bad: [{}, { ServerSideEncryption: 'aws:kms' }],
  }),
  'one key': ({ key, other }) => ({
    unless: [{ StringNotEquals: { [KEY_ID]: key } }],
    when: { ArnEquals: { [KEY_ID]: key } },
    good: [key, key.slice(key.indexOf('/') + 1), 'alias/app', `${key.slice(0, key.indexOf('key/'))}alias/app`].map(
      (SSEKMSKeyId) => ({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId }),
    ),
    // Without a header it is the bucket's default key, which does not count.
    bad: [{}, { ServerSideEncryption: 'aws:kms' }, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: other }],
  }),
};

for (const [kind, policiesOf] of Object.entries(kinds)) {
  describe(`${kind} that asks for`, () => {
    test.for(Object.entries(demands))(
      '%s lets the parts of such an upload through, and of no other',
      async ([, of]) => {
        const vault = await newVault();
        const { unless, when, good, bad } = of(vault);
        const begun = [];
        for (const headers of [...good, ...bad]) begun.push(await begin(vault, headers));
        await setPolicies(vault, policiesOf(unless, when));
        await vault.world.reopen();
        for (const [index, uploadId] of begun.entries()) {
          if (index < good.length) await uploadAll(vault, uploadId);
          else await expectAllRefused(vault, uploadId);
        }
      },
    );
  });
}

test('the key is the one that the alias named when the upload began', async () => {
  const vault = await newVault();
  const { world, key, other } = vault;
  const uploadId = await begin(vault, { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/app' });
  await world.call('kms', 'UpdateAlias', { AliasName: 'alias/app', TargetKeyId: other });
  const kind = kinds['a Deny of the bucket policy'];
  await setPolicies(vault, kind([{ StringNotEquals: { [KEY_ID]: other } }]));
  await expectAllRefused(vault, uploadId);
  await setPolicies(vault, kind([{ StringNotEquals: { [KEY_ID]: key } }]));
  await uploadAll(vault, uploadId);
});

test('an unknown upload has no headers, and is refused before it is missed', async () => {
  const vault = await newVault();
  await setPolicies(vault, kinds['a Deny of the bucket policy']([{ Null: { [SSE]: 'true' } }]));
  await expectAllRefused(vault, 'no-such-upload');
});

// Uploads that began before headers were stored with them. Whoever resumes one under a policy that asks for a key did
// name it then, or could not have begun.
test.for<readonly [string, Headers & { BucketKeyEnabled?: boolean }, string | undefined]>([
  ['a KMS key', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/app' }, 'aws:kms'],
  [
    'a KMS key through a bucket key',
    { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'alias/app', BucketKeyEnabled: true },
    'aws:kms',
  ],
  ['a KMS key, twice', { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: 'alias/app' }, 'aws:kms:dsse'],
  ['SSE-S3', { ServerSideEncryption: 'AES256' }, undefined],
])('an upload under %s whose row has no headers', async ([, headers, algorithm]) => {
  const vault = await newVault();
  const { world, key } = vault;
  const uploadId = await begin(vault, headers);
  world.transact((tx) => {
    for (const { key: row, value } of [...tx.multipartUploads.under([Bucket])]) {
      const { sent: _, ...older } = value;
      tx.multipartUploads.put(row, older);
    }
  });
  await world.reopen();
  const kind = kinds['a Deny of the bucket policy'];
  const [fits, doesNot]: Condition[][] = algorithm
    ? [[{ StringNotEquals: { [SSE]: algorithm } }, { ArnNotEquals: { [KEY_ID]: key } }], [{ Null: { [SSE]: 'false' } }]]
    : [[{ StringNotEquals: { [SSE]: 'aws:kms' }, Null: { [SSE]: 'false' } }], [{ Null: { [SSE]: 'true' } }]];
  await setPolicies(vault, kind(doesNot ?? []));
  await expectAllRefused(vault, uploadId);
  await setPolicies(vault, kind(fits ?? []));
  await uploadAll(vault, uploadId);
});

// These headers come with every request about the bytes: S3 API Reference, UploadPart and CompleteMultipartUpload
// ("or if your bucket policy requires the use of SSE-C").
describe("a customer's key", () => {
  const algorithm = `${SSE}-customer-algorithm`;

  test('is asked of each request itself, of the completion too', async () => {
    const vault = await newVault();
    const uploadId = await begin(vault, customerKey);
    await setPolicies(vault, kinds['a Deny of the bucket policy']([{ Null: { [algorithm]: 'true' } }]));
    await expectAllRefused(vault, uploadId);
    await uploadAll(vault, uploadId, customerKey);
  });

  test('is denied where a request has it', async () => {
    const vault = await newVault();
    const uploadId = await begin(vault, customerKey);
    await setPolicies(vault, kinds['a Deny of the bucket policy']([{ Null: { [algorithm]: 'false' } }]));
    await expectAllRefused(vault, uploadId, customerKey);
  });
});

// S3 refuses the parts of uploads whose policy asks for these, and takes none of these headers with a part: reports of
// 2015 to 2020 that AWS's own developers reproduced (aws-cli 1674 and boto3 2525 on access control lists, boto3 2675 on
// tags).
test.for<readonly [string, Condition, object]>([
  ['an access control list', { Null: { 's3:x-amz-acl': 'true' } }, { ACL: 'bucket-owner-full-control' }],
  ['a grant', { Null: { 's3:x-amz-grant-read': 'true' } }, { ACL: 'bucket-owner-full-control' }],
  ['a tag', { Null: { 's3:RequestObjectTag/team': 'true' } }, { Tagging: 'team=red' }],
  ['names of tags', { Null: { 's3:RequestObjectTagKeys': 'true' } }, { Tagging: 'team=red' }],
  ['a storage class', { Null: { 's3:x-amz-storage-class': 'true' } }, { StorageClass: 'STANDARD_IA' }],
])(
  'a policy that asks for %s sees none with a part, whatever the upload began with',
  async ([, condition, headers]) => {
    const vault = await newVault();
    const uploadId = await begin(vault, headers);
    await setPolicies(vault, kinds['a Deny of the bucket policy']([condition]));
    await expectAllRefused(vault, uploadId);
  },
);
