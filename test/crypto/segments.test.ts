import { createDecipheriv, webcrypto } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  openRange,
  openRangeNow,
  plaintextSize,
  type Range,
  readIn,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  seal,
  sealBytes,
  sealedSize,
} from '../../src/crypto/segments.ts';

const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);

// Lengths gather around whole segments, where framing goes wrong.
const length = fc
  .tuple(fc.nat(3), fc.integer({ min: -17, max: 17 }))
  .map(([n, d]) => Math.max(0, n * SEGMENT_BYTES + d));
const plaintextOf = (size: number, seed = 0) => Buffer.alloc(size).map((_, i) => i * 31 + (i >> 8) + seed);
const plaintext = length.map((n) => plaintextOf(n));

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

const reader = (sealed: Uint8Array) => (position: number, bytes: number) =>
  Promise.resolve(sealed.subarray(position, position + bytes));

const opened = (sealed: Uint8Array, range: { start: number; end: number }, size = sealed.length) =>
  collect(openRange(key, reader(sealed), size, range));

const whole = (sealed: Uint8Array): Range => ({ start: 0, end: plaintextSize(sealed.length) });

const openedNow = (sealed: Uint8Array, range: Range = whole(sealed)) =>
  openRangeNow(key, readIn(sealed), sealed.length, range);

const few = { numRuns: 40 };

describe('sizes', () => {
  test('of a sealed object follow from its segments', () => {
    expect(sealedSize(0)).toBe(16);
    expect(sealedSize(1)).toBe(17);
    expect(sealedSize(SEGMENT_BYTES)).toBe(SEGMENT_BYTES + 16);
    expect(sealedSize(SEGMENT_BYTES + 1)).toBe(SEGMENT_BYTES + 33);
    expect(sealedSize(2 ** 46)).toBe(2 ** 46 + 16 * 2 ** 28);
  });

  test('of plaintext and sealed object are inverse to each other', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          length,
          fc.maxSafeNat().map((n) => n % 2 ** 46),
        ),
        (size) => {
          expect(plaintextSize(sealedSize(size))).toBe(size);
        },
      ),
    ));

  test.for([0, 1, 15, SEALED_SEGMENT_BYTES + 1, SEALED_SEGMENT_BYTES + 16, 2 * SEALED_SEGMENT_BYTES + 3])(
    'no plaintext has the sealed size %i',
    (size) => {
      expect(() => plaintextSize(size)).toThrow('authenticate');
    },
  );
});

describe('opening', () => {
  test('inverts sealing', () =>
    fc.assert(
      fc.property(plaintext, (bytes) => {
        const sealed = sealBytes(key, bytes);
        expect(sealed.length).toBe(sealedSize(bytes.length));
        expect(Buffer.compare(openedNow(sealed), bytes)).toBe(0);
      }),
      few,
    ));

  test('of any range gives that slice of the plaintext', () =>
    fc.assert(
      fc.asyncProperty(plaintext, fc.nat(), fc.nat(), async (bytes, a, b) => {
        const start = Math.min(a, b) % (bytes.length + 1);
        const end = start + (Math.max(a, b) % (bytes.length - start + 1));
        const sealed = sealBytes(key, bytes);
        const slice = bytes.subarray(start, end);
        expect(Buffer.compare(await opened(sealed, { start, end }), slice)).toBe(0);
        expect(Buffer.compare(openedNow(sealed, { start, end }), slice)).toBe(0);
      }),
      few,
    ));

  test('reads only the segments of the range', async () => {
    const sealed = sealBytes(key, plaintextOf(8 * SEGMENT_BYTES));
    const reads: [number, number][] = [];
    const read = (position: number, bytes: number) => {
      reads.push([position, bytes]);
      return reader(sealed)(position, bytes);
    };
    await collect(openRange(key, read, sealed.length, { start: 5 * SEGMENT_BYTES - 1, end: 5 * SEGMENT_BYTES + 1 }));
    expect(reads).toEqual([[4 * SEALED_SEGMENT_BYTES, 2 * SEALED_SEGMENT_BYTES]]);
  });

  test.for([
    { start: -1, end: 1 },
    { start: 2, end: 1 },
    { start: 0, end: 6 },
  ])('refuses the range %o of five bytes', async (range) => {
    const sealed = sealBytes(key, plaintextOf(5));
    expect(() => openedNow(sealed, range)).toThrow(RangeError);
    await expect(opened(sealed, range)).rejects.toThrow(RangeError);
  });
});

describe('a sealed stream', () => {
  test('equals sealed bytes, however its source is split', () =>
    fc.assert(
      fc.asyncProperty(plaintext, fc.constantFrom(1009, 65_536, SEGMENT_BYTES, 1_000_000), async (bytes, cut) => {
        const sealed = await collect(seal(key)(pieces(bytes, cut)));
        expect(Buffer.compare(sealed, sealBytes(key, bytes))).toBe(0);
      }),
      few,
    ));

  test('can come from a source that reuses one buffer', async () => {
    const bytes = plaintextOf(SEGMENT_BYTES + 5);
    async function* reusing(): AsyncGenerator<Uint8Array> {
      const buffer = new Uint8Array(50_000);
      for await (const piece of pieces(bytes, buffer.length)) {
        buffer.set(piece);
        yield buffer.subarray(0, piece.length);
      }
    }
    const sealed = await collect(seal(key)(reusing()));
    expect(Buffer.compare(openedNow(sealed), bytes)).toBe(0);
  });

  test('fails when its source fails', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('the source is gone');
    }
    await expect(collect(seal(key)(broken()))).rejects.toThrow('the source is gone');
  });
});

describe('a damaged object', () => {
  async function expectRefused(sealed: Uint8Array): Promise<void> {
    expect(() => openedNow(sealed)).toThrow('authenticate');
    await expect((async () => collect(openRange(key, reader(sealed), sealed.length, whole(sealed))))()).rejects.toThrow(
      'authenticate',
    );
  }

  test('is refused for one flipped bit anywhere', () =>
    fc.assert(
      fc.asyncProperty(plaintext, fc.nat(), fc.nat(7), async (bytes, at, bit) => {
        const sealed = sealBytes(key, bytes);
        const i = at % sealed.length;
        sealed[i] = (sealed[i] ?? 0) ^ (1 << bit);
        await expectRefused(sealed);
      }),
      few,
    ));

  test('yields no byte of a segment that is not authentic', async () => {
    const sealed = sealBytes(key, plaintextOf(3 * SEGMENT_BYTES));
    sealed[SEALED_SEGMENT_BYTES + 100] = (sealed[SEALED_SEGMENT_BYTES + 100] ?? 0) ^ 1;
    const got: Uint8Array[] = [];
    await expect(
      (async () => {
        for await (const part of openRange(key, reader(sealed), sealed.length, whole(sealed))) got.push(part);
      })(),
    ).rejects.toThrow('authenticate');
    expect(Buffer.concat(got).length).toBe(SEGMENT_BYTES);
  });

  test('is refused for a flipped bit outside the requested range of a segment', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(SEALED_SEGMENT_BYTES - 1), fc.nat(SEGMENT_BYTES - 9), async (at, start) => {
        const sealed = sealBytes(key, plaintextOf(2 * SEGMENT_BYTES));
        sealed[at] = (sealed[at] ?? 0) ^ 1;
        const range = { start, end: start + 8 };
        expect(() => openedNow(sealed, range)).toThrow('authenticate');
        await expect(opened(sealed, range)).rejects.toThrow('authenticate');
        const other = { start: SEGMENT_BYTES + start, end: SEGMENT_BYTES + start + 8 };
        expect(Buffer.compare(openedNow(sealed, other), await opened(sealed, other))).toBe(0);
      }),
      few,
    ));

  test('is refused when it is truncated, at any position', () =>
    fc.assert(
      fc.asyncProperty(plaintext, fc.nat(), async (bytes, at) => {
        const sealed = sealBytes(key, bytes);
        await expectRefused(sealed.subarray(0, at % sealed.length));
      }),
      few,
    ));

  test.for([1, 2])('is refused when it ends %i whole segments early', async (dropped) => {
    const sealed = sealBytes(key, plaintextOf(3 * SEGMENT_BYTES));
    await expectRefused(sealed.subarray(0, (3 - dropped) * SEALED_SEGMENT_BYTES));
  });

  test('is refused when its file is shorter than its record says', async () => {
    const sealed = sealBytes(key, plaintextOf(2 * SEGMENT_BYTES));
    const file = sealed.subarray(0, sealed.length - 1);
    const range = { start: 0, end: 2 * SEGMENT_BYTES };
    await expect(opened(file, range, sealed.length)).rejects.toThrow('authenticate');
    expect(() => openRangeNow(key, readIn(file), sealed.length, range)).toThrow('authenticate');
  });

  test.for([1, 16, 17, SEALED_SEGMENT_BYTES])('is refused with %i bytes more', async (more) => {
    const sealed = sealBytes(key, plaintextOf(SEGMENT_BYTES));
    await expectRefused(Buffer.concat([sealed, sealed.subarray(0, more)]));
  });

  test('is refused when two segments are swapped', async () => {
    const sealed = sealBytes(key, plaintextOf(4 * SEGMENT_BYTES));
    const segment = (i: number) => sealed.subarray(i * SEALED_SEGMENT_BYTES, (i + 1) * SEALED_SEGMENT_BYTES);
    await expectRefused(Buffer.concat([segment(1), segment(0), segment(2), segment(3)]));
    await expectRefused(Buffer.concat([segment(0), segment(1), segment(3), segment(2)]));
    await expectRefused(Buffer.concat([segment(0), segment(0), segment(2), segment(3)]));
  });

  test('is refused with a segment of another object', async () => {
    const mine = sealBytes(key, plaintextOf(2 * SEGMENT_BYTES));
    const other = sealBytes(otherKey, plaintextOf(2 * SEGMENT_BYTES));
    await expectRefused(Buffer.concat([other.subarray(0, SEALED_SEGMENT_BYTES), mine.subarray(SEALED_SEGMENT_BYTES)]));
    await expectRefused(other);
  });

  test('is refused when an empty object replaces another', async () => {
    await expectRefused(sealBytes(otherKey, new Uint8Array(0)));
    await expect(opened(new Uint8Array(16), { start: 0, end: 0 })).rejects.toThrow('authenticate');
  });
});

describe('the format', () => {
  const nonce = (index: number, last: number) => Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, last]);

  test('is plain AES-256-GCM for each segment, as another implementation opens it', async () => {
    const bytes = plaintextOf(SEGMENT_BYTES + 1000);
    const sealed = sealBytes(key, bytes);
    const aes = await webcrypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
    const decrypt = (iv: Uint8Array, part: Uint8Array) => webcrypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, part);
    const first = await decrypt(nonce(0, 0), sealed.subarray(0, SEALED_SEGMENT_BYTES));
    const last = await decrypt(nonce(1, 1), sealed.subarray(SEALED_SEGMENT_BYTES));
    expect(Buffer.compare(Buffer.concat([Buffer.from(first), Buffer.from(last)]), bytes)).toBe(0);
  });

  test('has a full last segment when the plaintext fills it', () => {
    const sealed = sealBytes(key, plaintextOf(SEGMENT_BYTES));
    const decipher = createDecipheriv('aes-256-gcm', key, nonce(0, 1)).setAuthTag(sealed.subarray(-16));
    decipher.update(sealed.subarray(0, -16));
    expect(() => decipher.final()).not.toThrow();
  });
});
