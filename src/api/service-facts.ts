/**
 * How the services differ: their endpoints, their error codes, the form of their request ids. One row per service; its
 * behaviour is in its own folder.
 */

import type { AwsErrorCode } from './error-codes.ts';
import type { ServiceName } from './model/operations.ts';

export interface ServiceFacts {
  /**
   * One endpoint for all regions: conditions on `aws:RequestedRegion` see us-east-1, and that region's audit log has
   * its events. IAM User Guide, "AWS global condition context keys"; CloudTrail User Guide, "Global service events".
   */
  readonly isGlobal: boolean;
  /** The first label of its endpoint's name, and of its events' source: AWS General Reference, "Service endpoints". */
  readonly host: string;
  /** For a denial by policies. */
  readonly deniedCode: AwsErrorCode;
  /** For an input that breaks a rule of the model, unless the service returns `MalformedXML`. */
  readonly invalidCode: AwsErrorCode;
  /** For an input that does not have the model's types. */
  readonly unreadableCode: AwsErrorCode;
  /** For a request without a signature; undefined if the service accepts those too. */
  readonly anonymousCode: AwsErrorCode | undefined;
  /** For requests beyond the account's rate. */
  readonly throttledCode: AwsErrorCode;
  readonly requestId: 'uuid' | 's3';
  /**
   * The CloudFormation type of a resource, by the resource part of its ARN; undefined if the audit log does not list
   * it.
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

/** S3: Amazon S3 API Reference, "Error responses", list of error codes. */
const restXml = {
  ...json,
  deniedCode: 'AccessDenied',
  invalidCode: 'MalformedXML',
  unreadableCode: 'MalformedXML',
  throttledCode: 'SlowDown',
  requestId: 's3',
} as const;

const table = {
  // An alias is also listed as a key: AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail".
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
  // Keeps its codes from when it was a query service: Amazon CloudWatch API Reference, "Common errors".
  cloudwatch: { ...query, host: 'monitoring', unreadableCode: 'SerializationException' },
  // AWS Organizations API Reference, "Common errors", InvalidInputException with a reason.
  organizations: { ...json, isGlobal: true, host: 'organizations', invalidCode: 'InvalidInputException' },
  'service-quotas': { ...json, host: 'servicequotas' },
  s3control: { ...restXml, host: 's3', requestId: 'uuid' },
} as const satisfies Record<ServiceName, ServiceFacts>;

/** Every service by the name of its model. */
export const serviceFacts: Readonly<Record<ServiceName, ServiceFacts>> = table;

/** The facts of a service known as text, from an ARN or a stored record; undefined if there is no such service. */
export const serviceFactsOf = (service: string): ServiceFacts | undefined =>
  isServiceName(service) ? serviceFacts[service] : undefined;

const isServiceName = (name: string): name is ServiceName => Object.hasOwn(table, name);
