/**
 * Grant tokens: texts that name a grant, created by KMS and recognized by a keyed hash. They are not secret and give no
 * permission. KMS API Reference, CreateGrant, GrantToken.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../api/errors.ts';
import type { Call } from '../call/operation.ts';
import { hashLabels } from '../crypto/labels.ts';
import type { RootKey } from '../crypto/root-key.ts';

export interface TokenFacts {
  readonly keyArn: string;
  readonly grantId: string;
}

/** In base64, AWS's tokens begin with `AQpA`. */
const HEADER = Buffer.from([0x01, 0x0a, 0x40]);
const NONCE_BYTES = 16;
const TAG_BYTES = 32;

/** Each call creates a different token for the same grant; all of them are equally valid. */
export function writeGrantToken({ keyArn, grantId }: TokenFacts, call: Call): string {
  const body = Buffer.concat([HEADER, call.random(NONCE_BYTES), Buffer.from(JSON.stringify([keyArn, grantId]))]);
  return Buffer.concat([body, tagOf(body, call.rootKey)]).toString('base64');
}

/** @throws InvalidGrantTokenException if this store did not issue the token. */
export function readGrantToken(token: string, call: Pick<Call, 'rootKey'>): TokenFacts {
  const bytes = Buffer.from(token, 'base64');
  if (bytes.length <= HEADER.length + NONCE_BYTES + TAG_BYTES) throw invalidGrantToken();
  const body = bytes.subarray(0, -TAG_BYTES);
  if (!timingSafeEqual(bytes.subarray(-TAG_BYTES), tagOf(body, call.rootKey))) throw invalidGrantToken();
  // The tag proves that writeGrantToken wrote the text.
  const [keyArn, grantId] = JSON.parse(body.subarray(HEADER.length + NONCE_BYTES).toString()) as [string, string];
  return { keyArn, grantId };
}

const tagOf = (body: Uint8Array, rootKey: RootKey) =>
  createHmac('sha256', rootKey.derive(hashLabels.grantToken)).update(body).digest();

const invalidGrantToken = () =>
  new AwsError(
    'InvalidGrantTokenException',
    '',
    {},
    'a grant token is the GrantToken that create-grant returned, unchanged, from this store',
  );
