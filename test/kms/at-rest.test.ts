import { expect, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { filesBelow, standsIn } from '../support/at-rest.ts';
import { newWorld, type World } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';

/** The bytes of every file of a store. */
const filesOf = (world: World): Buffer[] => [...filesBelow(world.folder).values()];

test('no part of a plaintext or of a data key is in any file of the store', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const Plaintext = Buffer.from('Zx9#kQ7!vB2@mN5$');
  await world.call('kms', 'Encrypt', { KeyId, Plaintext });
  const { Plaintext: dataKey = new Uint8Array() } = await world.call('kms', 'GenerateDataKey', {
    KeyId,
    KeySpec: 'AES_256',
  });
  const files = filesOf(world);
  expect(files.length).toBeGreaterThan(1);
  expect([standsIn(files, Plaintext), standsIn(files, dataKey)]).toEqual([false, false]);
  // What is there in the clear is found: the test can fail.
  expect(standsIn(files, Buffer.from(KeyId))).toBe(true);
});

test('every key has its own material', async () => {
  const world = newWorld();
  for (let i = 0; i < 5; i += 1) await makeKey(world);
  await world.call('kms', 'RotateKeyOnDemand', { KeyId: await makeKey(world) });
  await world.call('kms', 'ListKeys', {});
  const rows = world.transact((tx) => [...tx.kmsBackingKeys.range()].map(({ value }) => value));
  expect(new Set(rows.map(({ wrapped }) => Buffer.from(wrapped ?? []).toString('hex'))).size).toBe(7);
  expect(new Set(rows.map(({ materialId }) => materialId)).size).toBe(7);
});

test('a wrapped backing key does not open in place of another', async () => {
  const world = newWorld();
  const [one, other] = [await makeKey(world), await makeKey(world)];
  world.transact((tx) => {
    const place = (keyId: string) => ['111122223333', 'us-east-1', keyId, 1] as [string, 'us-east-1', string, number];
    const row = tx.kmsBackingKeys.get(place(one));
    if (row) tx.kmsBackingKeys.put(place(other), row);
  });
  const call = world.call('kms', 'Encrypt', { KeyId: other, Plaintext: Buffer.from('x') });
  const name = `arn:aws:kms:us-east-1:111122223333:key/${other}`;
  await expect(call).rejects.toThrow(new StoreError(`generation 1 of the KMS key "${name}" cannot be authenticated`));
});
