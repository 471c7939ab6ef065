import { describe, expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { customerKeyHeaders } from '../../src/s3/request/customer-key.ts';
import { type EncryptionHeaders, settleEncryption } from '../../src/s3/request/encryption-settings.ts';
import type { BucketDefault, BucketRecord } from '../../src/store/records/s3.ts';

const CMK1 = 'arn:aws:kms:us-east-1:111122223333:key/11111111-1111-1111-1111-111111111111';
const CMK2 = 'arn:aws:kms:us-east-1:111122223333:key/22222222-2222-2222-2222-222222222222';

const bucketWith = (encryption: BucketDefault, blocksCustomerKeys = false): BucketRecord => ({
  v: 1,
  id: 'b1',
  name: 'photos',
  owner: '111122223333',
  region: 'us-east-1',
  location: undefined,
  createdMs: 0,
  s3Key: new Uint8Array(),
  encryption,
  encryptionIsExplicit: false,
  blocksCustomerKeys,
});

/** What comes of a request, in one line: `SSE-KMS alias/aws/s3 bk default`, or the refusal. */
function outcome(headers: EncryptionHeaders, encryption: BucketDefault, blocks = false): string {
  try {
    const settled = settleEncryption(headers, bucketWith(encryption, blocks));
    if (settled === 'blocked') return 'blocked';
    const { encryption: e, from } = settled;
    const key = 'keyId' in e ? ` ${e.keyId === CMK1 ? 'CMK1' : e.keyId === CMK2 ? 'CMK2' : e.keyId}` : '';
    const bk = 'bucketKey' in e && e.bucketKey ? ' bk' : '';
    const context = 'extraContext' in e && e.extraContext ? ` ${JSON.stringify(e.extraContext)}` : '';
    return `${e.kind}${key}${bk}${context} ${from}`;
  } catch (error) {
    if (error instanceof AwsError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

// S3 API Reference, PutObject, and Amazon S3 User Guide, "Setting default server-side encryption behavior".
const s3: BucketDefault = { kind: 'SSE-S3', bucketKey: false };
const cmk: BucketDefault = { kind: 'SSE-KMS', keyId: CMK1, bucketKey: false };
const cmkBk: BucketDefault = { kind: 'SSE-KMS', keyId: CMK1, bucketKey: true };
const managed: BucketDefault = { kind: 'SSE-KMS', keyId: undefined, bucketKey: true };
const dsse: BucketDefault = { kind: 'DSSE-KMS', keyId: CMK1, bucketKey: true };

const E1 =
  'InvalidArgument: Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms';
const customer = customerKeyHeaders(new Uint8Array(32).fill(7));
const kms = { ServerSideEncryption: 'aws:kms' };
const aws = 'alias/aws/s3';
const context = Buffer.from('{"team":"red"}').toString('base64');

type Row = readonly [string, EncryptionHeaders, ...string[]];
const matrix: readonly Row[] = [
  // request · default SSE-S3 · CMK1 · CMK1 with a bucket key · no key, with a bucket key · DSSE CMK1
  [
    'no header',
    {},
    'SSE-S3 default',
    'SSE-KMS CMK1 default',
    'SSE-KMS CMK1 bk default',
    `SSE-KMS ${aws} bk default`,
    'DSSE-KMS CMK1 default',
  ],
  ['AES256', { ServerSideEncryption: 'AES256' }, ...Array<string>(5).fill('SSE-S3 request')],
  [
    'aws:kms without a key',
    kms,
    `SSE-KMS ${aws} request`,
    `SSE-KMS ${aws} request`,
    `SSE-KMS ${aws} bk request`,
    `SSE-KMS ${aws} bk request`,
    `SSE-KMS ${aws} request`,
  ],
  [
    'aws:kms with a key',
    { ...kms, SSEKMSKeyId: CMK2 },
    'SSE-KMS CMK2 request',
    'SSE-KMS CMK2 request',
    'SSE-KMS CMK2 bk request',
    'SSE-KMS CMK2 bk request',
    'SSE-KMS CMK2 request',
  ],
  ['aws:kms, bucket key on', { ...kms, BucketKeyEnabled: true }, ...Array<string>(5).fill(`SSE-KMS ${aws} bk request`)],
  ['aws:kms, bucket key off', { ...kms, BucketKeyEnabled: false }, ...Array<string>(5).fill(`SSE-KMS ${aws} request`)],
  ['aws:kms:dsse', { ServerSideEncryption: 'aws:kms:dsse' }, ...Array<string>(5).fill(`DSSE-KMS ${aws} request`)],
  [
    'aws:kms:dsse with a key',
    { ServerSideEncryption: 'aws:kms:dsse', SSEKMSKeyId: CMK2 },
    ...Array<string>(5).fill('DSSE-KMS CMK2 request'),
  ],
  ["a customer's key", customer, ...Array<string>(5).fill('SSE-C request')],
  ['a key without aws:kms', { SSEKMSKeyId: CMK2 }, ...Array<string>(5).fill(E1)],
  ['a key with AES256', { ServerSideEncryption: 'AES256', SSEKMSKeyId: CMK2 }, ...Array<string>(5).fill(E1)],
  [
    'only bucket key on',
    { BucketKeyEnabled: true },
    'SSE-S3 default',
    'SSE-KMS CMK1 bk default',
    'SSE-KMS CMK1 bk default',
    `SSE-KMS ${aws} bk default`,
    'DSSE-KMS CMK1 default',
  ],
  [
    'only a context',
    { SSEKMSEncryptionContext: context },
    'SSE-S3 default',
    'SSE-KMS CMK1 {"team":"red"} default',
    'SSE-KMS CMK1 bk {"team":"red"} default',
    `SSE-KMS ${aws} bk {"team":"red"} default`,
    'DSSE-KMS CMK1 {"team":"red"} default',
  ],
];

describe("request headers override the bucket's default", () => {
  const defaults = [s3, cmk, cmkBk, managed, dsse];
  const names = ['SSE-S3', 'CMK1', 'CMK1 with a bucket key', 'no key with a bucket key', 'DSSE'];
  const cases = matrix.flatMap(([request, headers, ...expected]) =>
    defaults.map((encryption, i) => ({ request, name: names[i], headers, encryption, expected: expected[i] })),
  );
  test.for(cases)('$request on a default of $name: $expected', ({ headers, encryption, expected }) => {
    expect(outcome(headers, encryption)).toBe(expected);
  });
});

// S3 API Reference, PutObject; Amazon S3 User Guide, "Using server-side encryption with customer-provided keys".
const key44 = customerKeyHeaders(Buffer.from(Buffer.alloc(32, 7).toString('base64')));
const refusals: readonly (readonly [string, EncryptionHeaders, string])[] = [
  [
    'an unknown algorithm',
    { ServerSideEncryption: 'rot13' },
    'InvalidArgument: The encryption method specified is not supported',
  ],
  [
    'an empty algorithm',
    { ServerSideEncryption: '' },
    'InvalidArgument: The encryption method specified is not supported',
  ],
  [
    'a context that is no base64',
    { ...kms, SSEKMSEncryptionContext: '{}' },
    "InvalidArgument: The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
  ],
  [
    'a context with a number',
    { ...kms, SSEKMSEncryptionContext: Buffer.from('{"a":1}').toString('base64') },
    "InvalidArgument: The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
  ],
  [
    'a context that is a list',
    { ...kms, SSEKMSEncryptionContext: Buffer.from('["a"]').toString('base64') },
    "InvalidArgument: The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
  ],
  [
    "a customer's key beside AES256",
    { ...customer, ServerSideEncryption: 'AES256' },
    'InvalidArgument: Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
  ],
  [
    'both that and a wrong algorithm',
    { ...customer, SSECustomerAlgorithm: 'x', ServerSideEncryption: 'AES256' },
    'InvalidArgument: Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
  ],
  [
    "another algorithm for a customer's key",
    { ...customer, SSECustomerAlgorithm: 'aws:kms' },
    'InvalidEncryptionAlgorithmError: The Encryption request you specified is not valid. Supported value: AES256.',
  ],
  [
    "a customer's key without algorithm",
    { SSECustomerKey: customer.SSECustomerKey },
    'InvalidArgument: Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.',
  ],
  [
    "an algorithm without a customer's key",
    { SSECustomerAlgorithm: 'AES256' },
    'InvalidArgument: Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.',
  ],
  [
    "a customer's key without MD5",
    { ...customer, SSECustomerKeyMD5: undefined },
    'InvalidArgument: Requests specifying Server Side Encryption with Customer provided keys must provide the client calculated MD5 of the secret key.',
  ],
  [
    "a wrong MD5 of a customer's key",
    { ...customer, SSECustomerKeyMD5: key44.SSECustomerKeyMD5 },
    'InvalidArgument: The calculated MD5 hash of the key did not match the hash that was provided.',
  ],
  [
    "a customer's key that was base64 already",
    key44,
    'InvalidArgument: The secret key was invalid for the specified algorithm.',
  ],
  [
    'a wrong MD5 of a key of the wrong length',
    { ...key44, SSECustomerKeyMD5: customer.SSECustomerKeyMD5 },
    'InvalidArgument: The calculated MD5 hash of the key did not match the hash that was provided.',
  ],
];

test.for(refusals)('%s is refused', ([, headers, expected]) => {
  expect(outcome(headers, s3)).toBe(expected);
});

// Amazon S3 User Guide, "Blocking or unblocking SSE-C for a general purpose bucket": before the key is looked at.
test.for([
  ['a whole one', customer],
  ['a broken one', { SSECustomerAlgorithm: 'rot13' }],
] as const)("a bucket that blocks customers' keys does not accept %s either", ([, headers]) => {
  expect(outcome(headers, s3, true)).toBe('blocked');
});
