/** The three classes of error, by who has to act: the one who typed, the machine, or whoever sets the permissions. */

/** The command line does not parse, or a parameter is invalid on its own (exit code 252). */
export class UsageError extends Error {
  /** A command or value to try instead. */
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** The machine or the store is not fit: locked, corrupt, of a newer format, without space (exit code 253). */
export class StoreError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StoreError';
    this.hint = options.hint;
  }
}

/**
 * A refusal by the service, in AWS's words (exit code 254). Codes and their HTTP status stand in
 * `error-codes.ts`.
 */
export class AwsError extends Error {
  readonly code: AwsErrorCode;
  /** Members beside code and message: `BucketName`, `ArgumentName`, `RangeRequested`, … */
  readonly detail: Readonly<Record<string, string>>;
  constructor(code: AwsErrorCode, message: string, detail: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.detail = detail;
  }
  get httpStatus(): number {
    return awsErrors[this.code];
  }
}

/** Which call it was that a refusal ended. */
export interface MadeCall {
  readonly service: string;
  readonly operation: string;
  readonly requestId: string;
}

/** A refusal as it leaves the pipeline: with the user's call that it ended, be it the refusal of a call within that. */
export class CallRefused extends AwsError {
  readonly refusal: AwsError;
  readonly call: MadeCall;
  /** What a person could do about it, where that is known better than by explaining the refusal. */
  readonly hint: string | undefined;
  constructor(refusal: AwsError, call: MadeCall, hint?: string) {
    super(refusal.code, refusal.message, refusal.detail);
    this.refusal = refusal;
    this.call = call;
    this.hint = hint;
    // Where it was refused, not where that was passed on.
    if (refusal.stack !== undefined) this.stack = refusal.stack;
  }
}

/**
 * Every code ssebox answers with, and its HTTP status. KMS answers 400 even where its model says 404 or 409, so where
 * two services share a code with different statuses, the wire asks the service.
 */
export const awsErrors = {
  // every service
  AccessDenied: 403,
  AccessDeniedException: 400,
  InternalError: 500,
  InvalidInputException: 400,
  MalformedInput: 400,
  MissingAuthenticationTokenException: 400,
  NotImplemented: 501,
  SerializationException: 400,
  Throttling: 400,
  ThrottlingException: 400,
  ValidationError: 400,
  ValidationException: 400,
  // KMS
  AlreadyExistsException: 400,
  ConflictException: 400,
  DisabledException: 400,
  DryRunOperationException: 400,
  ExpiredImportTokenException: 400,
  IncorrectKeyException: 400,
  IncorrectKeyMaterialException: 400,
  InvalidAliasNameException: 400,
  InvalidArnException: 400,
  InvalidCiphertextException: 400,
  InvalidGrantIdException: 400,
  InvalidGrantTokenException: 400,
  InvalidImportTokenException: 400,
  InvalidKeyUsageException: 400,
  InvalidMarkerException: 400,
  KMSInvalidMacException: 400,
  KMSInvalidSignatureException: 400,
  KMSInvalidStateException: 400,
  KeyUnavailableException: 500,
  LimitExceededException: 400,
  MalformedPolicyDocumentException: 400,
  NotAuthorizedException: 400,
  NotFoundException: 400,
  TagException: 400,
  UnsupportedOperationException: 400,
  // S3
  '304': 304,
  AccessControlListNotSupported: 400,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyExists: 409,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  ConditionalRequestConflict: 409,
  EntityTooLarge: 400,
  EntityTooSmall: 400,
  IllegalLocationConstraintException: 400,
  IllegalVersioningConfigurationException: 400,
  IncompleteBody: 400,
  InvalidArgument: 400,
  InvalidBucketAclWithBlockPublicAccessError: 400,
  InvalidBucketAclWithObjectOwnership: 400,
  InvalidBucketName: 400,
  InvalidBucketOwnerAWSAccountID: 400,
  InvalidBucketState: 409,
  InvalidDigest: 400,
  InvalidEncryptionAlgorithmError: 400,
  InvalidLocationConstraint: 400,
  InvalidNamespaceHeader: 400,
  InvalidObjectState: 403,
  InvalidPart: 400,
  InvalidPartNumber: 416,
  InvalidPartOrder: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidTag: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  MalformedPolicy: 400,
  MalformedXML: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  MissingSecurityHeader: 400,
  NoSuchBucket: 404,
  NoSuchBucketPolicy: 404,
  NoSuchCORSConfiguration: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchObjectLockConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NoSuchWebsiteConfiguration: 404,
  ObjectLockConfigurationNotFoundError: 404,
  ObjectNotInActiveTierError: 403,
  OperationAborted: 409,
  OwnershipControlsNotFoundError: 404,
  PermanentRedirect: 301,
  PreconditionFailed: 412,
  ReplicationConfigurationNotFoundError: 404,
  SlowDown: 503,
  TooManyBuckets: 400,
  // IAM and STS
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  ExpiredToken: 403,
  InvalidClientTokenId: 403,
  InvalidInput: 400,
  InvalidParameterValue: 400,
  LimitExceeded: 409,
  MalformedPolicyDocument: 400,
  MissingAuthenticationToken: 403,
  NoSuchEntity: 404,
  PackedPolicyTooLarge: 400,
  SignatureDoesNotMatch: 403,
  UnmodifiableEntity: 400,
  // CloudTrail
  InvalidLookupAttributesException: 400,
  InvalidMaxResultsException: 400,
  InvalidNextTokenException: 400,
  InvalidTimeRangeException: 400,
  // KMS's refusals as S3 passes them on
  'KMS.DisabledException': 400,
  'KMS.InvalidArnException': 400,
  'KMS.InvalidCiphertextException': 400,
  'KMS.InvalidKeyUsageException': 400,
  'KMS.KMSInvalidStateException': 400,
  'KMS.KeyUnavailableException': 500,
  'KMS.NotFoundException': 400,
  'KMS.ValidationException': 400,
} as const satisfies Record<string, number>;

export type AwsErrorCode = keyof typeof awsErrors;
