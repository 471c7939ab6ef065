import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { operationNames, serviceMetadata } from '../../../src/api/model/loader.ts';
import { serviceNames } from '../../../src/api/model/service-names.ts';
import { hostNames } from '../../../src/wire/http/host-names.ts';
import { type FormFields, routeOf, serviceOf } from '../../../src/wire/routing/route.ts';
import { httpRequest, type Parts } from '../../support/http-request.ts';
import { type SentRequest, sentRequest } from '../../support/sent-request.ts';

const hosts = hostNames(['storage.test']);
const scope = (service: string) => ({ service, region: 'us-east-1' });

/** What a request is one to; one without a service's name has no credentials. */
function route(method: string, target: string, parts?: Parts, service?: string, form?: FormFields) {
  const request = httpRequest(method, target, parts);
  return routeOf(request, serviceOf(request, service === undefined ? undefined : scope(service), hosts), hosts, form);
}

const operation = (name: string, labels = {}) => ({ kind: 'operation', operation: name, labels });

/** The refusal of what has no route, as an answer has it. */
function refusal(...request: Parameters<typeof route>) {
  try {
    return route(...request);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, detail, headers } = error;
    return { code, message, ...detail, ...headers };
  }
}

// Those whose requests are the same as another operation's: AWS never answers the first.
const twins: Readonly<Record<string, string>> = {
  GetBucketLifecycle: 'GetBucketLifecycleConfiguration',
  GetBucketNotification: 'GetBucketNotificationConfiguration',
  ListDirectoryBuckets: 'ListBuckets',
  PutBucketLifecycle: 'PutBucketLifecycleConfiguration',
  PutBucketNotification: 'PutBucketNotificationConfiguration',
};

describe('the request of each operation', () => {
  test.each(operationNames('s3'))('S3 %s', (name) => {
    const found = twins[name] ?? name;
    for (const base of [undefined, 'localhost', 's3.localhost', 's3.eu-west-1.amazonaws.com', 'storage.test']) {
      const check = ({ request, labels }: SentRequest) => {
        const service = serviceOf(request, scope('s3'), hosts);
        expect(service).toEqual({ service: 's3', protocol: 'rest-xml' });
        expect(routeOf(request, service, hosts)).toEqual(operation(found, labels));
      };
      fc.assert(fc.property(sentRequest('s3', name, base), check), { numRuns: 20 });
    }
  });

  test.each(operationNames('s3control'))('S3 Control %s', (name) => {
    for (const base of [undefined, 'localhost']) {
      fc.assert(
        fc.property(sentRequest('s3control', name, base), ({ request, labels }) => {
          const service = serviceOf(request, scope('s3'), hosts);
          expect(service).toEqual({ service: 's3control', protocol: 'rest-xml' });
          expect(routeOf(request, service, hosts)).toEqual(operation(name, labels));
        }),
        { numRuns: 20 },
      );
    }
  });

  test('all others by their names', () => {
    for (const service of serviceNames.filter((each) => each !== 's3' && each !== 's3control')) {
      const { targetPrefix, apiVersion, protocols, endpointPrefix, signingName } = serviceMetadata(service);
      const signed = signingName ?? endpointPrefix;
      for (const name of operationNames(service)) {
        if (protocols.includes('json')) {
          for (const prefix of [targetPrefix, targetPrefix?.split('.').at(-1)]) {
            const headers = { 'X-Amz-Target': `${prefix}.${name}` };
            expect(route('POST', '/', { headers }, signed)).toEqual(operation(name));
            expect(route('POST', '/', { headers })).toEqual(operation(name));
          }
        }
        if (protocols.includes('query')) {
          const fields = `Action=${name}&Version=${apiVersion}`;
          const headers = { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' };
          const form = new URLSearchParams(fields);
          expect(route('GET', `/?${fields}`, {}, signed)).toEqual(operation(name));
          expect(route('GET', `/?${fields}`)).toEqual(operation(name));
          expect(route('POST', '/', { headers }, signed)).toEqual({ kind: 'action-in-body' });
          expect(route('POST', '/', { headers }, signed, (field) => form.get(field) ?? undefined)).toEqual(
            operation(name),
          );
        }
        if (protocols.includes('smithy-rpc-v2-cbor')) {
          const headers = { 'smithy-protocol': 'rpc-v2-cbor' };
          const path = `/service/${targetPrefix}/operation/${name}`;
          expect(route('POST', path, { headers }, signed)).toEqual(operation(name));
          expect(route('POST', path, { headers })).toEqual(operation(name));
        }
      }
    }
  });
});

// S3's words, as it answered requests without a signature and with a valid one alike.
const notAllowed = (method: string, type: string, allow: string) => ({
  code: 'MethodNotAllowed',
  message: 'The specified method is not allowed against this resource.',
  Method: method,
  ResourceType: type,
  allow,
});
const invalid = (message: string) => ({ code: 'InvalidRequest', message });
// For the sub-resources besides ?versions and ?logging, AWS answers some as the bucket's own and ignores others.
const noSub = (name: string) => invalid(`There is no such thing as the ?${name} sub-resource for a key`);
const conflict = (names: string, first: string) => ({
  code: 'InvalidArgument',
  message: `Conflicting query string parameters: ${names}`,
  ArgumentName: 'ResourceType',
  ArgumentValue: first,
});
const notAForm = {
  code: 'PreconditionFailed',
  message: 'At least one of the pre-conditions you specified did not hold',
  Condition: 'Bucket POST must be of the enclosure-type multipart/form-data',
};
const BUCKET = 'GET, HEAD, PUT, DELETE';

test.each([
  ['POST', '/', notAllowed('POST', 'SERVICE', 'GET')],
  ['HEAD', '/', notAllowed('HEAD', 'SERVICE', 'GET')],
  ['DELETE', '/?acl', notAllowed('DELETE', 'SERVICE', 'GET')],
  ['PATCH', '/b', notAllowed('PATCH', 'BUCKET', BUCKET)],
  ['POST', '/b/k', notAllowed('POST', 'OBJECT', BUCKET)],
  ['PATCH', '/b/k?versionId=1', notAllowed('PATCH', 'OBJECT', BUCKET)],
  ['DELETE', '/b?acl', notAllowed('DELETE', 'ACL', 'GET, PUT')],
  ['HEAD', '/b?acl', notAllowed('HEAD', 'ACL', 'GET, PUT')],
  ['GET', '/b?delete', notAllowed('GET', 'MULTI_OBJECT_DELETE', 'POST')],
  ['DELETE', '/b?delete', notAllowed('DELETE', 'MULTI_OBJECT_DELETE', 'POST')],
  ['DELETE', '/b?versioning', notAllowed('DELETE', 'VERSIONING', 'GET, PUT')],
  ['DELETE', '/b?versions', notAllowed('DELETE', 'BUCKETVERSIONS', 'GET')],
  ['DELETE', '/b?logging=1', notAllowed('DELETE', 'LOGGING_STATUS', 'GET, PUT')],
  ['PUT', '/b?location', notAllowed('PUT', 'LOCATION', 'GET')],
  ['POST', '/b?policy', notAllowed('POST', 'BUCKETPOLICY', 'GET, PUT, DELETE')],
  ['PUT', '/b?policyStatus', notAllowed('PUT', 'POLICY_STATUS', 'GET')],
  ['POST', '/b?intelligent-tiering', notAllowed('POST', 'INTELLIGENT_TIERING', 'GET, PUT, DELETE')],
  ['DELETE', '/b?object-lock', notAllowed('DELETE', 'OBJECT_LOCK_CONFIGURATION', 'GET, PUT')],
  ['DELETE', '/b?requestPayment', notAllowed('DELETE', 'REQUEST_PAYMENT', 'GET, PUT')],
  ['POST', '/b/k?tagging', notAllowed('POST', 'OBJECT_TAGGING', 'GET, PUT, DELETE')],
  ['DELETE', '/b/k?retention', notAllowed('DELETE', 'OBJECT_LOCK_RETENTION', 'GET, PUT')],
  ['GET', '/b/k?restore', notAllowed('GET', 'RESTORE', 'POST')],
  ['DELETE', '/b/k?uploads', notAllowed('DELETE', 'UPLOADS', 'POST')],
  ['HEAD', '/b/k?uploadId=1', notAllowed('HEAD', 'UPLOAD', 'GET, POST, DELETE')],
  ['PUT', '/b/k?uploadId=1', notAllowed('PUT', 'UPLOAD', 'GET, POST, DELETE')],
  ['PATCH', '/b/k?partNumber=1&uploadId=1', notAllowed('PATCH', 'PART', 'PUT')],
  ['GET', '/b/k?versions', noSub('versions')],
  ['PUT', '/b/k?versioning', noSub('versioning')],
  ['DELETE', '/b/k?policy', noSub('policy')],
  ['GET', '/b/k?logging', { ...noSub('logging'), code: 'NoLoggingStatusForKey' }],
  ['GET', '/b/k?uploads', invalid('Key is not expected for the GET method ?uploads subresource')],
  ['GET', '/b?uploadId=1', invalid('A key must be specified')],
  ['GET', '/b/?legal-hold', invalid('A key must be specified')],
  ['GET', '/b?versioning&acl', conflict('acl, versioning', 'acl')],
  ['DELETE', '/b/k?tagging=&uploadId=1', conflict('tagging, uploadId', 'tagging')],
  ['POST', '/b', notAForm],
  ['POST', '/b/?foo=bar', notAForm],
  ['PROPFIND', '/b', { code: 'BadRequest', message: 'An error occurred when parsing the HTTP request.' }],
])('%s %s', (method, target, expected) => {
  expect(refusal(method, target)).toEqual(expected);
  expect(refusal(method, target, {}, 's3')).toEqual(expected);
});

test.each([
  ['GET', '/b?Versioning', 'ListObjects'],
  ['GET', '/b?versioning=1', 'GetBucketVersioning'],
  ['GET', '/b?foo=bar&x-id=DeleteBucket', 'ListObjects'],
  ['GET', '/b?list-type=1&list-type=2', 'ListObjects'],
  ['GET', '/b?list-type=2&list-type=1', 'ListObjectsV2'],
  ['GET', '/b?analytics', 'ListBucketAnalyticsConfigurations'],
  ['DELETE', '/b?analytics', 'DeleteBucketAnalyticsConfiguration'],
  ['GET', '/b/k?attributes', 'GetObjectAttributes'],
  ['POST', '/b/k?select', 'SelectObjectContent'],
  ['GET', '/?foo', 'ListBuckets'],
  ['GET', '/b/k?partNumber=1', 'GetObject'],
  ['DELETE', '/b/k?session', 'DeleteObject'],
  ['PUT', '/b?renameObject', 'CreateBucket'],
])('%s %s is %s', (method, target, expected) => {
  expect(route(method, target)).toMatchObject({ operation: expected });
});

const BUCKET_AND_KEY = { Bucket: 'bucket', Key: 'a/b' };

test.each([
  ['OPTIONS', '/bucket/a/b', { kind: 'preflight', labels: BUCKET_AND_KEY }],
  ['OPTIONS', '/?acl', { kind: 'preflight', labels: {} }],
  ['GET', '/_localstack/health', { kind: 'page', page: 'health' }],
  ['HEAD', '/_ssebox/health?verbose', { kind: 'page', page: 'health' }],
  ['POST', '/_localstack/state/reset', { kind: 'page', page: 'reset' }],
  ['POST', '/moto-api/reset', { kind: 'page', page: 'reset' }],
  ['GET', '/moto-api/reset', operation('GetObject', { Bucket: 'moto-api', Key: 'reset' })],
  ['PUT', '/_ssebox/health', operation('PutObject', { Bucket: '_ssebox', Key: 'health' })],
])('%s %s is not an operation of its own', (method, target, expected) => {
  expect(route(method, target)).toEqual(expected);
});

test('before the host stands a bucket, which may have keys like the pages of the server', () => {
  const host = 'bucket.localhost:4566';
  expect(route('GET', '/_localstack/health', { host })).toEqual(
    operation('GetObject', { Bucket: 'bucket', Key: '_localstack/health' }),
  );
});

const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' };

test.each([
  ['/bucket', '127.0.0.1'],
  ['/bucket/', 'localhost'],
  ['/?foo', 'bucket.localhost'],
])('a browser posts its form to %s of %s', (target, host) => {
  expect(route('POST', target, { host, headers: multipart })).toEqual({
    kind: 'post-form',
    labels: { Bucket: 'bucket' },
  });
});
