/**
 * Converts a call record to a CloudTrail event, as a pure function. CloudTrail User Guide, "CloudTrail record contents
 * for management, data, and network activity events".
 */

import { bucketArn } from '../api/arn.ts';
import { hostIdOf } from '../api/host-id.ts';
import { type OperationFacts, operationFacts } from '../api/operation-facts.ts';
import { type Connection, connectionOf, PROCESS, type Tls } from '../api/origin.ts';
import { serviceFactsOf } from '../api/service-facts.ts';
import type { CallRecord, RecordedResource } from '../store/records/call.ts';
import { eventSource, eventType, isListing, isReadOnly, listedArn } from './event-facts.ts';
import { eventTime } from './event-time.ts';
import { invokedBy, isSentOn, userIdentity } from './user-identity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An event, its members in the order of CloudTrail's log files. */
export type CloudTrailEvent = Fields & {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSource: string;
  readonly eventTime: string;
  readonly readOnly: boolean;
};

/** The event of a call, as the record's account receives it. */
export function cloudTrailEvent(record: CallRecord): CloudTrailEvent {
  const facts = operationFacts(record.service, record.operation);
  const by = invokedBy(record);
  const connection = connectionOf(record.origin ?? PROCESS, record.service);
  // What was sent on to another region still shows the caller's address.
  const sender = isSentOn(record)
    ? { address: connection.sourceIp, agent: 'AWS Internal' }
    : { address: by, agent: by };
  const agent = sender.agent ?? agentOf(record, connection);
  const extra = additionalData(record, connection);
  const details = record.serviceEvent;
  return {
    eventVersion: '1.11',
    userIdentity: userIdentity(record),
    eventTime: eventTime(record.timeMs),
    eventSource: eventSource(record.service),
    eventName: facts.loggedAs,
    awsRegion: record.region,
    sourceIPAddress: sender.address ?? connection.sourceIp,
    ...(agent !== undefined && { userAgent: agent }),
    ...errorOf(record),
    // KMS logs no parameters of a request that it denies.
    requestParameters: isDeniedByKms(record) ? null : parametersOf(record, connection),
    responseElements: record.error ? null : record.response,
    ...(Object.keys(extra).length > 0 && { additionalEventData: extra }),
    // Service events have no request.
    ...(details === undefined && { requestID: record.requestId }),
    eventID: record.eventId,
    readOnly: isReadOnly(record, facts),
    ...resourcesOf(record, facts),
    eventType: eventType(record, facts),
    managementEvent: !facts.isData,
    recipientAccountId: record.recipient,
    ...(record.sharedEventId !== undefined && { sharedEventID: record.sharedEventId }),
    ...(details && Object.keys(details).length > 0 && { serviceEventDetails: details }),
    eventCategory: facts.isData ? 'Data' : 'Management',
    ...(by === undefined &&
      connection.tls && { tlsDetails: tlsDetails(connection.tls, connection.host ?? hostOf(record)) }),
  };
}

/** Whether a call is in the event history, which excludes data events. */
export const isManagementEvent = (record: CallRecord): boolean =>
  isEvent(record) && !operationFacts(record.service, record.operation).isData;

/** Whether a call is a data event, which only trails that want it record. */
export const isDataEvent = (record: CallRecord): boolean =>
  isEvent(record) && operationFacts(record.service, record.operation).isData;

/** Whether AWS would log it: a service's own tasks stand in the store's records, but are no operations of AWS. */
export const isEvent = ({ service, operation }: CallRecord): boolean => !operationFacts(service, operation).isTask;

/** Whether the event is one of S3's, as those of S3 Control are. */
const isOfS3 = ({ service }: Pick<CallRecord, 'service'>): boolean => service === 's3' || service === 's3control';

/** S3 lists the host that the request was sent to: Amazon S3 User Guide, "Example: Amazon S3 log file entries". */
function parametersOf(record: CallRecord, { host = hostOf(record) }: Connection): CallRecord['parameters'] {
  if (!isOfS3(record)) return record.parameters;
  // Records of older versions of ssebox have a host without its region.
  const { bucketName, Host: _, ...others } = record.parameters ?? {};
  return { ...(bucketName !== undefined && { bucketName }), Host: host, ...others };
}

function errorOf({ service, error }: CallRecord): Fields {
  if (!error) return {};
  // AccessDeniedException in the API is AccessDenied in the log.
  const code = service === 'kms' && error.code === 'AccessDeniedException' ? 'AccessDenied' : error.code;
  return { errorCode: code, errorMessage: error.message };
}

const isDeniedByKms = ({ service, error }: CallRecord): boolean =>
  service === 'kms' && error?.code === 'AccessDeniedException';

/** KMS always lists resources of a call, even if there are none; IAM and CloudTrail never do; S3 lists an object with its bucket. */
function resourcesOf(record: CallRecord, facts: OperationFacts): Fields {
  const { service, error } = record;
  if (service === 'iam' || service === 'cloudtrail' || error?.code === 'ThrottlingException') return {};
  // As the events in the User Guide, "Logging Amazon CloudWatch API operations with AWS CloudTrail".
  if (service === 'cloudwatch' && facts.isData) return { resources: [{ type: 'AWS::CloudWatch::Metric' }] };
  const named = facts.isData ? withBucket(record.resources) : record.resources;
  // In a denial, an account sees only its own key.
  const shown = isDeniedByKms(record) ? named.filter(({ account }) => account === record.recipient) : named;
  const listing = isListing(facts) ? listedPrefix(record) : [];
  const resources = [...listing, ...shown.map(resourceFields)];
  return resources.length > 0 || (service === 'kms' && !isSentOn(record)) ? { resources } : {};
}

/** The entry of an object has no account: Amazon S3 User Guide, "Example: Amazon S3 log file entries". */
function resourceFields({ arn, type, account }: RecordedResource): Fields {
  const isObject = type === 'AWS::S3::Object';
  return { ...(account !== undefined && !isObject && { accountId: account }), type, ARN: arn };
}

/** An object's event also lists its bucket. */
export function withBucket(resources: readonly RecordedResource[]): readonly RecordedResource[] {
  const object = resources.find(({ type }) => type === 'AWS::S3::Object');
  if (!object || resources.some(({ type }) => type === 'AWS::S3::Bucket')) return resources;
  const arn = bucketArn(object.arn.slice('arn:aws:s3:::'.length).split('/')[0] ?? '');
  return [...resources, { arn, type: 'AWS::S3::Bucket', account: object.account }];
}

/** A listing identifies the objects that it may have shown by the prefix of their names. */
function listedPrefix(record: CallRecord): readonly Fields[] {
  const bucket = record.resources.find(({ type }) => type === 'AWS::S3::Bucket');
  return bucket ? [{ type: 'AWS::S3::Object', ARNPrefix: listedArn(bucket.arn, record) }] : [];
}

/** S3 puts it in brackets; at most 1 KB of it is kept. */
function agentOf({ service }: CallRecord, { userAgent }: Connection): string | undefined {
  const agent = userAgent?.slice(0, 1024);
  return isOfS3({ service }) && agent !== undefined ? `[${agent}]` : agent;
}

/**
 * S3's events describe the request's connection, also those of refused calls: Amazon S3 User Guide, "Example: Amazon S3
 * log file entries". The bytes are those of objects.
 */
function additionalData(
  { service, requestId, bytesIn = 0, bytesOut = 0, extra = {} }: CallRecord,
  { tls, auth, signatureVersion }: Connection,
): Fields {
  if (!isOfS3({ service })) return extra;
  const method = authenticationMethods[auth];
  return {
    ...(signatureVersion !== undefined && { SignatureVersion: `SigV${signatureVersion}` }),
    ...(tls?.cipherSuite !== undefined && { CipherSuite: tls.cipherSuite }),
    bytesTransferredIn: bytesIn,
    ...extra,
    ...(method !== undefined && { AuthenticationMethod: method }),
    'x-amz-id-2': hostIdOf(requestId),
    // Records of older versions of ssebox have it among the extra members.
    bytesTransferredOut: extra.bytesTransferredOut ?? bytesOut,
  };
}

/** Amazon S3 User Guide, "Amazon S3 server access log format", Authentication type. */
const authenticationMethods = {
  header: 'AuthHeader',
  query: 'QueryString',
  form: 'HtmlForm',
  none: undefined,
} as const;

const tlsDetails = ({ version, cipherSuite, keyExchange }: Tls, host: string): Fields => ({
  ...(version !== undefined && { tlsVersion: version }),
  ...(cipherSuite !== undefined && { cipherSuite }),
  clientProvidedHostHeader: host,
  ...(keyExchange !== undefined && { keyExchange }),
});

/** The service's endpoint in the region; S3 has one for each bucket, S3 Control one for each account. */
function hostOf({ service, region, parameters }: CallRecord): string {
  const source = eventSource(service);
  if (serviceFactsOf(service)?.isGlobal) return source;
  if (service === 's3control') return `${parameters?.['x-amz-account-id']}.s3-control.${region}.amazonaws.com`;
  const host = source.replace('.', `.${region}.`);
  const bucket = service === 's3' ? parameters?.bucketName : undefined;
  return typeof bucket === 'string' && bucket !== '' ? `${bucket}.${host}` : host;
}
