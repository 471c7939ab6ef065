import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerFields } from '../../../src/wire/http/message.ts';
import { canonicalRequest } from '../../../src/wire/signature/canonical-request.ts';
import { isSameSignature, signatureOf, signingKey, stringToSign } from '../../../src/wire/signature/v4.ts';
import { type SuiteCase, suite, suiteCredentials, suiteScope, suiteTime } from './sigv4-suite.ts';

const latin1 = (text: string): string => Buffer.from(text).toString('latin1');

/** A case's request, signed as if it were one of S3 where the suite does not normalize its path. */
function signatureOfCase({ method, path, query = [], headers = [], body = '', unnormalized }: SuiteCase): string {
  const pairs = [['Host', 'example.amazonaws.com'], ['X-Amz-Date', suiteTime], ...headers] as [string, string][];
  const fields = headerFields(pairs);
  const canonical = canonicalRequest({
    method,
    target: { rawPath: latin1(path), query: query.map(([name, value]) => ({ name, value, hasValue: true })) },
    headers: fields,
    signedHeaders: [...fields.keys()],
    payloadHash: createHash('sha256').update(body).digest('hex'),
    service: unnormalized ? 's3' : suiteScope.service,
  });
  const key = signingKey(suiteCredentials.secretAccessKey, suiteScope);
  return signatureOf(key, stringToSign(suiteTime, suiteScope, canonical));
}

test.for(suite.map((each) => [each.name, each] as const))("AWS's suite: %s", ([, each]) => {
  expect(signatureOfCase(each)).toBe(each.signature);
});

const place = { method: 'GET', target: { rawPath: '/', query: [] }, headers: headerFields([]), signedHeaders: [] };
const lineOf = (line: number, more: object): string =>
  canonicalRequest({ ...place, payloadHash: 'UNSIGNED-PAYLOAD', service: 's3', ...more }).split('\n')[line] ?? '';

test.for([
  ['/photos/a%20b', '/photos/a%20b', '/photos/a%2520b'],
  ['/a/../b//./', '/a/../b//./', '/b/'],
  ['/a%2fb', '/a%2Fb', '/a%252fb'],
  ['/a+b', '/a%2Bb', '/a%2Bb'],
  ['/%41%7e', '/A~', '/%2541%257e'],
  ["/!'()*", '/%21%27%28%29%2A', '/%21%27%28%29%2A'],
  ['/%E1%88%B4', '/%E1%88%B4', '/%25E1%2588%25B4'],
  ['/..', '/..', '/'],
  ['/../a', '/../a', '/a'],
] as const)('the path %s is %s for S3, and %s for other services', ([rawPath, ofS3, ofOthers]) => {
  const target = { rawPath, query: [] };
  expect([lineOf(1, { target }), lineOf(1, { target, service: 'kms' })]).toEqual([ofS3, ofOthers]);
});

const parameter = (name: string, value = '') => ({ name, value, hasValue: value !== '' });

test.for([
  [[parameter('uploads')], 'uploads='],
  [[parameter('a', '2'), parameter('a', '1')], 'a=1&a=2'],
  // As one text, "a-b=" would come before "a=".
  [[parameter('a-b', '1'), parameter('a', '2')], 'a=2&a-b=1'],
  [[parameter('prefix', "a b+c/'d'*")], 'prefix=a%20b%2Bc%2F%27d%27%2A'],
  [[parameter('X-Amz-Signature', 'f'), parameter('a', '1')], 'a=1'],
  [[parameter('b', '1'), parameter('B', '1')], 'B=1&b=1'],
] as const)('the query %j is written %s', ([query, written]) => {
  expect(lineOf(2, { target: { rawPath: '/', query } })).toBe(written);
});

test('headers are bytes: what is white space only outside of ASCII is kept', () => {
  const headers = headerFields([['X-Amz-Meta-A', ` ${latin1('voilà')}\t`]]);
  expect(lineOf(3, { headers, signedHeaders: ['x-amz-meta-a'] })).toBe(`x-amz-meta-a:${latin1('voilà')}`);
});

test('a signed header that is absent counts as empty', () => {
  expect(lineOf(3, { signedHeaders: ['x-amz-acl'] })).toBe('x-amz-acl:');
});

test('a signature is the same only if all of it is', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  fc.assert(
    fc.property(hex, fc.nat(63), fc.constantFrom('0', 'f', 'F', 'š', ''), (signature, at, other) => {
      const changed = `${signature.slice(0, at)}${other}${signature.slice(at + 1)}`;
      expect(isSameSignature(signature, changed)).toBe(changed === signature);
    }),
  );
  expect(isSameSignature('', 'a')).toBe(false);
});
