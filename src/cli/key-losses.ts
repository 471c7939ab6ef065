/** The objects that are lost with a KMS key, counted by bucket. */

import { type AccountId, keyArn } from '../api/arn.ts';
import { shellWord } from '../api/shell-word.ts';
import { keyNamed } from '../kms/account-keys.ts';
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

/** Whoever is asked a question waits for a second or two at most. */
const MOST_ROWS = 50_000;

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
    const rows = Math.min(ROWS_AT_ONCE, atMost - looked);
    const scan: Scan = await session.store.transact((tx) => scanUnderKey(arn, from, rows, tx));
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

/**
 * What happens to the objects under a key, as lines for whoever is about to destroy it; none if there is no such key.
 * @param atMost how many rows to look at
 */
export async function lossesBy(name: string, session: Session, atMost = MOST_ROWS): Promise<readonly string[]> {
  const account = await session.aws.account('kms');
  const key = account && (await session.store.transact((tx) => keyNamed(name, account, session.region, tx)));
  if (!key) return [];
  const arn = keyArn(key.region, key.account, key.keyId);
  const { buckets, isWhole } = await countUnder(arn, session, { atMost });
  const { region, as, store, profile } = session.globals;
  const same = Object.entries({ region, as, store, profile }).flatMap(([option, value]) =>
    value === undefined ? [] : [`--${option}`, value],
  );
  const hint = `hint: ${['ssebox', 'kms', 'ls', key.keyId, '--objects', ...same].map(shellWord).join(' ')}`;
  if (buckets.length === 0) {
    const line = `no object in S3 is encrypted under this key${isWhole ? '' : `, as far as the first ${atMost} show`}`;
    return isWhole ? [line] : [line, hint];
  }
  return [
    `encrypted under this key, and unreadable without it: ${isWhole ? '' : 'at least '}${summary(buckets)}`,
    hint,
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
