/** Recognizes a customer's key that S3 does not store, by a salted keyed hash of it. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../api/errors.ts';
import { CUSTOMER_KEY_LABEL } from '../../crypto/labels.ts';
import type { CustomerKey } from '../request/customer-key.ts';

export interface Verifier {
  readonly salt: Uint8Array;
  readonly verifier: Uint8Array;
}

/** The stored facts about a customer's key. */
export function rememberCustomerKey(key: Uint8Array, random: (size: number) => Uint8Array): Verifier {
  const salt = random(32);
  return { salt, verifier: hashOf(key, salt) };
}

/**
 * The request's key, if it is the one that the object was written with.
 * @throws AwsError InvalidRequest if there is none, AccessDenied if it is another.
 */
export function recognizeCustomerKey(customerKey: CustomerKey | undefined, { salt, verifier }: Verifier): Uint8Array {
  if (!customerKey) {
    throw new AwsError(
      'InvalidRequest',
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
      {},
      'the object is encrypted with a customer key (SSE-C): pass it with --sse-customer-algorithm AES256 and --sse-customer-key (--sse-c and --sse-c-key with ssebox s3)',
    );
  }
  if (isCustomerKey(customerKey, { salt, verifier })) return customerKey.key;
  throw new AwsError(
    'AccessDenied',
    'Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.',
    {},
    'the key is not the customer key that the object was written with',
  );
}

export function isCustomerKey({ key }: CustomerKey, { salt, verifier }: Verifier): boolean {
  const hash = hashOf(key, salt);
  return hash.length === verifier.length && timingSafeEqual(hash, verifier);
}

const hashOf = (key: Uint8Array, salt: Uint8Array): Uint8Array =>
  createHmac('sha256', key).update(CUSTOMER_KEY_LABEL).update(salt).digest();
