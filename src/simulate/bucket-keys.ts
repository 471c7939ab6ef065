/**
 * How often S3 asks KMS with S3 Bucket Keys, as our own S3 does it: a requester has one bucket-level key for writing to
 * a bucket under a KMS key, made by KMS, which lives for a while from then on. For reading, each bucket-level key that
 * objects were written under is decrypted for each requester, and kept as long. So the more bucket-level keys a month of
 * writing has left behind, the less a reader finds in its cache.
 *
 * `countLevelKeyCalls` follows each operation; the closed forms are what it leads to on average.
 */

import type { Chance } from './chance.ts';
import { atLeast, expectationOf } from './poisson.ts';

/** Requests for objects that come at random, by any requester, to any object that is there. */
export interface ObjectTraffic {
  readonly writesPerSecond: number;
  readonly readsPerSecond: number;
  readonly requesters: number;
  /** How many pairs there are of a bucket and a KMS key that it is written under. */
  readonly pairs: number;
  /** How long a bucket-level key is used, in seconds. */
  readonly lifeS: number;
  /** How long it goes on. At the beginning nothing is there; if nothing is written, what was written long ago is. */
  readonly seconds: number;
}

/** Calls to KMS. */
export interface LevelKeyCalls {
  /** In all. */
  readonly generateDataKey: number;
  readonly decrypt: number;
}

export type ObjectOperation =
  | { readonly kind: 'write'; readonly atMs: number; readonly requester: number; readonly pair: number }
  /** Of the object that was written as the one with this number, from 0. */
  | { readonly kind: 'read'; readonly atMs: number; readonly requester: number; readonly object: number };

/** The operations of a traffic, in the order of time. A read before the first write is left out. */
export function* operationsOf(traffic: ObjectTraffic, chance: Chance): Generator<ObjectOperation> {
  const { writesPerSecond, readsPerSecond, requesters, pairs, seconds } = traffic;
  const perSecond = writesPerSecond + readsPerSecond;
  const anyOf = (count: number) => Math.floor(chance.uniform() * count);
  let objects = 0;
  for (let atS = chance.exponential(perSecond); atS < seconds; atS += chance.exponential(perSecond)) {
    const atMs = Math.round(atS * 1000);
    const requester = anyOf(requesters);
    if (chance.uniform() * perSecond < writesPerSecond) {
      objects += 1;
      yield { kind: 'write', atMs, requester, pair: anyOf(pairs) };
    } else if (objects > 0) yield { kind: 'read', atMs, requester, object: anyOf(objects) };
  }
}

/** Follows each operation with the caches of all requesters. */
export function countLevelKeyCalls(operations: Iterable<ObjectOperation>, lifeMs: number): LevelKeyCalls {
  const writing = new Map<string, { readonly levelKey: number; readonly untilMs: number }>();
  const readingUntil = new Map<string, number>();
  /** The bucket-level key of each object. */
  const objects: number[] = [];
  const calls = { generateDataKey: 0, decrypt: 0 };
  for (const operation of operations) {
    const { atMs, requester } = operation;
    if (operation.kind === 'write') {
      const place = `${requester} ${operation.pair}`;
      let current = writing.get(place);
      if (!current || current.untilMs <= atMs) {
        current = { levelKey: calls.generateDataKey, untilMs: atMs + lifeMs };
        calls.generateDataKey += 1;
        writing.set(place, current);
      }
      objects.push(current.levelKey);
    } else {
      const place = `${requester} ${objects[operation.object]}`;
      if ((readingUntil.get(place) ?? Number.NEGATIVE_INFINITY) > atMs) continue;
      calls.decrypt += 1;
      readingUntil.set(place, atMs + lifeMs);
    }
  }
  return calls;
}

/** The expected calls of a traffic. */
export function expectedLevelKeyCalls(traffic: ObjectTraffic): LevelKeyCalls {
  const { readsPerSecond, seconds } = traffic;
  const decrypts = shareOfReads(traffic, (enough) => averageShare(enough, seconds));
  return { generateDataKey: expectedGenerated(traffic), decrypt: readsPerSecond * seconds * decrypts };
}

/** The calls a second at the end, when the most bucket-level keys are there. */
export function lastLevelKeyCalls(traffic: ObjectTraffic): LevelKeyCalls {
  const { readsPerSecond, seconds } = traffic;
  return {
    generateDataKey: generatedPerSecond(traffic),
    decrypt: readsPerSecond * shareOfReads(traffic, (enough) => (enough === 0 ? 1 : seconds / (seconds + enough))),
  };
}

/** Writes a second of one requester to a bucket under a KMS key. */
const writesOfOne = ({ writesPerSecond, requesters, pairs }: ObjectTraffic): number =>
  writesPerSecond / (requesters * pairs);

/** A key lives, and then another one is made with the next write. */
const generatedPerSecond = (traffic: ObjectTraffic): number =>
  traffic.writesPerSecond / (1 + writesOfOne(traffic) * traffic.lifeS);

/** Expected bucket-level keys from the first write on: those of all requesters, buckets and KMS keys. */
function expectedGenerated(traffic: ObjectTraffic): number {
  const { writesPerSecond, requesters, pairs, lifeS, seconds } = traffic;
  const writes = writesOfOne(traffic);
  if (writesPerSecond === 0) return 0;
  if (lifeS === 0) return writesPerSecond * seconds;
  /** Writes in a life, besides the first one. */
  const more = writes * lifeS;
  const lives = Math.ceil(seconds / lifeS);
  // The nth key is there once n writes have come in the time in which there was no key.
  const ofOne =
    lives <= MOST_SUMMED
      ? Array.from({ length: lives }, (_, i) => atLeast(i + 1, writes * (seconds - i * lifeS))).reduce(add, 0)
      : (writes * seconds) / (1 + more) + more ** 2 / (2 * (1 + more) ** 2);
  return ofOne * requesters * pairs;
}

const MOST_SUMMED = 50;
const add = (sum: number, each: number): number => sum + each;

/**
 * The share of reads that ask KMS. A reader asks for a bucket-level key with n objects once in its life and the time
 * until the next read of one of them, which is the longer, the more objects are there.
 * @param shareFor the share for a key whose cache would serve half of its reads after so many seconds of writing
 */
function shareOfReads(traffic: ObjectTraffic, shareFor: (enough: number) => number): number {
  const { writesPerSecond, readsPerSecond, requesters, pairs, lifeS } = traffic;
  if (writesPerSecond === 0) {
    const readsOfOne = readsPerSecond / (requesters * requesters * pairs);
    return 1 / (1 + readsOfOne * lifeS);
  }
  const more = writesOfOne(traffic) * lifeS;
  const share = (objects: number) => shareFor((readsPerSecond * objects * lifeS) / (requesters * writesPerSecond));
  return expectationOf((count) => (count + 1) * share(count + 1), more) / (more + 1);
}

/** Of a share t / (t + enough), the average over the time. */
function averageShare(enough: number, seconds: number): number {
  const times = seconds / enough;
  return Number.isFinite(times) ? 1 - Math.log1p(times) / times : 1;
}
