/** Facts about a record's event that trails also select by; `event.ts` has the whole event. */

import { bucketArn } from '../api/arn.ts';
import type { OperationFacts } from '../api/operation-facts.ts';
import { serviceFactsOf } from '../api/service-facts.ts';
import type { CallRecord } from '../store/records/call.ts';

/** The host name of a service without its region. */
export const eventSource = (service: string): string => `${serviceFactsOf(service)?.host ?? service}.amazonaws.com`;

export const isReadOnly = ({ serviceEvent }: CallRecord, { reads }: OperationFacts): boolean =>
  serviceEvent === undefined && reads;

export const eventType = ({ serviceEvent }: CallRecord, { loggedAs }: OperationFacts) =>
  serviceEvent === undefined || loggedAs === 'SynchronizeMultiRegionKey' ? 'AwsApiCall' : 'AwsServiceEvent';

/** Whether a call lists objects, which its event identifies by the prefix of their ARNs. */
export const isListing = ({ loggedAs }: OperationFacts): boolean => loggedAs.startsWith('ListObject');

/** The prefix of the ARNs of the objects that a call may have listed. */
export const listedArn = (bucket: string, { parameters }: CallRecord): string =>
  `${bucket}/${typeof parameters?.prefix === 'string' ? parameters.prefix : ''}`;

/**
 * The ARNs of the objects that a data event of S3 is about: for a listing their prefix, and for a call about the bucket
 * alone the beginning of all its objects' ARNs. CloudTrail User Guide, "Logging data events", Amazon S3.
 */
export function objectArns(record: CallRecord, facts: OperationFacts): readonly string[] {
  const { resources, parameters } = record;
  const objects = resources.filter(({ type }) => type === 'AWS::S3::Object').map(({ arn }) => arn);
  // A call that is refused before its resources are known has only its parameters.
  const named = typeof parameters?.bucketName === 'string' ? bucketArn(parameters.bucketName) : undefined;
  const bucket = resources.find(({ type }) => type === 'AWS::S3::Bucket')?.arn ?? named;
  if (bucket !== undefined && isListing(facts)) return [listedArn(bucket, record), ...objects];
  if (bucket === undefined || objects.length > 0) return objects;
  return [`${bucket}/${typeof parameters?.key === 'string' ? parameters.key : ''}`];
}
