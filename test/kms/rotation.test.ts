import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';
import { arnFor, editKey, makeKey, text } from './made-keys.ts';

const Plaintext = Buffer.from('generation');

const rotations = async (world: World, KeyId: string) =>
  (await world.call('kms', 'ListKeyRotations', { KeyId })).Rotations ?? [];

test('rotation is off until it is enabled, with a period of 365 days', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const status = () => world.call('kms', 'GetKeyRotationStatus', { KeyId });
  expect(await status()).toEqual({ KeyRotationEnabled: false, KeyId: arnFor(KeyId) });
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  expect(await status()).toEqual({
    KeyRotationEnabled: true,
    KeyId: arnFor(KeyId),
    RotationPeriodInDays: 365,
    NextRotationDate: new Date(START + 365 * DAY),
  });
  await world.call('kms', 'DisableKeyRotation', { KeyId });
  await world.call('kms', 'DisableKeyRotation', { KeyId });
  expect((await status()).KeyRotationEnabled).toBe(false);
});

test('each period creates a generation, new ciphertexts use the newest, old ones can still be decrypted', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  const blobs: [Uint8Array | undefined, string | undefined][] = [];
  for (let year = 0; year < 3; year += 1) {
    const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
    const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
    blobs.push([CiphertextBlob, KeyMetadata?.CurrentKeyMaterialId]);
    world.advance(90 * DAY);
  }
  expect(new Set(blobs.map(([, id]) => id)).size).toBe(3);
  for (const [CiphertextBlob, id] of blobs) {
    const opened = await world.call('kms', 'Decrypt', { CiphertextBlob });
    expect([text(opened.Plaintext), opened.KeyMaterialId]).toEqual(['generation', id]);
  }
  const dates = (await rotations(world, KeyId)).map(({ RotationDate, RotationType }) => [RotationDate, RotationType]);
  expect(dates).toEqual([1, 2, 3].map((n) => [new Date(START + n * 90 * DAY), 'AUTOMATIC']));
});

test('many years at once are many rotations, each on its date', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  world.advance(10 * 365 * DAY);
  const years = (await rotations(world, KeyId)).map(
    ({ RotationDate }) => ((RotationDate?.getTime() ?? 0) - START) / DAY / 365,
  );
  expect(years).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('rotations are listed in pages, which others made meanwhile do not disturb', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  world.advance(10 * 365 * DAY);
  for (const [IncludeKeyMaterial, sizes] of [
    ['ROTATIONS_ONLY', [4, 4, 3]],
    ['ALL_KEY_MATERIAL', [4, 4, 4, 1]],
  ] as const) {
    const list = (Marker?: string) =>
      world.call('kms', 'ListKeyRotations', { KeyId, IncludeKeyMaterial, Limit: 4, Marker });
    const pages = [await list()];
    while (pages.at(-1)?.Truncated) {
      pages.push(await list(pages.at(-1)?.NextMarker));
      if (pages.length === 2) await world.call('kms', 'RotateKeyOnDemand', { KeyId });
    }
    expect(pages.map(({ Rotations = [] }) => Rotations.length)).toEqual(sizes);
    const ids = pages.flatMap(({ Rotations = [] }) => Rotations.map(({ KeyMaterialId }) => KeyMaterialId));
    expect(new Set(ids).size).toBe(ids.length);
    const other = IncludeKeyMaterial === 'ALL_KEY_MATERIAL' ? 'ROTATIONS_ONLY' : 'ALL_KEY_MATERIAL';
    const elsewhere = { KeyId, IncludeKeyMaterial: other, Marker: pages[0]?.NextMarker } as const;
    expect(await world.refusal('kms', 'ListKeyRotations', elsewhere)).toMatch(/^InvalidMarkerException/);
  }
});

test('a disabled key is not rotated until it is enabled', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  await world.call('kms', 'DisableKey', { KeyId });
  world.advance(400 * DAY);
  expect(await rotations(world, KeyId)).toEqual([]);
  await world.call('kms', 'EnableKey', { KeyId });
  const [only, ...more] = await rotations(world, KeyId);
  expect([only?.RotationDate, more]).toEqual([new Date(START + 400 * DAY), []]);
});

test('an on-demand rotation does not move the schedule, and the first material is listed on request', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId });
  const first = (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.CurrentKeyMaterialId;
  expect(await world.call('kms', 'RotateKeyOnDemand', { KeyId })).toEqual({ KeyId: arnFor(KeyId) });
  const { KeyMetadata } = await world.call('kms', 'DescribeKey', { KeyId });
  const rotated = {
    KeyId,
    KeyMaterialId: KeyMetadata?.CurrentKeyMaterialId,
    KeyMaterialState: 'CURRENT',
    RotationDate: new Date(START),
    RotationType: 'ON_DEMAND',
  };
  expect(await rotations(world, KeyId)).toEqual([rotated]);
  const all = await world.call('kms', 'ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
  expect(all.Rotations).toEqual([{ KeyId, KeyMaterialId: first, KeyMaterialState: 'NON_CURRENT' }, rotated]);
  const { NextRotationDate } = await world.call('kms', 'GetKeyRotationStatus', { KeyId });
  expect(NextRotationDate).toEqual(new Date(START + 365 * DAY));
});

test('a rotation that takes time shows when it began', async () => {
  const world = newWorld({ settleDelayMs: 5000 });
  const KeyId = await makeKey(world);
  await world.call('kms', 'RotateKeyOnDemand', { KeyId });
  const running = await world.call('kms', 'GetKeyRotationStatus', { KeyId });
  expect(running.OnDemandRotationStartDate).toEqual(new Date(START));
  expect(await world.refusal('kms', 'RotateKeyOnDemand', { KeyId })).toMatch(/^ConflictException/);
  expect(await rotations(world, KeyId)).toEqual([]);
  world.advance(5000);
  expect(await world.call('kms', 'GetKeyRotationStatus', { KeyId })).not.toHaveProperty('OnDemandRotationStartDate');
  expect(await rotations(world, KeyId)).toHaveLength(1);
});

// AWS KMS Developer Guide, "Resource quotas"; the message is recorded from AWS.
test('a key can be rotated on demand at most 25 times', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  for (let i = 0; i < 25; i += 1) await world.call('kms', 'RotateKeyOnDemand', { KeyId }, { grouped: true });
  expect(await world.refusal('kms', 'RotateKeyOnDemand', { KeyId })).toBe(
    'LimitExceededException: The on-demand rotations limit has been reached for the given keyId. ' +
      `No more on-demand rotations can be performed for this key: ${arnFor(KeyId)}`,
  );
});

test('an on-demand rotation is refused shortly before the automatic one', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  await world.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 90 });
  world.advance(90 * DAY - 20 * MINUTE);
  expect(await world.refusal('kms', 'RotateKeyOnDemand', { KeyId })).toMatch(/^ConflictException/);
});

// AWS KMS Developer Guide, "Rotate AWS KMS keys": what cannot be rotated; the empty messages are recorded from AWS.
test('keys that cannot be rotated say so, but still report their status', async () => {
  const world = newWorld();
  const empty = 'UnsupportedOperationException: ';
  const operations = ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand', 'ListKeyRotations'] as const;
  for (const [KeySpec, KeyUsage] of [
    ['ECC_NIST_P256', 'SIGN_VERIFY'],
    ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  ] as const) {
    const KeyId = await makeKey(world, { KeySpec, KeyUsage });
    for (const operation of operations) expect(await world.refusal('kms', operation, { KeyId })).toBe(empty);
    expect((await world.call('kms', 'GetKeyRotationStatus', { KeyId })).KeyRotationEnabled).toBe(false);
    await world.call('kms', 'DisableKey', { KeyId });
    expect(await world.refusal('kms', 'RotateKeyOnDemand', { KeyId })).toBe(
      `DisabledException: ${arnFor(KeyId)} is disabled.`,
    );
  }
  const KeyId = await makeKey(world);
  editKey(world, KeyId, { origin: 'EXTERNAL' });
  for (const operation of ['EnableKeyRotation', 'DisableKeyRotation', 'GetKeyRotationStatus'] as const) {
    expect(await world.refusal('kms', operation, { KeyId })).toBe(
      `UnsupportedOperationException: ${arnFor(KeyId)} origin is EXTERNAL which is not valid for this operation.`,
    );
  }
});

test.for([89, 2561])('a period of %i days is refused', async (RotationPeriodInDays) => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  const [word, bound] = RotationPeriodInDays < 90 ? ['greater', 90] : ['less', 2560];
  expect(await world.refusal('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays })).toBe(
    `ValidationException: 1 validation error detected: Value '${RotationPeriodInDays}' at 'rotationPeriodInDays' failed to ` +
      `satisfy constraint: Member must have value ${word} than or equal to ${bound}`,
  );
});

// Any interleaving of what changes a key leaves its state, its deadlines and its material in agreement.
test('the state machine keeps its invariants under any interleaving', async () => {
  const step = fc.oneof(
    fc.constantFrom(
      'EnableKey',
      'DisableKey',
      'ScheduleKeyDeletion',
      'CancelKeyDeletion',
      'RotateKeyOnDemand',
      'EnableKeyRotation',
      'DisableKeyRotation',
    ),
    fc.integer({ min: 1, max: 40 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = newWorld();
      const KeyId = await makeKey(world);
      const { CiphertextBlob } = await world.call('kms', 'Encrypt', { KeyId, Plaintext });
      for (const each of steps) {
        if (typeof each === 'number') world.advance(each * DAY);
        else await world.call('kms', each, { KeyId }).catch(() => undefined);
        if (!(await holds(world, KeyId, CiphertextBlob))) return;
      }
    }),
    { numRuns: 15 },
  );
});

/** @returns whether the key is still there. */
async function holds(world: World, KeyId: string, CiphertextBlob: Uint8Array | undefined): Promise<boolean> {
  const described = await world.call('kms', 'DescribeKey', { KeyId }).catch(() => undefined);
  // A refusal leaves nothing behind, what time did included; the next call that succeeds does it again.
  await world.call('kms', 'ListKeys', {});
  const rows = world.transact((tx) => ({
    deadlines: [...tx.kmsDeadlines.range()].map(({ key }) => key[0]),
    generations: [...tx.kmsBackingKeys.range()].map(({ key }) => key[3]),
    key: tx.kmsKeys.get(['111122223333', 'us-east-1', KeyId]),
  }));
  if (!described?.KeyMetadata) {
    expect(rows).toEqual({ deadlines: [], generations: [], key: undefined });
    return false;
  }
  const { KeyState, Enabled, DeletionDate } = described.KeyMetadata;
  expect(Enabled).toBe(KeyState === 'Enabled');
  expect(DeletionDate !== undefined).toBe(KeyState === 'PendingDeletion');
  expect(rows.deadlines).toEqual(rows.key?.dueMs === undefined ? [] : [rows.key.dueMs]);
  expect(rows.generations).toEqual(rows.generations.map((_, i) => i + 1));
  expect(rows.key?.current?.generation).toBe(rows.generations.length);
  const opened = await world.call('kms', 'Decrypt', { CiphertextBlob }).then(
    () => true,
    () => false,
  );
  expect(opened).toBe(Enabled);
  return true;
}
