import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headerFields } from '../../../src/wire/http/message.ts';
import { parseTarget } from '../../../src/wire/http/request-target.ts';
import { signatureV2, stringToSignV2 } from '../../../src/wire/signature/v2.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

interface Example {
  readonly method: string;
  readonly target: string;
  readonly hostBucket?: string;
  readonly expires?: string;
  readonly headers: Readonly<Record<string, string>>;
}
const textOf = ({ method, target, hostBucket, expires, headers }: Example): string =>
  stringToSignV2({
    method,
    target: parseTarget(target),
    headers: headerFields(Object.entries(headers)),
    hostBucket,
    expires,
  });

// Amazon S3 User Guide, "Signing and authenticating REST requests (AWS signature version 2)", the examples.
const examples: Readonly<Record<string, readonly [Example, string]>> = {
  'object GET': [
    {
      method: 'GET',
      target: '/photos/puppy.jpg',
      hostBucket: 'johnsmith',
      headers: { Date: 'Tue, 27 Mar 2007 19:36:42 +0000' },
    },
    'bWq2s1WEIj+Ydj0vQ697zp+IXMU=',
  ],
  'object PUT': [
    {
      method: 'PUT',
      target: '/photos/puppy.jpg',
      hostBucket: 'johnsmith',
      headers: { 'Content-Type': 'image/jpeg', 'Content-Length': '94328', Date: 'Tue, 27 Mar 2007 21:15:45 +0000' },
    },
    'MyyxeRY7whkBe+bq8fHCL/2kKUg=',
  ],
  list: [
    {
      method: 'GET',
      target: '/?prefix=photos&max-keys=50&marker=puppy',
      hostBucket: 'johnsmith',
      headers: { 'User-Agent': 'Mozilla/5.0', Date: 'Tue, 27 Mar 2007 19:42:41 +0000' },
    },
    'htDYFYduRNen8P9ZfE/s9SuKy0U=',
  ],
  fetch: [
    { method: 'GET', target: '/?acl', hostBucket: 'johnsmith', headers: { Date: 'Tue, 27 Mar 2007 19:44:46 +0000' } },
    'c2WLPFtWHVgbEmeEG93a4cG37dM=',
  ],
  upload: [
    {
      method: 'PUT',
      target: '/db-backup.dat.gz',
      hostBucket: 'static.johnsmith.net',
      headers: {
        'User-Agent': 'curl/7.15.5',
        Date: 'Tue, 27 Mar 2007 21:06:08 +0000',
        'x-amz-acl': 'public-read',
        'content-type': 'application/x-download',
        'Content-MD5': '4gJE4saaMU4BqNR0kLY+lw==',
        'X-Amz-Meta-ReviewedBy': 'joe@johnsmith.net,jane@johnsmith.net',
        'X-Amz-Meta-FileChecksum': '0x02661779',
        'X-Amz-Meta-ChecksumAlgorithm': 'crc32',
        'Content-Disposition': 'attachment; filename=database.dat',
        'Content-Encoding': 'gzip',
        'Content-Length': '5913339',
      },
    },
    'ilyl83RwaSoYIEdixDQcA4OnAnc=',
  ],
  'list all my buckets': [
    { method: 'GET', target: '/', headers: { Date: 'Wed, 28 Mar 2007 01:29:59 +0000' } },
    'qGdzdERIC03wnaRNKh6OqZehG9s=',
  ],
  'unicode keys': [
    {
      method: 'GET',
      target: '/dictionary/fran%C3%A7ais/pr%c3%a9f%c3%a8re',
      headers: { Date: 'Wed, 28 Mar 2007 01:49:49 +0000' },
    },
    'DNEZGsoieTZ92F3bUfSPQcbGmlM=',
  ],
  'query string': [
    {
      method: 'GET',
      target: '/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=x&Expires=1175139620',
      hostBucket: 'johnsmith',
      expires: '1175139620',
      headers: {},
    },
    'NpgCjnDzrM+WFzoENXmpNDUsSn8=',
  ],
};
test.for(Object.entries(examples))('the example "%s" has the published signature', ([, [request, signature]]) => {
  expect(signatureV2(secret, textOf(request))).toBe(signature);
});

const get = { method: 'GET', target: '/photos/k', headers: {} };

test.for<[string, Example, string]>([
  [
    'a date of S3 stands for the usual one',
    { ...get, headers: { Date: 'Mon', 'x-amz-date': 'Tue' } },
    'GET\n\n\n\nx-amz-date:Tue\n/photos/k',
  ],
  [
    'headers of S3 are sorted, and their values joined',
    { ...get, headers: { 'X-Amz-Meta-B': ' 2 ', 'x-amz-meta-a': '1', 'X-Amz-Acl': 'private' } },
    'GET\n\n\n\nx-amz-acl:private\nx-amz-meta-a:1\nx-amz-meta-b:2\n/photos/k',
  ],
  [
    'parameters that say what is asked for are sorted and decoded, others left out',
    { ...get, target: '/photos/k?uploadId=a%2Fb&prefix=x&partNumber=1&response-content-type=a%20b' },
    'GET\n\n\n\n/photos/k?partNumber=1&response-content-type=a b&uploadId=a/b',
  ],
  [
    'a parameter is the same however it is encoded, and with or without a value',
    { ...get, target: '/photos?%61cl=&tagging' },
    'GET\n\n\n\n/photos?acl=&tagging',
  ],
  [
    'a URL has headers as parameters',
    {
      ...get,
      target: '/photos/k?X-Amz-Security-Token=t%2B&content-type=text%2Fplain&Content-MD5=m&Expires=1&Signature=s',
      expires: '1',
    },
    'GET\nm\ntext/plain\n1\nx-amz-security-token:t+\n/photos/k',
  ],
  [
    'a header besides its parameter counts once if it is the same',
    {
      ...get,
      target: '/k?content-type=text%2Fplain&Expires=1',
      expires: '1',
      headers: { 'Content-Type': 'text/plain' },
    },
    'GET\n\ntext/plain\n1\n/k',
  ],
  [
    'a header besides its parameter has both values if they differ',
    { ...get, target: '/photos/k?x-amz-acl=private&Expires=1', expires: '1', headers: { 'x-amz-acl': 'public-read' } },
    'GET\n\n\n1\nx-amz-acl:public-read,private\n/photos/k',
  ],
  [
    'without an expiry, parameters are no headers',
    { ...get, target: '/photos/k?x-amz-acl=private' },
    'GET\n\n\n\n/photos/k',
  ],
  [
    'the date of a header does not count in a URL',
    { ...get, expires: '1', headers: { Date: 'Mon', 'x-amz-date': 'Tue' } },
    'GET\n\n\n1\nx-amz-date:Tue\n/photos/k',
  ],
])('%s', ([, request, text]) => {
  expect(textOf(request)).toBe(text);
});

test('bytes outside of ASCII are those of UTF-8', () => {
  const text = textOf({ ...get, target: '/photos/k?response-content-disposition=%C3%A0' });
  expect(text.endsWith('=\u00c3\u00a0')).toBe(true);
});

describe('every sub-resource of an operation is signed', () => {
  const { operations } = JSON.parse(readFileSync('src/api/model/s3.json', 'utf8')) as {
    operations: Readonly<Record<string, { http: { requestUri: string } }>>;
  };
  const queries = Object.entries(operations).map(([name, { http }]) => [name, http.requestUri.split('?')[1]] as const);
  test.for(queries.filter(([, query]) => query !== undefined && query !== 'list-type=2'))('%s', ([, query]) => {
    const name = query?.split('&')[0]?.split('=')[0];
    expect(textOf({ ...get, target: `/photos?${name}` })).toBe(`GET\n\n\n\n/photos?${name}`);
  });
});
