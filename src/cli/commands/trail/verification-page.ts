/** What `trail verify` shows: a table of files and of the times between them, and a summary. */

import type { Trail } from '../../../api/model/cloudtrail.types.ts';
import { secondsText } from '../../../cloudtrail/validation/digest-names.ts';
import { foundSpan, hasFaults, type Ratio, type Sums } from '../../../cloudtrail/validation/sums.ts';
import type { Finding } from '../../../cloudtrail/validation/validation.ts';
import type { Painter } from '../../command.ts';
import type { Shown } from '../../output/painted.ts';
import { columns, type GivesWay } from '../columns.ts';

export interface Verification {
  readonly trail: Trail;
  readonly startMs: number;
  readonly endMs: number;
  /** Newest first, region by region. */
  readonly rows: readonly (Finding & { readonly region: string })[];
  /** Of all files, shown or not. */
  readonly sums: Sums;
}

type Row = Verification['rows'][number];

/** The same for scripts. */
export function verificationValue({ trail, startMs, endMs, rows, sums }: Verification) {
  const found = foundSpan(sums, { start: secondsText(startMs), end: secondsText(endMs) });
  return {
    TrailARN: trail.TrailARN,
    StartTime: found?.start,
    EndTime: found?.end,
    Files: rows.flatMap((row) => (row.kind === 'gap' ? [] : [fileOf(row)])),
    Gaps: rows.flatMap((row) =>
      row.kind === 'gap' ? [{ Region: row.region, StartTime: row.start, EndTime: row.end }] : [],
    ),
    DigestFiles: numbersOf(sums.digests),
    BackfillDigestFiles: numbersOf(sums.backfillDigests),
    LogFiles: numbersOf(sums.logs),
  };
}

const fileOf = ({ kind, isBackfill, region, bucket, key, fault }: Exclude<Row, { readonly kind: 'gap' }>) => ({
  Kind: kind === 'log' ? 'Log' : isBackfill ? 'BackfillDigest' : 'Digest',
  Region: region,
  Bucket: bucket,
  Key: key,
  Valid: fault === undefined,
  Fault: fault,
});

const numbersOf = ({ valid, all }: Ratio) => ({ Valid: valid, Invalid: all - valid });

export function verificationPage(verification: Verification, painter: Painter): Shown[] {
  const { rows, sums } = verification;
  const table = columns(['FILE', 'REGION', 'OUTCOME', 'PLACE'], rows.map(cellsOf), '', painter, GIVE_WAY);
  return [...table, ...(table.length > 0 ? [''] : []), ...summary(verification, sums, painter)];
}

const GIVE_WAY: readonly GivesWay[] = [
  [2, 'wrapped', 24],
  [1, 'dropped'],
];

/** The name of a valid file says where it is: account, region, trail and time. */
function cellsOf(row: Row): string[] {
  if (row.kind === 'gap') return ['gap', row.region, 'no digest files', `${row.start} to ${row.end}`];
  const kind = `${row.isBackfill ? 'late ' : ''}${row.kind}`;
  const name = row.key.slice(row.key.lastIndexOf('/') + 1);
  return [kind, row.region, row.fault ?? 'valid', row.fault === undefined ? name : `s3://${row.bucket}/${row.key}`];
}

function summary({ trail, startMs, endMs }: Verification, sums: Sums, { good, bad, faint }: Painter): Shown[] {
  const { digests, backfillDigests, logs } = sums;
  if (digests.all + backfillDigests.all === 0) {
    const why = trail.LogFileValidationEnabled
      ? 'the first one is delivered within an hour; if not, ssebox trail deliver says why'
      : 'it does not validate its files';
    return [bad(`the trail "${trail.Name}" has no digest files for this time, so nothing was checked: ${why}`)];
  }
  const found = foundSpan(sums, { start: secondsText(startMs), end: secondsText(endMs) });
  const counted = [
    numberOf(digests, 'digest file'),
    ...(backfillDigests.all > 0 ? [numberOf(backfillDigests, 'late digest file')] : []),
    numberOf(logs, 'log file'),
  ].join(', ');
  const said = `the trail "${trail.Name}": ${counted}`;
  return [
    hasFaults(sums) ? bad(said) : good(said),
    faint(found ? `checked from ${found.start} to ${found.end}` : 'no valid digest files'),
  ];
}

/** `3 digest files valid`, `2 of 3 log files valid`. */
const numberOf = ({ valid, all }: Ratio, file: string): string =>
  `${valid === all ? '' : `${valid} of `}${all} ${file}${all === 1 ? '' : 's'} valid`;
