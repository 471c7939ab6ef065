import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { operationModel, operationNames } from '../../src/api/model/loader.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import { serviceNames } from '../../src/api/model/service-names.ts';
import { checkInput, validate } from '../../src/api/validate.ts';

function refusal(service: ServiceName, operation: string, input: unknown): string {
  try {
    checkInput(service, operation, input);
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'accepted';
}

const one = (item: string) => `ValidationException: 1 validation error detected: ${item}`;
const failed = 'failed to satisfy constraint: Member must';
const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY_SPECS =
  'RSA_2048, ECC_NIST_P384, ECC_NIST_P256, ECC_NIST_P521, HMAC_384, RSA_3072, ECC_SECG_P256K1, RSA_4096, ' +
  'SYMMETRIC_DEFAULT, HMAC_256, HMAC_224, HMAC_512';

// AWS KMS API Reference, ValidationException as KMS answers it.
test.for([
  [
    'GenerateRandom',
    { NumberOfBytes: 0 },
    one(`Value '0' at 'numberOfBytes' ${failed} have value greater than or equal to 1`),
  ],
  [
    'GenerateRandom',
    { NumberOfBytes: 1025 },
    one(`Value '1025' at 'numberOfBytes' ${failed} have value less than or equal to 1024`),
  ],
  [
    'Encrypt',
    { KeyId: KEY, Plaintext: new Uint8Array(4097) },
    one(`Value at 'plaintext' ${failed} have length less than or equal to 4096`),
  ],
  [
    'Encrypt',
    { KeyId: KEY, Plaintext: new Uint8Array() },
    one(`Value at 'plaintext' ${failed} have length greater than or equal to 1`),
  ],
  ['Encrypt', { Plaintext: new Uint8Array(1) }, one(`Value null at 'keyId' ${failed} not be null`)],
  [
    'DeriveSharedSecret',
    { KeyId: KEY, KeyAgreementAlgorithm: 'INVALID', PublicKey: new Uint8Array(9) },
    one(`Value 'INVALID' at 'keyAgreementAlgorithm' ${failed} satisfy enum value set: [ECDH]`),
  ],
  [
    'GenerateMac',
    { KeyId: KEY, Message: new Uint8Array(1), MacAlgorithm: 'INVALID' },
    one(
      `Value 'INVALID' at 'macAlgorithm' ${failed} satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]`,
    ),
  ],
  [
    'CreateAlias',
    { AliasName: 'alias/a b', TargetKeyId: KEY },
    one(`Value 'alias/a b' at 'aliasName' ${failed} satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$`),
  ],
  [
    'TagResource',
    { KeyId: KEY, Tags: [{ TagKey: 'k'.repeat(129), TagValue: 'v' }] },
    one(`Value '${'k'.repeat(129)}' at 'tags.1.member.tagKey' ${failed} have length less than or equal to 128`),
  ],
  [
    'CreateKey',
    { Tags: [{ TagKey: 'k', TagValue: 'v' }, { TagKey: 'l' }] },
    one(`Value null at 'tags.2.member.tagValue' ${failed} not be null`),
  ],
  [
    'UntagResource',
    { KeyId: KEY, TagKeys: ['a', ''] },
    one(
      `Value '[a, ]' at 'tagKeys' ${failed} satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]`,
    ),
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: KEY, PendingWindowInDays: 6 },
    'ValidationException: PendingWindowInDays must be between 7 and 30',
  ],
  [
    'ScheduleKeyDeletion',
    { KeyId: KEY, PendingWindowInDays: 31 },
    'ValidationException: PendingWindowInDays must be between 7 and 30',
  ],
  ['ScheduleKeyDeletion', { KeyId: KEY, PendingWindowInDays: 30 }, 'accepted'],
  ['CreateKey', undefined, 'accepted'],
] as const)('KMS answers %s with %o: %s', ([operation, input, expected]) => {
  expect(refusal('kms', operation, input)).toBe(expected);
});

test('KMS lists the key specs in its own order, the newest last', () => {
  expect(refusal('kms', 'CreateKey', { KeySpec: 'HMAC_random' })).toContain(
    `at 'keySpec' ${failed} satisfy enum value set: [${KEY_SPECS}`,
  );
});

// Two enums of KMS share the name of GenerateDataKey's KeySpec.
test.for(['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'])(
  '%s lists the key specs of CreateKey for a text that is not a key spec at all',
  (operation) => {
    const set = (KeySpec: string) => refusal('kms', operation, { KeyId: KEY, KeySpec });
    expect(set('AES-256')).toContain(`[${KEY_SPECS}`);
    expect(set('AES-256')).not.toContain('AES_256');
    expect(set('RSA_2048')).toContain('satisfy enum value set: [AES_256, AES_128]');
    expect(set('AES_256')).toBe('accepted');
  },
);

test("several failures are one message, in the model's order", () => {
  expect(refusal('kms', 'CreateAlias', { AliasName: '' })).toBe(
    `ValidationException: 3 validation errors detected: Value '' at 'aliasName' ${failed} have length greater than or equal to 1; ` +
      `Value '' at 'aliasName' ${failed} satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$; ` +
      `Value null at 'targetKeyId' ${failed} not be null`,
  );
});

test('length counts characters, not code units', () => {
  expect(refusal('kms', 'CreateKey', { Description: '🔑'.repeat(8192) })).toBe('accepted');
  expect(refusal('kms', 'CreateKey', { Description: '🔑'.repeat(8193) })).toContain('less than or equal to 8192');
});

// IAM API Reference, "Common errors", ValidationError.
test.for([
  [
    'iam',
    'CreateUser',
    { UserName: 'a'.repeat(65) },
    `ValidationError: 1 validation error detected: Value '${'a'.repeat(65)}' at 'userName' ${failed} have length less than or equal to 64`,
  ],
  [
    'iam',
    'CreateUser',
    { UserName: 'a b' },
    'ValidationError: The specified value for userName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
  ],
  [
    'iam',
    'CreateUser',
    { UserName: 'ann', Path: 'team' },
    'ValidationError: The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  ],
  ['iam', 'CreateUser', { UserName: 'ann', Path: '/team/' }, 'accepted'],
  [
    'iam',
    'UpdateAccessKey',
    { AccessKeyId: 'A'.repeat(20), Status: 'x' },
    `ValidationError: 1 validation error detected: Value at 'status' ${failed} satisfy enum value set`,
  ],
  [
    'sts',
    'AssumeRole',
    { RoleArn: 'arn:aws:iam::111122223333:role/r', RoleSessionName: 'Session1:2' },
    `ValidationError: 1 validation error detected: Value 'Session1:2' at 'roleSessionName' ${failed} satisfy regular expression pattern: [\\w+=,.@-]*`,
  ],
  [
    'cloudwatch',
    'DescribeAlarms',
    { StateValue: 'INVALID' },
    `ValidationError: 1 validation error detected: Value 'INVALID' at 'stateValue' ${failed} satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]`,
  ],
  // AWS CloudTrail API Reference, LookupEvents: InvalidMaxResultsException is the operation's.
  ['cloudtrail', 'LookupEvents', { MaxResults: 51 }, 'accepted'],
  // AWS Organizations API Reference, "Common errors", InvalidInputException.
  [
    'organizations',
    'AttachPolicy',
    { PolicyId: 'x', TargetId: 'r-abcd' },
    "InvalidInputException: You provided a value that doesn't match the required pattern.",
  ],
] as const)('%s answers %s with %o: %s', ([service, operation, input, expected]) => {
  expect(refusal(service, operation, input)).toBe(expected);
});

// Amazon S3 API Reference, "Error responses": a bad value has a code of its own, which is the operation's to give.
test("S3's shapes are checked only for types and required members", () => {
  expect(
    refusal('s3', 'PutObject', { Bucket: 'b', Key: 'k', ServerSideEncryption: 'nonsense', Body: new Uint8Array() }),
  ).toBe('accepted');
  expect(refusal('s3', 'CopyObject', { Bucket: 'b', Key: 'k' })).toBe(
    'MissingSecurityHeader: Your request was missing a required header',
  );
  expect(refusal('s3', 'PutBucketVersioning', { Bucket: 'b' })).toContain('MalformedXML: ');
});

test('a body can be bytes or a stream of bytes', () => {
  const stream = (async function* () {
    yield new Uint8Array(1);
  })();
  expect(refusal('s3', 'PutObject', { Bucket: 'b', Key: 'k', Body: stream })).toBe('accepted');
  expect(refusal('s3', 'PutObject', { Bucket: 'b', Key: 'k', Body: 'text' })).toContain('MalformedXML: ');
});

test.for([
  [{ KeyId: 1, Plaintext: new Uint8Array(1) }, 'SerializationException: NUMBER_VALUE can not be converted to a String'],
  [{ KeyId: [], Plaintext: new Uint8Array(1) }, 'SerializationException: Start of list found where not expected'],
  [
    { KeyId: KEY, Plaintext: new Uint8Array(1), EncryptionContext: 'x' },
    'SerializationException: Expected map or null',
  ],
  [{ KeyId: KEY, Plaintext: new Uint8Array(1), Nonsense: 1 }, 'SerializationException: Unexpected field: Nonsense'],
  [
    { KeyId: KEY, Plaintext: new Uint8Array(1), GrantTokens: [null] },
    'SerializationException: NULL_VALUE can not be converted to a String',
  ],
] as const)('a value of the wrong type takes precedence over one that breaks a rule: %o', ([input, expected]) => {
  expect(refusal('kms', 'Encrypt', input)).toBe(expected);
});

test('a number that does not fit its type, and a time that is none, cannot be read', () => {
  const bytes = (NumberOfBytes: number) => refusal('kms', 'GenerateRandom', { NumberOfBytes });
  expect(bytes(2 ** 31)).toBe('SerializationException: NUMBER_VALUE can not be converted to an Integer');
  expect(bytes(2 ** 31 - 1)).toContain('ValidationException: ');
  expect(refusal('cloudtrail', 'LookupEvents', { StartTime: '2026-01-01' })).toBe(
    'SerializationException: STRING_VALUE can not be converted to milliseconds since epoch',
  );
});

test('an operation that the service does not have is not checked', () => {
  expect(refusal('kms', 'Nonsense', {})).toBe('accepted');
});

const operations = serviceNames.flatMap((service) => operationNames(service).map((name) => [service, name] as const));

test('any input gives a list of failures', () => {
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.anything(), ([service, name], input) => {
      const model = operationModel(service, name);
      expect(model && validate(model, input)).toBeInstanceOf(Array);
    }),
  );
});

test.for([...serviceNames])('%s: an empty input lacks exactly what the model requires', (service) => {
  for (const name of operationNames(service)) {
    const model = operationModel(service, name);
    const members = model?.input && model.shapes[model.input.shape];
    if (!model || members?.type !== 'structure') continue;
    const missing = validate(model, {}).filter(({ kind }) => kind === 'missing');
    expect(missing, name).toHaveLength(members.required?.length ?? 0);
  }
});
