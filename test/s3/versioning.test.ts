import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { newWorld, type World } from '../support/harness.ts';
import { bytesOf } from './modes.ts';

const Bucket = 'photos';

/** S3's versions of one key in the plainest way: the newest first. */
interface Plain {
  readonly id: string;
  readonly body: string | undefined;
}

type Step =
  | { readonly kind: 'versioning'; readonly status: 'Enabled' | 'Suspended' }
  | { readonly kind: 'put' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'delete-version'; readonly pick: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.constantFrom('Enabled', 'Suspended').map((status) => ({ kind: 'versioning', status }) as const),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'put' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'delete' } as const) },
  { weight: 2, arbitrary: fc.nat(9).map((pick) => ({ kind: 'delete-version', pick }) as const) },
);

class Model {
  status: 'never' | 'Enabled' | 'Suspended' = 'never';
  versions: Plain[] = [];

  add(id: string | undefined, body: string | undefined): void {
    const own = this.status === 'Enabled' ? (id ?? '') : 'null';
    this.versions = [{ id: own, body }, ...this.versions.filter((version) => version.id !== own)];
  }

  remove(id: string): void {
    this.versions = this.versions.filter((version) => version.id !== id);
  }
}

async function take(world: World, Key: string, model: Model, what: Step, body: string): Promise<void> {
  switch (what.kind) {
    case 'versioning':
      await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: what.status } });
      model.status = what.status;
      return;
    case 'put': {
      const { VersionId } = await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(body) });
      expect(VersionId === undefined).toBe(model.status !== 'Enabled');
      model.add(VersionId, body);
      return;
    }
    case 'delete': {
      const { VersionId, DeleteMarker } = await world.call('s3', 'DeleteObject', { Bucket, Key });
      if (model.status === 'never') model.versions = [];
      else model.add(VersionId, undefined);
      expect(DeleteMarker ?? false).toBe(model.status !== 'never');
      return;
    }
    case 'delete-version': {
      const version = model.versions[what.pick % Math.max(1, model.versions.length)];
      if (!version) return;
      await world.call('s3', 'DeleteObject', { Bucket, Key, VersionId: version.id });
      model.remove(version.id);
    }
  }
}

async function readOf(world: World, Key: string, VersionId?: string): Promise<string> {
  try {
    const { Body } = await world.call('s3', 'GetObject', { Bucket, Key, ...(VersionId && { VersionId }) });
    return (await bytesOf(Body)).toString();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

// Amazon S3 User Guide, "How S3 Versioning works", "Adding objects to versioning-suspended buckets".
test('any sequence of versioned operations gives the same as a simple model of S3', async () => {
  const world = newWorld();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      // Versioning never goes back to never, so every run has a bucket of its own; the name is used again.
      await world.call('s3', 'CreateBucket', { Bucket });
      const Key = `k${run++}`;
      const model = new Model();
      for (const [i, what] of steps.entries()) {
        world.advance(1000);
        await take(world, Key, model, what, `body ${i}`);
      }
      expect(await readOf(world, Key)).toBe(model.versions[0]?.body ?? 'NoSuchKey');
      for (const { id, body } of model.versions) expect(await readOf(world, Key, id)).toBe(body ?? 'MethodNotAllowed');
      const listed = await world.call('s3', 'ListObjectVersions', { Bucket });
      const entries = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])];
      expect(entries.map(({ VersionId }) => VersionId).sort()).toEqual(model.versions.map(({ id }) => id).sort());
      expect(entries.filter(({ IsLatest }) => IsLatest).map(({ VersionId }) => VersionId)).toEqual(
        model.versions.slice(0, 1).map(({ id }) => id),
      );
      const isListed = ((await world.call('s3', 'ListObjectsV2', { Bucket })).KeyCount ?? 0) > 0;
      expect(isListed).toBe(model.versions[0]?.body !== undefined);
      if (model.versions.length > 0) {
        const advice = model.status === 'never' ? '' : '. You must delete all versions in the bucket.';
        expect(await world.refusal('s3', 'DeleteBucket', { Bucket })).toBe(
          `BucketNotEmpty: The bucket you tried to delete is not empty${advice}`,
        );
      }
      for (const { id } of model.versions) await world.call('s3', 'DeleteObject', { Bucket, Key, VersionId: id });
      expect(
        world.transact((tx) => [
          ...tx.objects.range(),
          ...tx.olderVersions.range(),
          ...tx.versionOrders.range(),
          ...tx.objectData.range(),
        ]),
      ).toEqual([]);
      await world.call('s3', 'DeleteBucket', { Bucket });
    }),
    { numRuns: 25 },
  );
});

test('versions are listed by key, the newest first, in pages of any size', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const expected: string[] = [];
  for (const Key of ['a', 'b/x', 'b/y', 'c']) {
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const { VersionId = '' } = await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(`${i}`) });
      ids.unshift(`${Key} ${VersionId}`);
    }
    expected.push(...ids);
  }
  for (const MaxKeys of [1, 2, 3, 5, 1000]) {
    const listed: string[] = [];
    let marker = {};
    for (;;) {
      const page = await world.call('s3', 'ListObjectVersions', { Bucket, MaxKeys, ...marker });
      listed.push(...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`));
      if (!page.IsTruncated) break;
      marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    expect(listed).toEqual(expected);
  }
  const rolled = await world.call('s3', 'ListObjectVersions', { Bucket, Delimiter: '/' });
  expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
  expect(rolled.Versions).toHaveLength(6);
});

/** The versions of some keys, as `key id`, in the order of their making; the newest of a key is its last. */
async function makeVersions(world: World, keys: readonly string[], each: number): Promise<string[][]> {
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const made: string[][] = [];
  for (const Key of keys) {
    const ids: string[] = [];
    for (let i = 0; i < each; i += 1) {
      const { VersionId = '' } = await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from(`${i}`) });
      ids.push(VersionId);
    }
    made.push(ids);
  }
  return made;
}

// As S3 answers ListObjectVersions after the versions of the page before were deleted.
test.for([
  ['the versions of a page', (ids: readonly string[]) => ids.slice(0, 3)],
  ['only the last version of a page', (ids: readonly string[]) => ids.slice(2, 3)],
] as const)('deleting %s does not change the next page', async ([, doomed]) => {
  const world = newWorld();
  const [ids = []] = await makeVersions(world, ['k'], 5);
  const newestFirst = ids.toReversed();
  const first = await world.call('s3', 'ListObjectVersions', { Bucket, MaxKeys: 3 });
  for (const VersionId of doomed(newestFirst)) await world.call('s3', 'DeleteObject', { Bucket, Key: 'k', VersionId });
  const next = await world.call('s3', 'ListObjectVersions', {
    Bucket,
    KeyMarker: first.NextKeyMarker,
    VersionIdMarker: first.NextVersionIdMarker,
  });
  expect(next.Versions?.map(({ VersionId }) => VersionId)).toEqual(newestFirst.slice(3));
  expect(next.Versions?.[0]?.IsLatest).toBe(doomed(newestFirst).length === 3);
});

test('deleting page by page leaves nothing, including null versions', async () => {
  const world = newWorld();
  await makeVersions(world, ['a', 'b/x', 'c'], 2);
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Suspended' } });
  for (const Key of ['a', 'c']) await world.call('s3', 'PutObject', { Bucket, Key, Body: new Uint8Array() });
  let marker = {};
  for (;;) {
    const page = await world.call('s3', 'ListObjectVersions', { Bucket, MaxKeys: 1, ...marker });
    for (const { Key = '', VersionId } of page.Versions ?? [])
      await world.call('s3', 'DeleteObject', { Bucket, Key, VersionId });
    if (!page.IsTruncated) break;
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  expect((await world.call('s3', 'ListObjectVersions', { Bucket })).Versions).toBeUndefined();
});

test('a marker outside the prefix, or in a common prefix, adds no version', async () => {
  const world = newWorld();
  const [outside = [], inside = []] = await makeVersions(world, ['a', 'b/x', 'b/y', 'c'], 2);
  const list = async (input: { Prefix?: string; Delimiter?: string; KeyMarker: string; VersionIdMarker?: string }) => {
    const { Versions = [], CommonPrefixes = [] } = await world.call('s3', 'ListObjectVersions', { Bucket, ...input });
    return [...Versions.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix)];
  };
  const [, newestOutside = ''] = outside;
  expect(await list({ Prefix: 'b/x', KeyMarker: 'a', VersionIdMarker: newestOutside })).toEqual(['b/x', 'b/x']);
  const [, newestInside = ''] = inside;
  for (const VersionIdMarker of [undefined, newestInside]) {
    expect(await list({ Delimiter: '/', KeyMarker: 'b/x', ...(VersionIdMarker && { VersionIdMarker }) })).toEqual([
      'c',
      'c',
    ]);
  }
});

// S3 API Reference, GetObject and DeleteObject; an id checks itself.
test('an id that this store did not issue is refused', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { VersionId = '' } = await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('x') });
  const altered = VersionId.replace(/^./, (char) => (char === 'A' ? 'B' : 'A'));
  const invalid = 'InvalidArgument: Invalid version id specified';
  for (const id of [altered, 'nonsense']) {
    expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'k', VersionId: id })).toBe(invalid);
    expect(await world.refusal('s3', 'DeleteObject', { Bucket, Key: 'k', VersionId: id })).toBe(invalid);
  }
  expect(await world.refusal('s3', 'GetObject', { Bucket, Key: 'other', VersionId })).toBe(
    'NoSuchVersion: The specified version does not exist.',
  );
  const answer = await world.call('s3', 'DeleteObjects', {
    Bucket,
    Delete: { Objects: [{ Key: 'k', VersionId: altered }] },
  });
  expect(answer.Errors).toMatchObject([{ Key: 'k', Code: 'NoSuchVersion' }]);
});

test('every version keeps its own encryption and its own key', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  const first = await world.call('s3', 'PutObject', {
    Bucket,
    Key: 'k',
    Body: Buffer.from('1'),
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KeyMetadata?.Arn,
  });
  await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('2') });
  await world.call('kms', 'DisableKey', { KeyId: KeyMetadata?.KeyId ?? '' });
  expect(await readOf(world, 'k')).toBe('2');
  expect(await readOf(world, 'k', first.VersionId)).toBe('KMS.DisabledException');
});
