/** What a request over HTTP says about the bytes of its body besides the input: their signed hash, a trailing checksum. */

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Payload } from '../../src/call/payload.ts';
import { digestOf } from '../../src/crypto/checksums.ts';
import { newWorld, type World } from '../support/harness.ts';

const small = Buffer.from('hello');
const large = Buffer.alloc(300_000, 'letters');
const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const crc32 = (bytes: Uint8Array): string => Buffer.from(digestOf('CRC32', bytes)).toString('base64');
const sha256 = (bytes: Uint8Array): string => Buffer.from(digestOf('SHA256', bytes)).toString('base64');

/** A body in pieces, and a checksum that is known once the last one has been read. */
function trailed(bytes: Uint8Array, announced: string, value: string) {
  let isRead = false;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000);
    isRead = true;
  }
  const trailer = {
    announced,
    value() {
      if (!isRead) throw new Error('the trailer has not come yet');
      return value;
    },
  };
  return { Body: pieces(), payload: { trailer } };
}

/** The same of a body that is known as a whole. */
const known = (Body: Uint8Array, announced: string, value: string) => ({
  Body,
  payload: { trailer: { announced, value: () => value } },
});

async function newBucket(world: World): Promise<string> {
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  return 'letters';
}

/** Writes an object or a part, each in its own way. */
const writes = {
  async PutObject(world: World, { payload, ...input }: { payload: Payload; Body: never }) {
    const Bucket = await newBucket(world);
    const place = { Bucket, Key: 'k', ...input };
    const stored = async () =>
      (await world.call('s3', 'HeadObject', { Bucket, Key: 'k', ChecksumMode: 'ENABLED' })) as object;
    return {
      refusal: () => world.refusal('s3', 'PutObject', place, { payload }),
      answer: async () => ({ ...(await world.call('s3', 'PutObject', place, { payload })) }) as object,
      stored,
    };
  },
  async UploadPart(world: World, { payload, ...input }: { payload: Payload; Body: never }) {
    const Bucket = await newBucket(world);
    const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'k' });
    const place = { Bucket, Key: 'k', UploadId, PartNumber: 1, ...input };
    return {
      refusal: () => world.refusal('s3', 'UploadPart', place, { payload }),
      answer: async () => ({ ...(await world.call('s3', 'UploadPart', place, { payload })) }) as object,
      stored: async () => ({}),
    };
  },
};
const names = ['PutObject', 'UploadPart'] as const;

/** Nothing of a refused write is left. */
function expectNothingOf(world: World): void {
  const rows = world.transact((tx) => [
    ...tx.objects.range(),
    ...tx.objectData.range(),
    ...tx.blobWrites.range(),
    ...tx.multipartParts.range(),
  ]);
  expect(rows).toEqual([]);
}

const begin = (name: (typeof names)[number], world: World, given: object) => writes[name](world, given as never);

describe.for(names)('%s', (name) => {
  test.for([
    ['in pieces', trailed],
    ['as a whole', known],
  ] as const)('takes a checksum that follows a body %s, and answers with it', async ([, made]) => {
    for (const bytes of [small, large]) {
      const world = newWorld();
      const given = made(bytes, 'X-Amz-Checksum-CRC32', crc32(bytes));
      const { answer, stored } = await begin(name, world, { ...given, ChecksumAlgorithm: 'CRC32' });
      expect(await answer()).toMatchObject({ ChecksumCRC32: crc32(bytes) });
      if (name === 'PutObject') expect(await stored()).toMatchObject({ ChecksumCRC32: crc32(bytes) });
    }
  });

  test.for([
    [
      'x-amz-checksum-crc32',
      'AAAAAA==',
      {},
      'BadDigest: The CRC32 you specified did not match the calculated checksum.',
    ],
    ['x-amz-checksum-crc32', 'AAAA', {}, 'InvalidRequest: Value for x-amz-checksum-crc32 trailing header is invalid.'],
    ['x-amz-checksum-foo', '', {}, 'InvalidRequest: The value specified in the x-amz-trailer header is not supported'],
    ['etag', '', {}, 'InvalidRequest: The value specified in the x-amz-trailer header is not supported'],
    [
      'x-amz-checksum-crc32,x-amz-checksum-crc32c',
      '',
      {},
      'InvalidRequest: The value specified in the x-amz-trailer header is not supported',
    ],
    [
      'x-amz-checksum-crc32',
      '',
      { ChecksumSHA1: 'qvTGHdzF6KLavt4PO0gs2a6pQ00=' },
      'InvalidRequest: Expecting a single x-amz-checksum- header',
    ],
    [
      'x-amz-checksum-crc32',
      '',
      { ChecksumAlgorithm: 'SHA1' },
      'InvalidRequest: Value for x-amz-sdk-checksum-algorithm header is invalid.',
    ],
  ] as const)('refuses the trailer %s: %s after %j', async ([announced, value, more, refused]) => {
    for (const made of [trailed, known]) {
      for (const bytes of [small, large]) {
        const world = newWorld();
        const { refusal } = await begin(name, world, { ...made(bytes, announced, value), ...more });
        expect(await refusal()).toBe(refused);
        expectNothingOf(world);
      }
    }
  });

  test('takes a body that was signed, and no other', async () => {
    for (const bytes of [small, large]) {
      for (const more of [{}, { ChecksumSHA256: sha256(bytes) }, { ChecksumCRC32: crc32(bytes) }]) {
        const world = newWorld();
        const right = await begin(name, world, { Body: bytes, payload: { sha256: hex(bytes) }, ...more });
        expect(await right.answer()).toMatchObject(more);
      }
      const world = newWorld();
      const wrong = await begin(name, world, { Body: bytes, payload: { sha256: hex(Buffer.of(1)) } });
      expect(await wrong.refusal()).toBe(
        "XAmzContentSHA256Mismatch: The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
      expectNothingOf(world);
    }
  });
});

test('a hash that is signed is not stored as the checksum of the object', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const put = { Bucket, Key: 'k', Body: small };
  await world.call('s3', 'PutObject', put, { payload: { sha256: hex(small) } });
  const head = await world.call('s3', 'HeadObject', { Bucket, Key: 'k', ChecksumMode: 'ENABLED' });
  expect(head).toMatchObject({ ChecksumCRC64NVME: 'M3eFcAZSQlc=' });
  expect(head.ChecksumSHA256).toBeUndefined();
});

test('a part whose upload has an algorithm must be followed by a checksum of that one', async () => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const created = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key: 'k', ChecksumAlgorithm: 'SHA256' });
  const { payload, Body } = known(small, 'x-amz-checksum-crc32', crc32(small));
  const part = { Bucket, Key: 'k', UploadId: created.UploadId ?? '', PartNumber: 1, Body };
  expect(await world.refusal('s3', 'UploadPart', part, { payload })).toBe(
    'InvalidRequest: Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
  );
});
