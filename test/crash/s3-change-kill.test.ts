import { expect, test } from 'vitest';
import { bytesOf, contentOf } from '../support/content.ts';
import {
  expectOldThenNew,
  killEverywhere,
  removingFile,
  type Scenario,
  sizes,
  writingFile,
} from '../support/kill-everywhere.ts';
import type { StoreSession } from '../support/store-session.ts';
import { bundledWithModels } from '../support/with-models.ts';

const Bucket = 'photos';
const Key = 'k';

const newBucket = ({ call }: StoreSession) => call('s3', 'CreateBucket', { Bucket });

async function newVersionedBucket(session: StoreSession): Promise<void> {
  await newBucket(session);
  await session.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
}

/** What a key has, newest first: the size of each version, `marker` for a delete marker. */
async function versionsOf({ call }: StoreSession, key: string): Promise<(number | 'marker')[]> {
  const { Versions = [], DeleteMarkers = [] } = await call('s3', 'ListObjectVersions', { Bucket, Prefix: key });
  const markers = DeleteMarkers.map(({ IsLatest }) => ({ IsLatest, what: 'marker' as const }));
  const objects = Versions.map(({ IsLatest, Size = 0 }) => ({ IsLatest, what: Size }));
  return [...markers, ...objects].sort((a, b) => Number(b.IsLatest) - Number(a.IsLatest)).map(({ what }) => what);
}

const hasBytes = async ({ call }: StoreSession, content: Buffer, VersionId?: string): Promise<boolean> =>
  (await bytesOf((await call('s3', 'GetObject', { Bucket, Key, VersionId })).Body)).equals(content);

function deleting(size: number): Scenario {
  const content = contentOf('old', size);
  return {
    async setUp(session) {
      await newBucket(session);
    },
    async prepare({ call }) {
      await call('s3', 'PutObject', { Bucket, Key, Body: content });
      return { operation: 'DeleteObject', input: { Bucket, Key } };
    },
    async stateOf(session) {
      const versions = await versionsOf(session, Key);
      if (versions.length === 0) return 'new';
      expect([versions, await hasBytes(session, content)]).toEqual([[size], true]);
      return 'old';
    },
  };
}

/** One version goes for good, the newest one, so that an older one comes up. */
function deletingVersion(size: number): Scenario {
  const [older, newer] = [contentOf('older', size), contentOf('newer', size + 1)];
  return {
    setUp: newVersionedBucket,
    async prepare({ call }) {
      const { Versions = [] } = await call('s3', 'ListObjectVersions', { Bucket });
      for (const { VersionId } of Versions) await call('s3', 'DeleteObject', { Bucket, Key, VersionId });
      await call('s3', 'PutObject', { Bucket, Key, Body: older });
      const { VersionId } = await call('s3', 'PutObject', { Bucket, Key, Body: newer });
      return { operation: 'DeleteObject', input: { Bucket, Key, VersionId } };
    },
    async stateOf(session) {
      const versions = await versionsOf(session, Key);
      const state = versions.length === 1 ? 'new' : 'old';
      expect(versions).toEqual(state === 'new' ? [size] : [size + 1, size]);
      expect(await hasBytes(session, state === 'new' ? older : newer)).toBe(true);
      return state;
    },
  };
}

/** Three keys at once: one gets a delete marker, one loses a version, one a delete marker. */
function deletingSeveral(size: number): Scenario {
  const content = contentOf('old', size);
  return {
    setUp: newVersionedBucket,
    async prepare({ call }) {
      const { Versions = [], DeleteMarkers = [] } = await call('s3', 'ListObjectVersions', { Bucket });
      for (const { Key: key = '', VersionId } of [...Versions, ...DeleteMarkers])
        await call('s3', 'DeleteObject', { Bucket, Key: key, VersionId });
      for (const key of ['plain', 'version', 'marker'])
        await call('s3', 'PutObject', { Bucket, Key: key, Body: content });
      const { VersionId } = await call('s3', 'PutObject', { Bucket, Key: 'version', Body: Buffer.alloc(size + 1) });
      const marker = await call('s3', 'DeleteObject', { Bucket, Key: 'marker' });
      const Objects = [{ Key: 'plain' }, { Key: 'version', VersionId }, { Key: 'marker', VersionId: marker.VersionId }];
      return { operation: 'DeleteObjects', input: { Bucket, Delete: { Objects } } };
    },
    async stateOf(session) {
      const there = await Promise.all(['plain', 'version', 'marker'].map((key) => versionsOf(session, key)));
      const states = {
        old: [[size], [size + 1, size], ['marker', size]],
        new: [['marker', size], [size], [size]],
      };
      const state = there[0]?.length === 1 ? 'old' : 'new';
      expect(there).toEqual(states[state]);
      return state;
    },
  };
}

/** A part that takes the place of another of its number; the upload is then completed, and has to be whole. */
function uploadingPart(size: number): Scenario {
  const old = contentOf('old', size + 1);
  const body = { name: 'new', size };
  let UploadId = '';
  return {
    async setUp(session) {
      await newBucket(session);
    },
    async prepare({ call }) {
      ({ UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key, ServerSideEncryption: 'aws:kms' }));
      await call('s3', 'UploadPart', { Bucket, Key, UploadId, PartNumber: 1, Body: old });
      return { operation: 'UploadPart', input: { Bucket, Key, UploadId, PartNumber: 1 }, body };
    },
    async stateOf(session) {
      const { Parts = [] } = await session.call('s3', 'ListParts', { Bucket, Key, UploadId });
      const state = Parts[0]?.Size === size ? 'new' : 'old';
      const MultipartUpload = { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) };
      await session.call('s3', 'CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload });
      expect(await hasBytes(session, state === 'new' ? contentOf(body.name, size) : old)).toBe(true);
      return state;
    },
  };
}

/** Another key for an object whose bytes stay where they are, from a bucket key to none or the other way round. */
function updatingEncryption(bucketKey: 'to a bucket key' | 'from a bucket key'): Scenario {
  const content = contentOf('old', sizes.large);
  const hadOne = bucketKey === 'from a bucket key';
  const newKeyArn = async ({ call }: StoreSession) => (await call('kms', 'CreateKey', {})).KeyMetadata?.Arn ?? '';
  let oldKey = '';
  let newKey = '';
  return {
    async setUp(session) {
      await newBucket(session);
    },
    async prepare(session) {
      // New keys each time, so that no bucket-level key of theirs is in memory: KMS is asked on the way.
      oldKey = await newKeyArn(session);
      newKey = await newKeyArn(session);
      const mode = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: oldKey, BucketKeyEnabled: hadOne } as const;
      await session.call('s3', 'PutObject', { Bucket, Key, Body: content, ...mode });
      const ObjectEncryption = { SSEKMS: { KMSKeyArn: newKey, BucketKeyEnabled: !hadOne } };
      return { operation: 'UpdateObjectEncryption', input: { Bucket, Key, ObjectEncryption } };
    },
    async stateOf(session) {
      const { SSEKMSKeyId, BucketKeyEnabled = false } = await session.call('s3', 'HeadObject', { Bucket, Key });
      const state = SSEKMSKeyId === newKey ? 'new' : 'old';
      expect([SSEKMSKeyId, BucketKeyEnabled]).toEqual(state === 'new' ? [newKey, !hadOne] : [oldKey, hadOne]);
      expect(await hasBytes(session, content)).toBe(true);
      return state;
    },
  };
}

const answered = ['record', 'answered', 'closed'];
const removed = ['record', 'answered', ...removingFile, 'closed'];

// What is passed on the way; what is removed goes after the commit.
test.for([
  ['DeleteObject of a row', deleting(sizes.small), ['DeleteObject run', ...answered]],
  ['DeleteObject of a file', deleting(sizes.large), ['DeleteObject run', ...removed]],
  ['DeleteObject of a version', deletingVersion(sizes.large), ['DeleteObject run', ...removed]],
  ['DeleteObjects', deletingSeveral(sizes.small), ['DeleteObject run', 'DeleteObjects run', ...answered]],
  ['UploadPart of a row', uploadingPart(sizes.small), ['Decrypt run', 'UploadPart run', ...answered]],
  [
    'UploadPart of a file',
    uploadingPart(sizes.large),
    ['open blobs/*/*.part', 'piece of the body', ...writingFile, 'UploadPart finish', ...removed],
  ],
  ...(['to a bucket key', 'from a bucket key'] as const).map(
    (bucketKey) =>
      [
        `UpdateObjectEncryption ${bucketKey}`,
        updatingEncryption(bucketKey),
        ['Decrypt run', 'Encrypt run', 'UpdateObjectEncryption run', ...answered],
      ] as const,
  ),
] as const)(
  '%s that is killed at any point leaves the old state or the new one, and no loose ends',
  { timeout: 120_000 },
  async ([, scenario, wanted]) => {
    const program = await bundledWithModels('test/support/programs/killed-call.ts');
    expectOldThenNew(await killEverywhere(program, scenario), wanted);
  },
);
