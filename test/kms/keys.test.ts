import { expect, test } from 'vitest';
import { newWorld } from '../harness.ts';

test('a new key is enabled and encrypts', async () => {
  const world = newWorld();
  const { KeyMetadata } = await world.call('kms', 'CreateKey', {});
  expect(KeyMetadata?.KeyState).toBe('Enabled');
  const KeyId = KeyMetadata?.KeyId ?? '';
  const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext: Buffer.from('hello') });
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob });
  expect(Buffer.from(opened.Plaintext ?? []).toString()).toBe('hello');
});
