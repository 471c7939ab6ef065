import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { allCalls } from '../../src/call/call-log.ts';
import type { View } from '../../src/call/view.ts';
import { getKey, putKey } from '../../src/kms/key.ts';
import { lastState } from '../../src/store/lmdb-header.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import type { Tx } from '../../src/store/tables.ts';
import { ACCOUNT, DAY, newWorld, START, type World } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';

/** A key with changes to come; days are those after which they are due. */
type Kind =
  | { readonly kind: 'rotated' | 'replicated'; readonly days: number }
  | { readonly kind: 'deleted'; readonly days: number; readonly periodDays: number }
  | { readonly kind: 'expiring'; readonly days: number };

async function makeKeyOf({ kind, ...due }: Kind, world: World): Promise<string> {
  const KeyId = await makeKey(world, kind === 'replicated' ? { MultiRegion: true } : {});
  if (kind === 'replicated') await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  if (kind === 'expiring') expireIn(due.days, KeyId, world);
  else {
    const RotationPeriodInDays = 'periodDays' in due ? due.periodDays : due.days;
    await world.call('kms', 'EnableKeyRotation', { KeyId, RotationPeriodInDays });
  }
  if (kind === 'deleted') await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: due.days });
  return KeyId;
}

/** Makes a key's material one that was imported for some days. */
function expireIn(days: number, keyId: string, world: World): void {
  const validToMs = START + days * DAY;
  const place = [ACCOUNT, 'us-east-1', keyId, 1] as const;
  world.transact((tx) => {
    const backing = tx.kmsBackingKeys.get([...place]);
    const key = getKey(tx, ACCOUNT, 'us-east-1', keyId);
    if (!key || !backing) throw new Error('there is no key with material');
    tx.kmsBackingKeys.put([...place], { ...backing, imported: { model: 'KEY_MATERIAL_EXPIRES', validToMs } });
    const expiration = { model: 'KEY_MATERIAL_EXPIRES', validToMs } as const;
    putKey(tx, { ...key, origin: 'EXTERNAL', expiration, materialExpiryMs: validToMs });
  });
}

interface Rows {
  readonly tables: Readonly<Record<string, unknown>>;
  /** The records of what happened by itself. */
  readonly events: readonly CallRecord[];
}

/** All rows, except the records of calls by users, their durations, and how far old rows have been looked for. */
function rowsOf(tx: Tx): Rows {
  const { managementCalls: _, dataCalls: __, points: ___, facts, ...others } = tx;
  const tables = {
    ...Object.fromEntries(Object.entries(others).map(([name, table]) => [name, [...table.range()]])),
    facts: [...facts.range()].filter(({ key }) => key[0] !== 'sweep'),
  };
  return { tables, events: allCalls(tx).filter(({ serviceEvent }) => serviceEvent !== undefined) };
}

/** A clock for the environment whose looks are a certain time apart. */
const clockWith = (steps: readonly number[]) => {
  let [at, ms] = [0, 0];
  return () => {
    ms += steps[at++ % steps.length] ?? 0;
    return ms;
  };
};

const rotationsOf = (world: World) =>
  world.transact((tx) => allCalls(tx).filter(({ operation }) => operation === 'RotateKey').length);

const lastTransaction = (world: World) => lastState(join(world.folder, 'store.mdb'))?.transaction ?? 0;

const days = (min: number, max: number) => fc.integer({ min, max });
const kinds: fc.Arbitrary<Kind> = fc.oneof(
  fc.record({ kind: fc.constantFrom('rotated' as const, 'replicated' as const), days: days(90, 400) }),
  fc.record({ kind: fc.constant('deleted' as const), days: days(7, 30), periodDays: days(90, 120) }),
  fc.record({ kind: fc.constant('expiring' as const), days: days(1, 700) }),
);

/** A world that no old record leaves. */
const worldWith = (elapsed: () => number): World =>
  newWorld({ keepManagementMs: 9999 * DAY, keepDataEventsMs: 9999 * DAY }, { elapsed });

/** The rows of a world once all that is due after some days has been applied. */
async function rowsAfter(passed: number, keys: readonly Kind[], elapsed: () => number): Promise<Rows> {
  const world = worldWith(elapsed);
  for (const key of keys) await makeKeyOf(key, world);
  world.advance(passed * DAY);
  await world.call('kms', 'ListKeys', {});
  return world.transact(rowsOf);
}

test('every kind of change leaves the same rows, in one transaction or in pieces', async () => {
  const keys: Kind[] = [
    { kind: 'rotated', days: 90 },
    { kind: 'replicated', days: 100 },
    { kind: 'deleted', days: 30, periodDays: 90 },
    { kind: 'expiring', days: 250 },
  ];
  const whole = await rowsAfter(400, keys, () => 0);
  const operations = whole.events.map(({ operation }) => operation);
  expect(new Set(operations)).toEqual(
    new Set(['DeleteExpiredKeyMaterial', 'DeleteKey', 'RotateKey', 'SynchronizeMultiRegionKey']),
  );
  expect(await rowsAfter(400, keys, clockWith([60]))).toEqual(whole);
});

test('a key with many grants is deleted in pieces, and is whole until then', async () => {
  const rows: Rows[] = [];
  for (const elapsed of [() => 0, clockWith([60])]) {
    const world = worldWith(elapsed);
    const KeyId = await makeKey(world);
    const GranteePrincipal = `arn:aws:iam::${ACCOUNT}:root`;
    const grant = { KeyId, GranteePrincipal, Operations: ['Encrypt'] } as const;
    for (let i = 0; i < 250; i++) await world.call('kms', 'CreateGrant', { ...grant, Name: `${i}` });
    await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    world.advance(7 * DAY);
    const before = lastTransaction(world);
    const listing = world.call('kms', 'ListKeys', {});
    await nextTurn();
    const [key] = world.transact((tx) => [...tx.kmsKeys.range()]);
    expect(world.transact((tx) => [...tx.kmsGrants.range()].length)).toBe(key?.value.grantCount ?? 0);
    expect((await listing).Keys).toEqual([]);
    // One for two hundred grants, one for the rest and the key, one for the call.
    if (rows.length > 0) expect(lastTransaction(world) - before).toBe(3);
    rows.push(world.transact(rowsOf));
  }
  expect(rows[1]).toEqual(rows[0]);
  expect(rows[0]?.events.map(({ operation }) => operation)).toEqual(['DeleteKey']);
});

test('what is due leaves the same rows, in one transaction or in pieces of any length', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(kinds, { minLength: 1, maxLength: 5 }),
      days(1, 1500),
      fc.array(fc.constantFrom(0, 20, 60), { minLength: 1, maxLength: 5 }),
      async (keys, passed, steps) => {
        const whole = await rowsAfter(passed, keys, () => 0);
        expect(await rowsAfter(passed, keys, clockWith(steps))).toEqual(whole);
      },
    ),
    { numRuns: 25 },
  );
});

/** A world in which a transaction has time for one change, and forty are due. */
async function farAhead(views: readonly View[] = []): Promise<{ world: World; KeyId: string }> {
  const world = newWorld({}, { elapsed: clockWith([60]), views });
  const KeyId = await makeKeyOf({ kind: 'rotated', days: 90 }, world);
  world.advance(40 * 90 * DAY);
  return { world, KeyId };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('many changes that are due are many transactions, between which others get their turn', async () => {
  const { world, KeyId } = await farAhead();
  const before = lastTransaction(world);
  const listing = world.call('kms', 'ListKeyRotations', { KeyId });
  await nextTurn();
  const meanwhile = rotationsOf(world);
  expect(meanwhile).toBeGreaterThan(0);
  expect(meanwhile).toBeLessThan(40);
  const dates = (await listing).Rotations?.map(({ RotationDate }) => RotationDate?.getTime());
  expect(dates).toEqual(Array.from({ length: 40 }, (_, i) => START + (i + 1) * 90 * DAY));
  expect(lastTransaction(world) - before).toBeGreaterThanOrEqual(20);
});

test('of many calls at once each sees all that was due, which is applied once', async () => {
  const { world, KeyId } = await farAhead();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => world.call('kms', 'DescribeKey', { KeyId }, { grouped: true })),
  );
  const ids = new Set(answers.map(({ KeyMetadata }) => KeyMetadata?.CurrentKeyMaterialId));
  expect(ids.size).toBe(1);
  expect(rotationsOf(world)).toBe(40);
  const { Rotations = [] } = await world.call('kms', 'ListKeyRotations', { KeyId });
  expect(ids).toEqual(new Set([Rotations.at(-1)?.KeyMaterialId]));
});

test('an explanation sees what is due', async () => {
  const { world, KeyId } = await farAhead();
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  for (let i = 0; i < 3; i++) await makeKeyOf({ kind: 'deleted', days: 7, periodDays: 90 }, world);
  world.advance(8 * DAY);
  const { refusal } = await world.explain('kms', 'DescribeKey', { KeyId });
  expect(refusal?.code).toBe('NotFoundException');
});

test('a change that fails is reported by the call, and is applied by the next', async () => {
  let left = Number.POSITIVE_INFINITY;
  const failing: View = ({ operation }) => {
    if (operation === 'RotateKey' && left-- <= 0) throw new StoreError('the disk is full');
  };
  const { world, KeyId } = await farAhead([failing]);
  left = 10;
  await expect(world.call('kms', 'DescribeKey', { KeyId })).rejects.toThrow('the disk is full');
  expect(rotationsOf(world)).toBe(10);
  left = Number.POSITIVE_INFINITY;
  await world.call('kms', 'DescribeKey', { KeyId });
  expect(rotationsOf(world)).toBe(40);
});
