/** Which proxy is used, as by the AWS CLI: Python's urllib.request, `getproxies_environment`, `proxy_bypass_environment`. */

import { expect, test } from 'vitest';
import { proxyFor } from '../../../src/cli/endpoint/proxies.ts';

const P = 'http://proxy.example.com:3128';

test.for<[origin: string, variables: Record<string, string>, url: string | undefined]>([
  ['http://a.test', {}, undefined],
  ['http://a.test', { HTTP_PROXY: P }, `${P}/`],
  ['http://a.test', { http_proxy: P }, `${P}/`],
  ['http://a.test', { HTTPS_PROXY: P }, undefined],
  ['https://a.test', { HTTPS_PROXY: P }, `${P}/`],
  ['https://a.test', { HTTP_PROXY: P }, undefined],
  ['https://a.test', { ALL_PROXY: P }, undefined],
  ['http://a.test', { HTTP_PROXY: P, http_proxy: 'http://other:1' }, 'http://other:1/'],
  ['http://a.test', { HTTP_PROXY: P, http_proxy: '' }, undefined],
  ['http://a.test', { HTTP_PROXY: P, REQUEST_METHOD: 'GET' }, undefined],
  ['http://a.test', { HTTP_PROXY: 'proxy.example.com:3128' }, `${P}/`],
  ['http://a.test', { HTTP_PROXY: '//proxy.example.com:3128' }, `${P}/`],
  ['http://a.test', { HTTP_PROXY: P, NO_PROXY: '*' }, undefined],
  ['http://a.test', { HTTP_PROXY: P, NO_PROXY: 'b.test, A.test' }, undefined],
  ['http://x.a.test', { HTTP_PROXY: P, NO_PROXY: 'a.test' }, undefined],
  ['http://x.a.test', { HTTP_PROXY: P, NO_PROXY: '.a.test' }, undefined],
  ['http://xa.test', { HTTP_PROXY: P, NO_PROXY: 'a.test' }, `${P}/`],
  ['http://a.test:4566', { HTTP_PROXY: P, NO_PROXY: 'a.test' }, undefined],
  ['http://a.test:4566', { HTTP_PROXY: P, NO_PROXY: 'a.test:4566' }, undefined],
  ['http://a.test:4567', { HTTP_PROXY: P, NO_PROXY: 'a.test:4566' }, `${P}/`],
  ['http://127.0.0.1:4566', { HTTP_PROXY: P, NO_PROXY: 'localhost,127.0.0.1' }, undefined],
  ['http://a.test', { HTTP_PROXY: P, NO_PROXY: '' }, `${P}/`],
  ['http://a.test', { HTTP_PROXY: P, NO_PROXY: 'a.test', no_proxy: '' }, `${P}/`],
])('%s with %j: %s', ([origin, variables, url]) => {
  expect(proxyFor(origin, variables)?.url).toBe(url);
});

test('credentials are decoded, and not in the URL', () => {
  const proxy = proxyFor('http://a.test', { HTTP_PROXY: 'http://ann:p%40ss@proxy.example.com:3128' });
  expect(proxy).toEqual({ url: `${P}/`, authorization: `Basic ${Buffer.from('ann:p@ss').toString('base64')}` });
});

test.for(['http://ann:p%zz@proxy.example.com:3128', 'http://ann:p%ff@proxy.example.com'])(
  'credentials that cannot be decoded are not shown: %s',
  (HTTP_PROXY) => {
    expect(() => proxyFor('http://a.test', { HTTP_PROXY })).toThrow(
      /^HTTP_PROXY must be the URL of a proxy, such as \S+$/,
    );
  },
);
