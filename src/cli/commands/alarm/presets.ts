/** Alarms that are customary around encryption, by name: each stands for an input of PutMetricAlarm. */

import { UsageError } from '../../../api/errors.ts';
import type { KeyMetadata } from '../../../api/model/kms.types.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { OWN_NAMESPACE } from '../../../tally/metric-facts.ts';
import type { Rule, Watched } from './alarm-input.ts';

export interface Preset {
  /** What it goes off for, for choices: a phrase that follows "when". */
  readonly about: string;
  /** Whether it is about one KMS key, may be, or is always about the account. */
  readonly key: 'required' | 'optional' | 'none';
  /** Only keys that someone imported material for have the metric. */
  readonly isAboutImports?: boolean;
  /** @param key only where one is named */
  readonly watched: (key: KeyMetadata | undefined) => Watched;
  readonly rule: Rule;
  /** The alarm's description, about a key where one is named. */
  readonly description: string;
}

/** Events are rare, and a period without any is a good one. */
const anEvent: Rule = {
  comparison: 'GreaterThanOrEqualToThreshold',
  threshold: 1,
  seconds: 300,
  periods: 1,
  outOf: 1,
  missing: 'notBreaching',
};

/** The number of events, of a key where one is named. */
const eventsOf =
  (metric: string) =>
  (key: KeyMetadata | undefined): Watched => ({
    kind: 'metric',
    namespace: OWN_NAMESPACE,
    metric,
    dimensions: key?.Arn === undefined ? {} : { KeyArn: key.Arn },
    statistic: 'Sum',
  });

const DAY_SECONDS = 86_400;

export const presets = {
  // Service Quotas User Guide, "Service Quotas and Amazon CloudWatch alarms": the use of a rate, in percent.
  'kms-throttling': {
    about: 'KMS throttles calls or would, or 80 % of the rate of cryptographic operations with symmetric keys is used',
    key: 'none',
    watched: () => ({ kind: 'formula', queries: rateUse }),
    rule: { ...anEvent, threshold: 80, seconds: 60 },
    description:
      'The percentage of the rate of cryptographic operations with symmetric KMS keys that is used; 100 and more where a call was over a rate of KMS.',
  },
  // AWS KMS Developer Guide, "Create an alarm that detects use of a KMS key pending deletion".
  'key-pending-deletion-used': {
    about: 'a KMS key that is pending deletion is used',
    key: 'optional',
    watched: eventsOf('PendingDeletionUses'),
    rule: anEvent,
    description: 'Calls that failed because the KMS key is pending deletion: somebody still needs it.',
  },
  // Security Hub CSPM User Guide, CloudWatch.7; CIS AWS Foundations Benchmark 1.4, 4.7.
  'key-disabled-or-scheduled': {
    about: 'somebody disables a KMS key or schedules its deletion, or tries to',
    key: 'optional',
    watched: eventsOf('KeyChanges'),
    rule: anEvent,
    description: 'Calls of DisableKey and ScheduleKeyDeletion, refused ones too (CloudWatch.7).',
  },
  // Security Hub CSPM User Guide, CloudWatch.8; CIS AWS Foundations Benchmark 1.4, 4.8.
  'bucket-policy-changed': {
    about: 'somebody changes the policy, ACL, CORS, lifecycle or replication of a bucket, or tries to',
    key: 'none',
    watched: eventsOf('BucketPolicyChanges'),
    rule: anEvent,
    description: 'Changes of bucket policies, ACLs, CORS, lifecycles and replication, refused ones too (CloudWatch.8).',
  },
  // Security Hub CSPM User Guide, CloudWatch.5; CIS AWS Foundations Benchmark 1.4, 4.5.
  'trail-changed': {
    about: 'somebody creates, changes, deletes, starts or stops a trail, or tries to',
    key: 'none',
    watched: eventsOf('TrailChanges'),
    rule: anEvent,
    description: 'Calls that create, change, delete, start or stop a trail, refused ones too (CloudWatch.5).',
  },
  'access-denied': {
    about: 'a call is denied',
    key: 'optional',
    watched: eventsOf('Denials'),
    rule: anEvent,
    description: 'Calls that were denied.',
  },
  // AWS KMS Developer Guide, "Create a CloudWatch alarm for expiration of imported key material".
  'material-expiring': {
    about: 'the imported material of a KMS key expires in less than 7 days',
    key: 'required',
    isAboutImports: true,
    watched: (key) => ({
      kind: 'metric',
      namespace: 'AWS/KMS',
      metric: 'SecondsUntilKeyMaterialExpiration',
      dimensions: { KeyId: key?.KeyId ?? '' },
      statistic: 'Minimum',
    }),
    rule: {
      comparison: 'LessThanThreshold',
      threshold: 7 * DAY_SECONDS,
      seconds: 60,
      periods: 1,
      outOf: 1,
      // Without it, no value counts: once the material has expired there is none any more.
      missing: 'ignore',
    },
    description: 'The seconds until the imported material of the KMS key expires.',
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as readonly PresetName[];

/** The preset of a name. @throws UsageError that lists them for another text. */
export function presetNamed(name: string): Preset {
  const found = presetNames.find((each) => each === name);
  if (found) return presets[found];
  throw new UsageError(
    `"${name}" is not a preset: choose one of ${presetNames.join(', ')}`,
    didYouMean(name, presetNames),
  );
}

/** The percentage of a rate that is used, or a hundred for each call that was over a rate where that is more. */
function rateUse(seconds: number) {
  const Dimensions = [
    { Name: 'Service', Value: 'KMS' },
    { Name: 'Type', Value: 'API' },
    { Name: 'Resource', Value: 'CryptographicOperationsSymmetric' },
    { Name: 'Class', Value: 'None' },
  ];
  const calls = { Namespace: 'AWS/Usage', MetricName: 'CallCount', Dimensions };
  const over = {
    Namespace: OWN_NAMESPACE,
    MetricName: 'OverRate',
    Dimensions: [{ Name: 'Service', Value: 'kms' }],
  };
  const sum = { Period: seconds, Stat: 'Sum' } as const;
  return [
    {
      Id: 'use',
      Expression: `MAX([calls / ${seconds} / SERVICE_QUOTA(calls) * 100, over * 100])`,
      Label: 'Percent of the rate',
      ReturnData: true,
    },
    { Id: 'calls', MetricStat: { Metric: calls, ...sum }, ReturnData: false },
    { Id: 'over', MetricStat: { Metric: over, ...sum }, ReturnData: false },
  ];
}
