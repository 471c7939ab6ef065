/**
 * The error catalogue: every code that ssebox returns, by service. A row has the HTTP status and its source in AWS's
 * documentation: a page of that service's API Reference; an operation's name stands for the section "Errors" of its
 * page. A code belongs here if something in src refuses with it, which a test checks.
 */

import type { ServiceName } from './model/operations.ts';

export type ErrorRow = readonly [status: number, source: string];

const commonErrors = 'Common errors';
/** S3's page with its lists of error codes. */
const errorResponses = 'Error responses';
const observed = 'on no page; as the service answers';

/** Errors that can occur before a service's own rules are checked. */
const everyService = {
  // The only code that AWS does not have: for an operation or a setting that ssebox does not support.
  NotImplemented: [501, errorResponses],
} as const;

/** A JSON service returns 400 for every client error, including a denial and a missing resource. */
const json = {
  ...everyService,
  AccessDeniedException: [400, commonErrors],
  ExpiredTokenException: [400, commonErrors],
  IncompleteSignatureException: [400, commonErrors],
  InvalidSignatureException: [400, observed],
  MalformedHttpRequestException: [400, commonErrors],
  MissingAuthenticationTokenException: [400, commonErrors],
  RequestEntityTooLarge: [413, commonErrors],
  SerializationException: [400, commonErrors],
  ThrottlingException: [400, commonErrors],
  UnknownOperationException: [400, commonErrors],
  UnrecognizedClientException: [400, commonErrors],
} as const;

const query = {
  ...everyService,
  AccessDenied: [403, commonErrors],
  ExpiredToken: [403, commonErrors],
  IncompleteSignature: [400, commonErrors],
  InternalFailure: [500, commonErrors],
  InvalidAction: [400, commonErrors],
  InvalidClientTokenId: [403, commonErrors],
  MalformedHttpRequestException: [400, commonErrors],
  MalformedQueryString: [404, commonErrors],
  MissingAction: [400, commonErrors],
  MissingAuthenticationToken: [403, commonErrors],
  RequestEntityTooLarge: [413, commonErrors],
  SignatureDoesNotMatch: [403, commonErrors],
  Throttling: [400, commonErrors],
  ValidationError: [400, commonErrors],
} as const;

const restXml = {
  ...everyService,
  AccessDenied: [403, errorResponses],
  AuthorizationHeaderMalformed: [400, errorResponses],
  AuthorizationQueryParametersError: [400, errorResponses],
  BadRequest: [400, errorResponses],
  ExpiredToken: [400, errorResponses],
  InternalError: [500, errorResponses],
  InvalidAccessKeyId: [403, errorResponses],
  InvalidArgument: [400, errorResponses],
  InvalidRequest: [400, errorResponses],
  InvalidToken: [400, errorResponses],
  MalformedXML: [400, errorResponses],
  MaxMessageLengthExceeded: [400, errorResponses],
  MissingSecurityHeader: [400, errorResponses],
  RequestTimeTooSkewed: [403, errorResponses],
  SignatureDoesNotMatch: [403, errorResponses],
  SlowDown: [503, errorResponses],
} as const;

/** 400 although AWS's Smithy model has 404 for NotFoundException and 409 for DisabledException: the pages say 400. */
const kms = {
  ...json,
  AlreadyExistsException: [400, 'CreateAlias'],
  ConflictException: [400, 'RotateKeyOnDemand'],
  DisabledException: [400, 'Encrypt'],
  DryRunOperationException: [400, 'Encrypt'],
  ExpiredImportTokenException: [400, 'ImportKeyMaterial'],
  IncorrectKeyException: [400, 'Decrypt'],
  IncorrectKeyMaterialException: [400, 'ImportKeyMaterial'],
  InvalidAliasNameException: [400, 'CreateAlias'],
  InvalidArnException: [400, 'CreateGrant'],
  InvalidCiphertextException: [400, 'Decrypt'],
  InvalidGrantIdException: [400, 'RevokeGrant'],
  InvalidGrantTokenException: [400, 'CreateGrant'],
  InvalidImportTokenException: [400, 'ImportKeyMaterial'],
  InvalidKeyUsageException: [400, 'Encrypt'],
  InvalidMarkerException: [400, 'ListKeys'],
  KMSInternalException: [500, 'Encrypt'],
  KMSInvalidMacException: [400, 'VerifyMac'],
  KMSInvalidSignatureException: [400, 'Verify'],
  KMSInvalidStateException: [400, 'Encrypt'],
  LimitExceededException: [400, 'CreateKey'],
  MalformedPolicyDocumentException: [400, 'PutKeyPolicy'],
  NotAuthorizedException: [400, observed],
  NotFoundException: [400, 'DescribeKey'],
  TagException: [400, 'TagResource'],
  UnsupportedOperationException: [400, 'CreateKey'],
  ValidationException: [400, commonErrors],
} as const;

const s3 = {
  ...restXml,
  '304': [304, 'GetObject'],
  AccessControlListNotSupported: [400, errorResponses],
  AccessForbidden: [403, observed],
  BadDigest: [400, errorResponses],
  BucketAlreadyExists: [409, 'CreateBucket'],
  BucketAlreadyOwnedByYou: [409, 'CreateBucket'],
  BucketNotEmpty: [409, errorResponses],
  ConditionalRequestConflict: [409, errorResponses],
  CrossLocationLoggingProhibitted: [403, observed],
  EntityTooLarge: [400, errorResponses],
  EntityTooSmall: [400, errorResponses],
  IdMismatch: [400, observed],
  IllegalLocationConstraintException: [400, errorResponses],
  IllegalVersioningConfigurationException: [400, errorResponses],
  IncompleteBody: [400, errorResponses],
  InvalidBucketAclWithBlockPublicAccessError: [400, observed],
  InvalidBucketAclWithObjectOwnership: [400, errorResponses],
  InvalidBucketName: [400, errorResponses],
  InvalidBucketOwnerAWSAccountID: [400, errorResponses],
  InvalidBucketState: [409, errorResponses],
  InvalidChunkSizeError: [403, observed],
  InvalidConfigurationId: [400, observed],
  InvalidDigest: [400, errorResponses],
  InvalidEncryptionAlgorithmError: [400, errorResponses],
  InvalidLocationConstraint: [400, errorResponses],
  InvalidNamespaceHeader: [400, observed],
  InvalidObjectState: [403, 'GetObject'],
  InvalidPart: [400, errorResponses],
  InvalidPartNumber: [416, errorResponses],
  InvalidPartOrder: [400, errorResponses],
  InvalidPolicyDocument: [400, errorResponses],
  InvalidRange: [416, errorResponses],
  InvalidS3DestinationBucket: [400, observed],
  InvalidStorageClass: [400, errorResponses],
  InvalidTag: [400, errorResponses],
  InvalidTargetBucketForLogging: [400, errorResponses],
  InvalidURI: [400, errorResponses],
  KeyTooLongError: [400, errorResponses],
  MalformedPOSTRequest: [400, errorResponses],
  MalformedPolicy: [400, errorResponses],
  MalformedTrailerError: [400, observed],
  // The page calls it MaxPostPreDataLengthExceededError.
  MaxPostPreDataLengthExceeded: [400, observed],
  MetadataTooLarge: [400, errorResponses],
  MethodNotAllowed: [405, errorResponses],
  MissingContentLength: [411, errorResponses],
  MissingRequestBodyError: [400, errorResponses],
  NoLoggingStatusForKey: [400, errorResponses],
  NoSuchBucket: [404, 'ListObjectsV2'],
  NoSuchBucketPolicy: [404, errorResponses],
  NoSuchCORSConfiguration: [404, errorResponses],
  NoSuchConfiguration: [404, errorResponses],
  NoSuchKey: [404, 'GetObject'],
  NoSuchLifecycleConfiguration: [404, errorResponses],
  NoSuchPublicAccessBlockConfiguration: [404, observed],
  NoSuchTagSet: [404, errorResponses],
  NoSuchUpload: [404, 'AbortMultipartUpload'],
  NoSuchVersion: [404, errorResponses],
  NoSuchWebsiteConfiguration: [404, errorResponses],
  ObjectLockConfigurationNotFoundError: [404, errorResponses],
  ObjectNotInActiveTierError: [403, 'CopyObject'],
  OwnershipControlsNotFoundError: [404, errorResponses],
  PermanentRedirect: [301, errorResponses],
  PreconditionFailed: [412, errorResponses],
  ReplicationConfigurationNotFoundError: [404, errorResponses],
  RequestHeaderSectionTooLarge: [400, errorResponses],
  RequestTimeout: [400, errorResponses],
  TooManyBuckets: [400, errorResponses],
  TooManyConfigurations: [400, errorResponses],
  UnexpectedContent: [400, errorResponses],
  XAmzContentSHA256Mismatch: [400, errorResponses],
} as const;

const iam = {
  ...query,
  DeleteConflict: [409, 'DeleteUser'],
  EntityAlreadyExists: [409, 'CreateUser'],
  InvalidInput: [400, 'TagUser'],
  LimitExceeded: [409, 'CreateUser'],
  MalformedInput: [400, commonErrors],
  MalformedPolicyDocument: [400, 'CreatePolicy'],
  NoSuchEntity: [404, 'GetUser'],
  ReportNotPresent: [410, 'GetCredentialReport'],
  UnmodifiableEntity: [400, 'AttachRolePolicy'],
} as const;

const sts = {
  ...query,
  InvalidParameterValue: [400, commonErrors],
  MalformedInput: [400, commonErrors],
  MalformedPolicyDocument: [400, 'AssumeRole'],
  PackedPolicyTooLarge: [400, 'AssumeRole'],
} as const;

const cloudtrail = {
  ...json,
  CloudTrailARNInvalidException: [400, 'AddTags'],
  InsufficientEncryptionPolicyException: [400, 'CreateTrail'],
  InsufficientS3BucketPolicyException: [400, 'CreateTrail'],
  InvalidEventSelectorsException: [400, 'PutEventSelectors'],
  InvalidHomeRegionException: [400, 'UpdateTrail'],
  InvalidKmsKeyIdException: [400, 'CreateTrail'],
  InvalidLookupAttributesException: [400, 'LookupEvents'],
  InvalidMaxResultsException: [400, 'LookupEvents'],
  InvalidNextTokenException: [400, 'LookupEvents'],
  InvalidParameterCombinationException: [400, 'CreateTrail'],
  InvalidS3BucketNameException: [400, 'CreateTrail'],
  InvalidS3PrefixException: [400, 'CreateTrail'],
  InvalidTagParameterException: [400, 'AddTags'],
  InvalidTimeRangeException: [400, 'LookupEvents'],
  InvalidTokenException: [400, 'ListTags'],
  InternalFailure: [500, commonErrors],
  InvalidTrailNameException: [400, 'CreateTrail'],
  KmsKeyDisabledException: [400, 'CreateTrail'],
  KmsKeyNotFoundException: [400, 'CreateTrail'],
  MaximumNumberOfTrailsExceededException: [400, 'CreateTrail'],
  ResourceNotFoundException: [400, 'AddTags'],
  ResourceTypeNotSupportedException: [400, 'AddTags'],
  S3BucketDoesNotExistException: [400, 'CreateTrail'],
  TagsLimitExceededException: [400, 'AddTags'],
  TrailAlreadyExistsException: [400, 'CreateTrail'],
  TrailNotFoundException: [400, 'GetTrail'],
  ValidationException: [400, commonErrors],
} as const;

const cloudwatch = {
  ...query,
  InvalidFormat: [400, 'SetAlarmState'],
  InvalidNextToken: [400, 'DescribeAlarms'],
  InvalidParameterCombination: [400, 'GetMetricStatistics'],
  InvalidParameterValue: [400, 'GetMetricStatistics'],
  LimitExceeded: [400, 'PutMetricAlarm'],
  MissingParameter: [400, 'PutMetricData'],
  ResourceNotFound: [404, 'SetAlarmState'],
  ResourceNotFoundException: [404, 'TagResource'],
  SerializationException: [400, commonErrors],
  UnknownOperationException: [400, commonErrors],
} as const;

const organizations = {
  ...json,
  AWSOrganizationsNotInUseException: [400, 'DescribeOrganization'],
  AccountAlreadyClosedException: [400, 'CloseAccount'],
  AccountNotFoundException: [400, 'DescribeAccount'],
  AlreadyInOrganizationException: [400, 'CreateOrganization'],
  ChildNotFoundException: [400, 'ListParents'],
  ConstraintViolationException: [400, 'AttachPolicy'],
  CreateAccountStatusNotFoundException: [400, 'DescribeCreateAccountStatus'],
  DestinationParentNotFoundException: [400, 'MoveAccount'],
  DuplicateAccountException: [400, 'MoveAccount'],
  DuplicateOrganizationalUnitException: [400, 'CreateOrganizationalUnit'],
  DuplicatePolicyAttachmentException: [400, 'AttachPolicy'],
  DuplicatePolicyException: [400, 'CreatePolicy'],
  EffectivePolicyNotFoundException: [400, 'DescribeEffectivePolicy'],
  InvalidInputException: [400, commonErrors],
  MalformedPolicyDocumentException: [400, 'CreatePolicy'],
  MasterCannotLeaveOrganizationException: [400, 'RemoveAccountFromOrganization'],
  OrganizationNotEmptyException: [400, 'DeleteOrganization'],
  OrganizationalUnitNotEmptyException: [400, 'DeleteOrganizationalUnit'],
  OrganizationalUnitNotFoundException: [400, 'DescribeOrganizationalUnit'],
  ParentNotFoundException: [400, 'ListChildren'],
  PolicyInUseException: [400, 'DeletePolicy'],
  PolicyNotAttachedException: [400, 'DetachPolicy'],
  PolicyNotFoundException: [400, 'DescribePolicy'],
  PolicyTypeAlreadyEnabledException: [400, 'EnablePolicyType'],
  PolicyTypeNotAvailableForOrganizationException: [400, 'CreatePolicy'],
  PolicyTypeNotEnabledException: [400, 'AttachPolicy'],
  RootNotFoundException: [400, 'EnablePolicyType'],
  ServiceException: [500, 'ListAccounts'],
  SourceParentNotFoundException: [400, 'MoveAccount'],
  TargetNotFoundException: [400, 'AttachPolicy'],
} as const;

const s3control = {
  ...restXml,
  InvalidRequest: [400, errorResponses],
  InvalidTag: [400, errorResponses],
  InvalidURI: [400, errorResponses],
  MethodNotAllowed: [405, errorResponses],
  MissingAuthenticationTokenException: [400, commonErrors],
  MissingRequestBodyError: [400, errorResponses],
  NoSuchResource: [404, errorResponses],
  TooManyTags: [400, errorResponses],
} as const;

const serviceQuotas = {
  ...json,
  IllegalArgumentException: [400, 'RequestServiceQuotaIncrease'],
  InvalidPaginationTokenException: [400, 'ListServiceQuotas'],
  NoSuchResourceException: [400, 'GetServiceQuota'],
  ServiceException: [500, 'ListServices'],
  TooManyTagsException: [400, 'TagResource'],
  ValidationException: [400, commonErrors],
} as const;

export const awsErrors = {
  kms,
  s3,
  iam,
  sts,
  cloudtrail,
  cloudwatch,
  organizations,
  'service-quotas': serviceQuotas,
  s3control,
} as const satisfies Record<ServiceName, Readonly<Record<string, ErrorRow>>>;

type Codes<T> = T extends unknown ? keyof T & string : never;

/** A KMS code, which S3 returns with the prefix `KMS.` when its own call to KMS is refused. */
export type KmsErrorCode = Codes<typeof kms>;

export type AwsErrorCode = Codes<(typeof awsErrors)[ServiceName]> | `KMS.${KmsErrorCode}`;

/** Every code without the prefix `KMS.`; services share some. */
export const errorCodes = (): readonly string[] => Object.values(awsErrors).flatMap((rows) => Object.keys(rows));

export const isErrorCode = (text: string): text is AwsErrorCode =>
  text.startsWith('KMS.')
    ? Object.hasOwn(kms, text.slice('KMS.'.length))
    : Object.values(awsErrors).some((rows) => Object.hasOwn(rows, text));

export const isKmsErrorCode = (code: AwsErrorCode): code is KmsErrorCode => Object.hasOwn(kms, code);

/**
 * The HTTP status of a refusal. Services share codes but not always the status (an expired token is 400 in S3 and 403
 * in STS), so the called service decides; before any is called, credentials are refused as STS does.
 */
export function httpStatusOf(code: AwsErrorCode, service?: string): number {
  const tables: Readonly<Record<string, Readonly<Record<string, ErrorRow>>>> = awsErrors;
  // Amazon S3 API Reference, "Error responses": a refusal by KMS keeps KMS's status.
  const name = code.replace(/^KMS\./, '');
  const own = tables[service ?? 'sts']?.[name];
  const row = own ?? Object.values(tables).find((rows) => Object.hasOwn(rows, name))?.[name];
  if (!row) throw new Error(`there is no error code ${code}`);
  return row[0];
}
