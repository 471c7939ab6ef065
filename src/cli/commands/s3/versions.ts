/** `ssebox s3 versions`: the versions of objects, newest first, with the encryption of each. */

import { objectChoices } from '../../choices.ts';
import { command } from '../../command.ts';
import { timeText } from '../../output/time.ts';
import { pages } from '../../pages.ts';
import { columns } from '../columns.ts';
import { inBucket } from './object-argument.ts';
import { s3Uri } from './uri.ts';

export const versions = command({
  name: 'versions',
  callsEndpoint: true,
  hasPage: true,
  summary: 'List the versions of an object, or of all objects under a prefix',
  args: { path: { about: 's3://BUCKET/KEY or a prefix', choices: objectChoices, check: inBucket } },
  examples: ['ssebox s3 versions s3://reports/2026/q1.csv', 'ssebox s3 versions s3://reports --output json'],
  async run(values, session) {
    const { bucket, key } = s3Uri(values.args.path);
    const found: VersionRow[] = [];
    for await (const page of pages(session.aws, 's3', 'ListObjectVersions', { Bucket: bucket, Prefix: key })) {
      for (const { Key = '', VersionId = '', IsLatest = false, Size, LastModified, ETag } of page.Versions ?? []) {
        found.push({ Key, VersionId, IsLatest, IsDeleteMarker: false, Size, LastModified, ETag });
      }
      for (const { Key = '', VersionId = '', IsLatest = false, LastModified } of page.DeleteMarkers ?? []) {
        found.push({ Key, VersionId, IsLatest, IsDeleteMarker: true, LastModified });
      }
    }
    const rows = found.toSorted(byKeyAndTime);
    return {
      kind: 'page',
      value: { Versions: rows },
      page: (painter) =>
        columns(['MODIFIED', 'SIZE', 'VERSION', '', 'KEY'], rows.map(cells), 'there are no versions', painter),
    };
  },
});

interface VersionRow {
  readonly Key: string;
  readonly VersionId: string;
  readonly IsLatest: boolean;
  readonly IsDeleteMarker: boolean;
  readonly Size?: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly ETag?: string | undefined;
}

/** Delete markers are listed among the versions of their key; within a second, the latest comes first. */
function byKeyAndTime(a: VersionRow, b: VersionRow): number {
  if (a.Key !== b.Key) return Buffer.compare(Buffer.from(a.Key), Buffer.from(b.Key));
  if (a.IsLatest !== b.IsLatest) return a.IsLatest ? -1 : 1;
  return (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0);
}

const cells = ({ LastModified, Size, VersionId, IsLatest, IsDeleteMarker, Key }: VersionRow): string[] => [
  timeText(LastModified),
  IsDeleteMarker ? '-' : String(Size ?? 0),
  VersionId,
  IsDeleteMarker ? 'delete marker' : IsLatest ? 'latest' : '',
  Key,
];
