/**
 * What botocore 1.43 makes of requests: `botocore-requests.json` has its signatures at one time, by its signers
 * SigV4Auth, S3SigV4Auth, S3SigV4QueryAuth, HmacV1Auth and HmacV1QueryAuth.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { headerFields, headerValue } from '../../../src/wire/http/message.ts';
import { parseTarget, queryValue } from '../../../src/wire/http/request-target.ts';
import { canonicalRequest, UNSIGNED_PAYLOAD } from '../../../src/wire/signature/canonical-request.ts';
import { presignedUrl, signHeaders } from '../../../src/wire/signature/signing.ts';
import { signatureV2, stringToSignV2 } from '../../../src/wire/signature/v2.ts';
import { signatureOf, signingKey, stringToSign } from '../../../src/wire/signature/v4.ts';

interface Signed {
  readonly name: string;
  readonly kind: string;
  readonly method: string;
  readonly url: string;
  readonly signedUrl: string;
  readonly signedHeaders: Readonly<Record<string, string>>;
}
interface SignedV4 extends Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly token: string | null;
  readonly service: string;
  readonly region: string;
}
interface SignedV2 extends Signed {
  /** The bucket in the host. */
  readonly bucket: string | null;
}
const { time, v4, v2 } = JSON.parse(readFileSync('test/wire/signature/botocore-requests.json', 'utf8')) as {
  time: string;
  v4: readonly SignedV4[];
  v2: readonly SignedV2[];
};

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const credentialsOf = ({ token }: SignedV4) => ({
  accessKeyId: token === null ? 'AKIAIOSFODNN7EXAMPLE' : 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: secret,
  sessionToken: token ?? undefined,
});
const pathOf = (url: string): string => url.slice(new URL(url).origin.length);
const hostPair = (url: string) => ['host', new URL(url).host] as const;

/** A request as it arrives. */
const arrived = ({ method, signedUrl, signedHeaders }: Signed) => ({
  method,
  target: parseTarget(pathOf(signedUrl)),
  headers: headerFields([hostPair(signedUrl), ...Object.entries(signedHeaders)]),
});

/** The names and the signature that a request has, in its query or its header. */
function claimOf({ headers, target }: ReturnType<typeof arrived>): { names: string[]; signature: string } {
  const inQuery = queryValue(target, 'X-Amz-Signature');
  if (inQuery !== undefined) {
    return { names: queryValue(target, 'X-Amz-SignedHeaders')?.split(';') ?? [], signature: inQuery };
  }
  const [, names = '', signature = ''] =
    /SignedHeaders=([^,]*), Signature=(\w+)/.exec(headerValue(headers, 'authorization') ?? '') ?? [];
  return { names: names.split(';'), signature };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
const isPresigned = ({ kind }: Signed): boolean => kind.endsWith('QueryAuth');

test.for(v4)('$kind: $name has the same signature', (signed) => {
  const request = arrived(signed);
  const { names, signature } = claimOf(request);
  const scope = { date: '20260504', region: signed.region, service: signed.service };
  const payloadHash = isPresigned(signed) ? UNSIGNED_PAYLOAD : hash(signed.body);
  const canonical = canonicalRequest({ ...request, signedHeaders: names, payloadHash, service: signed.service });
  const key = signingKey(secret, scope);
  expect(signatureOf(key, stringToSign('20260504T090000Z', scope, canonical))).toBe(signature);
});

test.for(v4.filter((signed) => !isPresigned(signed)))('$kind: $name is signed in the same way', (signed) => {
  const { method, url, headers, body, region, service } = signed;
  const unsigned = {
    method,
    target: parseTarget(pathOf(url)),
    headers: headerFields([hostPair(url), ...Object.entries(headers)]),
    payloadHash: hash(body),
  };
  const now = new Date(time);
  const made = signHeaders(unsigned, { credentials: credentialsOf(signed), region, service, now });
  expect(headerValue(made.headers, 'authorization')).toBe(signed.signedHeaders.Authorization);
  expect(made.chunkKey.seed).toBe(claimOf(arrived(signed)).signature);
  expect(unsigned.headers.has('authorization')).toBe(false);
});

test('a URL has the same signature', () => {
  const signed = v4.find(({ name }) => name === 'presigned object');
  if (!signed) throw new Error('botocore-requests.json has no presigned object');
  const made = presignedUrl(
    {
      method: 'GET',
      origin: 'http://127.0.0.1:4566',
      path: '/photos/a b+c',
      query: { versionId: 'x/y', 'response-content-type': 'text/plain' },
      region: signed.region,
      expiresSeconds: 600,
    },
    credentialsOf(signed),
    new Date(time),
  );
  expect(new URL(made).searchParams.get('X-Amz-Signature')).toBe(
    new URL(signed.signedUrl).searchParams.get('X-Amz-Signature'),
  );
});

test.for(v2.map((signed) => [signed.kind, signed.name, signed] as const))(
  '%s: %s has the same signature',
  ([, , signed]) => {
    const request = arrived(signed);
    const inQuery = queryValue(request.target, 'Signature');
    const expires = queryValue(request.target, 'Expires');
    // What a client hoists into the query, it does not send as a header.
    const headers = inQuery === undefined ? request.headers : headerFields([hostPair(signed.url)]);
    const text = stringToSignV2({ ...request, headers, hostBucket: signed.bucket ?? undefined, expires });
    const given = inQuery ?? headerValue(headers, 'authorization')?.split(':').at(-1);
    expect(signatureV2(secret, text)).toBe(given);
  },
);
