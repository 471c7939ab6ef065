/** What policies can ask of a request on S3: Service Authorization Reference, "Condition keys for Amazon S3". */

import { describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { customerKey, newBucket } from './modes.ts';

type Operation = OperationName<'s3'>;
type Input = Readonly<Record<string, unknown>>;
type Condition = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

const Bucket = 'photos';
const KEY_ID = '12345678-1234-4234-a234-123456789012';
const Body = Buffer.from('x');
const until = (days: number) => new Date(START + days * DAY);

/** A bucket with the objects `red`, tagged so, and `plain`. */
async function newPhotos(): Promise<World> {
  const world = newWorld();
  await newBucket(world, Bucket);
  await world.call('s3', 'PutObject', { Bucket, Key: 'red', Body, Tagging: 'team=red' });
  await world.call('s3', 'PutObject', { Bucket, Key: 'plain', Body });
  return world;
}

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

const denyWhere = (...conditions: Condition[]) =>
  document(
    ...conditions.map((Condition) => ({
      Effect: 'Deny',
      Principal: '*',
      NotAction: 's3:PutBucketPolicy',
      Resource: ['arn:aws:s3:::photos', 'arn:aws:s3:::photos/*'],
      Condition,
    })),
  );

const DENIED = /^AccessDenied: User: .* with an explicit deny in a resource-based policy$/;

/** What else than the policy refuses the request; undefined: nothing. */
async function refusalBesides(world: World, operation: Operation, input: Input): Promise<string | undefined> {
  const { decisions, refusal } = await world.explain('s3', operation, input);
  expect(decisions.filter(({ allowed }) => !allowed)).toEqual([]);
  expect(decisions.length).toBeGreaterThan(0);
  return refusal?.code;
}

/** A condition, the operation, a request that it is met by and one that it is not; what else refuses the latter. */
type Row = readonly [condition: Condition, operation: Operation, met: Input, unmet: Input, besides?: string];

const equals = (key: string, value: string): Condition => ({ StringEquals: { [key]: value } });
const put = { Key: 'new', Body };
const copy = { Key: 'new', CopySource: 'photos/plain' };
const everybody = 'uri="http://acs.amazonaws.com/groups/global/AllUsers"';

const rows: Readonly<Record<string, readonly Row[]>> = {
  'how a write is encrypted': (['PutObject', 'CopyObject', 'CreateMultipartUpload'] as const).flatMap((operation) => {
    const write = { PutObject: put, CopyObject: copy, CreateMultipartUpload: { Key: 'new' } }[operation];
    const sse = 's3:x-amz-server-side-encryption';
    const kms = { ...write, ServerSideEncryption: 'aws:kms' };
    const arn = `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY_ID}`;
    return [
      [equals(sse, 'AES256'), operation, { ...write, ServerSideEncryption: 'AES256' }, write],
      [equals(sse, 'aws:kms'), operation, kms, { ...write, ServerSideEncryption: 'aws:kms:dsse' }],
      [equals(sse, 'aws:kms:dsse'), operation, { ...write, ServerSideEncryption: 'aws:kms:dsse' }, kms],
      [{ ArnEquals: { [`${sse}-aws-kms-key-id`]: arn } }, operation, { ...kms, SSEKMSKeyId: KEY_ID }, kms],
      [{ ArnEquals: { [`${sse}-aws-kms-key-id`]: arn } }, operation, { ...kms, SSEKMSKeyId: arn }, kms],
      [equals(`${sse}-customer-algorithm`, 'AES256'), operation, { ...write, ...customerKey }, write],
    ];
  }),
  'the parts of an upload': [
    [
      { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
      'UploadPart',
      { ...put, UploadId: 'u', PartNumber: 1, ...customerKey },
      { ...put, UploadId: 'u', PartNumber: 1 },
      'NoSuchUpload',
    ],
    [
      equals('s3:x-amz-copy-source', 'photos/red'),
      'UploadPartCopy',
      { Key: 'new', UploadId: 'u', PartNumber: 1, CopySource: 'photos/red' },
      { Key: 'new', UploadId: 'u', PartNumber: 1, CopySource: 'photos/plain' },
      'NoSuchUpload',
    ],
  ],
  'the headers of a write': [
    // Amazon S3 User Guide, "Bucket policy examples using condition keys", restricting the copy source: as the header
    // has it, which need not begin with a slash.
    [equals('s3:x-amz-copy-source', 'photos/red'), 'CopyObject', { ...copy, CopySource: 'photos/red' }, copy],
    [
      { StringNotLike: { 's3:x-amz-copy-source': 'photos/r*' }, Null: { 's3:x-amz-copy-source': 'false' } },
      'CopyObject',
      copy,
      { ...copy, CopySource: 'photos/red' },
    ],
    [
      equals('s3:x-amz-copy-source', '/photos/red'),
      'CopyObject',
      { ...copy, CopySource: '/photos/red' },
      { ...copy, CopySource: 'photos/red' },
    ],
    [equals('s3:x-amz-metadata-directive', 'REPLACE'), 'CopyObject', { ...copy, MetadataDirective: 'REPLACE' }, copy],
    [equals('s3:x-amz-storage-class', 'STANDARD_IA'), 'PutObject', { ...put, StorageClass: 'STANDARD_IA' }, put],
    [equals('s3:x-amz-website-redirect-location', '/a'), 'PutObject', { ...put, WebsiteRedirectLocation: '/a' }, put],
    [equals('s3:if-none-match', '*'), 'PutObject', { ...put, IfNoneMatch: '*' }, put],
    [equals('s3:if-match', '"e"'), 'PutObject', { ...put, Key: 'red', IfMatch: '"e"' }, { ...put, Key: 'red' }],
    [equals('s3:if-match', '"e"'), 'DeleteObject', { Key: 'red', IfMatch: '"e"' }, { Key: 'red' }],
    [
      { Null: { 's3:if-none-match': 'true' } },
      'CompleteMultipartUpload',
      { Key: 'new', UploadId: 'u' },
      { Key: 'new', UploadId: 'u', IfNoneMatch: '*' },
      'NoSuchUpload',
    ],
  ],
  'the access control list that a request asks for': [
    [
      equals('s3:x-amz-acl', 'public-read'),
      'PutObject',
      { ...put, ACL: 'public-read' },
      { ...put, ACL: 'bucket-owner-full-control' },
    ],
    [
      equals('s3:x-amz-acl', 'public-read'),
      'PutObjectAcl',
      { Key: 'red', ACL: 'public-read' },
      { Key: 'red', ACL: 'bucket-owner-full-control' },
    ],
    [
      equals('s3:x-amz-acl', 'public-read'),
      'PutBucketAcl',
      { ACL: 'public-read' },
      { ACL: 'bucket-owner-full-control' },
    ],
    ...(
      [
        ['full-control', 'GrantFullControl'],
        ['read', 'GrantRead'],
        ['read-acp', 'GrantReadACP'],
        ['write-acp', 'GrantWriteACP'],
      ] as const
    ).flatMap(([name, member]): Row[] => {
      const condition: Condition = { StringLike: { [`s3:x-amz-grant-${name}`]: '*AllUsers"' } };
      return [
        [condition, 'PutObject', { ...put, [member]: everybody }, put],
        [
          condition,
          'PutObjectAcl',
          { Key: 'red', [member]: everybody },
          { Key: 'red', ACL: 'bucket-owner-full-control' },
        ],
        [condition, 'PutBucketAcl', { [member]: everybody }, { ACL: 'bucket-owner-full-control' }],
      ];
    }),
    [
      { StringLike: { 's3:x-amz-grant-write': '*AllUsers"' } },
      'PutBucketAcl',
      { GrantWrite: everybody },
      { ACL: 'bucket-owner-full-control' },
    ],
  ],
  // Amazon S3 User Guide, "Managing Object Lock". The bucket has none: what the policy lets through, it refuses.
  'how long an object is to be locked': [
    [
      equals('s3:object-lock-mode', 'COMPLIANCE'),
      'PutObject',
      { ...put, ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until(5) },
      { ...put, ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(5) },
      'InvalidRequest',
    ],
    [
      { NumericGreaterThan: { 's3:object-lock-remaining-retention-days': '10' } },
      'PutObject',
      { ...put, ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(11) },
      { ...put, ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(10) },
      'InvalidRequest',
    ],
    [
      { DateGreaterThan: { 's3:object-lock-retain-until-date': until(10).toISOString() } },
      'PutObject',
      { ...put, ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(11) },
      { ...put, ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until(10) },
      'InvalidRequest',
    ],
    [
      equals('s3:object-lock-legal-hold', 'ON'),
      'PutObject',
      { ...put, ObjectLockLegalHoldStatus: 'ON' },
      { ...put, ObjectLockLegalHoldStatus: 'OFF' },
      'InvalidRequest',
    ],
  ],
  // Amazon S3 User Guide, "Tagging and access control policies".
  'the tags of an object': [
    ...(['GetObject', 'HeadObject', 'GetObjectTagging', 'GetObjectAcl', 'DeleteObjectTagging'] as const).map(
      (operation): Row => [equals('s3:ExistingObjectTag/team', 'red'), operation, { Key: 'red' }, { Key: 'plain' }],
    ),
    [
      equals('s3:ExistingObjectTag/team', 'red'),
      'PutObjectAcl',
      { Key: 'red', ACL: 'bucket-owner-full-control' },
      { Key: 'plain', ACL: 'bucket-owner-full-control' },
    ],
    [
      equals('s3:ExistingObjectTag/team', 'red'),
      'GetObjectAttributes',
      { Key: 'red', ObjectAttributes: ['ETag'] },
      { Key: 'plain', ObjectAttributes: ['ETag'] },
    ],
    [equals('s3:ExistingObjectTag/team', 'red'), 'CopyObject', { ...copy, CopySource: 'photos/red' }, copy],
    [
      equals('s3:RequestObjectTag/team', 'red'),
      'PutObject',
      { ...put, Tagging: 'team=red' },
      { ...put, Tagging: 'team=blue' },
    ],
    [
      equals('s3:RequestObjectTag/team', 'red'),
      'PutObjectTagging',
      { Key: 'plain', Tagging: { TagSet: [{ Key: 'team', Value: 'red' }] } },
      { Key: 'plain', Tagging: { TagSet: [{ Key: 'group', Value: 'red' }] } },
    ],
    [
      { 'ForAnyValue:StringEquals': { 's3:RequestObjectTagKeys': ['secret', 'team'] } },
      'PutObject',
      { ...put, Tagging: 'a=1&team=2' },
      { ...put, Tagging: 'a=1&b=2' },
    ],
    [
      { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['secret', 'team'] } },
      'PutObjectTagging',
      { Key: 'plain', Tagging: { TagSet: [{ Key: 'team', Value: '2' }] } },
      { Key: 'plain', Tagging: { TagSet: [{ Key: 'a', Value: '1' }] } },
    ],
  ],
  // The name of the key is the same in every case: IAM User Guide, "IAM JSON policy elements: Condition".
  'the version that a request names': [
    ...(['GetObject', 'HeadObject', 'GetObjectTagging', 'GetObjectAcl', 'DeleteObject'] as const).map(
      (operation): Row => [
        equals('s3:VersionId', 'null'),
        operation,
        { Key: 'plain', VersionId: 'null' },
        { Key: 'plain' },
      ],
    ),
    [equals('s3:versionid', 'null'), 'CopyObject', { ...copy, CopySource: 'photos/plain?versionId=null' }, copy],
  ],
  // Amazon S3 User Guide, "Bucket policy examples using condition keys".
  'what a listing asks for': (
    ['ListObjectsV2', 'ListObjects', 'ListObjectVersions', 'ListMultipartUploads'] as const
  ).flatMap((operation): Row[] => [
    [{ StringLike: { 's3:prefix': 'home/*' } }, operation, { Prefix: 'home/ana' }, { Prefix: 'away/' }],
    [equals('s3:prefix', ''), operation, { Prefix: '' }, {}],
    [{ StringNotEquals: { 's3:delimiter': '/' } }, operation, {}, { Delimiter: '/' }],
    ...(operation === 'ListMultipartUploads'
      ? []
      : [
          [{ NumericGreaterThan: { 's3:max-keys': '10' } }, operation, {}, { MaxKeys: 10 }] as const,
          [{ NumericGreaterThan: { 's3:max-keys': '10' } }, operation, { MaxKeys: 11 }, { MaxKeys: 10 }] as const,
        ]),
  ]),
};

for (const [about, table] of Object.entries(rows)) {
  describe(about, () => {
    test.for(table)('%j decides %s with %j, not with %j', async ([condition, operation, met, unmet, besides]) => {
      const world = await newPhotos();
      await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: denyWhere(condition) });
      expect(await world.refusal('s3', operation, { Bucket, ...met })).toMatch(DENIED);
      expect(await refusalBesides(world, operation, { Bucket, ...unmet })).toBe(besides);
    });
  });
}

// Amazon S3 User Guide, "Tagging and access control policies": no policy can keep an object from being deleted or
// written over by the tags that it has. A condition on its ETag reads it, which a policy can.
test('the tags of an object do not matter for overwriting and deleting it', async () => {
  const world = await newPhotos();
  await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: denyWhere(equals('s3:ExistingObjectTag/team', 'red')) });
  const { ETag = '' } = await world.call('s3', 'PutObject', { Bucket, Key: 'red', Body, Tagging: 'team=red' });
  await world.call('s3', 'CopyObject', {
    Bucket,
    Key: 'red',
    CopySource: 'photos/plain',
    TaggingDirective: 'REPLACE',
    Tagging: 'team=red',
  });
  for (const [operation, input] of [
    ['PutObject', { Key: 'red', Body, IfMatch: ETag }],
    ['DeleteObject', { Key: 'red', IfMatch: ETag }],
  ] as const) {
    expect(await world.refusal('s3', operation, { Bucket, ...input })).toMatch(
      /s3:GetObject on resource: .* explicit deny/,
    );
  }
  await world.call('s3', 'DeleteObject', { Bucket, Key: 'red', VersionId: 'null' });
  await world.call('s3', 'PutObject', { Bucket, Key: 'red', Body, Tagging: 'team=red' });
  await world.call('s3', 'DeleteObject', { Bucket, Key: 'red' });
});

// Amazon S3 User Guide, "Enforce conditional writes on Amazon S3 buckets": beginning an upload and its parts bring no
// object, and have no conditional headers.
test.for<[Operation, Input, boolean]>([
  ['PutObject', put, true],
  ['CopyObject', copy, true],
  ['CompleteMultipartUpload', { Key: 'new', UploadId: 'u' }, true],
  ['CreateMultipartUpload', { Key: 'new' }, false],
  ['UploadPart', { ...put, UploadId: 'u', PartNumber: 1 }, false],
  ['UploadPartCopy', { ...copy, UploadId: 'u', PartNumber: 1 }, false],
])('s3:ObjectCreationOperation of %s with %j is %s', async ([operation, input, creates]) => {
  const world = await newPhotos();
  const asked = (value: boolean): Condition => ({ Bool: { 's3:ObjectCreationOperation': String(value) } });
  await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: denyWhere(asked(creates)) });
  expect(await world.refusal('s3', operation, { Bucket, ...input })).toMatch(DENIED);
  await world.call('s3', 'PutBucketPolicy', {
    Bucket,
    // The source of a copy is read, which creates nothing and has no such key.
    Policy: denyWhere({ ...asked(!creates), Null: { 's3:ObjectCreationOperation': 'false' } }),
  });
  await refusalBesides(world, operation, { Bucket, ...input });
});

// AWS Security Blog, "How to Prevent Uploads of Unencrypted Objects to Amazon S3", and Amazon S3 User Guide, "Using
// server-side encryption with AWS KMS keys (SSE-KMS)". What the bucket's default would make of a write does not count.
describe('the classic policies, in a bucket that encrypts by default', () => {
  const sse = 's3:x-amz-server-side-encryption';

  /** The bucket, its default key and another one; both may be used. */
  async function newVault(): Promise<{ world: World; key: string; other: string }> {
    const world = await newPhotos();
    const [key = '', other = ''] = await Promise.all(
      [1, 2].map(async () => (await world.call('kms', 'CreateKey', {})).KeyMetadata?.Arn),
    );
    await world.call('s3', 'PutBucketEncryption', {
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } }],
      },
    });
    return { world, key, other };
  }

  const writes = [
    ['PutObject', put],
    ['CopyObject', copy],
    ['CreateMultipartUpload', { Key: 'new' }],
  ] as const;

  test.for(writes)('deny unencrypted put: %s needs a header', async ([operation, write]) => {
    const { world } = await newVault();
    const Policy = denyWhere(
      { StringNotEquals: { [sse]: ['AES256', 'aws:kms'] }, Null: { 's3:ObjectCreationOperation': 'false' } },
      { Null: { [sse]: 'true', 's3:ObjectCreationOperation': 'false' } },
    );
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
    expect(await world.refusal('s3', operation, { Bucket, ...write })).toMatch(DENIED);
    const dsse = { Bucket, ...write, ServerSideEncryption: 'aws:kms:dsse' };
    expect(await world.refusal('s3', operation, dsse)).toMatch(DENIED);
    for (const ServerSideEncryption of ['AES256', 'aws:kms'])
      expect(await refusalBesides(world, operation, { Bucket, ...write, ServerSideEncryption })).toBeUndefined();
  });

  test.for(writes)('require this key: %s must name it', async ([operation, write]) => {
    const { world, key, other } = await newVault();
    const named = `${sse}-aws-kms-key-id`;
    const Policy = denyWhere({
      ArnNotEqualsIfExists: { [named]: key },
      Null: { 's3:ObjectCreationOperation': 'false' },
    });
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
    const kms = { Bucket, ...write, ServerSideEncryption: 'aws:kms' };
    expect(await world.refusal('s3', operation, { Bucket, ...write })).toMatch(DENIED);
    expect(await world.refusal('s3', operation, kms)).toMatch(DENIED);
    expect(await world.refusal('s3', operation, { ...kms, SSEKMSKeyId: other })).toMatch(DENIED);
    expect(await refusalBesides(world, operation, { ...kms, SSEKMSKeyId: key })).toBeUndefined();
  });
});

// A call inside this process is signed in its header with version 4, over an encrypted connection, to no access point.
// Amazon S3 API Reference, "Amazon S3 Signature Version 4 Authentication Specific Policy Keys": the age of a signature
// is that of a presigned URL.
describe('the connection of a request', () => {
  test.for<[Condition, Condition]>([
    [equals('s3:authType', 'REST-HEADER'), equals('s3:authType', 'REST-QUERY-STRING')],
    [{ StringNotEquals: { 's3:authType': 'POST' } }, { StringNotEquals: { 's3:authType': 'REST-HEADER' } }],
    [equals('s3:signatureversion', 'AWS4-HMAC-SHA256'), equals('s3:signatureversion', 'AWS')],
    [{ NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' } }, { NumericLessThan: { 's3:TlsVersion': '1.2' } }],
    [equals('s3:ResourceAccount', ACCOUNT), equals('s3:ResourceAccount', OTHER_ACCOUNT)],
    ...[
      's3:signatureAge',
      's3:x-amz-content-sha256',
      's3:DataAccessPointArn',
      's3:DataAccessPointAccount',
      's3:AccessPointNetworkOrigin',
      's3:AccessGrantsInstanceArn',
      's3:BucketTag/team',
    ].map((key): [Condition, Condition] => [{ Null: { [key]: 'true' } }, { Null: { [key]: 'false' } }]),
  ])('%j is met, %j is not', async ([met, unmet]) => {
    const world = await newPhotos();
    const requests: [Operation, Input][] = [
      ['GetObject', { Bucket, Key: 'red' }],
      ['PutObject', { Bucket, ...put }],
      ['ListObjectsV2', { Bucket }],
    ];
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: denyWhere(met) });
    for (const [operation, input] of requests) expect(await world.refusal('s3', operation, input)).toMatch(DENIED);
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy: denyWhere(unmet) });
    for (const request of requests) expect(await refusalBesides(world, ...request)).toBeUndefined();
  });

  test('a request without a signature has none of these keys', async () => {
    const world = await newPhotos();
    const { decisions } = await world.explain(
      's3',
      'GetObject',
      { Bucket, Key: 'red' },
      { caller: () => ({ kind: 'anonymous' }) },
    );
    const names = Object.keys(decisions[0]?.context ?? {});
    expect(names).toContain('s3:TlsVersion');
    expect(names).not.toContain('s3:authType');
    expect(names).not.toContain('s3:signatureversion');
  });
});

// A bucket that is not there yet has no policy: what decides is the caller's own.
describe('creating a bucket', () => {
  const elsewhere = (LocationConstraint: string) => ({ CreateBucketConfiguration: { LocationConstraint } });
  test.for<[Condition, Input, Input]>([
    [equals('s3:locationconstraint', 'eu-west-1'), elsewhere('eu-west-1'), elsewhere('eu-west-2')],
    [{ Null: { 's3:locationconstraint': 'true' } }, {}, elsewhere('eu-west-2')],
    // Any other list is refused of a new bucket before permissions are looked at.
    [equals('s3:x-amz-acl', 'private'), { ACL: 'private' }, {}],
    [
      equals('s3:x-amz-object-ownership', 'ObjectWriter'),
      { ObjectOwnership: 'ObjectWriter' },
      { ObjectOwnership: 'BucketOwnerEnforced' },
    ],
    [
      { NumericGreaterThan: { 's3:TlsVersion': '1.2' }, ...equals('aws:RequestedRegion', 'eu-west-1') },
      elsewhere('eu-west-1'),
      {},
    ],
  ])('%j decides with %j, not with %j', async ([Condition, met, unmet]) => {
    const world = newWorld();
    await world.call('iam', 'CreateUser', { UserName: 'u' });
    await world.call('iam', 'PutUserPolicy', {
      UserName: 'u',
      PolicyName: 'p',
      PolicyDocument: document(
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 's3:CreateBucket', Resource: '*', Condition },
      ),
    });
    const as = { as: 'user/u' };
    expect(await world.refusal('s3', 'CreateBucket', { Bucket, ObjectOwnership: 'ObjectWriter', ...met }, as)).toMatch(
      /^AccessDenied: .* with an explicit deny in an identity-based policy/,
    );
    const { decisions } = await world.explain('s3', 'CreateBucket', { Bucket, ...unmet }, as);
    expect(decisions.map(({ allowed }) => allowed)).not.toContain(false);
    expect(decisions.length).toBeGreaterThan(0);
  });
});
