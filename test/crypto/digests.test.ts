import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DigestName, digestOf, openDigest } from '../../src/crypto/checksums.ts';
import { beginDigests } from '../../src/crypto/digests.ts';

const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const bytesOf = (size: number) => Buffer.alloc(size).map((_, i) => i * 13 + (i >> 9));
const all: DigestName[] = ['CRC64NVME', 'MD5', 'SHA256', 'CRC32', 'XXHASH3'];
const MIB = 1024 * 1024;

async function digestAtOnce(name: DigestName, bytes: Uint8Array): Promise<Uint8Array> {
  const digest = await openDigest(name);
  digest.update(bytes);
  return digest.digest();
}

async function digestsOf(names: readonly DigestName[], bytes: Uint8Array, cut: number) {
  const digests = await beginDigests(names);
  for (let at = 0; at < bytes.length; at += cut) await digests.update(bytes.subarray(at, at + cut));
  const ended = await digests.end();
  digests.close();
  return ended;
}

describe('digests of a stream', () => {
  // 4 MiB is where the thread comes in, 512 KiB a block of it.
  test.for([0, 1, MIB / 2, 4 * MIB - 1, 4 * MIB, 4 * MIB + 1, 4.5 * MIB, 9 * MIB + 77])(
    'of %i bytes equal those of the bytes',
    async (size) => {
      const bytes = bytesOf(size);
      for (const cut of [70_000, MIB / 2, 2 * MIB]) {
        const digests = await digestsOf(all, bytes, cut);
        for (const name of all) {
          expect([name, hex(digests.get(name))]).toEqual([name, hex(await digestAtOnce(name, bytes))]);
        }
      }
    },
  );

  test('do not depend on how small streams are split', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), async (bytes, cut) => {
        expect(hex((await digestsOf(['MD5'], bytes, cut)).get('MD5'))).toBe(
          createHash('md5').update(bytes).digest('hex'),
        );
      }),
    ));

  test('can be none', async () => {
    expect((await digestsOf([], bytesOf(100), 10)).size).toBe(0);
  });

  test('are correct when the caller reuses its memory', async () => {
    const digests = await beginDigests(['MD5', 'CRC32C']);
    const memory = new Uint8Array(MIB);
    const copy: Uint8Array[] = [];
    for (let i = 0; i < 9; i++) {
      await digests.update(memory.fill(i));
      copy.push(Uint8Array.from(memory));
    }
    const whole = Buffer.concat(copy);
    const ended = await digests.end();
    digests.close();
    expect(hex(ended.get('MD5'))).toBe(hex(digestOf('MD5', whole)));
    expect(hex(ended.get('CRC32C'))).toBe(hex(digestOf('CRC32C', whole)));
  });

  test('report it when they are used after they were closed', async () => {
    const digests = await beginDigests(['SHA1']);
    await digests.update(bytesOf(5 * MIB));
    digests.close();
    await expect(digests.end()).rejects.toThrow('abandoned');
  });

  test('of many streams at once do not mix, even when others are closed meanwhile', async () => {
    const contents = Array.from({ length: 12 }, (_, i) => Buffer.alloc(5 * MIB + i, `stream ${i} `));
    const ended = await Promise.all(
      contents.map(async (bytes, i) => {
        const digests = await beginDigests(['MD5', 'CRC64NVME']);
        for (let at = 0; at < bytes.length; at += 600_000) {
          await digests.update(bytes.subarray(at, at + 600_000));
          if (i % 3 === 0 && at > 4 * MIB) {
            digests.close();
            return undefined;
          }
        }
        const all = await digests.end();
        digests.close();
        return hex(all.get('MD5'));
      }),
    );
    const expected = contents.map((bytes, i) => (i % 3 === 0 ? undefined : hex(digestOf('MD5', bytes))));
    expect(ended).toEqual(expected);
  });
});
