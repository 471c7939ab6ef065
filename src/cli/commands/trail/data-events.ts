/** `ssebox trail data-events`: the data events that a trail logs, with a trail and a bucket made where there are none. */

import { bucketArn } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import type {
  AdvancedEventSelector,
  DataResource,
  EventSelector,
  GetEventSelectorsResponse,
  Trail,
} from '../../../api/model/cloudtrail.types.ts';
import { bucketChoices, trailChoices } from '../../choices.ts';
import { type CommandNode, command, group, type Result } from '../../command.ts';
import { painted } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { nameIn } from '../bucket/bucket-argument.ts';
import { chosenTrail, OWN_TRAIL } from './chosen-trail.ts';

const BY_OPTION = { how: ' with --trail' };

/** All objects of all buckets. */
const ALL = 'arn:aws:s3';

const options = {
  trail: {
    about: `the trail (default: the only one of the region, or the one named ${OWN_TRAIL})`,
    type: 'string',
    value: 'NAME',
    choices: trailChoices,
  },
} as const;

const buckets = (about: string) => ({ about, optional: true, many: true, choices: bucketChoices }) as const;

const enable = command({
  name: 'enable',
  hasPage: true,
  summary: 'Log the reads and writes of objects with a trail',
  description: `Where the region has no trail, one named ${OWN_TRAIL} is made, with a bucket of its own whose policy lets CloudTrail deliver. A trail that does not log is started.`,
  args: { buckets: buckets('the buckets whose objects it is about (default: all buckets)') },
  options,
  examples: [
    'ssebox trail data-events enable photos reports',
    'ssebox trail data-events enable && ssebox trail data-events enable photos --trail ssebox',
  ],
  async run(values, session) {
    const done: string[] = [];
    const wanted = await wantedArns(values.args.buckets ?? [], session);
    const trail = (await chosenTrail(values.options.trail, session, BY_OPTION)) ?? (await newTrail(done, session));
    const name = trail.TrailARN ?? '';
    const before = await session.aws.call('cloudtrail', 'GetEventSelectors', { TrailName: name });
    const lacking = wanted.filter((arn) => !loggedBy(before).some((logged) => covers(logged, arn)));
    if (lacking.length > 0) {
      await session.aws.call('cloudtrail', 'PutEventSelectors', { TrailName: name, ...withArns(before, lacking) });
      done.push(`logs data events of ${lacking.map(spoken).join(', ')}`);
    }
    const { IsLogging } = await session.aws.call('cloudtrail', 'GetTrailStatus', { Name: name });
    if (!IsLogging) {
      await session.aws.call('cloudtrail', 'StartLogging', { Name: name });
      done.push('started logging');
    }
    return report(trail, done, `already logs data events of ${wanted.map(spoken).join(', ')}`, session);
  },
});

const disable = command({
  name: 'disable',
  hasPage: true,
  summary: 'Stop logging the reads and writes of objects with a trail',
  description: 'The trail still logs its management events, and what it has delivered stays.',
  args: { buckets: buckets('the buckets whose objects it is no longer about (default: all buckets)') },
  options,
  examples: [
    'ssebox trail data-events enable photos reports && ssebox trail data-events disable photos',
    'ssebox trail data-events enable && ssebox trail data-events disable --trail ssebox',
  ],
  async run(values, session) {
    const trail = await chosenTrail(values.options.trail, session, BY_OPTION);
    if (!trail) throw new UsageError(`there is no trail in ${session.region}`, 'ssebox trail data-events enable');
    const names = (values.args.buckets ?? []).map(nameIn);
    const name = trail.TrailARN ?? '';
    const before = await session.aws.call('cloudtrail', 'GetEventSelectors', { TrailName: name });
    const logged = loggedBy(before);
    const gone = names.length === 0 ? logged : logged.filter((arn) => names.some((bucket) => isOf(arn, bucket)));
    const broad = logged.find((arn) => names.some((bucket) => !isOf(arn, bucket) && covers(arn, objectsOf(bucket))));
    if (broad !== undefined) {
      throw new UsageError(
        `the trail "${trail.Name}" logs data events of ${spoken(broad)}: disable all, then enable the buckets to keep`,
        'ssebox trail data-events disable',
      );
    }
    const done: string[] = [];
    if (gone.length > 0) {
      const selectors = withoutArns(before, new Set(gone));
      await session.aws.call('cloudtrail', 'PutEventSelectors', { TrailName: name, ...selectors });
      done.push(`no longer logs data events of ${gone.map(spoken).join(', ')}`);
    }
    const what = names.length === 0 ? 'any bucket' : names.join(', ');
    return report(trail, done, `does not log data events of ${what}`, session);
  },
});

export const dataEvents: CommandNode = group({
  name: 'data-events',
  summary: 'Choose the buckets whose data events a trail logs',
  load: async () => [enable, disable],
});

/** What is logged now, and what was done for it. */
async function report(
  { Name, S3BucketName, TrailARN }: Trail,
  done: readonly string[],
  otherwise: string,
  { aws }: Session,
): Promise<Result> {
  const TrailName = TrailARN ?? '';
  const [selectors, { IsLogging }] = [
    await aws.call('cloudtrail', 'GetEventSelectors', { TrailName }),
    await aws.call('cloudtrail', 'GetTrailStatus', { Name: TrailName }),
  ];
  const value = { TrailARN, S3BucketName, IsLogging, DataEvents: loggedBy(selectors), Done: done };
  const said = done.length > 0 ? done : [otherwise];
  return {
    kind: 'page',
    value,
    page: ({ good }) => said.map((text) => painted`${good('✓')} ${`the trail "${Name}"`}: ${text}`),
  };
}

/** @throws UsageError for a bucket that is not there. */
async function wantedArns(names: readonly string[], { aws }: Session): Promise<readonly string[]> {
  if (names.length === 0) return [ALL];
  const wanted = [...new Set(names.map(nameIn))];
  for (const Bucket of wanted) await aws.call('s3', 'HeadBucket', { Bucket });
  return wanted.map(objectsOf);
}

const objectsOf = (bucket: string): string => `${bucketArn(bucket)}/`;

const isOf = (arn: string, bucket: string): boolean => arn.startsWith(objectsOf(bucket));

const covers = (logged: string, arn: string): boolean => arn.startsWith(logged);

const spoken = (arn: string): string => (arn.includes('/') ? arn.replace(/^arn:aws:s3:::|\/$/g, '') : 'all buckets');

/** Makes a trail and its bucket. CloudTrail User Guide, "Amazon S3 bucket policy for CloudTrail". */
async function newTrail(done: string[], session: Session): Promise<Trail> {
  const { aws, region } = session;
  const account = (await aws.account('cloudtrail')) ?? '';
  const Bucket = `aws-cloudtrail-logs-${account}-${region}`;
  const { Buckets = [] } = await aws.call('s3', 'ListBuckets', {});
  if (!Buckets.some(({ Name }) => Name === Bucket)) {
    const CreateBucketConfiguration = region === 'us-east-1' ? undefined : { LocationConstraint: region };
    await aws.call('s3', 'CreateBucket', { Bucket, ...(CreateBucketConfiguration && { CreateBucketConfiguration }) });
    const source = `arn:aws:cloudtrail:${region}:${account}:trail/${OWN_TRAIL}`;
    await aws.call('s3', 'PutBucketPolicy', {
      Bucket,
      Policy: JSON.stringify(deliveryPolicy(Bucket, account, source)),
    });
    done.push(`made the bucket "${Bucket}" for its files`);
  }
  await aws.call('cloudtrail', 'CreateTrail', { Name: OWN_TRAIL, S3BucketName: Bucket, EnableLogFileValidation: true });
  done.push(`made in ${region}`);
  const { Trail: trail } = await aws.call('cloudtrail', 'GetTrail', { Name: OWN_TRAIL });
  if (!trail) throw new Error('GetTrail has answered without a trail');
  return trail;
}

function deliveryPolicy(bucket: string, account: string, source: string) {
  const common = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AWSCloudTrailAclCheck20150319',
        ...common,
        Action: 's3:GetBucketAcl',
        Resource: bucketArn(bucket),
        Condition: { StringEquals: { 'aws:SourceArn': source } },
      },
      {
        Sid: 'AWSCloudTrailWrite20150319',
        ...common,
        Action: 's3:PutObject',
        Resource: `${bucketArn(bucket)}/AWSLogs/${account}/*`,
        Condition: { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceArn': source } },
      },
    ],
  };
}

type Selectors = Pick<GetEventSelectorsResponse, 'EventSelectors' | 'AdvancedEventSelectors'>;

const S3_OBJECT = 'AWS::S3::Object';

/** The beginnings of the ARNs of objects whose reads and writes a trail logs both. */
function loggedBy({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors): readonly string[] {
  const basic = EventSelectors.filter(({ ReadWriteType }) => ReadWriteType === 'All')
    .flatMap(({ DataResources = [] }) => DataResources.filter(isOfS3))
    .flatMap(({ Values = [] }) => Values);
  return [...new Set([...basic, ...AdvancedEventSelectors.flatMap((each) => prefixesIn(each) ?? [])])];
}

const isOfS3 = ({ Type }: DataResource): boolean => Type === S3_OBJECT;

/** What a selector of all data events says about their objects' ARNs; undefined if it says more or something else. */
function prefixesIn({ FieldSelectors }: AdvancedEventSelector): readonly string[] | undefined {
  if (!isOfData(FieldSelectors)) return undefined;
  const others = FieldSelectors.filter(({ Field }) => Field !== 'eventCategory' && Field !== 'resources.type');
  const [only, ...more] = others;
  if (!only) return [ALL];
  const { Field, StartsWith, ...operators } = only;
  const isAlone = more.length === 0 && Object.keys(operators).length === 0;
  return isAlone && Field === 'resources.ARN' ? StartsWith : undefined;
}

const isOfData = (fields: AdvancedEventSelector['FieldSelectors']): boolean =>
  fields.some(({ Field, Equals = [] }) => Field === 'resources.type' && Equals.includes(S3_OBJECT));

/** The same form of selectors, with more objects. */
function withArns({ EventSelectors = [], AdvancedEventSelectors = [] }: Selectors, arns: readonly string[]): Selectors {
  if (AdvancedEventSelectors.length > 0) {
    const isAll = arns.includes(ALL);
    const added: AdvancedEventSelector = {
      Name: 'S3 data events',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: [S3_OBJECT] },
        ...(isAll ? [] : [{ Field: 'resources.ARN', StartsWith: arns }]),
      ],
    };
    return { AdvancedEventSelectors: [...AdvancedEventSelectors, added] };
  }
  const resource = { Type: S3_OBJECT, Values: arns };
  const at = EventSelectors.findIndex(({ ReadWriteType }) => ReadWriteType === 'All');
  if (at < 0) {
    const added: EventSelector = { ReadWriteType: 'All', IncludeManagementEvents: false, DataResources: [resource] };
    return { EventSelectors: [...EventSelectors, added] };
  }
  return {
    EventSelectors: EventSelectors.map((each, i) =>
      i === at ? { ...each, DataResources: joined([...(each.DataResources ?? []), resource]) } : each,
    ),
  };
}

/** Resources with one entry for all of S3. */
function joined(resources: readonly DataResource[]): readonly DataResource[] {
  const ofS3 = resources.filter(isOfS3).flatMap(({ Values = [] }) => Values);
  return [{ Type: S3_OBJECT, Values: ofS3 }, ...resources.filter((each) => !isOfS3(each))];
}

/** The same form of selectors, without some objects; those of nothing but these are left out. */
function withoutArns(
  { EventSelectors = [], AdvancedEventSelectors = [] }: Selectors,
  gone: ReadonlySet<string>,
): Selectors {
  const rest = (values: readonly string[] = []) => values.filter((value) => !gone.has(value));
  if (AdvancedEventSelectors.length > 0) {
    const kept = AdvancedEventSelectors.flatMap((selector) => {
      const prefixes = prefixesIn(selector);
      if (!prefixes) return [selector];
      const StartsWith = rest(prefixes);
      const FieldSelectors = selector.FieldSelectors.map((each) =>
        each.Field === 'resources.ARN' ? { ...each, StartsWith } : each,
      );
      return StartsWith.length > 0 ? [{ ...selector, FieldSelectors }] : [];
    });
    return kept.length > 0 ? { AdvancedEventSelectors: kept } : { EventSelectors: [NOTHING] };
  }
  const kept = EventSelectors.map((selector) => ({
    ...selector,
    DataResources: (selector.DataResources ?? [])
      .map((each) => (isOfS3(each) ? { ...each, Values: rest(each.Values) } : each))
      .filter(({ Values = [] }) => Values.length > 0),
  })).filter(({ IncludeManagementEvents, DataResources }) => IncludeManagementEvents || DataResources.length > 0);
  return { EventSelectors: kept.length > 0 ? kept : [NOTHING] };
}

/** A trail has at least one selector. */
const NOTHING: EventSelector = { ReadWriteType: 'All', IncludeManagementEvents: false, DataResources: [] };
