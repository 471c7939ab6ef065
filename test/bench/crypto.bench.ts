/**
 * What encryption costs beside what cannot be avoided: AES-256-GCM and MD5 of node:crypto. Every case does 64 MiB, so
 * that the times are of one scale.
 */

import { createCipheriv, createHash } from 'node:crypto';
import { bench, describe } from 'vitest';
import { type DigestName, openDigest } from '../../src/crypto/checksums.ts';
import { beginDigests } from '../../src/crypto/digests.ts';
import { giveBack } from '../../src/crypto/memory.ts';
import { openRange, openRangeNow, readIn, seal, sealBytes, sealedSize } from '../../src/crypto/segments.ts';
import { unwrap, wrap } from '../../src/crypto/wrap.ts';

const MIB = 1024 * 1024;
const BLOCKS = 64;
const block = new Uint8Array(MIB).fill(7);
const key = new Uint8Array(32).fill(1);
const few = { time: 1000, iterations: 3, warmupIterations: 1, warmupTime: 0 };

async function* blocks(): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < BLOCKS; i++) yield block;
}

describe('64 MiB through the cipher', () => {
  bench(
    'AES-256-GCM of node:crypto, in pieces of 1 MiB',
    () => {
      for (let i = 0; i < BLOCKS; i++) {
        const cipher = createCipheriv('aes-256-gcm', key, Buffer.alloc(12));
        cipher.update(block);
        cipher.final();
      }
    },
    few,
  );

  bench(
    'seal',
    async () => {
      for await (const _ of seal(key)(blocks())) {
        // Only the sealing is measured.
      }
    },
    few,
  );

  bench(
    'seal, twice over',
    async () => {
      for await (const _ of seal(key)(seal(key)(blocks()))) {
        // Only the sealing is measured.
      }
    },
    few,
  );

  const sealedBlocks = sealBytes(key, new Uint8Array(BLOCKS * MIB));
  const read = (position: number, length: number) =>
    Promise.resolve(sealedBlocks.subarray(position, position + length));
  bench(
    'openRange',
    async () => {
      const size = sealedSize(BLOCKS * MIB);
      for await (const piece of openRange(key, read, size, { start: 0, end: BLOCKS * MIB })) giveBack(piece);
    },
    few,
  );
});

describe('64 MiB through a digest', () => {
  const names: DigestName[] = [
    'MD5',
    'CRC64NVME',
    'CRC32',
    'CRC32C',
    'SHA1',
    'SHA256',
    'XXHASH64',
    'XXHASH3',
    'XXHASH128',
  ];
  for (const name of names) {
    bench(
      name,
      async () => {
        const digest = await openDigest(name);
        for (let i = 0; i < BLOCKS; i++) digest.update(block);
        digest.digest();
      },
      few,
    );
  }
});

describe('64 MiB through an upload of SSE-S3: MD5, CRC64NVME and the cipher', () => {
  bench(
    'MD5 of node:crypto alone',
    () => {
      const hash = createHash('md5');
      for (let i = 0; i < BLOCKS; i++) hash.update(block);
      hash.digest();
    },
    few,
  );

  bench(
    'all of it',
    async () => {
      const digests = await beginDigests(['MD5', 'CRC64NVME']);
      async function* digested(): AsyncGenerator<Uint8Array> {
        for await (const piece of blocks()) {
          await digests.update(piece);
          yield piece;
        }
      }
      for await (const _ of seal(key)(digested())) {
        // Only the digests and the sealing are measured.
      }
      await digests.end();
      digests.close();
    },
    few,
  );
});

describe('small things', () => {
  const small = new Uint8Array(1000);
  const wrapped = wrap(key, key, small, (size) => new Uint8Array(size));
  const sealedSmall = sealBytes(key, small);
  bench('wrap a key', () => void wrap(key, key, small, (size) => new Uint8Array(size)));
  bench('unwrap a key', () => void unwrap(key, wrapped, small));
  bench('seal 1,000 bytes', () => void sealBytes(key, small));
  bench(
    'open 1,000 bytes',
    () => void openRangeNow(key, readIn(sealedSmall), sealedSmall.length, { start: 0, end: 1000 }),
  );
});
