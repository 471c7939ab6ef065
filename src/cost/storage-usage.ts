/** What is stored in buckets and for how long, from their running totals: Amazon S3 pricing, "Storage". */

import type { AccountId } from '../api/arn.ts';
import { storageMinimum } from '../api/storage-class.ts';
import type { BucketTotals } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';
import { byteMsAt, minimumAt } from '../tally/bucket-totals.ts';
import { fraction } from './exact.ts';
import { DAY_MS } from './month.ts';
import type { Period, Used } from './usage.ts';
import type { BilledUsage } from './usage-types.ts';

type Totals = Pick<Tx, 'bucketTotals' | 'bucketDays'>;

const GB = 2n ** 30n;

/** An archived object has so many bytes of index in its own class, and so many of its name in STANDARD. */
const ARCHIVE_INDEX = 32 * 1024;
const ARCHIVE_NAME = 8 * 1024;

/**
 * What an account's buckets store by storage class, as GB-months: bytes, what small objects lack to the least size,
 * what was removed early lacks to the least time, and the objects that are monitored.
 */
export function* storageUsage(account: AccountId, { month, pieces }: Period, tx: Totals): Generator<Used> {
  const monthMs = BigInt(month.endMs - month.startMs);
  for (const { key, value } of tx.bucketTotals.under([account])) {
    const billed = billedOf(key[2]);
    const { bucket, region } = value;
    for (const piece of pieces) {
      const [before, after] = [sumsUntil(piece.startMs, key, value, tx), sumsUntil(piece.endMs, key, value, tx)];
      for (const { usageType, amount, unit } of billed) {
        const used = Math.round(amount(after) - amount(before));
        if (used <= 0) continue;
        const quantity = fraction(BigInt(used), unit * monthMs);
        yield { account, usageType, region, quantity, atMs: piece.startMs, bucket };
      }
    }
  }
}

/** What adds up in a storage class until a time. */
interface Sums {
  readonly byteMs: number;
  readonly smallMs: number;
  readonly lackMs: number;
  readonly versionMs: number;
  readonly earlyByteMs: number;
}

interface Billed {
  readonly usageType: BilledUsage;
  readonly amount: (sums: Sums) => number;
  readonly unit: bigint;
}

/** What a storage class is billed by; nothing for one of which no price is known. */
function billedOf(storageClass: string): Billed[] {
  const bytes = usageTypes[storageClass];
  if (!bytes) return [];
  const gb = (usageType: BilledUsage | undefined, amount: Billed['amount']): Billed[] =>
    usageType ? [{ usageType, amount, unit: GB }] : [];
  const { isArchive, isMonitored } = storageMinimum(storageClass) ?? {};
  const index = isArchive ? ARCHIVE_INDEX : 0;
  const monitored = { usageType: 'Monitoring-Automation-INT', unit: 1n } as const;
  return [
    ...gb(bytes, ({ byteMs, versionMs }) => byteMs + index * versionMs),
    ...(isArchive ? gb('TimedStorage-ByteHrs', ({ versionMs }) => ARCHIVE_NAME * versionMs) : []),
    ...gb(smallTypes[storageClass], ({ lackMs }) => lackMs),
    ...gb(earlyTypes[storageClass], ({ earlyByteMs }) => earlyByteMs),
    ...(isMonitored ? [{ ...monitored, amount: ({ versionMs, smallMs }: Sums) => versionMs - smallMs }] : []),
  ];
}

const smallTypes: Readonly<Record<string, BilledUsage>> = {
  STANDARD_IA: 'TimedStorage-SIA-SmObjects',
  ONEZONE_IA: 'TimedStorage-ZIA-SmObjects',
  GLACIER_IR: 'TimedStorage-GIR-SmObjects',
};

const earlyTypes: Readonly<Record<string, BilledUsage>> = {
  STANDARD_IA: 'EarlyDelete-SIA',
  ONEZONE_IA: 'EarlyDelete-ZIA',
  GLACIER_IR: 'EarlyDelete-GIR',
  GLACIER: 'EarlyDelete-ByteHrs',
  DEEP_ARCHIVE: 'EarlyDelete-GDA',
};

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

const NOTHING: Sums = { byteMs: 0, smallMs: 0, lackMs: 0, versionMs: 0, earlyByteMs: 0 };

const sumsAt = (totals: BucketTotals, timeMs: number): Sums => ({
  byteMs: byteMsAt(totals, timeMs),
  ...minimumAt(totals, timeMs),
});

/**
 * What had added up until a time. Within a day on which something changed, which is known only at its end, the time
 * counts evenly.
 */
function sumsUntil(timeMs: number, key: TotalsKey, latest: BucketTotals, tx: Totals): Sums {
  if (timeMs >= latest.sinceMs) return sumsAt(latest, timeMs);
  const dayMs = Math.floor(timeMs / DAY_MS) * DAY_MS;
  const [before] = tx.bucketDays.range({ start: [...key], end: [...key, dayMs], reverse: true, limit: 1 });
  const atMidnight = before ? sumsAt(before.value, dayMs) : NOTHING;
  if (timeMs === dayMs) return atMidnight;
  const ofDay = tx.bucketDays.get([...key, dayMs]) ?? (latest.sinceMs < dayMs + DAY_MS ? latest : undefined);
  if (!ofDay) return before ? sumsAt(before.value, timeMs) : NOTHING;
  if (timeMs >= ofDay.sinceMs) return sumsAt(ofDay, timeMs);
  const share = (timeMs - dayMs) / (ofDay.sinceMs - dayMs);
  const atLast = sumsAt(ofDay, ofDay.sinceMs);
  const between = (name: keyof Sums) => atMidnight[name] + (atLast[name] - atMidnight[name]) * share;
  return {
    byteMs: between('byteMs'),
    smallMs: between('smallMs'),
    lackMs: between('lackMs'),
    versionMs: between('versionMs'),
    earlyByteMs: between('earlyByteMs'),
  };
}
