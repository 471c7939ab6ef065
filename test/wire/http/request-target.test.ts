import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostNames } from '../../../src/wire/http/host-names.ts';
import { parseTarget, queryValue, queryValues } from '../../../src/wire/http/request-target.ts';
import { routeOf, serviceOf } from '../../../src/wire/routing/route.ts';
import { httpRequest } from '../../support/http-request.ts';
import { bucketName, objectKey, sentText } from '../../support/sent-request.ts';

const hosts = hostNames();
const invalidUri = expect.objectContaining({ code: 'InvalidURI', message: "Couldn't parse the specified URI." });

function labels(target: string, host = '127.0.0.1'): unknown {
  const request = httpRequest('GET', target, { host });
  const found = routeOf(request, serviceOf(request, undefined, hosts), hosts);
  return 'labels' in found ? found.labels : undefined;
}

test('a key reaches its operation byte by byte, however much of it was escaped', () => {
  const sent = fc
    .tuple(bucketName, objectKey)
    .chain(([bucket, key]) => sentText(key).map((text) => ({ bucket, key, text })));
  fc.assert(
    fc.property(sent, ({ bucket, key, text }) => {
      expect(labels(`/${bucket}/${text}`)).toEqual({ Bucket: bucket, Key: key });
      expect(labels(`/${text}`, `${bucket}.localhost`)).toEqual({ Bucket: bucket, Key: key });
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['/b/', undefined],
  ['/b//', '/'],
  ['/b//k', '/k'],
  ['/b/k/', 'k/'],
  ['/b/.', '.'],
  ['/b/..', '..'],
  ['/b/../c', '../c'],
  ['/b/%2e%2E/c', '../c'],
  ['/b/a%2Fb', 'a/b'],
  ['/b/a%252Fb', 'a%2Fb'],
  ['/b/a+b', 'a+b'],
  ['/b/a%2Bb%20c', 'a+b c'],
  ['/b/%C3%A9', 'é'],
  ['/b/k?a=/b', 'k'],
])('the key of %s', (target, key) => {
  expect(labels(target)).toEqual(key === undefined ? { Bucket: 'b' } : { Bucket: 'b', Key: key });
});

test.each([
  ['a host', 'http://localhost/b'],
  ['a host and a port', 'localhost:4566'],
  ['an asterisk', '*'],
  ['nothing', ''],
  ['a fragment', '/b/k#f'],
  ['a fragment after the query', '/b/k?a#f'],
  ['a space', '/b/a b'],
  ['a control character', '/b/a\u0007'],
  ['half an escape', '/b/%4'],
  ['an escape of no byte', '/b/%zz'],
  ['an escape of no byte in the query', '/b?prefix=%zz'],
  ['a byte that is not UTF-8', '/b/%FF'],
  ['bytes of UTF-8 that are not escaped', '/b/\xC3\xA9'],
  ['half a character', '/b/%C3'],
  ['a character in too many bytes', '/b/%C0%AF'],
  ['half a surrogate pair', '/b/%ED%A0%80'],
  ['a byte of the bucket that is not UTF-8', '/%FF/k'],
])('a target with %s is an invalid URI', (_, target) => {
  expect(() => labels(target)).toThrow(invalidUri);
});

test('an invalid URI is shown without its query, which may hold a token', () => {
  expect(() => labels('/b/k?X-Amz-Security-Token=secret&x=%zz')).toThrow(
    expect.objectContaining({ detail: { URI: '/b/k' } }),
  );
});

test('a query is decoded as a form is, and keeps its order and what has no value', () => {
  const target = parseTarget('/b?acl&prefix=a+b%2B%C3%A9&prefix=&&=x&a=b=c');
  expect(target.query).toEqual([
    { name: 'acl', value: '', hasValue: false },
    { name: 'prefix', value: 'a b+é', hasValue: true },
    { name: 'prefix', value: '', hasValue: true },
    { name: '', value: 'x', hasValue: true },
    { name: 'a', value: 'b=c', hasValue: true },
  ]);
  expect(queryValue(target, 'prefix')).toBe('a b+é');
  expect(queryValues(target, 'prefix')).toEqual(['a b+é', '']);
  expect(queryValue(target, '__proto__')).toBeUndefined();
});
