/** What the AWS CLI prints of a list: its pages in text, its members in their order, its times. */

import { describe, expect, test } from 'vitest';
import { commandLineIn, newCommandLine, type RunOptions } from '../support/command-line.ts';

/** A bucket with seven objects and one without any. */
async function twoBuckets() {
  const line = newCommandLine();
  for (const bucket of ['letters', 'empty']) await line.ok(['s3api', 'create-bucket', '--bucket', bucket]);
  for (const key of 'abcdefg') await line.ok(['s3', 'cp', '-', `s3://letters/${key}`], { stdin: key });
  return line;
}

const NEXT = 'eyJDb250aW51YXRpb25Ub2tlbiI6ICJNV00iLCAiYm90b190cnVuY2F0ZV9hbW91bnQiOiAxfQ==';

// As the AWS CLI 1.45 answers an S3 on loopback with the same objects. In text every page is queried for itself, has
// null for a member with items that is missing, and the token comes last.
test('--output text shows each page of a list for itself', async () => {
  const line = await twoBuckets();
  const list = ['s3api', 'list-objects-v2', '--bucket', 'letters', '--page-size', '3', '--output', 'text'];
  const table: readonly (readonly [string[], string])[] = [
    [[...list, '--query', 'length(Contents)'], '3\n3\n1\n'],
    [[...list, '--query', 'Contents[].Key'], 'a\tb\tc\nd\te\tf\ng\n'],
    [[...list, '--query', 'Contents[].Key', '--max-items', '4'], 'a\tb\tc\nd\nNone\n'],
    [[...list, '--query', 'Contents[].Key', '--max-items', '3'], 'a\tb\tc\nNone\n'],
    [[...list, '--query', 'NextToken.NextToken', '--max-items', '4'], `None\nNone\n${NEXT}\n`],
    [['s3api', 'list-objects-v2', '--bucket', 'empty', '--output', 'text'], 'None\tNone\t\tNone\n'],
    [['s3api', 'list-objects-v2', '--bucket', 'empty', '--output', 'text', '--query', 'Contents[].Key'], 'None\n'],
    [['s3api', 'list-multipart-uploads', '--bucket', 'empty', '--output', 'text'], 'None\tNone\tNone\tNone\n'],
    [['kms', 'list-keys', '--output', 'text'], ''],
  ];
  for (const [words, out] of table) expect((await line.ok(words)).out, words.join(' ')).toBe(out);
  const { out } = await line.ok([...list, '--max-items', '4']);
  const lines = out.trimEnd().split('\n');
  const starts = lines.map((each) => each.split('\t')[0]).filter((each) => each !== 'CHECKSUMALGORITHM');
  expect(starts).toEqual(['None', 'CONTENTS', 'CONTENTS', 'CONTENTS', 'None', 'CONTENTS', 'NEXTTOKEN']);
  expect(lines.at(-1)).toBe(`NEXTTOKEN\t${NEXT}`);
  expect((await line.ok([...list, '--starting-token', NEXT, '--query', 'Contents[].Key'])).out).toBe('e\tf\ng\n');
});

// AWS CLI User Guide, "YAML stream output format": each answer of the service as it comes.
test('--output yaml-stream shows each answer of the service', async () => {
  const line = await twoBuckets();
  const list = ['s3api', 'list-objects-v2', '--bucket', 'letters', '--page-size', '3', '--output', 'yaml-stream'];
  expect((await line.ok([...list, '--query', 'length(Contents)'])).out).toBe('- 3\n- 3\n- 1\n');
  expect((await line.ok([...list, '--query', 'Contents[].Key', '--max-items', '4'])).out).toBe(
    '- - a\n  - b\n  - c\n- - d\n',
  );
  const { out } = await line.ok(list);
  expect(out.match(/^- /gm)).toHaveLength(3);
  expect(out.match(/\bIsTruncated: (true|false)$/gm)).toHaveLength(3);
  expect(out.match(/NextContinuationToken: /g)).toHaveLength(2);
});

test('other formats have the list as a whole', async () => {
  const line = await twoBuckets();
  const list = ['s3api', 'list-objects-v2', '--bucket', 'letters', '--page-size', '3', '--query', 'length(Contents)'];
  expect((await line.ok([...list, '--output', 'json'])).out).toBe('7\n');
  expect((await line.ok([...list, '--output', 'yaml'])).out).toBe('7\n');
});

const page = { IsTruncated: false, Name: 'empty', Prefix: '', MaxKeys: 1000, EncodingType: 'url' };

// As JSON, so that the order of the members counts.
test.for([
  ['list-objects-v2', [], { RequestCharged: null, Prefix: '' }],
  ['list-objects-v2', ['--no-paginate'], { ...page, KeyCount: 0 }],
  ['list-objects-v2', ['--max-keys', '7'], { ...page, MaxKeys: 7, KeyCount: 0 }],
  ['list-objects-v2', ['--no-paginate', '--encoding-type', 'url'], { ...page, KeyCount: 0 }],
  [
    'list-objects',
    ['--no-paginate'],
    { IsTruncated: false, Marker: '', Name: 'empty', Prefix: '', MaxKeys: 1000, EncodingType: 'url' },
  ],
  ['list-object-versions', [], { RequestCharged: null, Prefix: '' }],
  [
    'list-object-versions',
    ['--no-paginate'],
    {
      IsTruncated: false,
      KeyMarker: '',
      VersionIdMarker: '',
      Name: 'empty',
      Prefix: '',
      MaxKeys: 1000,
      EncodingType: 'url',
    },
  ],
  ['list-multipart-uploads', [], { RequestCharged: null, Prefix: null }],
  ['list-multipart-uploads', ['--prefix', 'p'], { RequestCharged: null, Prefix: 'p' }],
  [
    'list-multipart-uploads',
    ['--no-paginate'],
    { Bucket: 'empty', KeyMarker: '', UploadIdMarker: '', MaxUploads: 1000, IsTruncated: false },
  ],
  ['get-bucket-location', [], { LocationConstraint: null }],
] as const)('%s %j of an empty bucket has the AWS CLI’s members in its order', async ([operation, more, expected]) => {
  const line = newCommandLine();
  await line.ok(['s3api', 'create-bucket', '--bucket', 'empty']);
  const { out } = await line.ok(['s3api', operation, '--bucket', 'empty', ...more]);
  expect(out).toBe(`${JSON.stringify(expected, undefined, 4)}\n`);
});

test('members with items come first, then those that describe the list, then the token', async () => {
  const line = await twoBuckets();
  const keysOf = async (words: readonly string[]) => Object.keys((await line.ok(words)).json as object);
  const list = ['s3api', 'list-objects-v2', '--bucket', 'letters'];
  expect(await keysOf([...list, '--max-items', '1'])).toEqual(['Contents', 'RequestCharged', 'Prefix', 'NextToken']);
  expect(await keysOf(['s3api', 'list-buckets'])).toEqual(['Buckets', 'Owner', 'Prefix']);
  const upload = ['--bucket', 'letters', '--key', 'k'];
  const started = await line.ok(['s3api', 'create-multipart-upload', ...upload]);
  // What comes in headers is read before the body.
  expect(Object.keys(started.json as object).slice(-3)).toEqual(['Bucket', 'Key', 'UploadId']);
  const { UploadId } = started.json as { UploadId: string };
  expect(await keysOf(['s3api', 'list-parts', ...upload, '--upload-id', UploadId])).toEqual([
    'ChecksumAlgorithm',
    'Initiator',
    'Owner',
    'StorageClass',
    'ChecksumType',
  ]);
});

describe('times', () => {
  // JSON has seconds since 1970, which botocore turns into local time; XML has times in UTC, in whole seconds.
  const offset = 330;

  test.for([
    ['kms', ['kms', 'create-key', '--query', 'KeyMetadata.CreationDate'], '2026-05-04T14:30:00.123000+05:30'],
    ['iam', ['iam', 'create-user', '--user-name', 'u', '--query', 'User.CreateDate'], '2026-05-04T09:00:00+00:00'],
    ['sts', ['sts', 'get-session-token', '--query', 'Credentials.Expiration'], '2026-05-04T21:00:00+00:00'],
  ] as const)('%s', async ([, words, expected]) => {
    const { line, options } = elsewhere();
    line.advance(123);
    expect((await line.ok(words, options)).json).toBe(expected);
  });

  test('cloudtrail and s3', async () => {
    const { line, options } = elsewhere();
    line.advance(123);
    await line.ok(['kms', 'create-key'], options);
    const events = ['cloudtrail', 'lookup-events', '--query', 'Events[0].EventTime'];
    expect((await line.ok(events, options)).json).toBe('2026-05-04T14:30:00+05:30');
    await line.ok(['s3api', 'create-bucket', '--bucket', 'bbb'], options);
    const buckets = ['s3api', 'list-buckets', '--query', 'Buckets[0].CreationDate'];
    expect((await line.ok(buckets, options)).json).toBe('2026-05-04T09:00:00+00:00');
  });

  /** A command line in another time zone. */
  function elsewhere() {
    const options: RunOptions = { utcOffsetMinutes: offset };
    return { line: commandLineIn(newCommandLine().folder), options };
  }
});
