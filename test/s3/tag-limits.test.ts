import { describe, expect, test } from 'vitest';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';
const Key = 'k';
const Body = Buffer.from('x');

async function newPhoto(): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutObject', { Bucket, Key, Body });
  return world;
}

const tags = (count: number, last: object = {}) =>
  Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: 'v', ...(i === count - 1 && last) }));

const tooMany = 'BadRequest: Bucket tag count cannot be greater than 50';

// Amazon S3 User Guide, "Using tags with S3 general purpose buckets": up to 50, which are checked one by one first.
describe('tags of a bucket', () => {
  const rows = [
    ['51', tags(51), tooMany],
    ['51 with a wrong value', tags(51, { Value: 'a,b' }), 'InvalidTag: The TagValue you have provided is invalid'],
    ['51 with one twice', tags(51, { Key: 'k0' }), 'InvalidTag: Cannot provide multiple Tags with the same key'],
  ] as const;
  test.for(rows)('%s are refused, and those that it has stay', async ([, TagSet, expected]) => {
    const world = await newPhoto();
    const fifty = tags(50);
    await world.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: fifty } });
    expect(await world.refusal('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet } })).toBe(expected);
    expect((await world.call('s3', 'GetBucketTagging', { Bucket })).TagSet).toEqual(fifty);
  });

  test.for(rows)('%s are refused for a new one too, which is not made', async ([, Tags, expected]) => {
    const world = await newPhoto();
    const create = { Bucket: 'other', CreateBucketConfiguration: { Tags } };
    expect(await world.refusal('s3', 'CreateBucket', create)).toBe(expected);
    expect((await world.call('s3', 'ListBuckets', {})).Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  });
});

// S3 API Reference, PutObject, x-amz-tagging.
describe.for([
  ['PutObject', { Key: 'new', Body }],
  ['CopyObject', { Key: 'new', CopySource: `${Bucket}/${Key}`, TaggingDirective: 'REPLACE' }],
  ['CreateMultipartUpload', { Key: 'new' }],
] as const)('the header of %s', ([operation, input]) => {
  const badHeader =
    "InvalidArgument: The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
  test.for([
    // The shorthand of other commands.
    ['key1=val1,key2=val2', badHeader],
    ['Key=a,Value=b', badHeader],
    ['TagSet=[{Key=a,Value=b}]', badHeader],
    ['{"a":"b"}', badHeader],
    ['a,b', badHeader],
    ['a=b%2Cc', badHeader],
    ['a=%', badHeader],
    ['a=1&a=2', badHeader],
    ['a=%01', badHeader],
    ['=b', 'InvalidTag: The TagKey you have provided is invalid'],
    [`a=${'x'.repeat(257)}`, 'InvalidTag: The TagValue you have provided is invalid'],
    ['aws:a=b', 'InvalidTag: Your TagKey cannot be prefixed with aws:'],
  ])('%s is refused, and nothing is stored', async ([Tagging = '', expected]) => {
    const world = await newPhoto();
    expect(await world.refusal('s3', operation, { Bucket, ...input, Tagging })).toBe(expected);
    expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
    expect((await world.call('s3', 'ListMultipartUploads', { Bucket })).Uploads ?? []).toEqual([]);
  });

  test.for([
    ['a=b=c', { Key: 'a', Value: 'b=c' }],
    ['a+b=%C3%A9', { Key: 'a b', Value: 'é' }],
    ['a%20b=+-.', { Key: 'a b', Value: ' -.' }],
    ['a', { Key: 'a', Value: '' }],
  ] as const)('%s is taken', async ([Tagging, tag]) => {
    const world = await newPhoto();
    await world.call('s3', operation, { Bucket, ...input, Tagging });
    if (operation === 'CreateMultipartUpload') return;
    expect((await world.call('s3', 'GetObjectTagging', { Bucket, Key: 'new' })).TagSet).toEqual([tag]);
  });
});

// Extensible Markup Language (XML) 1.0, "Characters": the body of such a request is not well-formed.
describe('a text that XML cannot carry', () => {
  const malformed =
    'MalformedXML: The XML you provided was not well-formed or did not validate against our published schema';
  const wrong = ['\u0000', '\u0001', '\u000b', '\u001f', '\ufffe', '\uffff', '\ud800'];
  const bodies = [
    ['PutBucketTagging', (text: string) => ({ Tagging: { TagSet: [{ Key: 'a', Value: text }] } })],
    ['PutObjectTagging', (text: string) => ({ Key, Tagging: { TagSet: [{ Key: text, Value: 'a' }] } })],
    ['DeleteObjects', (text: string) => ({ Delete: { Objects: [{ Key }, { Key: text }] } })],
    [
      'PutBucketEncryption',
      (text: string) => ({
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: text } }],
        },
      }),
    ],
    [
      'CompleteMultipartUpload',
      (text: string) => ({ Key, UploadId: 'u', MultipartUpload: { Parts: [{ PartNumber: 1, ETag: text }] } }),
    ],
  ] as const;
  test.for(bodies)('makes the whole request of %s malformed', async ([operation, bodyOf]) => {
    for (const text of wrong) {
      const world = await newPhoto();
      expect(await world.refusal('s3', operation, { Bucket, ...bodyOf(`a${text}b`) })).toBe(malformed);
      expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
    }
  });

  test('is taken where there is no XML: in a key and in metadata, and the object can be deleted', async () => {
    const world = await newPhoto();
    for (const text of wrong.slice(0, -1)) {
      await world.call('s3', 'PutObject', { Bucket, Key: `a${text}`, Body });
      await world.call('s3', 'DeleteObject', { Bucket, Key: `a${text}` });
    }
    expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
  });

  test('is not a tab, a line break, or a character of any script', async () => {
    const world = await newPhoto();
    const keys = ['a\tb', 'a\nb', 'a\rb', 'é', '\ufffd', '\u{10000}', '\u{10ffff}'];
    for (const each of keys) await world.call('s3', 'PutObject', { Bucket, Key: each, Body });
    const Objects = keys.map((each) => ({ Key: each }));
    expect((await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects } })).Errors).toBe(undefined);
    expect((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount).toBe(1);
  });
});
