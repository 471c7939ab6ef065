/** `ssebox s3 ls`: AWS CLI Command Reference, s3 ls. Times are the machine's local ones. */

import { objectChoices, regionChoices } from '../../choices.ts';
import { command, type OptionSpec, type WithOptions } from '../../command.ts';
import { humanSize } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { listPages } from './listing.ts';
import { isS3Uri, type S3Uri, s3Uri } from './uri.ts';

const listOptions = {
  recursive: { about: 'also list what is in folders', type: 'boolean' },
  'human-readable': { about: 'show sizes in KiB, MiB, …', type: 'boolean' },
  summarize: { about: 'show the total count and size at the end', type: 'boolean' },
  'bucket-name-prefix': { about: 'only list buckets whose names begin with this', type: 'string', value: 'PREFIX' },
  'bucket-region': {
    about: 'only list buckets in this region',
    type: 'string',
    value: 'NAME',
    choices: regionChoices,
  },
  'request-payer': {
    about: 'who pays for the requests',
    type: 'string',
    bare: 'requester',
    choices: ['requester'],
    hidden: true,
  },
} as const satisfies Record<string, OptionSpec>;

type Listing = WithOptions<typeof listOptions>;

export const ls = command({
  name: 'ls',
  callsEndpoint: true,
  summary: 'List buckets, or the objects in one',
  args: { path: { about: 's3://BUCKET or s3://BUCKET/PREFIX', optional: true, choices: objectChoices } },
  options: listOptions,
  examples: ['ssebox s3 ls', 'ssebox s3 ls s3://reports/2026/', 'ssebox s3 ls s3://reports --recursive --summarize'],
  async run(values, session) {
    const { path = '' } = values.args;
    const place = isS3Uri(path) ? path : `s3://${path}`;
    // Without a bucket all are listed, whatever follows.
    if (/^s3:\/\/($|\/)/.test(place)) return { kind: 'lines', lines: await bucketLines(values, session) };
    const uri = s3Uri(place);
    const seen = { count: 0, bytes: 0 };
    const found = objectLines(uri, values, session, seen);
    // An empty prefix is a failure, an empty bucket is not: AWS CLI User Guide, "Command line return codes".
    return { kind: 'lines', lines: found, exitCode: () => (seen.count === 0 && uri.key !== '' ? 1 : 0) };
  },
});

async function bucketLines(values: Listing, session: Session): Promise<string[]> {
  const [prefix, region] = [values.options['bucket-name-prefix'], values.options['bucket-region']];
  const { Buckets = [] } = await session.aws.call('s3', 'ListBuckets', {
    ...(prefix !== undefined && { Prefix: prefix }),
    ...(region !== undefined && { BucketRegion: region }),
  });
  const lines = Buckets.map(({ CreationDate, Name }) => `${localTime(CreationDate)} ${Name}`);
  return values.options.summarize ? [...lines, ...summary(0, '0')] : lines;
}

/** The AWS CLI counts objects only. */
const summary = (count: number, size: string): string[] => ['', `Total Objects: ${count}`, `   Total Size: ${size}`];

async function* objectLines(
  uri: S3Uri,
  values: Listing,
  session: Session,
  seen: { count: number; bytes: number },
): AsyncGenerator<string> {
  const isDeep = values.options.recursive;
  const printSize = (bytes: number) => (values.options['human-readable'] ? humanSize(bytes) : String(bytes));
  const folder = uri.key.slice(0, uri.key.lastIndexOf('/') + 1);
  let objects = 0;
  for await (const page of listPages(uri, session, { isDeep })) {
    seen.count += page.objects.length + page.folders.length;
    for (const { Prefix = '' } of page.folders) yield `${'PRE'.padStart(30)} ${Prefix.slice(folder.length)}`;
    for (const { Key = '', Size = 0, LastModified } of page.objects) {
      objects += 1;
      seen.bytes += Size;
      const name = isDeep ? Key : Key.slice(folder.length);
      yield `${localTime(LastModified)} ${printSize(Size).padStart(10)} ${name}`;
    }
  }
  if (values.options.summarize) yield* summary(objects, printSize(seen.bytes));
}

/** `2026-01-31 12:34:56` on the machine's clock. */
function localTime(date: Date | undefined): string {
  if (!date) return ''.padStart(19);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
