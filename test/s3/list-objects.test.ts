import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys } from '../../src/s3/request/object-key.ts';
import { newWorld, type World } from '../support/harness.ts';

const Bucket = 'photos';

async function fill(world: World, keys: readonly string[]): Promise<void> {
  await world.call('s3', 'CreateBucket', { Bucket });
  for (const Key of keys) await world.call('s3', 'PutObject', { Bucket, Key, Body: new Uint8Array() });
}

const keys = ['a', 'a/1', 'a/2/x', 'a/2/y', 'a\u0000', 'b', 'b/', 'c d+e%/é', '\u{ffff}', '\u{10000}', 'z/1'].sort(
  compareKeys,
);

async function listAll(world: World, input: object, operation: 'ListObjectsV2' | 'ListObjects'): Promise<string[]> {
  const listed: string[] = [];
  let next = {};
  for (;;) {
    const page = await world.call('s3', operation, { Bucket, ...input, ...next });
    const entries = [
      ...(page.Contents ?? []).map(({ Key = '' }) => [Key, `key ${Key}`] as const),
      ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => [Prefix, `prefix ${Prefix}`] as const),
    ];
    listed.push(...entries.sort(([a], [b]) => compareKeys(a, b)).map(([, text]) => text));
    if (!page.IsTruncated) return listed;
    if ('NextContinuationToken' in page) next = { ContinuationToken: page.NextContinuationToken };
    else next = { Marker: ('NextMarker' in page ? page.NextMarker : undefined) ?? page.Contents?.at(-1)?.Key };
  }
}

function plainly(prefix: string, delimiter: string | undefined): string[] {
  const entries = new Set<string>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    entries.add(at < 0 ? `key ${key}` : `prefix ${key.slice(0, at + 1)}`);
  }
  return [...entries];
}

test('every page size, prefix and delimiter gives the whole listing, in both versions of it', async () => {
  const world = newWorld();
  await fill(world, keys);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom('', 'a', 'a/', 'z/1', 'nope'),
      fc.constantFrom(undefined, '/'),
      fc.constantFrom('ListObjectsV2', 'ListObjects'),
      async (MaxKeys, Prefix, Delimiter, operation) => {
        const input = { MaxKeys, Prefix, ...(Delimiter && { Delimiter }) };
        expect(await listAll(world, input, operation)).toEqual(plainly(Prefix, Delimiter));
      },
    ),
    { numRuns: 60 },
  );
});

// S3 API Reference, ListObjectsV2.
test('a page states its number of entries, and where it began', async () => {
  const world = newWorld();
  await fill(world, ['a', 'b', 'c/1', 'c/2']);
  const page = await world.call('s3', 'ListObjectsV2', { Bucket, Delimiter: '/', StartAfter: 'a', FetchOwner: true });
  expect(page).toMatchObject({
    KeyCount: 2,
    MaxKeys: 1000,
    IsTruncated: false,
    StartAfter: 'a',
    CommonPrefixes: [{ Prefix: 'c/' }],
  });
  expect(page.Contents).toMatchObject([
    { Key: 'b', Size: 0, StorageClass: 'STANDARD', Owner: { ID: expect.stringMatching(/^[0-9a-f]{64}$/) } },
  ]);
  expect((await world.call('s3', 'ListObjectsV2', { Bucket, MaxKeys: 0 })).IsTruncated).toBe(false);
});

// As S3 answers ListObjects with a marker under a common prefix: the page before had the prefix.
test.for(['f/a/1', 'f/a/', 'f/a/zz'])('the common prefix of the marker %s is not listed again', async (marker) => {
  const world = newWorld();
  await fill(world, ['f/a/1', 'f/a/2', 'f/b', 'f/c/1']);
  const expected = { CommonPrefixes: [{ Prefix: 'f/c/' }], Contents: [{ Key: 'f/b' }] };
  const input = { Bucket, Prefix: 'f/', Delimiter: '/' };
  expect(await world.call('s3', 'ListObjects', { ...input, Marker: marker })).toMatchObject(expected);
  expect(await world.call('s3', 'ListObjectsV2', { ...input, StartAfter: marker })).toMatchObject(expected);
});

// As S3 answers ListObjectsV2 with both: the token decides where the page begins.
test('a page continued by its token does not state where the first one began', async () => {
  const world = newWorld();
  await fill(world, ['a', 'b', 'c', 'd']);
  const first = await world.call('s3', 'ListObjectsV2', { Bucket, StartAfter: 'a', MaxKeys: 1 });
  const ContinuationToken = first.NextContinuationToken ?? '';
  const next = await world.call('s3', 'ListObjectsV2', { Bucket, StartAfter: 'a', ContinuationToken });
  expect(next.Contents).toMatchObject([{ Key: 'c' }, { Key: 'd' }]);
  expect(next.ContinuationToken).toBe(ContinuationToken);
  expect(next).not.toHaveProperty('StartAfter');
});

test('names are URL-encoded on request', async () => {
  const world = newWorld();
  await fill(world, ["c d+e%/é'*~"]);
  const page = await world.call('s3', 'ListObjectsV2', { Bucket, EncodingType: 'url' });
  expect(page.Contents?.[0]?.Key).toBe('c+d%2Be%25/%C3%A9%27*%7E');
});

test.for([
  [{ ContinuationToken: 'nonsense' }, 'InvalidArgument: The continuation token provided is incorrect'],
  [{ EncodingType: 'xml' }, 'InvalidArgument: Invalid Encoding Method specified in Request'],
  [{ MaxKeys: -1 }, 'InvalidArgument: Provided max-keys not an integer or within integer range'],
] as const)('%j is refused', async ([input, expected]) => {
  const world = newWorld();
  await fill(world, []);
  expect(await world.refusal('s3', 'ListObjectsV2', { Bucket, ...input })).toBe(expected);
});
