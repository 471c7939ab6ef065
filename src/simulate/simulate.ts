/**
 * A workload under each mode of server-side encryption, region by region: requests to KMS against its quota, what is
 * throttled, added latency, the log and the bill. Pure: the same workload gives the same numbers.
 */

import type { Region } from '../api/regions.ts';
import { type EncryptionMode, encryptionModes } from '../cost/encryption-modes.ts';
import { awsBook, type PriceBook } from '../cost/price-book.ts';
import { awsValue } from '../quotas/aws-values.ts';
import { windowAt } from '../quotas/windows.ts';
import { KMS_LATENCY } from './assumptions.ts';
import { type Bill, billOf } from './bill.ts';
import {
  countLevelKeyCalls,
  expectedLevelKeyCalls,
  type LevelKeyCalls,
  lastLevelKeyCalls,
  type ObjectTraffic,
  operationsOf,
} from './bucket-keys.ts';
import { seededChance } from './chance.ts';
import { logNormalOf } from './log-normal.ts';
import { type DayOfLog, logOfDay, SECONDS_A_DAY } from './log-volume.ts';
import { type Throttling, throttlingOf } from './throttling.ts';
import { readsPerSecond, type Workload, writesPerSecond } from './workload.ts';

export interface SimulatedRegion {
  readonly region: Region;
  /** Requests a second that KMS takes with symmetric keys. */
  readonly quota: number;
  readonly modes: readonly SimulatedMode[];
}

export interface SimulatedMode {
  readonly mode: EncryptionMode;
  /** Requests to KMS a second: over all the time, and at its end, without those that are made again. */
  readonly kmsPerSecond: number;
  readonly kmsPerSecondAtEnd: number;
  /** The same at the end with those that are made again: what counts against the quota. */
  readonly attemptsPerSecond: number;
  /** Shares of the requests for objects. */
  readonly throttledAtFirst: number;
  readonly throttledAfterRetries: number;
  /** What KMS adds to a request for an object, with retries, in milliseconds. */
  readonly addedMs: { readonly p50: number; readonly p99: number };
  readonly logOfDay: DayOfLog;
  /** Of 30 days. */
  readonly bill: Bill;
  /** Whether events were followed one by one: bucket-level keys, and attempts in windows of the quota. */
  readonly followed: { readonly levelKeys: boolean; readonly attempts: boolean };
}

/** The regions side by side: those with the same quota differ in prices alone. */
export function simulate(workload: Workload, book: PriceBook = awsBook): readonly SimulatedRegion[] {
  const asked = encryptionModes.map((mode) => ({ mode, calls: kmsCalls(mode, workload) }));
  const throttling = throttlingByQuota(workload);
  return workload.regions.map((region) => {
    const quota = awsValue({ service: 'kms', name: 'symmetric' }, region, 'current');
    if (quota === undefined) throw new Error(`the quota of KMS in ${region} is not known`);
    const simulated = asked.map(({ mode, calls }) => {
      const atEnd = calls.atEnd.generateDataKey + calls.atEnd.decrypt;
      return simulateMode(mode, calls, throttling(quota, atEnd), { workload, region, book });
    });
    return { region, quota, modes: simulated };
  });
}

type Throttled = ReturnType<typeof throttlingOf>;

/** As many requests to KMS are throttled alike, in whichever mode and region. */
function throttlingByQuota(workload: Workload): (quota: number, perSecond: number) => Throttled {
  const known = new Map<string, Throttled>();
  return (quota, perSecond) => {
    const about = `${quota} ${perSecond}`;
    const found = known.get(about) ?? throttlingOf(demandOf(workload, quota, perSecond), seededChance(workload.seed));
    known.set(about, found);
    return found;
  };
}

const demandOf = ({ retries }: Workload, quota: number, perSecond: number) => ({
  perSecond,
  quota: windowAt(0, quota),
  retries,
  latency: logNormalOf(KMS_LATENCY),
});

interface Place {
  readonly workload: Workload;
  readonly region: Region;
  readonly book: PriceBook;
}

function simulateMode(
  mode: EncryptionMode,
  calls: KmsCalls,
  throttling: Throttled,
  { workload, region, book }: Place,
): SimulatedMode {
  const { objectsPerSecond, days, size, keys } = workload;
  const perSecond = calls.whole.generateDataKey + calls.whole.decrypt;
  const atEnd = calls.atEnd.generateDataKey + calls.atEnd.decrypt;
  /** The share of requests for objects that ask KMS. */
  const asking = objectsPerSecond === 0 ? 0 : Math.min(1, atEnd / objectsPerSecond);
  const attemptsEach = atEnd === 0 ? 1 : throttling.attemptsPerSecond / atEnd;
  const failed = asking * throttling.afterRetries;
  const [writes, reads] = [writesPerSecond(workload), readsPerSecond(workload)].map((each) => each * (1 - failed));
  const log = logOfDay({
    generateDataKey: calls.whole.generateDataKey * attemptsEach,
    decrypt: calls.whole.decrypt * attemptsEach,
    data: objectsPerSecond * (1 - asking + asking * attemptsEach),
  });
  const month = DAYS_A_MONTH * SECONDS_A_DAY;
  const isUnderKms = mode !== 'SSE-S3';
  return {
    mode,
    kmsPerSecond: perSecond,
    kmsPerSecondAtEnd: atEnd,
    attemptsPerSecond: throttling.attemptsPerSecond,
    throttledAtFirst: asking * throttling.atFirst,
    throttledAfterRetries: failed,
    addedMs: addedMs(throttling, asking),
    logOfDay: log,
    bill: billOf(
      {
        kmsKeys: isUnderKms ? keys : 0,
        kmsRequests: perSecond * (1 - throttling.afterRetries) * month,
        writes: (writes ?? 0) * month,
        reads: (reads ?? 0) * month,
        // It grows from nothing.
        storedBytes: ((writes ?? 0) * size * days * SECONDS_A_DAY) / 2,
        dsseBytes: mode === 'DSSE-KMS' ? (reads ?? 0) * size * month : 0,
        dataEvents: log.data.events * DAYS_A_MONTH,
      },
      region,
      book,
    ),
    followed: { levelKeys: calls.isFollowed, attempts: throttling.isSimulated },
  };
}

export const DAYS_A_MONTH = 30;

interface KmsCalls {
  /** A second, over all the time and at its end. */
  readonly whole: LevelKeyCalls;
  readonly atEnd: LevelKeyCalls;
  readonly isFollowed: boolean;
}

/** S3 asks KMS once for each object that it writes or reads; DSSE-KMS's second layer is its own. */
function kmsCalls(mode: EncryptionMode, workload: Workload): KmsCalls {
  if (mode === 'SSE-KMS with a bucket key') return callsWithBucketKey(workload);
  const isUnderKms = mode !== 'SSE-S3';
  const each = {
    generateDataKey: isUnderKms ? writesPerSecond(workload) : 0,
    decrypt: isUnderKms ? readsPerSecond(workload) : 0,
  };
  return { whole: each, atEnd: each, isFollowed: false };
}

/** So many requests for objects are followed one by one: of fewer, chance would say anything. */
const LEAST_OPERATIONS = 100;
const MOST_OPERATIONS = 200_000;

function callsWithBucketKey(workload: Workload): KmsCalls {
  const traffic = trafficOf(workload);
  const { seconds } = traffic;
  const atEnd = lastLevelKeyCalls(traffic);
  const operations = workload.objectsPerSecond * seconds;
  if (operations >= LEAST_OPERATIONS && operations <= MOST_OPERATIONS && traffic.writesPerSecond > 0) {
    return { whole: followedCalls(traffic, workload), atEnd, isFollowed: true };
  }
  const { generateDataKey, decrypt } = expectedLevelKeyCalls(traffic);
  return {
    whole: { generateDataKey: generateDataKey / seconds, decrypt: decrypt / seconds },
    atEnd,
    isFollowed: false,
  };
}

/** The calls a second, by the share of the requests that ask KMS. */
function followedCalls(traffic: ObjectTraffic, { seed, bucketKeyLifeMs }: Workload): LevelKeyCalls {
  const operations = [...operationsOf(traffic, seededChance(seed))];
  const calls = countLevelKeyCalls(operations, bucketKeyLifeMs);
  const writes = operations.filter(({ kind }) => kind === 'write').length;
  const reads = operations.length - writes;
  return {
    generateDataKey: writes === 0 ? 0 : (traffic.writesPerSecond * calls.generateDataKey) / writes,
    decrypt: reads === 0 ? 0 : (traffic.readsPerSecond * calls.decrypt) / reads,
  };
}

/** Each bucket is written under one key, as its default encryption says, unless there are more keys than buckets. */
const trafficOf = (workload: Workload): ObjectTraffic => ({
  writesPerSecond: writesPerSecond(workload),
  readsPerSecond: readsPerSecond(workload),
  requesters: workload.requesters,
  pairs: Math.max(workload.buckets, workload.keys),
  lifeS: workload.bucketKeyLifeMs / 1000,
  seconds: workload.days * SECONDS_A_DAY,
});

/** Percentiles over all requests for objects, of which only some ask KMS. */
function addedMs({ latencies }: Pick<Throttling, 'latencies'>, asking: number) {
  const quantile = (share: number) => (share <= 1 - asking ? 0 : latencies.quantile(1 - (1 - share) / asking));
  return { p50: quantile(0.5), p99: quantile(0.99) };
}
