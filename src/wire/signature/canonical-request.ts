/**
 * The canonical form of a request, which Signature Version 4 signs: AWS General Reference, "Create a signed AWS API
 * request"; for S3 Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
 */

import { type HeaderFields, headerValue } from '../http/message.ts';
import type { RequestTarget } from '../http/request-target.ts';
import { canonicalQuery, doublyEncodedPath, singlyEncodedPath } from './uri-encoding.ts';

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly target: RequestTarget;
  /** A byte a character. */
  readonly headers: HeaderFields;
  /** The names of the signed headers in lower case, in any order. */
  readonly signedHeaders: readonly string[];
  /** The SHA-256 of the body in hex, or what stands in `x-amz-content-sha256` for it. */
  readonly payloadHash: string;
  /** The service of the credential scope: S3 has rules of its own for paths. */
  readonly service: string;
}

/** The query parameter of a presigned URL that is not signed. */
export const SIGNATURE_PARAMETER = 'X-Amz-Signature';

/** The payload hash of a request without a body: SHA-256 of nothing. */
export const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The payload hash of a request whose body is not signed. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** The canonical request, a byte a character. A signed header that the request does not have counts as empty. */
export function canonicalRequest(request: SignedRequest): string {
  const { method, target, headers, payloadHash, service } = request;
  const names = request.signedHeaders.toSorted();
  // S3's path is an object's key, whose every byte counts.
  const path = service === 's3' ? singlyEncodedPath(target.rawPath) : doublyEncodedPath(target.rawPath);
  let fields = '';
  for (const name of names) fields += `${name}:${canonicalValue(headers, name)}\n`;
  const query = canonicalQuery(target.query, SIGNATURE_PARAMETER);
  return `${method}\n${path}\n${query}\n${fields}\n${names.join(';')}\n${payloadHash}`;
}

/** The values of a header, joined by commas, with single spaces for several. */
function canonicalValue(headers: HeaderFields, name: string): string {
  const value = headerValue(headers, name) ?? '';
  return value.includes('  ') ? value.replace(/ {2,}/g, ' ') : value;
}
