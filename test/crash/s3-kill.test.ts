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

const MiB = 1024 * 1024;
const Bucket = 'photos';
const Key = 'k';

/** A bucket whose objects are under a KMS key. */
async function newBucket(session: StoreSession, SSEAlgorithm: 'aws:kms' | 'aws:kms:dsse' = 'aws:kms'): Promise<void> {
  await session.call('s3', 'CreateBucket', { Bucket });
  const { KeyMetadata } = await session.call('kms', 'CreateKey', {});
  const byDefault = { SSEAlgorithm, KMSMasterKeyID: KeyMetadata?.Arn ?? '' } as const;
  const ServerSideEncryptionConfiguration = { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] };
  await session.call('s3', 'PutBucketEncryption', { Bucket, ServerSideEncryptionConfiguration });
}

/** The object's state by its metadata, which its bytes have to bear out. */
async function objectState(session: StoreSession, old: Buffer, latest: Buffer): Promise<'old' | 'new'> {
  const { Body, Metadata } = await session.call('s3', 'GetObject', { Bucket, Key });
  const state = Metadata?.state === 'new' ? 'new' : 'old';
  expect((await bytesOf(Body)).equals(state === 'new' ? latest : old)).toBe(true);
  return state;
}

const putOld = (session: StoreSession, Body: Buffer) =>
  session.call('s3', 'PutObject', { Bucket, Key, Body, Metadata: { state: 'old' } });

function putting(size: number): Scenario {
  const old = contentOf('old', size);
  const body = { name: 'new', size };
  return {
    setUp: (session) => newBucket(session),
    async prepare(session) {
      await putOld(session, old);
      return { operation: 'PutObject', input: { Bucket, Key, Metadata: { state: 'new' } }, body };
    },
    stateOf: (session) => objectState(session, old, contentOf(body.name, size)),
  };
}

function copying(size: number, SSEAlgorithm: 'aws:kms' | 'aws:kms:dsse' = 'aws:kms'): Scenario {
  const old = contentOf('old', size);
  const source = contentOf('source', size);
  return {
    async setUp(session) {
      await newBucket(session, SSEAlgorithm);
      await session.call('s3', 'PutObject', { Bucket, Key: 'source', Body: source, Metadata: { state: 'new' } });
    },
    async prepare(session) {
      await putOld(session, old);
      return { operation: 'CopyObject', input: { Bucket, Key, CopySource: `${Bucket}/source` } };
    },
    stateOf: (session) => objectState(session, old, source),
  };
}

function completing(size: number): Scenario {
  const old = contentOf('old', size);
  // Only the last part may be small.
  const parts =
    size > sizes.small ? [contentOf('part1', 5 * MiB), contentOf('part2', 100)] : [contentOf('part1', size)];
  let UploadId = '';
  let Parts: { PartNumber: number; ETag: string }[] = [];
  const hasUpload = async (session: StoreSession) =>
    (await session.call('s3', 'ListMultipartUploads', { Bucket })).Uploads?.length === 1;
  return {
    setUp: (session) => newBucket(session),
    async prepare(session) {
      // An upload that a kill has left is gone on with: it has to be as it was.
      if (!(await hasUpload(session))) {
        await putOld(session, old);
        const begun = await session.call('s3', 'CreateMultipartUpload', { Bucket, Key, Metadata: { state: 'new' } });
        UploadId = begun.UploadId ?? '';
        Parts = [];
        for (const [i, Body] of parts.entries()) {
          const part = { Bucket, Key, UploadId, PartNumber: i + 1, Body };
          Parts.push({ PartNumber: i + 1, ETag: (await session.call('s3', 'UploadPart', part)).ETag ?? '' });
        }
      }
      return { operation: 'CompleteMultipartUpload', input: { Bucket, Key, UploadId, MultipartUpload: { Parts } } };
    },
    async stateOf(session) {
      const state = await objectState(session, old, Buffer.concat(parts));
      expect(await hasUpload(session)).toBe(state === 'old');
      return state;
    },
  };
}

const OPEN = 'open blobs/*/*.part';
const answered = ['record', 'answered', 'closed'];
/** The file of the old object goes. */
const replaced = ['record', 'answered', ...removingFile, 'closed'];
const copied = [OPEN, ...writingFile, 'CopyObject finish', ...replaced];

// Of an object that stays in a row and of one in a blob file: what is passed on the way.
test.for([
  ['PutObject of a row', putting(sizes.small), ['GenerateDataKey run', 'PutObject run', ...answered], false],
  [
    'PutObject of a file',
    putting(sizes.large),
    [OPEN, 'piece of the body', ...writingFile, 'PutObject finish', ...replaced],
    true,
  ],
  [
    'CopyObject of a row',
    copying(sizes.small),
    ['Decrypt run', 'GenerateDataKey run', 'CopyObject run', ...answered],
    false,
  ],
  ['CopyObject of a file', copying(sizes.large), copied, true],
  ['CopyObject in two layers', copying(sizes.large, 'aws:kms:dsse'), copied, true],
  [
    'CompleteMultipartUpload of a row',
    completing(sizes.small),
    ['Decrypt run', 'CompleteMultipartUpload run', ...answered],
    false,
  ],
  ['CompleteMultipartUpload of files', completing(sizes.large), replaced, true],
] as const)(
  '%s that is killed at any point leaves the old state or the new one, and no loose ends',
  { timeout: 120_000 },
  async ([, scenario, wanted, passesOverEarly]) => {
    const program = await bundledWithModels('test/support/programs/killed-call.ts');
    expectOldThenNew(await killEverywhere(program, scenario, { passesOverEarly }), wanted);
  },
);
