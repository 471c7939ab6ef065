/**
 * The fees of customer managed keys: AWS Key Management Service pricing. Each hour that has begun counts, from the
 * key's creation until its deletion is scheduled; once that is cancelled, as if it had never been. The first and the
 * second rotation each cost as much as the key. AWS managed keys are free.
 */

import { type AccountId, keyArn } from '../api/arn.ts';
import type { KeyRecord } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';
import { fraction } from './exact.ts';
import { DAY_MS, HOUR_MS, hoursBegun, type Stretch } from './month.ts';
import type { Period, Used } from './usage.ts';

type Keys = Pick<Tx, 'kmsKeys' | 'kmsBackingKeys' | 'deletedKeys'>;

/** How many rotations of a key are paid for. */
const PAID_ROTATIONS = 2;

/** The hours of an account's keys, as parts of the month. */
export function* keyUsage(account: AccountId, { month, pieces }: Period, tx: Keys): Generator<Used> {
  const hours = BigInt((month.endMs - month.startMs) / HOUR_MS);
  for (const { region, keyId, lives } of paidKeys(account, month.endMs, tx)) {
    for (const piece of pieces) {
      const used = lives.reduce((all, life) => all + hoursBegun(life, piece), 0);
      if (used === 0) continue;
      const key = keyArn(region, account, keyId);
      yield {
        account,
        usageType: 'KMS-Keys',
        region,
        quantity: fraction(BigInt(used), hours),
        atMs: piece.startMs,
        key,
      };
    }
  }
}

interface PaidKey {
  readonly region: KeyRecord['region'];
  readonly keyId: string;
  /** That of the key, and one for each rotation that is paid for. */
  readonly lives: readonly Stretch[];
}

function* paidKeys(account: AccountId, untilMs: number, tx: Keys): Generator<PaidKey> {
  for (const { value: key } of tx.kmsKeys.under([account])) {
    if (key.manager === 'AWS') continue;
    const endMs = endOf(key) ?? untilMs;
    yield { ...key, lives: livesOf({ createdMs: key.createdMs, endMs, rotatedMs: rotationsOf(key, untilMs, tx) }) };
  }
  for (const { key, value } of tx.deletedKeys.under([account])) {
    yield { region: key[1], keyId: key[2], lives: livesOf({ createdMs: key[3], ...value }) };
  }
}

interface Life {
  readonly createdMs: number;
  readonly endMs: number;
  readonly rotatedMs: readonly number[];
}

const livesOf = ({ createdMs, endMs, rotatedMs }: Life): Stretch[] =>
  [createdMs, ...rotatedMs.slice(0, PAID_ROTATIONS)]
    .map((startMs) => ({ startMs, endMs }))
    .filter(({ startMs }) => startMs < endMs);

/** When a key's fee ended; undefined while it is paid for. */
function endOf({ lifecycle }: Pick<KeyRecord, 'lifecycle'>): number | undefined {
  switch (lifecycle.state) {
    case 'PendingDeletion':
      // Older rows do not say since when: the period is up to 30 days.
      return lifecycle.sinceMs ?? lifecycle.deletionMs - 30 * DAY_MS;
    case 'PendingReplicaDeletion':
      return lifecycle.sinceMs;
    default:
      return undefined;
  }
}

/** The times of the rotations that are paid for, with those that are due and were not made yet. */
function rotationsOf(key: KeyRecord, untilMs: number, tx: Keys): number[] {
  const rotated: number[] = [];
  for (const { value } of tx.kmsBackingKeys.under([key.account, key.region, key.keyId])) {
    if (value.rotation) rotated.push(value.rotation.timeMs);
    if (rotated.length === PAID_ROTATIONS) return rotated;
  }
  const { rotation, rotating, lifecycle } = key;
  if (rotating && rotating.untilMs < untilMs) rotated.push(rotating.untilMs);
  if (rotation && lifecycle.state === 'Enabled') {
    for (
      let ms = rotation.nextMs;
      ms < untilMs && rotated.length < PAID_ROTATIONS;
      ms += rotation.periodDays * DAY_MS
    ) {
      rotated.push(ms);
    }
  }
  return rotated;
}
