import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { makeRootKey } from '../../src/crypto/root-key.ts';
import { seededRandom } from '../support/seeded-random.ts';

const newRootKey = (fill = 1) => makeRootKey(new Uint8Array(32).fill(fill), seededRandom());
const secret = Buffer.from('a backing key');
const data = Buffer.from('its ARN');

test('what is wrapped is unwrapped by the same root key, in this process and the next', () => {
  const wrapped = newRootKey().wrap('a use', secret, data);
  expect(Buffer.from(newRootKey().unwrap('a use', wrapped, data))).toEqual(secret);
});

test('another root key, use or associated data does not unwrap', () => {
  const wrapped = newRootKey().wrap('a use', secret, data);
  expect(() => newRootKey(2).unwrap('a use', wrapped, data)).toThrow('authenticate');
  expect(() => newRootKey().unwrap('another use', wrapped, data)).toThrow('authenticate');
  expect(() => newRootKey().unwrap('a use', wrapped, Buffer.from('another ARN'))).toThrow('authenticate');
});

test('each label derives a key of its own, always the same', () => {
  const hex = (label: string) => Buffer.from(newRootKey().derive(label)).toString('hex');
  expect(hex('a')).toBe(hex('a'));
  expect(hex('a')).not.toBe(hex('b'));
});

test('a root key shows nothing of itself', () => {
  const bytes = new Uint8Array(32).fill(0xab);
  const rootKey = makeRootKey(bytes, seededRandom());
  rootKey.wrap('a use', secret, data);
  const shown = inspect(rootKey, { depth: 9, showHidden: true }) + JSON.stringify(rootKey);
  expect(shown).not.toMatch(/171|ab, ?ab|abab/i);
});

test('a root key of another size is refused', () => {
  expect(() => makeRootKey(new Uint8Array(16), seededRandom())).toThrow('32 bytes');
});
