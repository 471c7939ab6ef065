/**
 * What sets the services apart: where they answer, under which codes they refuse, how they number their requests. One
 * row a service; what a service does stands in its own folder.
 */

import type { AwsErrorCode } from './error-codes.ts';
import type { ServiceName } from './model/operations.ts';

export interface ServiceFacts {
  /**
   * One endpoint for all regions: conditions on `aws:RequestedRegion` see us-east-1, and the audit log of that region
   * has its events. IAM User Guide, "AWS global condition context keys"; CloudTrail User Guide, "Global service events".
   */
  readonly isGlobal: boolean;
  /** The first label of its endpoint's name, which is the source of its events too: AWS General Reference, "Service endpoints". */
  readonly host: string;
  /** A denial by policies. */
  readonly deniedCode: AwsErrorCode;
  /** An input that breaks a rule of the model, where the service does not say `MalformedXML`. */
  readonly invalidCode: AwsErrorCode;
  /** An input that cannot be read as the model's types. */
  readonly unreadableCode: AwsErrorCode;
  /** A request without a signature; undefined: the service answers those too. */
  readonly anonymousCode: AwsErrorCode | undefined;
  /** More requests than the account's rate. */
  readonly throttledCode: AwsErrorCode;
  readonly requestId: 'uuid' | 's3';
  /**
   * CloudFormation's name for what the resource part of one of its ARNs names; undefined for what the audit log does
   * not list.
   */
  readonly resourceType: (resource: string) => string | undefined;
}

/** JSON and CBOR services: AWS KMS API Reference, "Common errors". */
const json = {
  isGlobal: false,
  deniedCode: 'AccessDeniedException',
  invalidCode: 'ValidationException',
  unreadableCode: 'SerializationException',
  anonymousCode: 'MissingAuthenticationTokenException',
  throttledCode: 'ThrottlingException',
  requestId: 'uuid',
  resourceType: () => undefined,
} as const;

/** Services of the query protocol: IAM API Reference, "Common errors". */
const query = {
  ...json,
  deniedCode: 'AccessDenied',
  invalidCode: 'ValidationError',
  unreadableCode: 'MalformedInput',
  anonymousCode: 'MissingAuthenticationToken',
  throttledCode: 'Throttling',
} as const;

/** S3's own: Amazon S3 API Reference, "Error responses", list of error codes. */
const restXml = {
  ...json,
  deniedCode: 'AccessDenied',
  invalidCode: 'MalformedXML',
  unreadableCode: 'MalformedXML',
  throttledCode: 'SlowDown',
  requestId: 's3',
} as const;

const table = {
  // An alias is listed as a key too: AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail".
  kms: { ...json, host: 'kms', resourceType: (resource) => (resource === '*' ? undefined : 'AWS::KMS::Key') },
  s3: {
    ...restXml,
    host: 's3',
    // Amazon S3 User Guide, "Identity and access management for Amazon S3", anonymous requests.
    anonymousCode: undefined,
    resourceType: (resource) => {
      if (resource === '*') return undefined;
      return resource.includes('/') ? 'AWS::S3::Object' : 'AWS::S3::Bucket';
    },
  },
  iam: {
    ...query,
    isGlobal: true,
    host: 'iam',
    resourceType: (resource) => {
      const kind = resource.slice(0, resource.indexOf('/'));
      const name = { user: 'User', role: 'Role', group: 'Group', policy: 'ManagedPolicy' }[kind];
      return name && `AWS::IAM::${name}`;
    },
  },
  sts: { ...query, host: 'sts' },
  cloudtrail: { ...json, host: 'cloudtrail' },
  // It keeps the codes that it had as a query service: Amazon CloudWatch API Reference, "Common errors".
  cloudwatch: { ...query, host: 'monitoring', unreadableCode: 'SerializationException' },
  // AWS Organizations API Reference, "Common errors", InvalidInputException with a reason.
  organizations: { ...json, isGlobal: true, host: 'organizations', invalidCode: 'InvalidInputException' },
  'service-quotas': { ...json, host: 'servicequotas' },
  s3control: { ...restXml, host: 's3', requestId: 'uuid' },
} as const satisfies Record<ServiceName, ServiceFacts>;

/** Every service by the name of its model. */
export const serviceFacts: Readonly<Record<ServiceName, ServiceFacts>> = table;

/** The facts of a service that is known as text, such as by an ARN or a stored record; undefined: there is no such service. */
export const serviceFactsOf = (service: string): ServiceFacts | undefined =>
  isServiceName(service) ? serviceFacts[service] : undefined;

const isServiceName = (name: string): name is ServiceName => Object.hasOwn(table, name);
