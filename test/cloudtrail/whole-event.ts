/** Whole events of CloudTrail: what a test says of one, completed with what all events of a caller have. */

import { expect } from 'vitest';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { type CloudTrailEvent, cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { arnFor } from '../kms/made-keys.ts';
import { ACCOUNT, type World } from '../support/harness.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** What sets an event apart; the rest is that of a call by `user/admin`, at once, that succeeds and changes nothing. */
export interface Told {
  readonly service: ServiceName;
  readonly eventName: string;
  readonly userIdentity?: Fields;
  readonly eventTime?: string;
  readonly awsRegion?: string;
  /** The service that calls on the caller's behalf, or whose own event it is. */
  readonly by?: string;
  readonly error?: readonly [code: string, message: string];
  readonly requestParameters: Fields | null;
  readonly responseElements?: Fields | null;
  /** Beside what all events of S3 have. */
  readonly additionalEventData?: Fields;
  readonly readOnly: boolean;
  /** Absent if the event has none. */
  readonly resources?: readonly Fields[];
  readonly isData?: boolean;
  readonly recipientAccountId?: string;
  readonly isShared?: boolean;
  /** The members of an event that no request caused. */
  readonly serviceEvent?: { readonly eventType: string; readonly serviceEventDetails?: Fields };
}

/** The user that a call has when a test names none. */
export const adminIdentity: Fields = {
  type: 'IAMUser',
  principalId: expect.stringMatching(/^AIDA[A-Z0-9]{17}$/),
  arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
  accountId: ACCOUNT,
  userName: 'admin',
};

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const s3Id = expect.stringMatching(/^[A-Z0-9]{16}$/);

const hosts: Readonly<Partial<Record<ServiceName, string>>> = { iam: 'iam.amazonaws.com' };

/** The whole event, its members in the order of CloudTrail's log files: CloudTrail User Guide, "CloudTrail log file examples". */
function wholeEvent(told: Told): Fields {
  const { service, by, error, serviceEvent, awsRegion = 'us-east-1', isData = false } = told;
  const cipherSuite = service === 's3' ? 'TLS_AES_128_GCM_SHA256' : 'TLS_AES_256_GCM_SHA384';
  const source = `${service}.amazonaws.com`;
  const host = hosts[service] ?? `${bucketOf(told)}${service}.${awsRegion}.amazonaws.com`;
  return {
    eventVersion: '1.11',
    userIdentity: told.userIdentity ?? { ...adminIdentity, ...(by !== undefined && { invokedBy: by }) },
    eventTime: told.eventTime ?? '2026-05-04T09:00:00Z',
    eventSource: source,
    eventName: told.eventName,
    awsRegion,
    sourceIPAddress: by ?? '127.0.0.1',
    userAgent: by ?? (service === 's3' ? '[ssebox]' : 'ssebox'),
    ...(error && { errorCode: error[0], errorMessage: error[1] }),
    requestParameters: requestParametersOf(told, host),
    responseElements: told.responseElements ?? null,
    ...additionalDataOf(told),
    ...(!serviceEvent && { requestID: service === 's3' ? s3Id : uuid }),
    eventID: uuid,
    readOnly: told.readOnly,
    ...(told.resources && { resources: told.resources }),
    eventType: serviceEvent?.eventType ?? 'AwsApiCall',
    managementEvent: !isData,
    recipientAccountId: told.recipientAccountId ?? ACCOUNT,
    ...(told.isShared && { sharedEventID: uuid }),
    ...(serviceEvent?.serviceEventDetails && { serviceEventDetails: serviceEvent.serviceEventDetails }),
    eventCategory: isData ? 'Data' : 'Management',
    ...(by === undefined && {
      tlsDetails: {
        tlsVersion: 'TLSv1.3',
        cipherSuite,
        clientProvidedHostHeader: host,
        ...(service === 'kms' && { keyExchange: 'X25519MLKEM768' }),
      },
    }),
  };
}

const bucketOf = ({ service, requestParameters }: Told): string =>
  service === 's3' && requestParameters?.bucketName !== undefined ? `${String(requestParameters.bucketName)}.` : '';

/** S3 lists the host among them. */
const requestParametersOf = ({ service, requestParameters }: Told, host: string): Fields | null =>
  service === 's3' ? { ...requestParameters, Host: host } : requestParameters;

/** S3 describes the connection: Amazon S3 User Guide, "Example: Amazon S3 log file entries". */
function additionalDataOf({ service, additionalEventData }: Told): Fields {
  if (service !== 's3') return additionalEventData ? { additionalEventData } : {};
  const { bytesTransferredIn = 0, bytesTransferredOut = 0, ...others } = additionalEventData ?? {};
  return {
    additionalEventData: {
      SignatureVersion: 'SigV4',
      CipherSuite: 'TLS_AES_128_GCM_SHA256',
      bytesTransferredIn,
      ...others,
      AuthenticationMethod: 'AuthHeader',
      'x-amz-id-2': expect.stringMatching(/^[\w+/]{75}=$/),
      bytesTransferredOut,
    },
  };
}

/** The events of a world, in order of time. */
export const eventsOf = (world: World): readonly CloudTrailEvent[] => world.transact(allCalls).map(cloudTrailEvent);

/** Expects that an event has just these members, in this order. */
export function expectWhole(event: Fields | undefined, told: Told): void {
  const expected = wholeEvent(told);
  expect(event).toEqual(expected);
  expect(Object.keys(event ?? {})).toEqual(Object.keys(expected));
  expect(Object.keys(Object(event?.additionalEventData))).toEqual(Object.keys(Object(expected.additionalEventData)));
}

/** A KMS key among the resources of an event. */
export const keyEntry = (keyId: string, region = 'us-east-1', account = ACCOUNT): Fields => ({
  accountId: account,
  type: 'AWS::KMS::Key',
  ARN: arnFor(keyId, region, account),
});
