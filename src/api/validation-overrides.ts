/**
 * Parameters that a service checks or words differently from its model. Each row names its source; the model holds for
 * everything else.
 */

import type { ServiceName } from './model/operations.ts';

/** Replaces parts of a shape's own constraints; a member that is present but undefined removes the constraint. */
export interface Override {
  readonly enum?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly pattern?: string | undefined;
  /** Messages do not repeat the refused value. */
  readonly sensitive?: boolean | undefined;
  /** The set that the message lists for a value in neither set. */
  readonly widerEnum?: readonly string[] | undefined;
  /** A check by the service itself, made once the model's constraints hold, with its own message. */
  readonly stricter?: StricterRule | undefined;
}

export interface StricterRule {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly pattern?: string | undefined;
  /** The message; `path` is the parameter as messages spell it. */
  readonly message: (path: string) => string;
}

type Overrides = Readonly<Record<string, Override>>;

// KMS lists enum values in an order that cannot be derived. A value that is newer than the recorded message is at its
// end: AWS KMS API Reference, CreateKey, ValidationException as returned by KMS.
const keySpecs = [
  'RSA_2048',
  'ECC_NIST_P384',
  'ECC_NIST_P256',
  'ECC_NIST_P521',
  'HMAC_384',
  'RSA_3072',
  'ECC_SECG_P256K1',
  'RSA_4096',
  'SYMMETRIC_DEFAULT',
  'HMAC_256',
  'HMAC_224',
  'HMAC_512',
  'SM2',
] as const;
const youngerKeySpecs = ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87', 'ECC_NIST_EDWARDS25519'] as const;

const kms: Overrides = {
  KeySpec: { enum: [...keySpecs, ...youngerKeySpecs] },
  CustomerMasterKeySpec: { enum: keySpecs },
  // As in KMS's response to CreateKey with an unknown KeyUsage; KEY_AGREEMENT came later.
  KeyUsageType: { enum: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'] },
  // As in KMS's response to GenerateMac with an unknown MacAlgorithm.
  MacAlgorithmSpec: { enum: ['HMAC_SHA_384', 'HMAC_SHA_256', 'HMAC_SHA_224', 'HMAC_SHA_512'] },
  // As in KMS's response to Encrypt with an unknown EncryptionAlgorithm.
  EncryptionAlgorithmSpec: { enum: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256', 'SM2PKE', 'SYMMETRIC_DEFAULT'] },
  // GenerateDataKey first refuses a value that is not a key spec at all, with the list of CreateKey: two enums share
  // the name.
  DataKeySpec: { widerEnum: [...keySpecs, ...youngerKeySpecs] },
  // AWS KMS API Reference, ScheduleKeyDeletion, PendingWindowInDays: 7 to 30, although the model says 1 to 365.
  PendingWindowInDaysType: {
    stricter: { min: 7, max: 30, message: () => 'PendingWindowInDays must be between 7 and 30' },
  },
};

/** The names of users, groups, roles and policies: IAM User Guide, "IAM and AWS STS quotas", name requirements. */
const iamName: Override = {
  pattern: undefined,
  stricter: {
    pattern: '[\\w+=,.@-]+',
    message: (path) =>
      `The specified value for ${path} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  },
};

/** IAM API Reference, CreateUser, Path. */
const iamPath = (pattern: string): Override => ({
  pattern: undefined,
  stricter: {
    pattern,
    message: (path) =>
      `The specified value for ${path} is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.`,
  },
});

/** IAM repeats neither documents nor values outside an enum in its messages. */
const hidden: Override = { sensitive: true };

const iam: Overrides = {
  AttachmentName: iamName,
  existingUserNameType: iamName,
  groupNameType: iamName,
  policyNameType: iamName,
  roleNameType: iamName,
  userNameType: iamName,
  pathType: iamPath('(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)'),
  policyPathType: iamPath('((/[A-Za-z0-9\\.,\\+@=_-]+)*)/'),
  policyDocumentType: hidden,
  statusType: hidden,
};

const sts: Overrides = {
  // STS API Reference, AssumeRole, PolicyArns: up to 10, although the model declares no limit.
  policyDescriptorListType: { max: 10 },
  // STS accepts longer source identities than its model declares.
  sourceIdentityType: { max: 256 },
  unrestrictedSessionPolicyDocumentType: { ...hidden, max: 2048 },
};

const cloudwatch: Overrides = {
  // As in CloudWatch's response to DescribeAlarms with an unknown StateValue.
  StateValue: { enum: ['INSUFFICIENT_DATA', 'ALARM', 'OK'] },
  // Amazon CloudWatch API Reference, PutMetricAlarm: the model has any text.
  EvaluateLowSampleCountPercentile: { enum: ['evaluate', 'ignore'] },
  TreatMissingData: { enum: ['breaching', 'notBreaching', 'ignore', 'missing'] },
};

const cloudtrail: Overrides = {
  // AWS CloudTrail API Reference, LookupEvents: the operation itself throws InvalidMaxResultsException.
  MaxResults: { min: undefined, max: undefined },
  // AWS CloudTrail API Reference, PutEventSelectors: the operation itself throws InvalidEventSelectorsException.
  ReadWriteType: { enum: undefined },
};

/** By service and shape name. */
export const validationOverrides: Readonly<Partial<Record<ServiceName, Overrides>>> = {
  kms,
  iam,
  sts,
  cloudwatch,
  cloudtrail,
};
