import { crc32, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GzipFault, unzip } from '../../src/cloudtrail/validation/gzip-member.ts';

/** What comes out, and how it ends, if the bytes come in pieces of these lengths over and over. */
async function unzipped(bytes: Uint8Array, lengths: readonly number[] = [bytes.length || 1]) {
  const content: Uint8Array[] = [];
  let read = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let i = 0; read < bytes.length; i++) {
      const piece = bytes.slice(read, read + (lengths[i % lengths.length] ?? 1));
      read += piece.length;
      yield piece;
    }
  }
  const end = await unzip(pieces(), (piece) => void content.push(piece));
  return { end, content: Buffer.concat(content), read };
}

test('content comes out whole, in whatever pieces it comes in', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2000 }),
      fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 0, max: 9 }),
      async (content, lengths, level) => {
        const found = await unzipped(gzipSync(content, { level }), lengths);
        expect([found.end, found.content]).toEqual(['whole', Buffer.from(content)]);
      },
    ),
  );
});

test('a file that ends early is cut off, and one that goes on is followed by more', async () => {
  const whole = gzipSync('hello '.repeat(100));
  for (let length = 0; length < whole.length; length++) {
    expect((await unzipped(whole.subarray(0, length), [5])).end, `${length} bytes`).toBe('cut off');
  }
  for (const more of [Buffer.of(0), Buffer.of(1), whole, Buffer.alloc(300)]) {
    for (const lengths of [[5], [whole.length], [1000]]) {
      expect((await unzipped(Buffer.concat([whole, more]), lengths)).end).toBe('followed by more');
    }
  }
});

test('what follows is not read to its end', async () => {
  const whole = gzipSync('hello');
  const { read } = await unzipped(Buffer.concat([whole, Buffer.alloc(100_000)]), [100]);
  expect(read).toBe(100);
});

const body = gzipSync('hello').subarray(10);
const header = (flags: number, ...more: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 3), ...more]);
const name = Buffer.from('trail.json\0');
const extra = Buffer.of(3, 0, 65, 66, 67);
const summed = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.of(crc32(bytes) & 0xff, (crc32(bytes) >> 8) & 0xff)]);

/** RFC 1952, 2.3. */
test.for([
  ['text', header(1)],
  ['a name', header(8, name)],
  ['a comment', header(16, name)],
  ['more', header(4, extra)],
  ['everything', header(4 + 8 + 16, extra, name, name)],
  ['a sum', summed(header(2))],
  ['everything and a sum', summed(header(2 + 4 + 8 + 16, extra, name, name))],
] as const)('a header may have %s', async ([, start]) => {
  for (const lengths of [[1], [11], [1000]]) {
    const found = await unzipped(Buffer.concat([start, body]), lengths);
    expect([found.end, found.content.toString()]).toEqual(['whole', 'hello']);
  }
});

test.for([
  ['text', Buffer.from('hello')],
  ['another method', Buffer.of(0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 0)],
  ['a flag that is reserved', Buffer.concat([header(32), body])],
  ['a header with another sum', Buffer.concat([header(2), Buffer.of(1, 2), body])],
  ['another sum', Buffer.concat([header(0), body.subarray(0, -8), Buffer.of(1, 2, 3, 4, 5, 0, 0, 0)])],
  ['another length', Buffer.concat([header(0), body.subarray(0, -4), Buffer.of(6, 0, 0, 0)])],
  ['data that is not compressed', Buffer.concat([header(0), Buffer.alloc(100, 0xff)])],
  ['a name without an end', Buffer.concat([header(8), Buffer.alloc(200_000, 65)])],
] as const)('%s is not a gzip file', async ([, bytes]) => {
  for (const lengths of [[30], [100_000]]) await expect(unzipped(bytes, lengths)).rejects.toThrow(GzipFault);
});

test('an error of the source is passed on', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield gzipSync('hello').subarray(0, 12);
    throw new Error('damaged');
  }
  await expect(unzip(broken(), () => {})).rejects.toThrow('damaged');
});
