import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostNames, isHostName, labelBefore, regionOfHost } from '../../../src/wire/http/host-names.ts';
import { routeOf, serviceOf } from '../../../src/wire/routing/route.ts';
import { httpRequest } from '../../support/http-request.ts';
import { bucketName } from '../../support/sent-request.ts';

const hosts = hostNames(['storage.test', 'kms.storage.test', 'Other']);

const bases = [
  'localhost',
  's3.localhost',
  's3.eu-west-1.localhost',
  's3.dualstack.eu-west-1.amazonaws.com',
  's3.amazonaws.com',
  's3.us-east-1.amazonaws.com',
  'storage.test',
  'kms.storage.test',
  'other',
];

describe.each(bases)('before %s', (base) => {
  test('stands a bucket, whatever the port and the case, with a dot at the end or without', () => {
    fc.assert(
      fc.property(bucketName, fc.constantFrom('', ':4566', ':', '.', '.:80'), fc.boolean(), (bucket, end, isUpper) => {
        const host = `${bucket}.${base}${end}`;
        expect(labelBefore(isUpper ? host.toUpperCase() : host, hosts)).toBe(bucket);
      }),
    );
  });

  test('stands nothing, so that a bucket stands in the path', () => {
    expect(labelBefore(base, hosts)).toBeUndefined();
    expect(labelBefore(`${base}:4566`, hosts)).toBeUndefined();
  });
});

test.each([
  ['127.0.0.1', undefined],
  ['127.0.0.1:4566', undefined],
  ['[::1]', undefined],
  ['[::1]:4566', undefined],
  ['::1', undefined],
  ['0.0.0.0', undefined],
  ['', undefined],
  ['bucket', undefined],
  ['host.docker.internal', undefined],
  ['bucket.host.docker.internal', undefined],
  ['notlocalhost', undefined],
  ['amazonaws.com', undefined],
  // The endpoint of a service.
  ['kms.us-east-1.amazonaws.com', undefined],
  ['bucket.s3.mars-1.amazonaws.com', undefined],
  // Without a region of AWS before the name, all of it is the bucket.
  ['s3.mars-1.localhost', 's3.mars-1'],
  ['my.dotted.bucket.s3.localhost:4566', 'my.dotted.bucket'],
  ['s3.s3.localhost', 's3'],
  ['bucket.s3.us-east-1.s3.localhost', 'bucket.s3.us-east-1'],
  ['localhost.localhost', 'localhost'],
  ['.localhost', ''],
  ['..localhost', '.'],
  ['127.0.0.1.localhost', '127.0.0.1'],
])('before the name in the host %j stands %j', (host, label) => {
  expect(labelBefore(host, hosts)).toBe(label);
});

function bucketOf(host: string, target = '/key'): unknown {
  const request = httpRequest('GET', target, { host });
  const route = routeOf(request, serviceOf(request, undefined, hosts), hosts);
  return 'labels' in route ? route.labels.Bucket : undefined;
}

test.each([
  '.localhost',
  '..localhost',
  'a.localhost',
  'my_bucket.localhost',
  '127.0.0.1.localhost',
  'xn--bcket-kva.localhost',
  'b\u00c3\u00bccket.localhost',
  'a..b.s3.localhost',
  '-bucket.storage.test',
  'bucket-.storage.test',
  'b@cket.localhost',
  'bucket/.localhost',
  'buc ket.localhost',
  `${'b'.repeat(64)}.localhost`,
  '__proto__.localhost',
])('what stands before the name in %j is not a bucket', (host) => {
  expect(() => bucketOf(host)).toThrow(expect.objectContaining({ code: 'InvalidBucketName' }));
});

test('an address and a name that the server does not have leave the bucket in the path', () => {
  for (const host of ['127.0.0.1:4566', '[::1]:4566', '192.168.0.7', 'minio:9000', 'host.docker.internal']) {
    expect(bucketOf(host, '/bucket/key')).toBe('bucket');
  }
});

test('a request without a host has its bucket in the path', () => {
  const request = { ...httpRequest('GET', '/bucket/key'), headers: new Map() };
  expect(routeOf(request, serviceOf(request, undefined, hosts), hosts)).toMatchObject({ labels: { Bucket: 'bucket' } });
});

test.each([
  ['storage.test', true],
  ['localhost', true],
  ['A-1.b', true],
  ['x'.repeat(63), true],
  ['', false],
  ['127.0.0.1', false],
  ['::1', false],
  ['[::1]', false],
  ['a..b', false],
  ['.a', false],
  ['a.', false],
  ['-a', false],
  ['a-', false],
  ['a_b', false],
  ['*.test', false],
  ['a b', false],
  ['http://a', false],
  ['a:4566', false],
  ['b\u00fccket', false],
  ['x'.repeat(64), false],
  [`${'a.'.repeat(126)}aa`, false],
])('%j is a host name: %j', (text, expected) => {
  expect(isHostName(text)).toBe(expected);
});

test('a name of any length is looked at in time that its length allows', () => {
  const host = `${'s3.'.repeat(5000)}localhost`;
  expect(labelBefore(host, hosts)).toBe('s3.'.repeat(5000).slice(0, -1 - 's3.'.length));
});

test.each([
  ['s3.eu-west-1.localhost:4566', 'eu-west-1'],
  ['bucket.s3.eu-west-1.localhost', 'eu-west-1'],
  ['BUCKET.S3.EU-WEST-1.AMAZONAWS.COM', 'eu-west-1'],
  ['bucket.s3.dualstack.us-east-2.amazonaws.com', 'us-east-2'],
  ['bucket.s3.localhost', undefined],
  ['s3.amazonaws.com', undefined],
  ['s3.mars-1.localhost', undefined],
  ['bucket.s3.us-east-1.s3.localhost', undefined],
  ['xs3.us-east-1.localhost', undefined],
  ['127.0.0.1:4566', undefined],
])('the host %s says the region %s', (host, region) => {
  expect(regionOfHost(host)).toBe(region);
});
