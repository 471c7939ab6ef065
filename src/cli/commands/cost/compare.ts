/** `ssebox cost compare`: what a bucket cost, and would cost under each mode of encryption. */

import { printDuration } from '../../../api/duration.ts';
import { UsageError } from '../../../api/errors.ts';
import { bucketUse } from '../../../cost/bucket-use.ts';
import { type EncryptionMode, type ModeCost, modeCosts } from '../../../cost/encryption-modes.ts';
import { toNumber } from '../../../cost/exact.ts';
import { monthAt } from '../../../cost/month.ts';
import { bookIn } from '../../../cost/own-prices.ts';
import { prefixShare } from '../../../cost/prefix-share.ts';
import { costOf } from '../../../cost/price.ts';
import { type PriceBook, priceOf } from '../../../cost/price-book.ts';
import { type ReportRow, reportOf } from '../../../cost/report.ts';
import { storeNow } from '../../../store/clock.ts';
import type { BucketRecord } from '../../../store/records/s3.ts';
import type { Painter, Result } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { onPage } from '../../output/wrap.ts';
import type { Session } from '../../session.ts';
import { serviceSettings } from '../../settings.ts';
import { columns, type GivesWay } from '../columns.ts';
import { printS3Uri, s3Uri } from '../s3/uri.ts';
import { accountOf, timesOf } from './report.ts';

export interface CompareWords {
  readonly place: string;
  readonly since: string | undefined;
  readonly requesters: number | undefined;
}

interface Compared {
  readonly place: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly requesters: number;
  readonly lifeMs: number;
  readonly writes: number;
  readonly reads: number;
  readonly readBytes: number;
  /** The parts of the bucket's requests and bytes that are taken to be those of the prefix. */
  readonly share: { readonly ofRequests: number; readonly ofBytes: number };
  readonly measured: { readonly kmsRequests: number; readonly usdKmsRequests: number };
  /** These cost the same in all modes. */
  readonly usdS3Requests: number;
  readonly usdStorage: number;
  readonly current: EncryptionMode;
  readonly modes: readonly ModeCost[];
}

const MOST_REQUESTERS = 1_000_000_000;

/** @throws UsageError for a bucket that is not the account's, or options that are not valid */
export async function comparedModes({ place, since, requesters = 1 }: CompareWords, session: Session): Promise<Result> {
  const { bucket: name, key: prefix } = s3Uri(place);
  if (requesters < 1 || requesters > MOST_REQUESTERS) {
    throw new UsageError(`--requesters takes a number from 1 to ${MOST_REQUESTERS}, not ${requesters}`);
  }
  const account = await accountOf(session);
  const machineMs = session.environment.now();
  const lifeMs = serviceSettings(session.settings).bucketKeyLifetimeMs;
  const compared = await session.store.transact((tx): Compared => {
    const bucket = tx.buckets.get([name]);
    if (!bucket || bucket.owner !== account) {
      throw new UsageError(`there is no bucket "${name}" in the account ${account}`, 'ssebox bucket list');
    }
    const between = timesOf({ month: undefined, since, by: undefined }, storeNow(tx, machineMs));
    const share = prefix === '' ? { ofRequests: 1, ofBytes: 1 } : prefixShare(name, prefix, tx);
    const book = bookIn(tx);
    const whole = bucketUse({ account, region: bucket.region, bucket: name }, between, tx);
    const part = <T extends { readonly count: number }>(each: T) => ({ ...each, count: each.count * share.ofRequests });
    const use = {
      writes: whole.writes.map(part),
      reads: whole.reads.map(part),
      readBytes: whole.readBytes * share.ofRequests,
    };
    const rows = reportOf({ accounts: [account], ...between, by: 'bucket', book }, tx);
    const own = rows.filter(({ group }) => group === name);
    const month = monthAt(between.endMs);
    const months = (between.endMs - between.startMs) / (month.endMs - month.startMs);
    return {
      place: printS3Uri({ bucket: name, key: prefix }),
      ...between,
      requesters,
      lifeMs,
      writes: countOf(use.writes),
      reads: countOf(use.reads),
      readBytes: use.readBytes,
      share,
      measured: measuredKms(own, share.ofRequests, book),
      usdS3Requests: usdWithoutFree(own, (type) => type.startsWith('Requests-'), book) * share.ofRequests,
      usdStorage: usdWithoutFree(own, (type) => type.startsWith('TimedStorage'), book) * share.ofBytes,
      current: modeOf(bucket),
      modes: modeCosts(use, { requesters, lifeMs }, { region: bucket.region, months, book }),
    };
  });
  return { kind: 'page', value: compareValue(compared), page: (painter) => comparePage(compared, painter) };
}

const countOf = (bursts: readonly { readonly count: number }[]): number =>
  bursts.reduce((all, { count }) => all + count, 0);

function measuredKms(rows: readonly ReportRow[], share: number, book: PriceBook) {
  const kms = rows.filter(({ service }) => service === 'kms');
  const count = kms.reduce((all, { quantity }) => all + toNumber(quantity), 0);
  return { kmsRequests: count * share, usdKmsRequests: usdWithoutFree(kms, () => true, book) * share };
}

/** The free tier would be the account's, and go to the first mode that is looked at. */
const usdWithoutFree = (
  rows: readonly ReportRow[],
  isWanted: (usageType: string) => boolean,
  book: PriceBook,
): number =>
  rows
    .filter(({ usageType }) => isWanted(usageType))
    .reduce(
      (all, { usageType, region, to, quantity }) =>
        all + costOf(priceOf(usageType, region, { book, to }), toNumber(quantity)),
      0,
    );

/** How the bucket encrypts what comes without encryption headers. */
function modeOf({ encryption }: BucketRecord): EncryptionMode {
  if (encryption.kind === 'SSE-KMS') return encryption.bucketKey ? 'SSE-KMS with a bucket key' : 'SSE-KMS';
  return encryption.kind;
}

const rounded = (value: number): number => Number(value.toFixed(10));

const totalOf = ({ usdS3Requests, usdStorage }: Compared, { usdKmsRequests, usdDsse, usdKey }: ModeCost): number =>
  usdS3Requests + usdStorage + usdKmsRequests + usdDsse + usdKey;

function compareValue(compared: Compared) {
  const { place, startMs, endMs, requesters, lifeMs, writes, reads, readBytes, share, measured, current } = compared;
  return {
    Place: place,
    From: new Date(startMs),
    To: new Date(endMs),
    Writes: rounded(writes),
    Reads: rounded(reads),
    BytesRead: rounded(readBytes),
    ShareOfRequests: rounded(share.ofRequests),
    ShareOfBytes: rounded(share.ofBytes),
    Measured: { KmsRequests: rounded(measured.kmsRequests), UsdKmsRequests: rounded(measured.usdKmsRequests) },
    Requesters: requesters,
    BucketKeySeconds: lifeMs / 1000,
    Modes: compared.modes.map((each) => ({
      Mode: each.mode,
      IsDefault: each.mode === current,
      KmsRequests: rounded(each.kmsRequests),
      UsdS3Requests: rounded(compared.usdS3Requests),
      UsdStorage: rounded(compared.usdStorage),
      UsdKmsRequests: rounded(each.usdKmsRequests),
      UsdDsse: rounded(each.usdDsse),
      UsdKmsKey: rounded(each.usdKey),
      Usd: rounded(totalOf(compared, each)),
    })),
  };
}

function comparePage(compared: Compared, painter: Painter): Shown[] {
  const { place, startMs, endMs, requesters, lifeMs, writes, reads, share, measured, current, modes } = compared;
  const { strong, faint } = painter;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const most = Math.max(...modes.map((each) => totalOf(compared, each)));
  const decimals = most >= 1 ? 4 : 8;
  const money = (usd: number) => usd.toFixed(decimals);
  const headers = ['MODE', 'KMS REQUESTS', 'S3 REQUESTS', 'STORAGE', 'KMS', 'DSSE FEE', 'KEY', 'USD'];
  const rows = modes.map((each) => [
    `${each.mode}${each.mode === current ? ' (default)' : ''}`,
    String(Math.round(each.kmsRequests)),
    money(compared.usdS3Requests),
    money(compared.usdStorage),
    money(each.usdKmsRequests),
    money(each.usdDsse),
    money(each.usdKey),
    money(totalOf(compared, each)),
  ]);
  const notes = [
    `Measured: ${Math.round(measured.kmsRequests)} KMS requests for ${Math.round(measured.kmsRequests) === 0 ? 'this place' : `${money(measured.usdKmsRequests)} USD`}, however its objects were encrypted.`,
    'Assumed: each write and each read of data needs one KMS request, without a bucket key.',
    `With a bucket key, ${requesters === 1 ? 'one requester' : `each of ${requesters} requesters`} calls KMS once in ${printDuration(lifeMs)} to write, and once for each bucket-level key that it reads under. Another number of requesters: --requesters.`,
    'KEY is the fee of one customer managed key for this time; the key aws/s3 has none. Free tiers are not taken off.',
    ...(share.ofRequests < 1
      ? [`Requests are counted for the whole bucket: ${percent(share.ofRequests)} of its objects are below the prefix.`]
      : []),
  ];
  return [
    painted`${strong(place)}, ${day(startMs)} to ${day(endMs)}: ${String(Math.round(writes))} writes, ${String(Math.round(reads))} reads`,
    '',
    ...columns(headers, rows, '', painter, GIVE_WAY),
    '',
    ...notes.flatMap((note) => onPage(note, painter)).map(faint),
  ];
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

const GIVE_WAY: readonly GivesWay[] = [
  [2, 'dropped'],
  [3, 'dropped'],
  [5, 'dropped'],
  [6, 'dropped'],
];
