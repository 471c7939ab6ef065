/**
 * Checks the digest files of a trail and the log files that they list, newest first, as the AWS CLI's `validate-logs`
 * does: AWS CloudTrail User Guide, "Validating CloudTrail log file integrity with the AWS CLI". A file is held a piece
 * at a time, a digest file as a whole.
 */

import { createHash } from 'node:crypto';
import { AbsenceError } from '../../api/errors.ts';
import type { Region } from '../../api/regions.ts';
import { type Buckets, bucketsBy, type MakeCall } from './buckets.ts';
import { checkedDigest, type Digest, digestContent, FileFault, type ListedLog, type Place } from './digest-file.ts';
import {
  type DigestSite,
  digestFolder,
  digestKeyAt,
  digestNamed,
  type NamedDigest,
  nameTime,
  secondsText,
  textOfNameTime,
} from './digest-names.ts';
import { GzipFault, unzip } from './gzip-member.ts';
import { type PublicKeys, publicKeysBetween } from './public-keys.ts';

export type Finding = FileFinding | Gap;

/** A file that was checked. */
export interface FileFinding extends Place {
  readonly kind: 'digest' | 'log';
  /** Whether it, or the digest file that lists it, was made later for a time in which none was made. */
  readonly isBackfill: boolean;
  /** What is wrong with it; undefined if it is valid. */
  readonly fault: string | undefined;
  /** The time that a valid digest file is about. */
  readonly span?: Span | undefined;
}

/** The time between two chains of digest files. */
export interface Gap extends Span {
  readonly kind: 'gap';
  readonly isBackfill: boolean;
}

/** Times as digest files have them: `2026-05-04T09:00:00Z`. */
export interface Span {
  readonly start: string;
  readonly end: string;
}

export interface Validation {
  readonly site: DigestSite;
  /** The times to check, both included. */
  readonly startMs: number;
  readonly endMs: number;
  /** Where public keys are asked for; absent: where the caller's calls go. */
  readonly keyRegion?: Region | undefined;
  /**
   * Whether a digest file also has to have the hash that the one after it has of it, which the AWS CLI does not look at:
   * only who has the private key could make another digest file of the same name. Public keys are then asked for only
   * where there are digest files.
   */
  readonly isThorough: boolean;
}

/** @throws AbsenceError when there are no public keys, AwsError when a call is refused */
export async function* validated(validation: Validation, call: MakeCall): AsyncGenerator<Finding> {
  const { site, startMs, endMs, keyRegion, isThorough } = validation;
  const buckets = bucketsBy(call);
  const listed = await named(site.bucket, validation, buckets);
  if (isThorough && listed.length === 0) return;
  const keys = await publicKeysBetween(startMs, endMs + 2 * HOUR_MS, keyRegion, call);
  const context = { validation, buckets };
  yield* chain(listed, false, { ...context, keysOf: async () => keys });
  yield* chain(listed, true, { ...context, keysOf: backfillKeys(keyRegion, call) });
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The digest files that are in a bucket for the times to check. */
async function named(bucket: string, { site, startMs, endMs }: Validation, buckets: Buckets): Promise<NamedDigest[]> {
  const [first, last] = [nameTime(startMs), nameTime(endMs + HOUR_MS)];
  const found: NamedDigest[] = [];
  for await (const key of buckets.keys(bucket, digestFolder(site), digestKeyAt(startMs - MINUTE_MS, site))) {
    const digest = digestNamed(key, site);
    if (digest && digest.time >= first && digest.time <= last) found.push(digest);
  }
  return found;
}

interface Context {
  readonly validation: Validation;
  readonly buckets: Buckets;
  /** The keys for a digest file with this metadata. @throws FileFault */
  readonly keysOf: (metadata: Readonly<Record<string, string>>) => Promise<PublicKeys>;
}

/** Digest files of one kind with the log files that they list, each chain to its beginning and then the one before. */
async function* chain(
  listedFirst: readonly NamedDigest[],
  isBackfill: boolean,
  context: Context,
): AsyncGenerator<Finding> {
  const { validation, buckets } = context;
  const { site, startMs } = validation;
  const first = secondsText(startMs);
  let { bucket } = site;
  let listed = listedFirst.filter((each) => each.isBackfill === isBackfill);
  let key = listed.at(-1)?.key;
  /** The hash that the digest file after it has of it. */
  let hash: string | undefined;
  while (key !== undefined) {
    const place = { bucket, key };
    const older = olderThan(place.key, listed, site);
    const digest = await faultOr(digestAt(place, hash, context));
    if (typeof digest === 'string') {
      yield { kind: 'digest', isBackfill, ...place, fault: digest };
      [key, hash] = [older?.key, undefined];
      continue;
    }
    yield { kind: 'digest', isBackfill, ...place, fault: undefined, span: { start: digest.start, end: digest.end } };
    for (const log of digest.logs) {
      const fault = await faultOr(checkLog(log, buckets));
      yield { kind: 'log', isBackfill, bucket: log.bucket, key: log.key, fault };
    }
    if (digest.start < first) return;
    const { previous } = digest;
    if (previous) {
      if (previous.bucket !== bucket) {
        bucket = previous.bucket;
        listed = (await named(bucket, validation, buckets)).filter((each) => each.isBackfill === isBackfill);
      }
      [key, hash] = [previous.key, previous.hash];
    } else {
      if (older) yield { kind: 'gap', isBackfill, start: textOfNameTime(older.time), end: digest.start };
      [key, hash] = [older?.key, undefined];
    }
  }
}

/** The newest listed digest file that is older than this one. */
function olderThan(key: string, listed: readonly NamedDigest[], site: DigestSite): NamedDigest | undefined {
  const time = digestNamed(key, site)?.time ?? '';
  return listed.findLast((each) => each.time < time);
}

/** What was checked, or what is wrong with it. */
async function faultOr<T>(checked: Promise<T>): Promise<T | string> {
  try {
    return await checked;
  } catch (error) {
    if (error instanceof FileFault) return error.message;
    throw error;
  }
}

/** @throws FileFault */
async function digestAt(
  place: Place,
  hash: string | undefined,
  { validation: { site, isThorough }, buckets, keysOf }: Context,
): Promise<Digest> {
  const object = await buckets.object(place.bucket, place.key);
  if (!object) throw new FileFault('not found');
  const file = await digestContent(object);
  const digest = checkedDigest(file, place, await keysOf(file.metadata), site.region);
  if (isThorough && hash !== undefined && hash !== digest.hash) throw new FileFault(OTHER_HASH);
  return digest;
}

const OTHER_HASH = 'is not the file that the next digest file follows: its hash is another';

/** @throws FileFault */
async function checkLog({ bucket, key, hash }: ListedLog, buckets: Buckets): Promise<undefined> {
  const object = await buckets.object(bucket, key);
  if (!object) throw new FileFault('not found');
  const sum = createHash('sha256');
  const end = await unzip(object.Body ?? nothing(), (piece) => void sum.update(piece)).catch((error: unknown) => {
    if (error instanceof GzipFault) throw new FileFault('invalid format');
    throw error;
  });
  if (end === 'followed by more') throw new FileFault('unexpected data after end of compressed stream');
  if (sum.digest('hex') !== hash) throw new FileFault("hash value doesn't match");
  // Cut off behind its content.
  if (end === 'cut off') throw new FileFault('invalid format');
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** A digest file that was made later is signed with a key of the time at which it was made. */
function backfillKeys(region: Region | undefined, call: MakeCall): Context['keysOf'] {
  let known: { readonly aroundMs: number; readonly keys: PublicKeys } | undefined;
  return async ({ 'backfill-generation-timestamp': made }) => {
    if (made === undefined) throw new FileFault('invalid format');
    const madeMs = Date.parse(made);
    if (Number.isNaN(madeMs)) throw new FileFault(`Unable to parse date value: ${made}`);
    if (known && Math.abs(madeMs - known.aroundMs) <= HOUR_MS) return known.keys;
    try {
      known = { aroundMs: madeMs, keys: await publicKeysBetween(madeMs - HOUR_MS, madeMs + HOUR_MS, region, call) };
    } catch (error) {
      if (error instanceof AbsenceError) throw new FileFault(error.message);
      throw error;
    }
    return known.keys;
  };
}
