/** The address of an object that S3 answers with: S3 API Reference, CompleteMultipartUpload, Location. */

import type { Origin } from '../../api/origin.ts';
import type { ObjectPlace } from './object-key.ts';

/**
 * A URL with the object's key in one segment: S3 encodes slashes, too. For a request over HTTP it is at the address that
 * the client has used, with the bucket before the host or in the path as the client had it.
 */
export function objectUrl({ bucket, key }: ObjectPlace, origin: Origin): string {
  const path = encodeURIComponent(key).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  if (origin.kind === 'process') return `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${path}`;
  const { host, isTls, isTlsAssumed } = origin;
  const endpoint = `${isTls && !isTlsAssumed ? 'https' : 'http'}://${host}`;
  return host.startsWith(`${bucket.name}.`) ? `${endpoint}/${path}` : `${endpoint}/${bucket.name}/${path}`;
}
