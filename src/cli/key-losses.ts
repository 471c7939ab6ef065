/** The objects that are lost with a KMS key, counted by bucket. */

import { type AccountId, keyArn } from '../api/arn.ts';
import { keyNamed } from '../kms/account-keys.ts';
import { callerAccount } from '../policy/caller.ts';
import { type Scan, type ScanPlace, scanStart, scanUnderKey, type UnderKey } from '../s3/objects/under-key.ts';
import type { Session } from './session.ts';

/** What one bucket has under the key. */
export interface BucketCount {
  readonly bucket: string;
  readonly owner: AccountId | undefined;
  objects: number;
  olderVersions: number;
  uploads: number;
}

/** Some milliseconds of work, after which other processes can write. */
const ROWS_AT_ONCE = 2000;

/** Whoever is asked a question does not wait for longer than a moment. */
const MOST_ROWS = 200_000;

/**
 * Counts what is encrypted under a key in the buckets of all accounts.
 * @param each is called for everything that is found
 * @returns the buckets, and whether all rows were looked at
 */
export async function countUnder(
  arn: string,
  session: Session,
  { atMost = Number.POSITIVE_INFINITY, each }: { atMost?: number; each?: (found: UnderKey) => void } = {},
): Promise<{ readonly buckets: readonly BucketCount[]; readonly isWhole: boolean }> {
  const buckets = new Map<string, BucketCount>();
  let [place, looked]: [ScanPlace | undefined, number] = [scanStart, 0];
  while (place && looked < atMost) {
    const from: ScanPlace = place;
    const scan: Scan = await session.store.transact((tx) => scanUnderKey(arn, from, ROWS_AT_ONCE, tx));
    for (const found of scan.found) {
      count(found, buckets);
      each?.(found);
    }
    place = scan.next;
    looked += scan.looked;
  }
  const names = (a: BucketCount, b: BucketCount) => (a.bucket < b.bucket ? -1 : 1);
  return { buckets: [...buckets.values()].sort(names), isWhole: place === undefined };
}

function count({ bucket, owner, kind }: UnderKey, buckets: Map<string, BucketCount>): void {
  const row = buckets.get(bucket) ?? { bucket, owner, objects: 0, olderVersions: 0, uploads: 0 };
  buckets.set(bucket, row);
  if (kind === 'object') row.objects += 1;
  else if (kind === 'older version') row.olderVersions += 1;
  else row.uploads += 1;
}

/** `2 objects and 1 older version in photos`, in a sentence about what happens to them; nothing for a key without any. */
export async function lossesBy(name: string, session: Session): Promise<readonly string[]> {
  const account = callerAccount(await session.aws.caller());
  const key = account && (await session.store.transact((tx) => keyNamed(name, account, session.region, tx)));
  if (!key) return [];
  const arn = keyArn(key.region, key.account, key.keyId);
  const { buckets, isWhole } = await countUnder(arn, session, { atMost: MOST_ROWS });
  const { region } = session.globals;
  const list = ['ssebox', 'kms', 'ls', key.keyId, '--objects', ...(region ? ['--region', region] : [])];
  const least = isWhole ? '' : 'at least ';
  if (buckets.length === 0) return isWhole ? ['no object in S3 is encrypted under this key'] : [];
  return [
    `encrypted under this key, and unreadable without it: ${least}${summary(buckets)}`,
    `hint: ${list.join(' ')}`,
  ];
}

/** At most this many buckets are named. */
const MOST_NAMED = 5;

/** `3 objects in photos and reports` */
export function summary(buckets: readonly BucketCount[]): string {
  const sum = (of: (row: BucketCount) => number) => buckets.reduce((total, row) => total + of(row), 0);
  const counts = [
    counted(
      sum(({ objects }) => objects),
      'object',
    ),
    counted(
      sum(({ olderVersions }) => olderVersions),
      'older version',
    ),
    counted(
      sum(({ uploads }) => uploads),
      'unfinished upload',
    ),
  ].flatMap((text) => text ?? []);
  const names = buckets.slice(0, MOST_NAMED).map(({ bucket }) => bucket);
  const more = buckets.length - names.length;
  return `${listed(counts)} in ${listed(more > 0 ? [...names, `${more} more buckets`] : names)}`;
}

const counted = (number: number, noun: string): string | undefined =>
  number === 0 ? undefined : `${number} ${noun}${number === 1 ? '' : 's'}`;

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
