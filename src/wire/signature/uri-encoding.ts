/** Percent-encoding as signatures need it: AWS General Reference, "Create a signed AWS API request", UriEncode. */

import type { QueryParameter } from '../http/request-target.ts';

/** Encodes each byte of UTF-8 but the unreserved characters of RFC 3986; encodeURIComponent leaves five more. */
export function encodeText(text: string): string {
  return UNRESERVED.test(text) ? text : encodeURIComponent(text).replace(/[!'()*]/g, encodeByte);
}

/** A path from text that is not encoded: S3 neither normalizes it nor encodes it twice. Slashes are kept. */
export const encodePath = (path: string): string =>
  PLAIN_PATH.test(path) ? path : path.split('/').map(encodeText).join('/');

/** Parameters, encoded and sorted by name and value, without those that are called `omitted`. */
export function canonicalQuery(query: readonly QueryParameter[], omitted?: string): string {
  const pairs: [name: string, value: string][] = [];
  for (const { name, value } of query) if (name !== omitted) pairs.push([encodeText(name), encodeText(value)]);
  if (pairs.length > 1) pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y));
  return pairs.map(([name, value]) => `${name}=${value}`).join('&');
}

/**
 * S3's canonical path: each byte that the path as sent stands for, encoded once. Nothing is normalized, and an encoded
 * slash is still one afterwards.
 */
export const singlyEncodedPath = (rawPath: string): string =>
  PLAIN_PATH.test(rawPath)
    ? rawPath
    : rawPath.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~/]/g, (part) => {
        if (part.length === 1) return encodeByte(part);
        const char = String.fromCharCode(Number.parseInt(part.slice(1), 16));
        return UNRESERVED.test(char) ? char : part.toUpperCase();
      });

/** The canonical path of all other services: normalized, then the path as sent is encoded once more. */
export function doublyEncodedPath(rawPath: string): string {
  if (rawPath === '/') return rawPath;
  const kept: string[] = [];
  const segments = rawPath.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const isFolder = kept.length > 0 && ['', '.', '..'].includes(segments.at(-1) ?? '');
  return `/${kept.join('/')}${isFolder ? '/' : ''}`.replace(/[^A-Za-z0-9\-._~/]/g, encodeByte);
}

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;
const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;

/** @param char a byte */
const encodeByte = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** By code units, which are bytes here. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
