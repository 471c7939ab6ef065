/** `ssebox cloudtrail validate-logs`: AWS CLI Command Reference, cloudtrail validate-logs, which no model has. */

import { UsageError } from '../../../api/errors.ts';
import { parseTimestamp } from '../../aws-input/timestamps.ts';
import { bucketChoices, namesFor, trailArnChoices } from '../../choices.ts';
import { command, type OptionSpec, type OptionsOf } from '../../command.ts';
import { nowThere } from '../../endpoint/now-there.ts';
import type { Session } from '../../session.ts';
import { untilDone } from '../s3/until-done.ts';

const options = {
  'trail-arn': {
    about: 'the ARN of the trail',
    type: 'string',
    value: 'ARN',
    required: true,
    choices: trailArnChoices,
    check: requireTrailArn,
  },
  'start-time': {
    about: 'validate log files delivered from this time on; it is in UTC, whatever offset it has',
    type: 'string',
    value: 'TIME',
    required: true,
    check: timeOf,
  },
  'end-time': { about: 'validate log files delivered up to this time (default: now)', type: 'string', value: 'TIME' },
  's3-bucket': {
    about: "the bucket with the digest files (default: the trail's)",
    type: 'string',
    value: 'BUCKET',
    choices: namesFor('cloudtrail', bucketChoices),
  },
  's3-prefix': {
    about: 'what the keys of the digest files begin with; only with --s3-bucket, else it is the prefix of the trail',
    type: 'string',
    value: 'PREFIX',
  },
  'account-id': {
    about: "the account whose log files are validated, which the trail of an organization needs (default: the trail's)",
    type: 'string',
    value: 'ACCOUNT',
  },
  verbose: { about: 'also print a line for each valid file', type: 'boolean' },
} as const satisfies Record<string, OptionSpec>;

type Options = OptionsOf<typeof options>;

export const validateLogs = command({
  name: 'validate-logs',
  callsEndpoint: true,
  summary: 'Check that log files and digest files are as CloudTrail delivered them',
  description:
    "Follows the chain of digest files from the newest one back, checks the signature of each, and the hash of each log file that it lists. Exits with 1 if a file is missing or is not what was delivered. It makes no call but GetBucketLocation, ListObjects and GetObject, ListPublicKeys, and DescribeTrails without --s3-bucket, so the caller needs permission for these. The digest files of one region are checked: that of --region, or else the trail's home region. To check all of them, and the hashes by which digest files follow one another: ssebox trail verify.",
  options,
  examples: [
    `TRAIL=$(ssebox trail data-events enable --query TrailARN --output text)
ssebox clock advance 2h
ssebox cloudtrail validate-logs --trail-arn $TRAIL --start-time 2026-05-04 --verbose`,
    "ssebox trail data-events enable && ssebox clock advance 2h && ssebox cloudtrail validate-logs --trail-arn $(ssebox cloudtrail list-trails --query 'Trails[0].TrailARN' --output text) --start-time 2026-05-04T00:00:00Z",
  ],
  async run(values, session) {
    const [wanted, { validationLines }] = await Promise.all([
      wantedOf(values.options, session),
      import('./validation-lines.ts'),
    ]);
    const { lines, hasFaults } = validationLines(wanted, values.options.verbose, session);
    return { kind: 'lines', lines: untilDone(lines), hasTabs: true, exitCode: () => (hasFaults() ? 1 : 0) };
  },
});

/** @throws UsageError in the AWS CLI's words, AwsError when the trail may not be described */
async function wantedOf(given: Options, session: Session) {
  const startMs = timeOf(given['start-time']);
  const end = given['end-time'];
  const endMs = end === undefined ? await nowThere('cloudtrail', session) : timeOf(end);
  if (startMs > endMs) throw new UsageError('Invalid time range specified: start-time must occur before end-time');
  const trailArn = given['trail-arn'];
  requireTrailArn(trailArn);
  const { siteOf } = await import('./digest-site.ts');
  const site = await siteOf(
    {
      trailArn,
      account: given['account-id'],
      place: given['s3-bucket'] === undefined ? undefined : { bucket: given['s3-bucket'], prefix: given['s3-prefix'] },
    },
    session,
  );
  return { trailArn, validation: { site, startMs, endMs, isThorough: false } };
}

/** @throws UsageError */
function requireTrailArn(text: string): void {
  if (!/^arn:.+:cloudtrail:.+:\d{12}:trail\/./.test(text)) throw new UsageError(`Invalid trail ARN provided: ${text}`);
}

const OFFSET = /([T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)\s?[+-]\d{2}:?(?:\d{2})?$/i;
const SECONDS = /^[+-]?[\d.]+$/;

/** A date alone may be written in digits; the number of a second is not a time here. @throws UsageError */
function timeOf(text: string): number {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  const plain = year === undefined ? text.replace(OFFSET, '$1') : `${year}-${month}-${day}`;
  const time = SECONDS.test(plain) ? undefined : parseTimestamp(plain);
  if (!time) throw new UsageError(`Unable to parse date value: ${text}`);
  return Math.floor(time.getTime() / 1000) * 1000;
}
