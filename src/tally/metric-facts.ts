/**
 * In which unit a metric is published, and how many of the stored values make one of it: times are stored in
 * microseconds, shares in thousandths of a percent. Amazon S3 User Guide, "Amazon CloudWatch metrics and dimensions";
 * AWS KMS Developer Guide, "Monitor KMS keys with Amazon CloudWatch"; Amazon CloudWatch User Guide, "AWS usage metrics".
 */

import type { StandardUnit } from '../api/model/cloudwatch.types.ts';
import type { SeriesName } from '../store/records/tally.ts';

export interface MetricFacts {
  readonly unit: StandardUnit;
  /** What a stored value is divided by. */
  readonly scale: number;
}

/** The namespace of what AWS does not publish. */
export const OWN_NAMESPACE = 'SSEBox';

const count: MetricFacts = { unit: 'Count', scale: 1 };
const bytes: MetricFacts = { unit: 'Bytes', scale: 1 };
const seconds: MetricFacts = { unit: 'Seconds', scale: 1 };
const milliseconds: MetricFacts = { unit: 'Milliseconds', scale: 1000 };
const percent: MetricFacts = { unit: 'Percent', scale: 1000 };

/** S3's request metrics, which have the same names in `AWS/S3` and in ours. */
const requests = {
  AllRequests: count,
  GetRequests: count,
  PutRequests: count,
  DeleteRequests: count,
  HeadRequests: count,
  PostRequests: count,
  SelectRequests: count,
  ListRequests: count,
  '4xxErrors': count,
  '5xxErrors': count,
  BytesDownloaded: bytes,
  BytesUploaded: bytes,
  FirstByteLatency: milliseconds,
  TotalRequestLatency: milliseconds,
} as const satisfies Readonly<Record<string, MetricFacts>>;

const facts: Readonly<Record<string, Readonly<Record<string, MetricFacts>>>> = {
  'AWS/KMS': { SuccessfulRequest: count, SecondsUntilKeyMaterialExpiration: seconds },
  'AWS/Usage': { CallCount: count, ResourceCount: count },
  'AWS/S3': {
    ...requests,
    BucketSizeBytes: bytes,
    BytesPendingReplication: bytes,
    NumberOfObjects: count,
    OperationsFailedReplication: count,
    OperationsPendingReplication: count,
    ReplicationLatency: seconds,
  },
  [OWN_NAMESPACE]: {
    ...requests,
    BilledBytes: bytes,
    BucketPolicyChanges: count,
    Calls: count,
    Denials: count,
    DiskTime: milliseconds,
    Duration: milliseconds,
    EncryptionTime: milliseconds,
    Errors: count,
    KeyChanges: count,
    KmsShare: percent,
    KmsTime: milliseconds,
    LogBytes: bytes,
    OverRate: count,
    PendingDeletionUses: count,
    Requests: count,
    SparedKmsCalls: count,
    Throttles: count,
    TrailChanges: count,
    TrailEvents: count,
  },
};

/** Every metric that is AWS's or ours. */
export const publishedMetrics: readonly Pick<SeriesName, 'namespace' | 'metric'>[] = Object.entries(facts).flatMap(
  ([namespace, metrics]) => Object.keys(metrics).map((metric) => ({ namespace, metric })),
);

/** The unit and scale of a series: those of its metric, or what it was given values in. */
export const metricFacts = (series: Pick<SeriesName, 'namespace' | 'metric' | 'unit'>): MetricFacts =>
  publishedFacts(series) ?? { unit: series.unit ?? 'None', scale: 1 };

/** Whether the metric is AWS's or ours, so that its unit is known. */
export const isPublished = (series: Pick<SeriesName, 'namespace' | 'metric'>): boolean =>
  publishedFacts(series) !== undefined;

// Names are anybody's: `constructor` must not be found.
function publishedFacts({ namespace, metric }: Pick<SeriesName, 'namespace' | 'metric'>): MetricFacts | undefined {
  const ofNamespace = Object.hasOwn(facts, namespace) ? facts[namespace] : undefined;
  return ofNamespace && Object.hasOwn(ofNamespace, metric) ? ofNamespace[metric] : undefined;
}
