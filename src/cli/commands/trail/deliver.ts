/** `ssebox trail deliver`: what CloudTrail would deliver some minutes later, now. */

import { UsageError } from '../../../api/errors.ts';
import type { Trail } from '../../../api/model/cloudtrail.types.ts';
import { isDeniedCode } from '../../../api/service-facts.ts';
import { shellWord } from '../../../api/shell-word.ts';
import type { DeliveryReport } from '../../../cloudtrail/delivery/deliver-trails.ts';
import { trailArn } from '../../../cloudtrail/trail.ts';
import { trailChoices } from '../../choices.ts';
import { command, type Painter } from '../../command.ts';
import { painted, type Shown } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';

export const deliver = command({
  name: 'deliver',
  hasPage: true,
  summary: 'Deliver what waits for a trail, without the usual delay',
  description:
    'CloudTrail delivers a log file when its first event is five minutes old, and a digest file every hour: in ssebox before a call that reads the bucket, or the status of the trail. This command does not wait for five minutes to pass. CloudTrail itself puts the files, so the policies of the bucket and of the KMS key decide, and not those of the caller. What fails waits on, and the exit code is 1.',
  args: {
    trail: {
      about: 'the name or ARN of the trail (default: all of the region)',
      optional: true,
      choices: trailChoices,
    },
  },
  examples: [
    'ssebox trail data-events enable && ssebox s3 cp s3://photos/harbour.txt . && ssebox trail deliver',
    "ssebox trail data-events enable && ssebox trail deliver ssebox --query 'Delivered[].Key' --output text",
  ],
  async run(values, session) {
    const trails = await trailsOf(values.args.trail, session);
    const arns = new Set(trails.map(({ TrailARN }) => TrailARN));
    const [{ deliverTrails }, place] = await Promise.all([
      import('../../../cloudtrail/delivery/deliver-trails.ts'),
      session.store.workplace(),
    ]);
    await place.load('s3');
    const report = await deliverTrails(
      { ...place, environment: session.environment },
      { which: (_number, trail) => arns.has(trailArn(trail)), all: true, isShown: true, signal: session.signal },
    );
    return {
      kind: 'page',
      value: reportOf(report),
      page: (painter) => pageOf(report, trails, painter),
      failed: report.failed.length > 0,
    };
  },
});

/** @throws UsageError if there is none */
async function trailsOf(name: string | undefined, { aws, region }: Session): Promise<readonly Trail[]> {
  const named = name === undefined ? undefined : (await aws.call('cloudtrail', 'GetTrail', { Name: name })).Trail;
  const found = named ? [named] : ((await aws.call('cloudtrail', 'DescribeTrails', {})).trailList ?? []);
  if (found.length === 0) throw new UsageError(`there is no trail in ${region}`, 'ssebox trail data-events enable');
  return found;
}

type Failed = DeliveryReport['failed'][number];

const KINDS = { log: 'Log', digest: 'Digest' } as const;

const reportOf = ({ delivered, failed }: DeliveryReport) => ({
  Delivered: delivered.map(({ kind, trailArn: TrailARN, region, bucket, key, events }) => ({
    Kind: KINDS[kind],
    TrailARN,
    Region: region,
    Bucket: bucket,
    Key: key,
    Events: kind === 'log' ? events : undefined,
  })),
  Failed: failed.map(({ kind, trailArn: TrailARN, region, bucket, code, message, dropped }) => ({
    Kind: KINDS[kind],
    TrailARN,
    Region: region,
    Bucket: bucket,
    Code: code,
    Message: message,
    Dropped: dropped,
  })),
});

function pageOf({ delivered, failed }: DeliveryReport, trails: readonly Trail[], painter: Painter): Shown[] {
  const rows = delivered.map(({ kind, region, bucket, key, events }) => [
    kind,
    region,
    kind === 'log' ? `${events}` : '',
    `s3://${bucket}/${key}`,
  ]);
  const nothing = failed.length === 0 ? 'nothing waits to be delivered' : '';
  return [
    ...columns(['FILE', 'REGION', 'EVENTS', 'PLACE'], rows, nothing, painter, [[1, 'dropped']]),
    ...failed.flatMap((each) => failureLines(each, trails, painter)),
  ];
}

function failureLines(failure: Failed, trails: readonly Trail[], { bad, faint }: Painter): Shown[] {
  const { kind, region, bucket, code, message, dropped } = failure;
  const trail = trails.find(({ TrailARN }) => TrailARN === failure.trailArn);
  const mend = mendOf(failure, trail);
  return [
    bad(
      `a ${kind} file of "${trail?.Name ?? failure.trailArn}" in ${region} could not be put in ${bucket}: ${code}: ${message}`,
    ),
    ...(dropped > 0
      ? [
          bad(
            `  ${dropped === 1 ? '1 event has' : `${dropped} events have`} waited for 30 days, and will not be delivered`,
          ),
        ]
      : []),
    ...mend.map((line) => faint(painted`  ${line}`)),
  ];
}

/** What can be done about it; nothing where the message says it. */
function mendOf({ code, bucket }: Failed, trail: Trail | undefined): readonly string[] {
  const update = `ssebox cloudtrail update-trail --name ${shellWord(trail?.TrailARN ?? '')}`;
  const key = trail?.KmsKeyId;
  if (code === 'NoSuchBucket') {
    return [
      `deliver to another bucket: ${update} --s3-bucket-name BUCKET`,
      `or make it again: ssebox s3 mb s3://${bucket}`,
    ];
  }
  if (isDeniedCode(code)) return ['which policy denies it, and what would allow it: ssebox explain last --fix'];
  if (key !== undefined && code.startsWith('KMS.')) {
    const enable = code === 'KMS.DisabledException' ? [`enable the key: ssebox kms enable-key --key-id ${key}`] : [];
    return [...enable, `${enable.length > 0 ? 'or ' : ''}use another key: ${update} --kms-key-id KEY`];
  }
  return [];
}
