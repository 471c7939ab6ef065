/** What is stored in buckets and for how long, from their running totals: Amazon S3 pricing, "Storage". */

import type { AccountId } from '../api/arn.ts';
import type { BucketTotals } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { byteMsAt } from '../tally/bucket-totals.ts';
import { fraction } from './exact.ts';
import { DAY_MS } from './month.ts';
import type { Period, Used } from './usage.ts';
import type { BilledUsage } from './usage-types.ts';

type Totals = Pick<Tx, 'bucketTotals' | 'bucketDays'>;

const GB = 2n ** 30n;

/** The bytes of an account's buckets by storage class, as GB-months. */
export function* storageUsage(account: AccountId, { month, pieces }: Period, tx: Totals): Generator<Used> {
  const monthMs = BigInt(month.endMs - month.startMs);
  for (const { key, value } of tx.bucketTotals.under([account])) {
    const usageType = usageTypes[key[2]];
    if (!usageType) continue;
    const { bucket, region } = value;
    for (const piece of pieces) {
      const byteMs = byteMsUntil(piece.endMs, key, value, tx) - byteMsUntil(piece.startMs, key, value, tx);
      if (byteMs <= 0) continue;
      const quantity = fraction(BigInt(Math.round(byteMs)), GB * monthMs);
      yield { account, usageType, region, quantity, atMs: piece.startMs, bucket };
    }
  }
}

const usageTypes: Readonly<Record<string, BilledUsage>> = {
  STANDARD: 'TimedStorage-ByteHrs',
  REDUCED_REDUNDANCY: 'TimedStorage-RRS-ByteHrs',
  INTELLIGENT_TIERING: 'TimedStorage-INT-FA-ByteHrs',
  STANDARD_IA: 'TimedStorage-SIA-ByteHrs',
  ONEZONE_IA: 'TimedStorage-ZIA-ByteHrs',
  GLACIER_IR: 'TimedStorage-GIR-ByteHrs',
  GLACIER: 'TimedStorage-GlacierByteHrs',
  DEEP_ARCHIVE: 'TimedStorage-GDA-ByteHrs',
  EXPRESS_ONEZONE: 'TimedStorage-XZ-ByteHrs',
};

type TotalsKey = [AccountId, string, string];

/**
 * Each byte times the milliseconds for which it was stored until a time. Within a day on which something changed, which
 * is known only at its end, the time counts evenly.
 */
function byteMsUntil(timeMs: number, key: TotalsKey, latest: BucketTotals, tx: Totals): number {
  if (timeMs >= latest.sinceMs) return byteMsAt(latest, timeMs);
  const dayMs = Math.floor(timeMs / DAY_MS) * DAY_MS;
  const [before] = tx.bucketDays.range({ start: [...key], end: [...key, dayMs], reverse: true, limit: 1 });
  const atMidnight = before ? byteMsAt(before.value, dayMs) : 0;
  if (timeMs === dayMs) return atMidnight;
  const ofDay = tx.bucketDays.get([...key, dayMs]) ?? (latest.sinceMs < dayMs + DAY_MS ? latest : undefined);
  if (!ofDay) return before ? byteMsAt(before.value, timeMs) : 0;
  if (timeMs >= ofDay.sinceMs) return byteMsAt(ofDay, timeMs);
  return atMidnight + ((ofDay.byteMs - atMidnight) * (timeMs - dayMs)) / (ofDay.sinceMs - dayMs);
}
