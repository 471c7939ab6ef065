/** Signature Version 4: AWS General Reference, "Create a signed AWS API request". */

import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** What a signature is good for. */
export interface CredentialScope {
  /** In UTC, as `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

/** A key that can sign no more than its scope. Whoever has it wipes it when it is no longer needed. */
export type SigningKey = Uint8Array;

/** The algorithm in headers, URLs and strings to sign. */
export const V4_ALGORITHM = 'AWS4-HMAC-SHA256';

/** The last part of every scope. */
export const SCOPE_END = 'aws4_request';

/** A scope as it stands in strings to sign and, behind an access key id and a slash, in credentials. */
export const scopeText = ({ date, region, service }: CredentialScope): string =>
  `${date}/${region}/${service}/${SCOPE_END}`;

/** A time as signatures have it, in UTC: `YYYYMMDDTHHMMSSZ`. */
export const signatureTime = (time: Date): string => time.toISOString().replace(/[-:]|\.\d+/g, '');

/**
 * The string to sign of a request.
 * @param time as `signatureTime` writes it
 * @param canonical a byte a character
 */
export const stringToSign = (time: string, scope: CredentialScope, canonical: string): string =>
  `${V4_ALGORITHM}\n${time}\n${scopeText(scope)}\n${hash('sha256', Buffer.from(canonical, 'latin1'))}`;

/** The key that signs within a scope. */
export function signingKey(secretAccessKey: string, { date, region, service }: CredentialScope): SigningKey {
  let key: Uint8Array = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of [date, region, service, SCOPE_END]) {
    const next = createHmac('sha256', key).update(part).digest();
    key.fill(0);
    key = next;
  }
  return key;
}

/** The signature of a text, in hex. */
export const signatureOf = (key: SigningKey, text: string): string =>
  createHmac('sha256', key).update(text, 'latin1').digest('hex');

/** Whether a signature that came with a request is the computed one. The time it takes does not depend on where they differ. */
export function isSameSignature(computed: string, given: string): boolean {
  const expected = Buffer.from(computed);
  const actual = Buffer.from(given);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
