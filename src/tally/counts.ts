/**
 * What a call adds to which series: a pure function of its record, so that what was counted equals a recount of the
 * records. A call counts once, however many accounts receive a copy of its record: what AWS publishes counts for the
 * account where AWS publishes it, everything else for the caller's, and S3's requests for the bucket's owner, who pays
 * for them.
 */

import { type AccountId, parseArn } from '../api/arn.ts';
import { operationFacts } from '../api/operation-facts.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { usageTypeOf, writeUsageType } from '../api/usage-type.ts';
import type { CallRecord, Rate } from '../store/records/call.ts';
import type { SeriesName } from '../store/records/tally.ts';
import {
  answered,
  bytesIn,
  bytesOut,
  counter,
  diskTime,
  distribution,
  duration,
  encryptionTime,
  inTurn,
  kmsShare,
  kmsTime,
  type Measure,
  type Measures,
  ownSeries,
  sparedCalls,
} from './measure.ts';
import { isRequestOfItsOwn, requestMetricsOf } from './request-metrics.ts';
import { s3RequestKind } from './s3-request-kind.ts';
import { dimensionsOf } from './series.ts';
import { keyInDeletion, watchedEvents } from './watched-events.ts';

/** A value for a series. */
export interface Count {
  readonly series: SeriesName;
  readonly value: number;
  /** Whether the series is a distribution, with a histogram: of times in microseconds, or sizes in bytes. */
  readonly isMeasured: boolean;
}

/**
 * The values of a record. While it is not known how far a response's body was read, those that depend on it are
 * missing.
 */
export const countsOf = (record: CallRecord): readonly Count[] => counted(record, measuresOf(record).atOnce);

/** The values that were missing, once a record was amended with how far its response's body was read. */
export const lateCountsOf = (record: CallRecord): readonly Count[] => counted(record, measuresOf(record).late);

function counted(record: CallRecord, measures: readonly Measure[]): Count[] {
  return measures.flatMap(({ series, isMeasured, valueIn }) => {
    const value = valueIn(record);
    return value === undefined ? [] : [{ series, value, isMeasured }];
  });
}

/** Measures by what they depend on: a few kinds of calls are nearly all. */
const known = new Map<string, Measures>();
const MOST_KNOWN = 2000;

/** What a record is counted by: the values of `countsOf` and `lateCountsOf`, one at a time. */
export function measuresOf(record: CallRecord): Measures {
  const measures = measuresOfKind(record);
  if (!record.filters) return measures;
  const metrics = requestMetricsOf(record, record.filters);
  return { atOnce: [...measures.atOnce, ...metrics.atOnce], late: [...measures.late, ...metrics.late] };
}

function measuresOfKind(record: CallRecord): Measures {
  const about = aboutOf(record);
  const kind = kindOf(record, about);
  let measures = known.get(kind);
  if (!measures) {
    if (known.size >= MOST_KNOWN) known.clear();
    measures = inTurn(isRequest(record) ? allMeasures(record, about) : [], record.body);
    known.set(kind, measures);
  }
  return measures;
}

/** Everything in a record that decides about its series. Each call makes this text. */
function kindOf(record: CallRecord, { bucket, owner, keys }: About): string {
  const { service, operation, recipient, region, httpStatus, body, error, serviceEvent, viaService, rates } = record;
  let kind = `${service} ${operation} ${recipient} ${region} ${httpStatus}`;
  if (body !== undefined) kind += body === 'planned' ? ' planned' : ' read';
  if (error) kind += ` ${error.code} ${keyInDeletion(record)}`;
  if (serviceEvent) kind += ' event';
  if (viaService !== undefined) kind += ` ${viaService}`;
  if (record.within !== undefined) kind += ' within';
  if (bucket !== undefined) kind += ` ${bucket} ${owner}`;
  for (const key of keys) kind += ` ${key}`;
  if (rates) {
    for (const { quota, region, account, spec, isOver } of rates)
      kind += ` ${quota} ${region} ${account} ${spec}${isOver ? ' over' : ''}`;
  }
  const storageClass = classOf(record);
  if (storageClass !== undefined) kind += ` ${storageClass}`;
  if (isDual(record.extra)) kind += ' dual';
  if (operation === 'ReplicateObject') kind += JSON.stringify(replicationIn(record));
  if (record.caller.type === 'AWSService') kind += ` ${record.caller.principalId}`;
  return kind;
}

/** Not what a service does on its own, nor the second record of a call that a service has in another region. */
const isRequest = ({ serviceEvent, service, viaService }: CallRecord): boolean =>
  serviceEvent === undefined && !viaService?.startsWith(`${service}.`);

/** What a call is about. */
interface About {
  readonly bucket: string | undefined;
  readonly owner: AccountId | undefined;
  /** ARNs of KMS keys: of ReEncrypt the source's first. */
  readonly keys: readonly string[];
}

function aboutOf({ service, resources, keyArn, parameters, viaService }: CallRecord): About {
  if (service === 's3') {
    const bucket = resources.find(({ type }) => type === 'AWS::S3::Bucket') ?? resources.find(({ arn }) => isOfS3(arn));
    return { bucket: bucket && bucketIn(bucket.arn), owner: bucket?.account, keys: [] };
  }
  if (service !== 'kms') return NOTHING;
  const keys: string[] = [];
  for (const { arn } of resources) if (arn.includes(':key/')) keys.push(arn);
  if (keys.length === 0 && keyArn !== undefined) keys.push(keyArn);
  return { bucket: viaService === undefined ? undefined : bucketOfContext(parameters), owner: undefined, keys };
}

/** Amazon S3 User Guide, "Using server-side encryption with AWS KMS keys", encryption context. */
function bucketOfContext(parameters: CallRecord['parameters']): string | undefined {
  const context = parameters?.encryptionContext;
  if (typeof context !== 'object' || context === null || !('aws:s3:arn' in context)) return undefined;
  const arn = context['aws:s3:arn'];
  return typeof arn === 'string' && isOfS3(arn) ? bucketIn(arn) : undefined;
}

const NOTHING: About = { bucket: undefined, owner: undefined, keys: [] };

const isOfS3 = (arn: string): boolean => arn.startsWith('arn:aws:s3:::');

function bucketIn(arn: string): string {
  const path = arn.slice('arn:aws:s3:::'.length);
  const end = path.indexOf('/');
  return end < 0 ? path : path.slice(0, end);
}

function allMeasures(record: CallRecord, about: About): readonly Measure[] {
  return [
    ...callMeasures(record),
    ...billMeasures(record, about),
    ...measuresOfService(record, about),
    ...alarmMeasures(record, about),
  ];
}

function measuresOfService(record: CallRecord, about: About): readonly Measure[] {
  switch (record.service) {
    case 'kms':
      return [...usageMeasures(record), ...keyMeasures(record, about)];
    case 's3':
      return [...usageMeasures(record), ...bucketMeasures(record, about), ...byteMeasures(record, about)];
    default:
      return usageMeasures(record);
  }
}

/** Every call, by its operation. */
function callMeasures(record: CallRecord): Measure[] {
  const place = ownSeries(record, record.recipient);
  const { service: Service, operation: Operation, error } = record;
  return [
    counter(place('Calls', { Service, Operation })),
    distribution(place('Duration', { Service, Operation }), duration),
    ...(error ? [counter(place('Errors', { Service, Operation, ErrorCode: error.code }))] : []),
    ...(error && throttledCodes.has(error.code) ? [counter(place('Throttles', { Service, Operation }))] : []),
  ];
}

/** What an alarm needs in one series, since CloudWatch does not add up the series of a metric. */
function alarmMeasures(record: CallRecord, about: About): Measure[] {
  const { recipient, service: Service, error } = record;
  const place = ownSeries(record, recipient);
  return [
    ...(error && deniedCodes.has(error.code) ? [counter(place('Denials', {}))] : []),
    ...(isOverRate(record) ? [counter(place('OverRate', { Service }))] : []),
    ...watchedEvents(record, about).flatMap(({ metric, account, dimensions }) =>
      dimensions.map((each) => counter(ownSeries(record, account)(metric, each))),
    ),
  ];
}

/** Whether AWS throttles the call: it was refused for its rate, or would have been if the rate were enforced. */
const isOverRate = ({ error, rates = [] }: CallRecord): boolean =>
  (error !== undefined && throttledCodes.has(error.code)) || rates.some(({ isOver }) => isOver);

/** AWS KMS Developer Guide, "Throttling AWS KMS requests"; Amazon S3 API Reference, "Error responses"; CloudTrail's own. */
const throttledCodes: ReadonlySet<string> = new Set(['ThrottlingException', 'SlowDown', 'Throttling']);

/**
 * AWS's `AWS/Usage`: each time that a call of KMS counts against a rate, for the account and in the region of that rate,
 * and the calls of CloudWatch.
 */
function usageMeasures({ rates = [], service, operation, recipient: account, region }: CallRecord): Measure[] {
  if (service === 'kms') return rates.flatMap((rate) => callCounter('KMS', usageResource(rate), rate));
  const isCounted = service === 'cloudwatch' && countedByCloudWatch.has(operation);
  return isCounted ? callCounter('CloudWatch', operation, { account, region }) : [];
}

/** None for a resource of which AWS publishes no use. */
function callCounter(
  Service: string,
  Resource: string | undefined,
  { account, region }: Pick<Rate, 'account' | 'region'>,
) {
  if (Resource === undefined) return [];
  const dimensions = dimensionsOf({ Service, Type: 'API', Resource, Class: 'None' });
  return [counter({ account, region, namespace: 'AWS/Usage', metric: 'CallCount', dimensions })];
}

/** Amazon CloudWatch User Guide, "CloudWatch usage metrics". */
const countedByCloudWatch: ReadonlySet<string> = new Set([
  'DeleteAlarms',
  'DescribeAlarmHistory',
  'DescribeAlarms',
  'GetMetricData',
  'GetMetricStatistics',
  'ListMetrics',
  'PutMetricData',
]);

/** Undefined for a rate of which AWS publishes no use. Key pairs of all specs are one operation. */
const usageResource = ({ quota }: Rate): string | undefined =>
  quota in sharedResources ? sharedResources[quota] : quota.replace(/ \(.*$/, '');

const sharedResources: Readonly<Record<string, string | undefined>> = {
  symmetric: 'CryptographicOperationsSymmetric',
  rsa: 'CryptographicOperationsRsa',
  ecc: 'CryptographicOperationsEcc',
  'ml-dsa': undefined,
};

/** AWS KMS Developer Guide, "Cryptographic operations", without GenerateRandom, which has no key. */
const cryptographicOperations: ReadonlySet<string> = new Set([
  'Decrypt',
  'DeriveSharedSecret',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
]);

/** What counts for a key: in its own account, whoever calls. */
function keyMeasures(record: CallRecord, { keys }: About): Measure[] {
  const { operation: Operation, region, error } = record;
  const [first] = keys;
  if (first === undefined) return [];
  if (error) {
    if (!deniedCodes.has(error.code)) return [];
    return keys.map((KeyArn) => counter(ownSeries(record, accountOf(KeyArn))('Denials', { KeyArn })));
  }
  if (!cryptographicOperations.has(Operation)) return [];
  const dimensions = dimensionsOf(
    Operation === 'ReEncrypt'
      ? { SourceKeyArn: first, DestinationKeyArn: keys.at(-1) ?? first, Operation }
      : { KeyArn: first, Operation },
  );
  return [...new Set(keys.map(accountOf))].map((account) =>
    counter({ account, region, namespace: 'AWS/KMS', metric: 'SuccessfulRequest', dimensions }),
  );
}

const accountOf = (arn: string): AccountId => parseArn(arn)?.account ?? '';

const deniedCodes: ReadonlySet<string> = new Set(['AccessDeniedException', 'AccessDenied']);

/** What counts for a bucket, in its owner's account: AWS's request metrics by their names, and what KMS had to do. */
function bucketMeasures(record: CallRecord, { bucket: BucketName, owner }: About): Measure[] {
  const { operation, httpStatus = 200, error, caller } = record;
  if (BucketName === undefined || operationFacts('s3', operation).isTask) return [];
  const place = ownSeries(record, owner ?? record.recipient);
  const of = (metric: string) => place(metric, { BucketName });
  const isLog = caller.type === 'AWSService' && caller.principalId === 'cloudtrail.amazonaws.com' && !error;
  const denial = error && deniedCodes.has(error.code) ? [counter(of('Denials'))] : [];
  if (!isRequestOfItsOwn(record)) return denial;
  return [
    counter(of('AllRequests')),
    counter(of(s3RequestKind(operation))),
    ...(httpStatus >= 500 ? [counter(of('5xxErrors'))] : httpStatus >= 400 ? [counter(of('4xxErrors'))] : []),
    ...denial,
    distribution(of('BytesUploaded'), bytesIn),
    distribution(of('BytesDownloaded'), bytesOut),
    distribution(of('TotalRequestLatency'), duration),
    distribution(of('FirstByteLatency'), answered),
    distribution(of('KmsTime'), kmsTime),
    distribution(of('EncryptionTime'), encryptionTime),
    distribution(of('DiskTime'), diskTime),
    distribution(of('KmsShare'), kmsShare),
    { series: of('SparedKmsCalls'), isMeasured: false, valueIn: sparedCalls },
    ...(isLog ? [distribution(of('LogBytes'), bytesIn)] : []),
  ];
}

/** Requests that are paid for, by usage type: KMS's by the caller's account, S3's by the bucket's owner. */
function billMeasures(record: CallRecord, { bucket: BucketName, owner, keys: [KeyArn] }: About): Measure[] {
  const { service, operation, recipient, rates, httpStatus, caller, error } = record;
  const usageType = usageTypeOf(service, operation, rates ?? []);
  const UsageType = usageType === 'Requests-Tier1' ? writeUsageType(operation, classOf(record)) : usageType;
  // What never got as far as a quota of KMS is not billed either.
  if (UsageType === undefined || (service === 'kms' && !rates)) return [];
  // Nor is a refused call of CloudWatch: it gave no metrics, whatever it asked for.
  if (service === 'cloudwatch' && error) return [];
  const payer = service === 's3' ? (owner ?? recipient) : recipient;
  // Amazon S3 pricing: a request of somebody else that is denied costs the bucket's owner nothing.
  if (service === 's3' && httpStatus === 403 && caller.accountId !== payer) return [];
  const dimensions = {
    UsageType,
    ...(BucketName !== undefined && { BucketName }),
    ...(KeyArn !== undefined && { KeyArn }),
  };
  const series = ownSeries(record, payer)('Requests', dimensions);
  return [UsageType === 'CW:GMD-Metrics' ? { series, isMeasured: false, valueIn: metricsAskedFor } : counter(series)];
}

/** The storage class that a request names. */
const classOf = ({ parameters }: CallRecord): unknown => parameters?.['x-amz-storage-class'];

/** The metrics that a call of GetMetricData asks for: those of its queries that are not expressions. */
function metricsAskedFor({ parameters }: CallRecord): number | undefined {
  const queries = parameters?.metricDataQueries;
  if (!Array.isArray(queries)) return undefined;
  return queries.filter((query) => query instanceof Object && 'metricStat' in query).length || undefined;
}

/**
 * Bytes that are paid for: what is read under DSSE-KMS, by the bucket's owner, and what replication moves to another
 * region, by the owner of the source. Amazon S3 User Guide, "Understanding your AWS billing and usage reports".
 */
function byteMeasures(record: CallRecord, { bucket: BucketName, owner }: About): Measure[] {
  const { operation, recipient, region, extra, error } = record;
  if (error) return [];
  const measure = (
    account: AccountId,
    place: { readonly region: Region },
    dimensions: Readonly<Record<string, string>>,
  ) => ({
    series: ownSeries(place, account)('BilledBytes', dimensions),
    isMeasured: false,
    valueIn: bytesOut,
  });
  if (operation === 'GetObject' && isDual(extra) && BucketName !== undefined) {
    return [measure(owner ?? recipient, { region }, { BucketName, UsageType: 'S3DSSE-Out-Bytes' })];
  }
  const moved = replicationIn(record);
  if (!moved) return [];
  const { source, from, to, hasTimeControl } = moved;
  const dimensions = { BucketName: source, ToRegion: to };
  return [
    ...(to === from ? [] : [measure(recipient, { region: from }, { ...dimensions, UsageType: 'AWS-Out-Bytes' })]),
    ...(hasTimeControl ? [measure(recipient, { region: from }, { ...dimensions, UsageType: 'S3RTC-Out-Bytes' })] : []),
  ];
}

const isDual = (extra: CallRecord['extra']): boolean => extra?.SSEApplied === 'DSSE_KMS';

/** From where to where a replica was copied, as the record of its task says. */
function replicationIn({ operation, parameters, extra }: CallRecord) {
  const [source, from, to] = [parameters?.bucketName, extra?.replicatedFrom, extra?.replicatedTo];
  if (operation !== 'ReplicateObject' || typeof source !== 'string') return undefined;
  if (typeof from !== 'string' || !isRegion(from) || typeof to !== 'string') return undefined;
  return { source, from, to, hasTimeControl: extra?.hasTimeControl === true };
}
