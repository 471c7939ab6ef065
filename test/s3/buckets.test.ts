import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/api/regions.ts';
import { newWorld, OTHER_ACCOUNT } from '../support/harness.ts';

const Bucket = 'photos';

// S3 API Reference, CreateBucket, LocationConstraint.
const illegal = (name: string) =>
  `IllegalLocationConstraintException: The ${name} location constraint is incompatible for the region specific endpoint this request was sent to.`;
const invalid = 'InvalidLocationConstraint: The specified location-constraint is not valid';
const far = 'http://photos.s3.amazonaws.com/';
const rows: readonly (readonly [Region, string | undefined, string, (string | undefined)?])[] = [
  ['us-east-1', undefined, '/photos', undefined],
  ['us-east-1', 'eu-west-1', far, 'eu-west-1'],
  ['us-east-1', 'us-east-1', invalid],
  ['us-east-1', 'foo', invalid],
  ['us-east-1', 'EU', far, 'EU'],
  ['eu-west-1', 'eu-west-1', far, 'eu-west-1'],
  ['eu-west-1', 'EU', far, 'EU'],
  ['eu-west-1', undefined, illegal('unspecified')],
  ['eu-west-1', 'us-west-2', illegal('us-west-2')],
  ['us-west-2', 'EU', illegal('EU')],
];
test.for(rows)(
  'at the endpoint of %s with the constraint %s: %s',
  async ([region, LocationConstraint, expected, location]) => {
    const world = newWorld();
    const input = {
      Bucket,
      ...(LocationConstraint !== undefined && { CreateBucketConfiguration: { LocationConstraint } }),
    };
    if (expected.includes(': ')) {
      expect(await world.refusal('s3', 'CreateBucket', input, { region })).toBe(expected);
      return;
    }
    expect(await world.call('s3', 'CreateBucket', input as { Bucket: string }, { region })).toEqual({
      Location: expected,
      BucketArn: 'arn:aws:s3:::photos',
    });
    expect((await world.call('s3', 'GetBucketLocation', { Bucket })).LocationConstraint).toBe(location);
  },
);

describe('a name that is taken', () => {
  const owned =
    'BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.';
  test('is not an error for its owner in us-east-1, but is one everywhere else', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    await world.call('s3', 'CreateBucket', { Bucket });
    const eu = { Bucket: 'other', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } } as const;
    await world.call('s3', 'CreateBucket', eu, { region: 'eu-west-1' });
    expect(await world.refusal('s3', 'CreateBucket', eu, { region: 'eu-west-1' })).toBe(owned);
    const tagged = { Bucket, CreateBucketConfiguration: { Tags: [{ Key: 'a', Value: 'b' }] } };
    expect(await world.refusal('s3', 'CreateBucket', tagged)).toBe(owned);
  });

  test('belongs to another account until the bucket is deleted', async () => {
    const world = newWorld();
    const other = { as: `${OTHER_ACCOUNT}:user/admin` };
    await world.call('s3', 'CreateBucket', { Bucket });
    expect(await world.refusal('s3', 'CreateBucket', { Bucket }, other)).toBe(
      'BucketAlreadyExists: The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    );
    await world.call('s3', 'DeleteBucket', { Bucket });
    await world.call('s3', 'CreateBucket', { Bucket }, other);
    expect((await world.call('s3', 'ListBuckets', {})).Buckets).toEqual([]);
  });
});

// Amazon S3 User Guide: what every bucket has that was made since April 2026.
test('a new bucket has SSE-S3, blocks SSE-C and the public, enforces its owner, and is unversioned', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  expect(await world.call('s3', 'GetBucketEncryption', { Bucket })).toEqual({
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: false,
          BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
        },
      ],
    },
  });
  expect(await world.call('s3', 'GetPublicAccessBlock', { Bucket })).toEqual({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  });
  expect(await world.call('s3', 'GetBucketOwnershipControls', { Bucket })).toEqual({
    OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  });
  expect(await world.call('s3', 'GetBucketVersioning', { Bucket })).toEqual({});
});

// S3 API Reference, "Error responses".
const unset = [
  ['GetBucketPolicy', 'NoSuchBucketPolicy: The bucket policy does not exist'],
  ['GetBucketTagging', 'NoSuchTagSet: The TagSet does not exist'],
  ['GetBucketReplication', 'ReplicationConfigurationNotFoundError: The replication configuration was not found'],
  ['GetBucketLifecycleConfiguration', 'NoSuchLifecycleConfiguration: The lifecycle configuration does not exist'],
  ['GetBucketCors', 'NoSuchCORSConfiguration: The CORS configuration does not exist'],
  ['GetBucketWebsite', 'NoSuchWebsiteConfiguration: The specified bucket does not have a website configuration'],
  [
    'GetObjectLockConfiguration',
    'ObjectLockConfigurationNotFoundError: Object Lock configuration does not exist for this bucket',
  ],
] as const;
test('settings that were never set have their own codes, after the bucket is found', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const [operation, expected] of unset) {
    expect(await world.refusal('s3', operation, { Bucket })).toBe(expected);
    const missing = await world.refusal('s3', operation, { Bucket: 'nothing-here' });
    expect(missing).toBe('NoSuchBucket: The specified bucket does not exist');
  }
});

test('buckets are listed by name, in pages, by prefix and by region', async () => {
  const world = newWorld();
  for (const name of ['logs-b', 'logs-a', 'photos', 'archive'])
    await world.call('s3', 'CreateBucket', { Bucket: name });
  await world.call('s3', 'CreateBucket', {
    Bucket: 'logs-eu',
    CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
  });
  const names = async (input: object) =>
    (await world.call('s3', 'ListBuckets', input)).Buckets?.map(({ Name }) => Name);
  expect(await names({})).toEqual(['archive', 'logs-a', 'logs-b', 'logs-eu', 'photos']);
  expect(await names({ Prefix: 'logs-' })).toEqual(['logs-a', 'logs-b', 'logs-eu']);
  expect(await names({ BucketRegion: 'eu-west-1' })).toEqual(['logs-eu']);
  const first = await world.call('s3', 'ListBuckets', { MaxBuckets: 2 });
  expect(first.Buckets).toMatchObject([{ Name: 'archive', BucketRegion: 'us-east-1' }, { Name: 'logs-a' }]);
  expect(await names({ ContinuationToken: first.ContinuationToken })).toEqual(['logs-b', 'logs-eu', 'photos']);
  expect(await world.refusal('s3', 'ListBuckets', { BucketRegion: 'mars-1' })).toBe(
    'InvalidArgument: Argument value mars-1 is not a valid AWS Region',
  );
});

// S3 API Reference, PutBucketEncryption.
describe('default encryption', () => {
  const put = (rule: object) => ({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
  const malformed =
    'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema';
  const emptyKey =
    'InvalidArgument: if the default sse algorithm is aws:kms and a KMSMasterKeyID is specified, it must be non-empty';
  test.for([
    [{ Rules: [] }, malformed],
    [{ Rules: [{}, {}] }, malformed],
    [{ Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'rot13' } }] }, malformed],
    [
      { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'x' } }] },
      'InvalidArgument: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    ],
    // A shell variable that is not set.
    [{ Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '' } }] }, emptyKey],
    [
      { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms:dsse', KMSMasterKeyID: '' } }] },
      emptyKey,
    ],
  ] as const)('%j is refused, and the bucket can be written to as before', async ([rules, expected]) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const input = { Bucket, ServerSideEncryptionConfiguration: rules };
    expect(await world.refusal('s3', 'PutBucketEncryption', input)).toBe(expected);
    const written = await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x') });
    expect(written.ServerSideEncryption).toBe('AES256');
  });

  // S3 API Reference, BlockedEncryptionTypes: a word that S3 does not know must not take a block away.
  test.for([
    { types: [] },
    { types: ['SSE-KMS'] },
    { types: ['sse-c'] },
    { types: ['NONE', 'SSE-C'] },
    { types: ['SSE-C', 'SSE-C'] },
  ])('blocking $types is refused, and the block is unchanged', async ({ types }) => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    const input = put({ BlockedEncryptionTypes: { EncryptionType: types } });
    expect(await world.refusal('s3', 'PutBucketEncryption', input)).toBe(malformed);
    const { ServerSideEncryptionConfiguration: got } = await world.call('s3', 'GetBucketEncryption', { Bucket });
    expect(got?.Rules[0]?.BlockedEncryptionTypes).toEqual({ EncryptionType: ['SSE-C'] });
  });

  test('accepts any key as given, and the first write reports a wrong one', async () => {
    const world = newWorld();
    await world.call('s3', 'CreateBucket', { Bucket });
    await world.call(
      's3',
      'PutBucketEncryption',
      put({
        ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/nothing' },
      }) as never,
    );
    const { ServerSideEncryptionConfiguration: got } = await world.call('s3', 'GetBucketEncryption', { Bucket });
    expect(got?.Rules[0]?.ApplyServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: 'alias/nothing',
    });
    expect(await world.refusal('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x') })).toMatch(
      /^KMS.NotFoundException/,
    );
    await world.call('s3', 'DeleteBucketEncryption', { Bucket });
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x') });
  });

  // Every default × every way of reading.
  test.for(['AES256', 'aws:kms', 'aws:kms:dsse'] as const)(
    'an object put under a default of %s can be read in every way',
    async (SSEAlgorithm) => {
      const world = newWorld();
      await world.call('s3', 'CreateBucket', { Bucket });
      for (const BucketKeyEnabled of [false, true]) {
        await world.call('s3', 'PutBucketEncryption', {
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm }, BucketKeyEnabled }],
          },
        });
        await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello') });
        const isBucketKey = BucketKeyEnabled && SSEAlgorithm === 'aws:kms';
        for (const read of [{}, { Range: 'bytes=1-2' }, { PartNumber: 1 }]) {
          const answer = await world.call('s3', 'GetObject', { Bucket, Key: 'k', ...read });
          expect(answer.ServerSideEncryption).toBe(SSEAlgorithm);
          expect(answer.BucketKeyEnabled).toBe(isBucketKey || undefined);
          for await (const _piece of answer.Body ?? []);
        }
        expect(
          (await world.call('s3', 'HeadObject', { Bucket, Key: 'k', ChecksumMode: 'ENABLED' })).ServerSideEncryption,
        ).toBe(SSEAlgorithm);
        await world.call('s3', 'GetObjectAttributes', {
          Bucket,
          Key: 'k',
          ObjectAttributes: ['Checksum', 'ObjectSize'],
        });
        await world.call('s3', 'CopyObject', { Bucket, Key: 'copy', CopySource: `${Bucket}/k` });
      }
    },
  );
});
