import { expect, test } from 'vitest';
import { presignedUrl } from '../../../src/wire/signature/signing.ts';
import { encodePath } from '../../../src/wire/signature/uri-encoding.ts';

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const request = {
  method: 'GET',
  origin: 'https://examplebucket.s3.amazonaws.com',
  path: '/test.txt',
  region: 'us-east-1',
  expiresSeconds: 86_400,
} as const;
const now = new Date('2013-05-24T00:00:00Z');

const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

// Amazon S3 API Reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", the example.
test('the published example has the published signature', () => {
  expect(presignedUrl(request, credentials, now)).toBe(
    'https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256' +
      '&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
      '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
      '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  );
});

const signatureOf = (more: object, as = credentials, at = now): string | undefined =>
  parametersOf(presignedUrl({ ...request, ...more }, as, at))['X-Amz-Signature'];

test.for([
  ['method', { method: 'PUT' }],
  ['host', { origin: 'https://other.s3.amazonaws.com' }],
  ['port', { origin: 'https://examplebucket.s3.amazonaws.com:8443' }],
  ['path', { path: '/test.txt2' }],
  ['further parameters', { query: { versionId: 'v' } }],
  ['region', { region: 'eu-west-1' }],
  ['time that it is good for', { expiresSeconds: 60 }],
] as const)('the signature covers the %s', ([, more]) => {
  expect(signatureOf(more)).not.toBe(signatureOf({}));
});

test('a session token is a parameter, and signed', () => {
  const url = presignedUrl(request, { ...credentials, sessionToken: 'a/b+c=' }, now);
  expect(parametersOf(url)).toMatchObject({ 'X-Amz-Security-Token': 'a/b+c=' });
  expect(parametersOf(url)['X-Amz-Signature']).not.toBe(signatureOf({}));
});

test('milliseconds are not part of the time', () => {
  expect(signatureOf({}, credentials, new Date('2013-05-24T00:00:00.999Z'))).toBe(signatureOf({}));
});

test.for([
  ['/a b/ü.txt', '/a%20b/%C3%BC.txt'],
  ["/!'()*", '/%21%27%28%29%2A'],
  ['//a/../b', '//a/../b'],
  ['/-._~+', '/-._~%2B'],
] as const)('the path %s is written %s', ([path, written]) => {
  expect(encodePath(path)).toBe(written);
});
