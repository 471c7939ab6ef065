/**
 * What AWS bills, by its usage types without the region's prefix: what a unit of each is. Amazon S3 User Guide,
 * "Understanding your AWS billing and usage reports"; CloudTrail User Guide, "Managing CloudTrail trail costs";
 * CloudWatch User Guide, "CloudWatch billing and cost"; AWS KMS's from the price list.
 */

import type { BilledService } from './groupings.ts';

/**
 * What a price is for. A month is the calendar month of the bill, and a GB is 2^30 bytes: a GB-month is a GB that is
 * stored for a whole month.
 */
export type Unit =
  | 'request'
  | 'key-month'
  | 'GB-month'
  | 'GB'
  | 'object-month'
  | 'event'
  | 'alarm-month'
  | 'metric-month'
  | 'metric'
  | 'job'
  | 'object'
  | 'tag-month';

export interface UsageFacts {
  readonly service: BilledService;
  readonly unit: Unit;
  /** In a few words, as a part of a sentence. */
  readonly about: string;
}

const facts = (service: BilledService, unit: Unit) => (about: string) => ({ service, unit, about });
const kmsRequest = facts('kms', 'request');
const stored = facts('s3', 'GB-month');
const request = facts('s3', 'request');
const bytes = facts('s3', 'GB');
const event = facts('cloudtrail', 'event');

export const usageTypes = {
  'KMS-Keys': facts('kms', 'key-month')('customer managed keys, and their first and second rotation'),
  'KMS-Requests': kmsRequest('requests with symmetric keys, and those that manage keys'),
  'KMS-Requests-Asymmetric': kmsRequest('requests with asymmetric keys other than RSA_2048'),
  'KMS-Requests-Asymmetric-RSA_2048': kmsRequest('requests with RSA_2048 keys'),
  'KMS-Requests-GenerateDatakeyPair-ECC': kmsRequest('data key pairs of elliptic curves'),
  'KMS-Requests-GenerateDatakeyPair-RSA': kmsRequest('RSA data key pairs'),

  'TimedStorage-ByteHrs': stored('storage in STANDARD'),
  'TimedStorage-RRS-ByteHrs': stored('storage in REDUCED_REDUNDANCY'),
  'TimedStorage-INT-FA-ByteHrs': stored('storage in INTELLIGENT_TIERING, frequent access'),
  'TimedStorage-INT-IA-ByteHrs': stored('storage in INTELLIGENT_TIERING, infrequent access'),
  'TimedStorage-INT-AIA-ByteHrs': stored('storage in INTELLIGENT_TIERING, archive instant access'),
  'TimedStorage-INT-AA-ByteHrs': stored('storage in INTELLIGENT_TIERING, archive access'),
  'TimedStorage-INT-DAA-ByteHrs': stored('storage in INTELLIGENT_TIERING, deep archive access'),
  'TimedStorage-SIA-ByteHrs': stored('storage in STANDARD_IA'),
  'TimedStorage-SIA-SmObjects': stored('what objects in STANDARD_IA lack to 128 KB'),
  'TimedStorage-ZIA-ByteHrs': stored('storage in ONEZONE_IA'),
  'TimedStorage-ZIA-SmObjects': stored('what objects in ONEZONE_IA lack to 128 KB'),
  'TimedStorage-GIR-ByteHrs': stored('storage in GLACIER_IR'),
  'TimedStorage-GIR-SmObjects': stored('what objects in GLACIER_IR lack to 128 KB'),
  'TimedStorage-GlacierByteHrs': stored('storage in GLACIER, with 32 KB an object'),
  'TimedStorage-GDA-ByteHrs': stored('storage in DEEP_ARCHIVE, with 32 KB an object'),
  'TimedStorage-XZ-ByteHrs': stored('storage in EXPRESS_ONEZONE'),
  'EarlyDelete-SIA': stored('removed from STANDARD_IA before 30 days'),
  'EarlyDelete-ZIA': stored('removed from ONEZONE_IA before 30 days'),
  'EarlyDelete-GIR': stored('removed from GLACIER_IR before 90 days'),
  'EarlyDelete-ByteHrs': stored('removed from GLACIER before 90 days'),
  'EarlyDelete-GDA': stored('removed from DEEP_ARCHIVE before 180 days'),
  'Monitoring-Automation-INT': facts('s3', 'object-month')('objects monitored in INTELLIGENT_TIERING'),

  'Requests-Tier1': request('PUT, COPY, POST and LIST'),
  'Requests-Tier2': request('GET and all other requests'),
  'Requests-INT-Tier1': request('PUT, COPY and POST to INTELLIGENT_TIERING'),
  'Requests-INT-Tier2': request('GET and all other requests in INTELLIGENT_TIERING'),
  'Requests-SIA-Tier1': request('PUT, COPY and POST to STANDARD_IA'),
  'Requests-SIA-Tier2': request('GET and all other requests in STANDARD_IA'),
  'Requests-ZIA-Tier1': request('PUT, COPY and POST to ONEZONE_IA'),
  'Requests-ZIA-Tier2': request('GET and all other requests in ONEZONE_IA'),
  'Requests-GIR-Tier1': request('PUT, COPY and POST to GLACIER_IR'),
  'Requests-GIR-Tier2': request('GET and all other requests in GLACIER_IR'),
  'Requests-GLACIER-Tier1': request('PUT, COPY and POST to GLACIER'),
  'Requests-GLACIER-Tier2': request('GET and all other requests in GLACIER'),
  'Requests-GDA-Tier1': request('PUT, COPY and POST to DEEP_ARCHIVE'),
  'Requests-GDA-Tier2': request('GET and all other requests in DEEP_ARCHIVE'),
  'Requests-XZ-Tier1': request('PUT and COPY to EXPRESS_ONEZONE'),
  'Requests-XZ-Tier2': request('GET and all other requests in EXPRESS_ONEZONE'),

  'Retrieval-SIA': bytes('read from STANDARD_IA'),
  'Retrieval-ZIA': bytes('read from ONEZONE_IA'),
  'Retrieval-GIR': bytes('read from GLACIER_IR'),
  'Retrieval-XZ': bytes('read from EXPRESS_ONEZONE'),
  'Upload-XZ': bytes('written to EXPRESS_ONEZONE'),
  'Expedited-Retrieval-Bytes': bytes('restored from GLACIER, expedited'),
  'Standard-Retrieval-Bytes': bytes('restored from GLACIER, standard'),
  'Bulk-Retrieval-Bytes': bytes('restored from GLACIER, bulk'),
  'S3DSSE-Out-Bytes': bytes('read under DSSE-KMS'),
  'AWS-Out-Bytes': bytes('transferred to another region, as by replication'),
  'S3RTC-Out-Bytes': bytes('replicated with Replication Time Control'),
  'DataTransfer-Out-Bytes': bytes('transferred to the internet'),
  'BatchOperations-Jobs': facts('s3', 'job')('batch jobs'),
  'BatchOperations-Objects': facts('s3', 'object')('operations of batch jobs'),
  'Inventory-ObjectsListed': facts('s3', 'object')('objects listed by inventories'),
  'StorageAnalytics-ObjCount': facts('s3', 'object-month')('objects monitored by storage class analysis'),

  'TagStorage-TagHrs': facts('s3', 'tag-month')('tags of objects'),
  'Select-Scanned-Bytes': bytes('scanned by SelectObjectContent'),
  'Select-Returned-Bytes': bytes('returned by SelectObjectContent'),

  PaidEventsRecorded: event('further copies of management events'),
  DataEventsRecorded: event('data events'),
  NetworkEventsRecorded: event('network activity events'),
  InsightsEvents: event('events analysed by Insights'),

  'CW:AlarmMonitorUsage': facts('cloudwatch', 'alarm-month')('metrics that alarms watch'),
  'CW:HighResAlarmMonitorUsage': facts(
    'cloudwatch',
    'alarm-month',
  )('metrics that alarms with periods of seconds watch'),
  'CW:CompositeAlarmMonitorUsage': facts('cloudwatch', 'alarm-month')('composite alarms'),
  'CW:MetricMonitorUsage': facts('cloudwatch', 'metric-month')('custom metrics, and request metrics of buckets'),
  'CW:Requests': facts('cloudwatch', 'request')('requests that put, list and read metrics'),
  'CW:GMD-Metrics': facts('cloudwatch', 'metric')('metrics read with GetMetricData'),
} as const satisfies Readonly<Record<string, UsageFacts>>;

/** A usage type of AWS that has a price here. */
export type BilledUsage = keyof typeof usageTypes;

export const billedUsages = Object.keys(usageTypes).filter(isBilledUsage);

export function isBilledUsage(text: string): text is BilledUsage {
  return Object.hasOwn(usageTypes, text);
}

/** What a usage type is about. */
export const usageFacts = (usageType: BilledUsage): UsageFacts => usageTypes[usageType];
