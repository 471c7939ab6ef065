/**
 * Prepares an S3 input as the AWS CLI does before it checks it: it refuses bucket names that cannot be in a URL and
 * metadata that is not ASCII, encodes customer keys and adds their digests, and URL-encodes the copy source.
 */

import { createHash } from 'node:crypto';
import { parameterValidationFailed } from './parameter-check.ts';

type Input = Readonly<Record<string, unknown>>;

/** @throws UsageError for a name that is neither a bucket's nor an access point's ARN, and for metadata that is not ASCII. */
export function preparedForS3(input: Input, shape: string): Input {
  checkBucketName(input.Bucket);
  checkMetadata(input.Metadata);
  if (takesKeysAsSent.includes(shape)) return input;
  return withCopySource(withCustomerKey('CopySourceSSECustomerKey', withCustomerKey('SSECustomerKey', input)));
}

/** The operations for which the AWS CLI leaves a customer key as it is: it and its MD5 must be given in base64. */
const takesKeysAsSent: readonly string[] = ['GetObjectAttributesRequest', 'ListPartsRequest'];

const BUCKET = '^[a-zA-Z0-9.\\-_]{1,255}$';
const ARN =
  '^arn:(aws).*:(s3|s3-object-lambda):[a-z\\-0-9]*:[0-9]{12}:accesspoint[/:][a-zA-Z0-9\\-.]{1,63}$' +
  '|^arn:(aws).*:s3-outposts:[a-z\\-0-9]+:[0-9]{12}:outpost[/:][a-zA-Z0-9\\-]{1,63}[/:]accesspoint[/:][a-zA-Z0-9\\-]{1,63}$';

function checkBucketName(name: unknown): void {
  if (typeof name !== 'string' || new RegExp(BUCKET).test(name) || new RegExp(ARN).test(name)) return;
  throw parameterValidationFailed([
    `Invalid bucket name "${name}": Bucket name must match the regex "${BUCKET}" or be an ARN matching the regex "${ARN}"`,
  ]);
}

/** Metadata travels in headers: Amazon S3 User Guide, "User-defined object metadata". */
function checkMetadata(metadata: unknown): void {
  if (typeof metadata !== 'object' || metadata === null) return;
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string' || /^[\0-\x7f]*$/.test(name + value)) continue;
    throw parameterValidationFailed([
      `Non ascii characters found in S3 metadata for key "${name}", value: "${value}".  `,
      'S3 metadata can only contain ASCII characters. ',
    ]);
  }
}

/**
 * A customer key is given raw, and is sent as base64 with its MD5; a key given with its MD5 is already base64. Amazon
 * S3 User Guide, "Specifying server-side encryption with customer-provided keys (SSE-C)".
 */
function withCustomerKey(member: string, input: Input): Input {
  const key = input[member];
  if (`${member}MD5` in input || !(typeof key === 'string' || key instanceof Uint8Array)) return input;
  const bytes = typeof key === 'string' ? Buffer.from(key, 'utf8') : Buffer.from(key);
  return {
    ...input,
    [member]: bytes.toString('base64'),
    [`${member}MD5`]: createHash('md5').update(bytes).digest('base64'),
  };
}

/** The value of `--copy-source` is a header that S3 decodes: S3 API Reference, CopyObject, x-amz-copy-source. */
function withCopySource(input: Input): Input {
  const { CopySource } = input;
  if (typeof CopySource !== 'string') return input;
  const [, path = '', version = ''] = /^(.*?)(\?versionId=[^?]*)?$/s.exec(CopySource) ?? [];
  return { ...input, CopySource: percentEncoded(path) + version };
}

/** RFC 3986, section 2.3, and the slash. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
