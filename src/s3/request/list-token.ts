/** Tokens for continuing a listing: opaque to the caller, but they contain the last name. */

import { invalidArgument } from './invalid-argument.ts';
import { MAX_KEY_BYTES } from './object-key.ts';

/** A token for continuing after a name. */
export const encodeToken = (name: string): string => Buffer.from(`1${name}`).toString('base64url');

/** @throws AwsError InvalidArgument for a text that is not a token. */
export function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  const isName = Buffer.byteLength(text) - 1 <= MAX_KEY_BYTES;
  if (text.startsWith('1') && isName && encodeToken(text.slice(1)) === token) return text.slice(1);
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
