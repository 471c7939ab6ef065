import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type HashLabel, hashLabels, wrapLabels } from '../../src/crypto/labels.ts';
import { makeRootKey } from '../../src/crypto/root-key.ts';
import { seededRandom } from '../support/seeded-random.ts';

const newRootKey = (fill = 1) => makeRootKey(new Uint8Array(32).fill(fill), seededRandom());
const secret = Buffer.from('a backing key');
const data = Buffer.from('its ARN');

test('the same root key unwraps what it wrapped, in this process and the next', () => {
  const wrapped = newRootKey().wrap(wrapLabels.backingKey, secret, data);
  expect(Buffer.from(newRootKey().unwrap(wrapLabels.backingKey, wrapped, data))).toEqual(secret);
});

test('another root key, label or associated data does not unwrap', () => {
  const wrapped = newRootKey().wrap(wrapLabels.backingKey, secret, data);
  expect(() => newRootKey(2).unwrap(wrapLabels.backingKey, wrapped, data)).toThrow('authenticate');
  expect(() => newRootKey().unwrap(wrapLabels.importToken, wrapped, data)).toThrow('authenticate');
  expect(() => newRootKey().unwrap(wrapLabels.backingKey, wrapped, Buffer.from('another ARN'))).toThrow('authenticate');
});

test('each label derives a separate key, always the same', () => {
  const hex = (label: HashLabel) => Buffer.from(newRootKey().derive(label)).toString('hex');
  expect(hex(hashLabels.materialId)).toBe(hex(hashLabels.materialId));
  expect(hex(hashLabels.materialId)).not.toBe(hex(hashLabels.grantToken));
});

test('a root key reveals nothing of itself', () => {
  const bytes = new Uint8Array(32).fill(0xab);
  const rootKey = makeRootKey(bytes, seededRandom());
  rootKey.wrap(wrapLabels.backingKey, secret, data);
  const shown = inspect(rootKey, { depth: 9, showHidden: true }) + JSON.stringify(rootKey);
  expect(shown).not.toMatch(/171|ab, ?ab|abab/i);
});

test('a root key of another size is refused', () => {
  expect(() => makeRootKey(new Uint8Array(16), seededRandom())).toThrow('32 bytes');
});
