/** What `cost estimate` takes in options and files: names for people, and the usage type that each is. */

import type { BilledUsage } from '../../../cost/usage-types.ts';

interface Member {
  readonly about: string;
  readonly usageType: BilledUsage;
}

const member = (usageType: BilledUsage, about: string): Member => ({ about, usageType });

/** Quantities of a month. */
export const estimateMembers = {
  keys: member('KMS-Keys', 'customer managed KMS keys'),
  'kms-requests': member('KMS-Requests', 'KMS requests with symmetric keys, as S3 makes them'),
  'asymmetric-requests': member('KMS-Requests-Asymmetric', 'KMS requests with asymmetric keys other than RSA_2048'),
  'rsa-key-pairs': member('KMS-Requests-GenerateDatakeyPair-RSA', 'RSA data key pairs that are generated'),
  'ecc-key-pairs': member('KMS-Requests-GenerateDatakeyPair-ECC', 'ECC data key pairs that are generated'),
  puts: member('Requests-Tier1', 'PUT, COPY, POST and LIST requests'),
  gets: member('Requests-Tier2', 'GET and all other requests'),
  'storage-gb': member('TimedStorage-ByteHrs', 'GB stored in STANDARD for the whole month'),
  'dsse-gb': member('S3DSSE-Out-Bytes', 'GB read under DSSE-KMS'),
  'replicated-gb': member('AWS-Out-Bytes', 'GB transferred to another region'),
  'rtc-gb': member('S3RTC-Out-Bytes', 'GB replicated with Replication Time Control'),
  'internet-gb': member('DataTransfer-Out-Bytes', 'GB transferred to the internet'),
  'data-events': member('DataEventsRecorded', 'data events that trails deliver'),
  'event-copies': member('PaidEventsRecorded', 'management events that a second or further trail delivers'),
  alarms: member('CW:AlarmMonitorUsage', 'metrics that alarms watch'),
  metrics: member('CW:MetricMonitorUsage', 'custom metrics, and request metrics of buckets'),
  'metric-requests': member('CW:Requests', 'requests that put and list metrics'),
  'batch-jobs': member('BatchOperations-Jobs', 'jobs of S3 Batch Operations'),
  'batch-objects': member('BatchOperations-Objects', 'objects that batch jobs work on'),
} as const satisfies Readonly<Record<string, Member>>;

export type EstimateName = keyof typeof estimateMembers;

export const estimateNames = Object.keys(estimateMembers).filter(isEstimateName);

export function isEstimateName(text: string): text is EstimateName {
  return Object.hasOwn(estimateMembers, text);
}

interface QuantityOption {
  readonly about: string;
  readonly type: 'string';
  readonly value: 'NUMBER';
}

/** The option for a quantity. */
export const quantityOption = (about: string): QuantityOption => ({ about, type: 'string', value: 'NUMBER' });

/** An option for each of them. */
export const estimateOptions = Object.fromEntries(
  estimateNames.map((name) => [name, quantityOption(estimateMembers[name].about)]),
  // Every name has its option.
) as Readonly<Record<EstimateName, QuantityOption>>;
