/** SSE-C: Amazon S3 User Guide, "Using server-side encryption with customer-provided keys (SSE-C)". */

import { createHash } from 'node:crypto';
import { AwsError } from '../../api/errors.ts';
import { ABSENT, invalidArgument } from './invalid-argument.ts';

/** The three headers as sent: the key and its MD5 are in base64. */
export interface CustomerKeyHeaders {
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKey?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

/** A customer's key, for the duration of one request. */
export interface CustomerKey {
  readonly key: Uint8Array;
  readonly keyMd5: string;
}

/** S3 names this header in every refusal of a customer's key. */
const ARGUMENT = 'x-amz-server-side-encryption';
const KEY_BYTES = 32;

/** The headers that a client sends for a customer's key. */
export function customerKeyHeaders(key: Uint8Array): { readonly [Name in keyof CustomerKeyHeaders]-?: string } {
  return {
    SSECustomerAlgorithm: 'AES256',
    SSECustomerKey: Buffer.from(key).toString('base64'),
    SSECustomerKeyMD5: md5(key),
  };
}

export function hasCustomerKey(headers: CustomerKeyHeaders): boolean {
  const { SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5 } = headers;
  return [SSECustomerAlgorithm, SSECustomerKey, SSECustomerKeyMD5].some((value) => value !== undefined);
}

/**
 * The key in a request's headers; undefined if there are none. The checks are in S3's order. A key of the wrong length
 * is refused only for writing: for reading it is just a wrong key.
 * @throws AwsError InvalidArgument or InvalidEncryptionAlgorithmError
 */
export function parseCustomerKey(headers: CustomerKeyHeaders, use: 'write' | 'read'): CustomerKey | undefined {
  if (!hasCustomerKey(headers)) return undefined;
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: encoded, SSECustomerKeyMD5: keyMd5 } = headers;
  if (algorithm === undefined) {
    throw invalidArgument(
      'Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption algorithm.',
      ARGUMENT,
      ABSENT,
    );
  }
  if (algorithm !== 'AES256') {
    throw new AwsError(
      'InvalidEncryptionAlgorithmError',
      'The Encryption request you specified is not valid. Supported value: AES256.',
      { ArgumentName: ARGUMENT, ArgumentValue: algorithm },
    );
  }
  if (encoded === undefined) {
    throw invalidArgument(
      'Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.',
      ARGUMENT,
      ABSENT,
    );
  }
  if (keyMd5 === undefined) {
    throw invalidArgument(
      'Requests specifying Server Side Encryption with Customer provided keys must provide the client calculated MD5 of the secret key.',
      ARGUMENT,
      ABSENT,
    );
  }
  const key = Buffer.from(encoded, 'base64');
  if (md5(key) !== keyMd5) {
    throw invalidArgument(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      ARGUMENT,
      ABSENT,
    );
  }
  if (use === 'write' && key.length !== KEY_BYTES) {
    throw invalidArgument(
      'The secret key was invalid for the specified algorithm.',
      ARGUMENT,
      ABSENT,
      `a customer key has ${KEY_BYTES} bytes, and this one ${key.length}`,
    );
  }
  return { key, keyMd5 };
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64');
