/** What a million puts and a million gets of a file cost in a mode, and what storing them does. */

import { durationMs } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import type { Region } from '../../../api/regions.ts';
import { costOf } from '../../../cost/price.ts';
import { priceOf } from '../../../cost/price-book.ts';
import type { BilledUsage } from '../../../cost/usage-types.ts';
import { BUCKET_KEY_LIFE_MS } from '../../../simulate/assumptions.ts';
import { expectedLevelKeyCalls } from '../../../simulate/bucket-keys.ts';
import type { Measured } from './measure.ts';

/** What the KMS calls of a bucket key depend on. */
export interface BucketKeyUse {
  /** Puts a second, and gets a second, by one requester. */
  readonly rate: number;
  /** How long a bucket-level key is used, in milliseconds. */
  readonly lifeMs: number;
}

export interface Cost {
  readonly s3Requests: number;
  readonly kmsCalls: number;
  readonly kmsRequests: number;
  readonly kmsKeyMonth: number;
  readonly storageMonth: number;
  /** The fee of DSSE-KMS for what is read. */
  readonly dsse: number;
}

const MILLION = 1_000_000;
const GB = 2 ** 30;
const YEAR_MS = durationMs('1y') ?? 0;

/** Prices of a region, without free tiers. */
export function costOfMillion(mode: Measured, size: number, use: BucketKeyUse, region: Region): Cost {
  const cost = (usageType: BilledUsage, quantity: number) => costOf(priceOf(usageType, region), quantity);
  const kmsCalls = kmsCallsOfMillion(mode, use);
  return {
    s3Requests: cost('Requests-Tier1', MILLION) + cost('Requests-Tier2', MILLION),
    kmsCalls,
    kmsRequests: cost('KMS-Requests', kmsCalls),
    kmsKeyMonth: mode.needsKmsKey ? cost('KMS-Keys', 1) : 0,
    storageMonth: cost('TimedStorage-ByteHrs', (size * MILLION) / GB),
    dsse: mode.kind === 'DSSE-KMS' ? cost('S3DSSE-Out-Bytes', (size * MILLION) / GB) : 0,
  };
}

/**
 * As many calls for each put and get as were made here; with a bucket key, those of a million puts and gets at a rate,
 * since a handful of them does not show how long a key lasts.
 */
function kmsCallsOfMillion({ kind, puts, gets, times }: Measured, { rate, lifeMs }: BucketKeyUse): number {
  if (kind !== 'bucket-key') return ((puts.kms.length + gets.kms.length) / times) * MILLION;
  const { generateDataKey, decrypt } = expectedLevelKeyCalls({
    writesPerSecond: rate,
    readsPerSecond: rate,
    requesters: 1,
    pairs: 1,
    lifeS: lifeMs / 1000,
    seconds: MILLION / rate,
  });
  return Math.round(generateDataKey + decrypt);
}

const USUAL_RATE = 100;
const MOST_RATE = 1_000_000;

/** @param setLifeMs as a setting has it @throws UsageError that names the option */
export function parseBucketKeyUse(
  rate: number | undefined,
  life: string | undefined,
  setLifeMs: number | undefined,
): BucketKeyUse {
  if (rate !== undefined && (rate < 1 || rate > MOST_RATE)) {
    throw new UsageError(`--rate takes a number from 1 to ${MOST_RATE}, not ${rate}`);
  }
  const lifeMs = life === undefined ? (setLifeMs ?? BUCKET_KEY_LIFE_MS) : durationMs(life);
  if (lifeMs === undefined || lifeMs > YEAR_MS) {
    throw new UsageError(
      `--bucket-key-life takes a duration of at most 1y, such as 90s, 5m or 1h; 0s for none, not "${life}"`,
    );
  }
  return { rate: rate ?? USUAL_RATE, lifeMs };
}
