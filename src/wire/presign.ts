/**
 * Signature Version 4 in a URL's query: Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS
 * Signature Version 4)".
 */

import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only for temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** The request that the URL makes. */
export interface PresignedRequest {
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'DELETE';
  /** `https://HOST` or `http://HOST:PORT`, without a path. */
  readonly origin: string;
  /** Not encoded, with the leading slash. */
  readonly path: string;
  /** Further signed parameters, such as `versionId`. */
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly region: string;
  /** Counted from `now`. */
  readonly expiresSeconds: number;
}

/** The URL, valid from now on for one method on one path; anyone who has it acts as the owner of the credentials. */
export function presignedUrl(request: PresignedRequest, credentials: Credentials, now: Date): string {
  const time = `${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const date = time.slice(0, 8);
  const scope = `${date}/${request.region}/s3/aws4_request`;
  const { host } = new URL(request.origin);
  const path = encodePath(request.path);
  const query = canonicalQuery({
    ...request.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': `${request.expiresSeconds}`,
    ...(credentials.sessionToken !== undefined && { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  });
  const canonical = [request.method, path, query, `host:${host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [date, request.region, 's3', 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  );
  return `${request.origin}${path}?${query}&X-Amz-Signature=${hmac(key, toSign).toString('hex')}`;
}

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Names and values encoded, sorted by name. */
const canonicalQuery = (query: Readonly<Record<string, string>>): string =>
  Object.entries(query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');

/** S3 neither normalizes a path nor encodes it twice; slashes are kept. */
export const encodePath = (path: string): string => path.split('/').map(encode).join('/');

/** Encodes every byte of UTF-8 except the unreserved characters; encodeURIComponent leaves five more. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
