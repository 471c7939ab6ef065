/** Tokens with which a listing goes on: opaque to the caller, the last name to ourselves. */

import { invalidArgument } from './invalid-argument.ts';

/** A token that stands for a place after this name. */
export const encodeToken = (name: string): string => Buffer.from(`1${name}`).toString('base64url');

/** @throws AwsError InvalidArgument for what was never a token. */
export function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (text.startsWith('1') && encodeToken(text.slice(1)) === token) return text.slice(1);
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token');
}
