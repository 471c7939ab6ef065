/** AWS General Reference, "Service endpoints"; Amazon S3 User Guide, "Virtual hosting of general purpose buckets". */

import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/api/errors.ts';
import { operationModel } from '../../../src/api/model/loader.ts';
import type { ServiceName } from '../../../src/api/model/operations.ts';
import type { Region } from '../../../src/api/regions.ts';
import { type AddressingStyle, addressOf } from '../../../src/wire/client/address.ts';
import { parseEndpoint } from '../../../src/wire/client/endpoint.ts';

const AccountId = '111122223333';

/** Where a call goes: what is connected to, the host, the path of the model's `path`, and what it is signed for. */
function address(
  endpoint: string,
  [service, name]: readonly [ServiceName, string],
  input: Readonly<Record<string, unknown>>,
  {
    style = 'auto',
    region = 'eu-west-1',
    path = '/',
  }: { style?: AddressingStyle; region?: Region; path?: string } = {},
) {
  const [model, parsed] = [operationModel(service, name), parseEndpoint(endpoint)];
  if (!model || !parsed) throw new Error(`no ${name} at ${endpoint}`);
  const { origin, host, pathOf, signingRegion, signingService } = addressOf(parsed, { model, input, region, style });
  return { origin, host, path: pathOf(path), scope: `${signingRegion}/${signingService}` };
}

const GET = ['s3', 'GetObject'] as const;
const object = (Bucket: string) => ({ Bucket, Key: 'k' });

describe('at AWS itself', () => {
  test.each<[ServiceName, string, string, string]>([
    ['kms', 'ListKeys', 'kms.eu-west-1.amazonaws.com', 'eu-west-1/kms'],
    ['iam', 'ListUsers', 'iam.amazonaws.com', 'us-east-1/iam'],
    ['sts', 'GetCallerIdentity', 'sts.eu-west-1.amazonaws.com', 'eu-west-1/sts'],
    ['s3', 'ListBuckets', 's3.eu-west-1.amazonaws.com', 'eu-west-1/s3'],
    ['s3control', 'GetPublicAccessBlock', `${AccountId}.s3-control.eu-west-1.amazonaws.com`, 'eu-west-1/s3'],
    ['organizations', 'ListRoots', 'organizations.us-east-1.amazonaws.com', 'us-east-1/organizations'],
    ['cloudtrail', 'ListTrails', 'cloudtrail.eu-west-1.amazonaws.com', 'eu-west-1/cloudtrail'],
    ['cloudwatch', 'ListMetrics', 'monitoring.eu-west-1.amazonaws.com', 'eu-west-1/monitoring'],
    ['service-quotas', 'ListServices', 'servicequotas.eu-west-1.amazonaws.com', 'eu-west-1/servicequotas'],
  ])('%s', (service, name, host, scope) => {
    expect(address('aws', [service, name], { AccountId })).toEqual({
      origin: `https://${host}`,
      host,
      path: '/',
      scope,
    });
  });

  test.each<[string, AddressingStyle, string, string]>([
    ['photos', 'auto', 'photos.s3.eu-west-1.amazonaws.com', '/k'],
    ['photos', 'path', 's3.eu-west-1.amazonaws.com', '/photos/k'],
    // A certificate for *.s3.eu-west-1.amazonaws.com has no names with two labels.
    ['my.photos', 'auto', 's3.eu-west-1.amazonaws.com', '/my.photos/k'],
    ['my.photos', 'virtual', 's3.eu-west-1.amazonaws.com', '/my.photos/k'],
    ['Photos_1', 'auto', 's3.eu-west-1.amazonaws.com', '/Photos_1/k'],
  ])('the bucket %s, %s', (bucket, style, host, path) => {
    expect(address('aws', GET, object(bucket), { style, path: `/${bucket}/k` })).toMatchObject({ host, path });
  });

  test('an access point is addressed in its own region', () => {
    const arn = `arn:aws:s3:us-west-2:${AccountId}:accesspoint/readers`;
    const path = `/${encodeURIComponent(arn)}/a/b`;
    expect(address('aws', GET, object(arn), { path })).toEqual({
      origin: `https://readers-${AccountId}.s3-accesspoint.us-west-2.amazonaws.com`,
      host: `readers-${AccountId}.s3-accesspoint.us-west-2.amazonaws.com`,
      path: '/a/b',
      scope: 'us-west-2/s3',
    });
  });

  test.each([
    `arn:aws:s3::${AccountId}:accesspoint/mfzwi23gnjvgw.mrap`,
    `arn:aws:s3-outposts:us-west-2:${AccountId}:outpost/op-1/accesspoint/readers`,
    `arn:aws:s3-object-lambda:us-west-2:${AccountId}:accesspoint/readers`,
    'arn:aws:s3:us-west-2:elsewhere.example/:accesspoint/readers',
    'arn:aws:s3:::photos',
    'photos--use1-az4--x-s3',
  ])('%s is refused', (bucket) => {
    expect(() => address('aws', GET, object(bucket))).toThrow(UsageError);
  });
});

describe('at a URL', () => {
  test.each<[endpoint: string, bucket: string, AddressingStyle, host: string, path: string]>([
    ['http://127.0.0.1:4566', 'photos', 'auto', '127.0.0.1:4566', '/photos/k'],
    ['http://127.0.0.1:4566', 'photos', 'virtual', '127.0.0.1:4566', '/photos/k'],
    ['http://[::1]:4566', 'photos', 'virtual', '[::1]:4566', '/photos/k'],
    ['http://localhost:4566', 'photos', 'auto', 'localhost:4566', '/photos/k'],
    ['http://localhost:4566', 'photos', 'virtual', 'photos.localhost:4566', '/k'],
    ['http://localhost:4566', 'my.photos', 'virtual', 'my.photos.localhost:4566', '/k'],
    ['https://gateway', 'my.photos', 'virtual', 'gateway', '/my.photos/k'],
    ['https://gateway:443/storage/', 'photos', 'auto', 'gateway', '/storage/photos/k'],
    ['https://gateway:8443/storage', 'photos', 'virtual', 'photos.gateway:8443', '/storage/k'],
    ['http://Gateway:80', 'photos', 'auto', 'gateway', '/photos/k'],
  ])('%s, the bucket %s, %s', (endpoint, bucket, style, host, path) => {
    const found = address(endpoint, GET, object(bucket), { style, path: `/${bucket}/k` });
    expect(found).toMatchObject({ origin: new URL(endpoint).origin, host, path });
  });

  test('S3 Control has the account before a name, and not before an address', () => {
    const call = ['s3control', 'GetPublicAccessBlock'] as const;
    expect(address('http://localhost:4566', call, { AccountId })).toMatchObject({
      origin: 'http://localhost:4566',
      host: `${AccountId}.localhost:4566`,
    });
    expect(address('http://127.0.0.1:4566', call, { AccountId })).toMatchObject({ host: '127.0.0.1:4566' });
    expect(() => address('http://localhost', call, { AccountId: 'evil.example/' })).toThrow('name of the host');
  });

  test('an access point is refused', () => {
    const arn = `arn:aws:s3:us-west-2:${AccountId}:accesspoint/readers`;
    expect(() => address('http://127.0.0.1:4566', GET, object(arn))).toThrow('name the bucket instead');
  });

  test('the path of a bucket ends with a slash, and the rest of a key is left alone', () => {
    const list = ['s3', 'ListObjectsV2'] as const;
    expect(address('http://127.0.0.1', list, object('photos'), { path: '/photos' }).path).toBe('/photos/');
    for (const key of ['a//b', '../x', '.', '/', '//']) {
      expect(address('http://127.0.0.1/base', GET, object('photos'), { path: `/photos/${key}` }).path).toBe(
        `/base/photos/${key}`,
      );
    }
  });
});
