import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBlob, parseBlob, sealBlob } from '../../src/crypto/kms-blob.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom();
const key = Buffer.alloc(32, 5);
const header = { keyId: '1234abcd-12ab-34cd-56ef-1234567890ab', generation: 3 };
const context = { 'aws:s3:arn': 'arn:aws:s3:::photos/cat.png' };
const plaintext = Buffer.from('a data key of thirty-two bytes..');

const digits = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const keyId = fc.oneof(
  digits.map((hex) => `mrk-${hex}`),
  digits.map((hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')),
);
const contexts = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });

describe('a ciphertext blob', () => {
  test('names its key and generation, and opens to what was encrypted', () =>
    fc.assert(
      fc.property(
        keyId,
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        fc.uint8Array({ maxLength: 4096 }),
        contexts,
        (id, generation, bytes, map) => {
          const blob = sealBlob(key, bytes, { keyId: id, generation }, map, random);
          expect(parseBlob(blob)).toEqual({ keyId: id, generation });
          expect(Buffer.from(openBlob(key, blob, map))).toEqual(Buffer.from(bytes));
        },
      ),
    ));

  // KMS API Reference: Plaintext up to 4,096 bytes; CiphertextBlob of Decrypt up to 6,144.
  test('is no longer than AWS’s', () => {
    expect(sealBlob(key, Buffer.alloc(4096), header, context, random).length).toBeLessThanOrEqual(4096 + 152);
  });

  test('differs each time', () => {
    const once = () => Buffer.from(sealBlob(key, plaintext, header, context, random)).toString('base64');
    expect(once()).not.toBe(once());
    expect(once()).toMatch(/^AQICAH/);
  });

  test('treats an absent context as an empty one', () => {
    const blob = sealBlob(key, plaintext, header, undefined, random);
    expect(Buffer.from(openBlob(key, blob, {}))).toEqual(plaintext);
  });

  test.for([
    ['no context', undefined],
    ['another value', { 'aws:s3:arn': 'arn:aws:s3:::photos/dog.png' }],
    ['one more pair', { ...context, team: 'a' }],
    ['another case', { 'AWS:s3:arn': context['aws:s3:arn'] }],
  ] as [string, Record<string, string> | undefined][])('does not open with %s', ([, other]) => {
    const blob = sealBlob(key, plaintext, header, context, random);
    expect(() => openBlob(key, blob, other)).toThrow('authenticate');
  });

  test('does not open after one flipped bit anywhere', () =>
    fc.assert(
      fc.property(fc.nat(), fc.nat(7), (at, bit) => {
        const blob = sealBlob(key, plaintext, header, context, random);
        const i = at % blob.length;
        blob[i] = (blob[i] ?? 0) ^ (1 << bit);
        expect(() => openBlob(key, blob, context)).toThrow('authenticate');
      }),
    ));

  test('does not open under another generation’s material', () => {
    const blob = sealBlob(key, plaintext, header, context, random);
    expect(() => openBlob(Buffer.alloc(32, 6), blob, context)).toThrow('authenticate');
  });
});

test('other bytes have no header', () => {
  const blob = sealBlob(key, plaintext, header, context, random);
  expect(parseBlob(new Uint8Array(0))).toBeUndefined();
  expect(
    parseBlob(Buffer.from('not a ciphertext at all, only some text that is long enough to be one')),
  ).toBeUndefined();
  expect(parseBlob(blob.subarray(0, 54))).toBeUndefined();
  expect(parseBlob(blob.with(5, 2))).toBeUndefined();
  expect(parseBlob(blob.with(6, 2))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => parseBlob(bytes) === undefined));
});

test('an invalid key id is a bug', () => {
  expect(() => sealBlob(key, plaintext, { ...header, keyId: 'alias/x' }, context, random)).toThrow(TypeError);
});
