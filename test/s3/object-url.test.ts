import { expect, test } from 'vitest';
import type { HttpOrigin } from '../../src/api/origin.ts';
import { newWorld } from '../support/harness.ts';

const Bucket = 'photos';

const from = (host: string, more: Partial<HttpOrigin> = {}): HttpOrigin => ({
  kind: 'http',
  sourceIp: '127.0.0.1',
  isTls: true,
  isTlsAssumed: true,
  host,
  auth: 'header',
  ...more,
});
const tls = { isTlsAssumed: undefined, tlsVersion: 'TLSv1.3' } as const;

// S3 API Reference, CompleteMultipartUpload, Location: a client opens it, so over HTTP it leads to where the object is.
test.for([
  [undefined, 'a/b c+d.txt', 'https://photos.s3.us-east-1.amazonaws.com/a%2Fb%20c%2Bd.txt'],
  [undefined, "é!'()*~", 'https://photos.s3.us-east-1.amazonaws.com/%C3%A9%21%27%28%29%2A~'],
  [from('127.0.0.1:4566'), 'a/b', 'http://127.0.0.1:4566/photos/a%2Fb'],
  [from('photos.localhost:4566'), 'a/b', 'http://photos.localhost:4566/a%2Fb'],
  [from('[::1]:4566', tls), '../x', 'https://[::1]:4566/photos/..%2Fx'],
  [from('s3.localhost', tls), '?#%', 'https://s3.localhost/photos/%3F%23%25'],
] as const)('asked from %o, the object "%s" is at %s', async ([origin, Key, expected]) => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket, Key });
  const { ETag } = await world.call('s3', 'UploadPart', {
    Bucket,
    Key,
    UploadId,
    PartNumber: 1,
    Body: Buffer.from('x'),
  });
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
  const input = { Bucket, Key, UploadId, MultipartUpload };
  const { Location = '' } = await world.call('s3', 'CompleteMultipartUpload', input, origin && { origin });
  expect(Location).toBe(expected);
  expect(new URL(Location).href).toBe(Location);
  expect(decodeURIComponent(new URL(Location).pathname).endsWith(`/${Key}`)).toBe(true);
});
