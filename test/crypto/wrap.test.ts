import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unwrap, wrap } from '../../src/crypto/wrap.ts';
import { seededRandom } from '../support/seeded-random.ts';

const random = seededRandom();
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const octets = fc.uint8Array({ maxLength: 100 });

test('unwrapping inverts wrapping', () =>
  fc.assert(
    fc.property(key, octets, octets, (k, secret, data) => {
      expect(Buffer.from(unwrap(k, wrap(k, secret, data, random), data))).toEqual(Buffer.from(secret));
    }),
  ));

test('a wrapped secret is nonce, ciphertext and tag of AES-256-GCM', () => {
  const [k, data] = [Buffer.alloc(32, 1), Buffer.from('for whom')];
  const wrapped = wrap(k, Buffer.from('secret'), data, random);
  const decipher = createDecipheriv('aes-256-gcm', k, wrapped.subarray(0, 12)).setAAD(data);
  decipher.setAuthTag(wrapped.subarray(-16));
  expect(Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]).toString()).toBe('secret');
});

test('two wrappings of one secret differ', () => {
  const once = () => Buffer.from(wrap(Buffer.alloc(32), Buffer.alloc(32), Buffer.alloc(0), random)).toString('hex');
  expect(once()).not.toBe(once());
});

test('one flipped bit in key, secret or associated data is refused', () =>
  fc.assert(
    fc.property(
      key,
      octets,
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.nat(7),
      (k, secret, data, at, bit) => {
        const wrapped = wrap(k, secret, data, random);
        const flipped = (bytes: Uint8Array) =>
          bytes.map((byte, i) => (i === at % bytes.length ? byte ^ (1 << bit) : byte));
        expect(() => unwrap(flipped(k), wrapped, data)).toThrow('authenticate');
        expect(() => unwrap(k, flipped(wrapped), data)).toThrow('authenticate');
        expect(() => unwrap(k, wrapped, flipped(data))).toThrow('authenticate');
      },
    ),
  ));

test('bytes that are too short or truncated are refused', () => {
  const wrapped = wrap(Buffer.alloc(32), Buffer.alloc(32), Buffer.alloc(0), random);
  for (let size = 0; size < wrapped.length; size++) {
    expect(() => unwrap(Buffer.alloc(32), wrapped.subarray(0, size), Buffer.alloc(0))).toThrow('authenticate');
  }
});
