/**
 * How the services differ: their endpoints, their error codes, the form of their request ids. One row per service; its
 * behaviour is in its own folder.
 */

import type { AwsErrorCode } from './error-codes.ts';
import type { ServiceName } from './model/operations.ts';

/** What can be wrong with the credentials of a request. */
export interface CredentialErrors {
  /** The access key is deleted or inactive, its user or role does not exist any more, or it lacks its session token. */
  readonly unknownKey: ErrorWords;
  readonly wrongToken: ErrorWords;
  readonly expiredToken: ErrorWords;
  readonly wrongSignature: ErrorWords;
  /** What the `Authorization` header says cannot be read; the message depends on what is wrong with it. */
  readonly malformedHeader: AwsErrorCode;
  /** The same for a signature in the query. */
  readonly malformedQuery: AwsErrorCode;
  /** It was signed too long ago, or in the future. */
  readonly skewed: AwsErrorCode;
}

type ErrorWords = readonly [code: AwsErrorCode, message: string];

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
  /** For a request with invalid credentials. */
  readonly credentialErrors: CredentialErrors;
  /**
   * Whether temporary credentials do not count that a user or the root user got for itself without MFA, or for a
   * federated user: IAM User Guide, "Comparing AWS STS API operations".
   */
  readonly refusesOwnSessions: boolean;
  /** For requests beyond the account's rate. */
  readonly throttledCode: AwsErrorCode;
  /** For a request that fails for a reason of the service's own. */
  readonly internalError: ErrorWords;
  readonly requestId: 'uuid' | 's3';
  /**
   * The CloudFormation type of a resource, by the resource part of its ARN; undefined if the audit log does not list
   * it.
   */
  readonly resourceType: (resource: string) => string | undefined;
}

const INVALID = 'The security token included in the request is invalid';
const invalidToken = ['InvalidClientTokenId', `${INVALID}.`] as const;
const EXPIRED = 'The security token included in the request is expired';
const WRONG_SIGNATURE =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** Services of the query protocol: AWS STS API Reference, "Common errors"; IAM User Guide, "Troubleshoot IAM". */
const queryCredentialErrors = {
  unknownKey: invalidToken,
  wrongToken: invalidToken,
  expiredToken: ['ExpiredToken', EXPIRED],
  wrongSignature: ['SignatureDoesNotMatch', WRONG_SIGNATURE],
  malformedHeader: 'IncompleteSignature',
  malformedQuery: 'IncompleteSignature',
  skewed: 'SignatureDoesNotMatch',
} as const satisfies CredentialErrors;

/** IAM answers without the full stop. */
const iamCredentialErrors = {
  ...queryCredentialErrors,
  unknownKey: ['InvalidClientTokenId', INVALID],
  wrongToken: ['InvalidClientTokenId', INVALID],
} as const satisfies CredentialErrors;

/** JSON services: AWS KMS API Reference, "Common errors". */
const jsonCredentialErrors = {
  unknownKey: ['UnrecognizedClientException', `${INVALID}.`],
  wrongToken: ['UnrecognizedClientException', `${INVALID}.`],
  expiredToken: ['ExpiredTokenException', EXPIRED],
  wrongSignature: ['InvalidSignatureException', WRONG_SIGNATURE],
  malformedHeader: 'IncompleteSignatureException',
  malformedQuery: 'IncompleteSignatureException',
  skewed: 'InvalidSignatureException',
} as const satisfies CredentialErrors;

/** Amazon S3 API Reference, "Error responses", list of error codes. */
const s3CredentialErrors = {
  unknownKey: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  wrongToken: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'],
  expiredToken: ['ExpiredToken', 'The provided token has expired.'],
  wrongSignature: [
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  malformedHeader: 'AuthorizationHeaderMalformed',
  malformedQuery: 'AuthorizationQueryParametersError',
  skewed: 'RequestTimeTooSkewed',
} as const satisfies CredentialErrors;

/** IAM API Reference, "Common errors". */
const INTERNAL_FAILURE = [
  'InternalFailure',
  'The request processing has failed because of an unknown error, exception or failure.',
] as const;

/** JSON and CBOR services: AWS KMS API Reference, "Common errors". */
const json = {
  isGlobal: false,
  deniedCode: 'AccessDeniedException',
  invalidCode: 'ValidationException',
  unreadableCode: 'SerializationException',
  anonymousCode: 'MissingAuthenticationTokenException',
  credentialErrors: jsonCredentialErrors,
  refusesOwnSessions: false,
  throttledCode: 'ThrottlingException',
  internalError: INTERNAL_FAILURE,
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
  credentialErrors: queryCredentialErrors,
  throttledCode: 'Throttling',
} as const;

/** S3: Amazon S3 API Reference, "Error responses", list of error codes. */
const restXml = {
  ...json,
  deniedCode: 'AccessDenied',
  invalidCode: 'MalformedXML',
  unreadableCode: 'MalformedXML',
  credentialErrors: s3CredentialErrors,
  throttledCode: 'SlowDown',
  internalError: ['InternalError', 'We encountered an internal error. Please try again.'],
  requestId: 's3',
} as const;

const table = {
  // An alias is also listed as a key: AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail".
  kms: {
    ...json,
    host: 'kms',
    // AWS KMS API Reference, Encrypt, "Errors".
    internalError: [
      'KMSInternalException',
      'The request was rejected because an internal exception occurred. The request can be retried.',
    ],
    resourceType: (resource) => (resource === '*' ? undefined : 'AWS::KMS::Key'),
  },
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
    credentialErrors: iamCredentialErrors,
    refusesOwnSessions: true,
    host: 'iam',
    resourceType: (resource) => {
      const kind = resource.slice(0, resource.indexOf('/'));
      const name = { user: 'User', role: 'Role', group: 'Group', policy: 'ManagedPolicy' }[kind];
      return name && `AWS::IAM::${name}`;
    },
  },
  sts: { ...query, host: 'sts' },
  cloudtrail: {
    ...json,
    host: 'cloudtrail',
    resourceType: (resource) => (resource.startsWith('trail/') ? 'AWS::CloudTrail::Trail' : undefined),
  },
  // Keeps its codes from when it was a query service: Amazon CloudWatch API Reference, "Common errors".
  cloudwatch: { ...query, host: 'monitoring', unreadableCode: 'SerializationException' },
  // AWS Organizations API Reference, "Common errors", InvalidInputException with a reason.
  organizations: {
    ...json,
    isGlobal: true,
    host: 'organizations',
    invalidCode: 'InvalidInputException',
    internalError: [
      'ServiceException',
      "AWS Organizations can't complete your request because of an internal service error. Try again later.",
    ],
  },
  // Service Quotas API Reference, ListServices, "Errors".
  'service-quotas': {
    ...json,
    host: 'servicequotas',
    internalError: ['ServiceException', 'Something went wrong.'],
  },
  s3control: { ...restXml, host: 's3', requestId: 'uuid' },
} as const satisfies Record<ServiceName, ServiceFacts>;

/** Every service by the name of its model. */
export const serviceFacts: Readonly<Record<ServiceName, ServiceFacts>> = table;

/** Whether a code is some service's for a denial by policies. */
export const isDeniedCode = (code: string): boolean =>
  Object.values(serviceFacts).some(({ deniedCode }) => deniedCode === code);

/** The facts of a service known as text, from an ARN or a stored record; undefined if there is no such service. */
export const serviceFactsOf = (service: string): ServiceFacts | undefined =>
  isServiceName(service) ? serviceFacts[service] : undefined;

const isServiceName = (name: string): name is ServiceName => Object.hasOwn(table, name);
