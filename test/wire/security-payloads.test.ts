/**
 * Requests that are signed wrongly, in every form of payload and in every place of a signature; and chunks, trailers and
 * lengths other than those that were signed. Whatever is not refused before the form of the body is looked at would be a
 * way around the signature.
 */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Endpoint, newCredentials, startEndpoint } from '../support/endpoint.ts';
import { MINUTE, newWorld, type World } from '../support/harness.ts';
import { codeIn, requestBytes, sendBytes, statusesIn } from '../support/raw-http.ts';
import {
  headerSigned,
  type RawRequest,
  type SigningCredentials,
  withHeaders,
  withQuery,
} from '../support/signed-request.ts';
import { stateOf } from '../support/store-state.ts';
import {
  bodyOf,
  chunkedForms,
  payloadForms,
  signedUpload,
  TRAILER,
  type Upload,
  type WantedUpload,
} from '../support/uploads.ts';

let world: World;
let endpoint: Endpoint;
let credentials: SigningCredentials;
let uploadId: string;

beforeEach(async () => {
  world = newWorld();
  credentials = await newCredentials(world);
  endpoint = await startEndpoint(world);
  await world.call('s3', 'CreateBucket', { Bucket: 'letters' });
  const { UploadId = '' } = await world.call('s3', 'CreateMultipartUpload', { Bucket: 'letters', Key: 'k' });
  uploadId = UploadId;
  // From now on the key has been used lately, which is noted from time to time.
  await answerTo(headerSigned({ credentials, at: world.environment.now() }), Buffer.of());
});
afterEach(async () => {
  await endpoint.server.close(0);
  expect(endpoint.failures).toEqual([]);
});

const small = Buffer.from('dear reader');
const large = Buffer.alloc(98_304, 'dear reader, ');
const sizes = [small, large];
const places = ['header', 'query'] as const;

const made = (wanted: Omit<WantedUpload, 'credentials' | 'at'> & Partial<WantedUpload>): Upload =>
  signedUpload({ credentials, at: world.environment.now(), chunkBytes: 32_768, ...wanted });

async function answerTo(raw: RawRequest, body: Uint8Array): Promise<string> {
  const answer = await sendBytes(endpoint.server.port, requestBytes(raw, body));
  return `${statusesIn(answer)[0]} ${codeIn(answer)}`;
}

const sent = (upload: Upload): Promise<string> => answerTo(upload.raw, bodyOf(upload));

/** The signature, wherever it is. */
function withSignature(raw: RawRequest, change: (signature: string) => string): RawRequest {
  const changed = (text: string): string =>
    text.replace(/(Signature=)([0-9a-f]{64})/, (_, name, hex) => name + change(hex));
  return {
    ...raw,
    target: changed(raw.target),
    headers: raw.headers.map(([name, value]) => [name, name === 'authorization' ? changed(value) : value]),
  };
}

/** Ways to sign wrongly, and what the answer is. */
const wrongly: readonly (readonly [string, (wanted: Parameters<typeof made>[0]) => Upload, RegExp])[] = [
  [
    'with another secret',
    (wanted) => made({ ...wanted, credentials: { ...credentials, secretAccessKey: 'x'.repeat(40) } }),
    /^403 SignatureDoesNotMatch$/,
  ],
  [
    'with a key that nobody has',
    (wanted) => made({ ...wanted, credentials: { ...credentials, accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } }),
    /^403 InvalidAccessKeyId$/,
  ],
  [
    'with a token that the key does not have',
    (wanted) => made({ ...wanted, credentials: { ...credentials, sessionToken: 'token' } }),
    /^400 InvalidToken$/,
  ],
  [
    'an hour ago',
    (wanted) => made({ ...wanted, at: world.environment.now() - 60 * MINUTE }),
    /^403 (RequestTimeTooSkewed|AccessDenied)$/,
  ],
  ['by zeros', changedSignature(() => '0'.repeat(64)), /^403 SignatureDoesNotMatch$/],
  ['in upper case', changedSignature((hex) => hex.toUpperCase()), /^403 SignatureDoesNotMatch$/],
  ['by half of it', changedSignature((hex) => hex.slice(32)), /^403 SignatureDoesNotMatch$/],
  ['by nothing', changedSignature(() => ''), /^400 Authorization(HeaderMalformed|QueryParametersError)$/],
  [
    'for another bucket',
    (wanted) => changedRaw(made(wanted), (raw) => ({ ...raw, target: raw.target.replace('letters', 'lettres') })),
    /^403 SignatureDoesNotMatch$/,
  ],
  [
    'for another form of payload',
    (wanted) =>
      changedRaw(made(wanted), (raw) =>
        withHeaders(raw, {
          'x-amz-content-sha256':
            wanted.form === 'UNSIGNED-PAYLOAD' ? 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' : 'UNSIGNED-PAYLOAD',
        }),
      ),
    /^403 SignatureDoesNotMatch$/,
  ],
];

function changedSignature(change: (signature: string) => string) {
  return (wanted: Parameters<typeof made>[0]): Upload => changedRaw(made(wanted), (raw) => withSignature(raw, change));
}

const changedRaw = (upload: Upload, change: (raw: RawRequest) => RawRequest): Upload => ({
  ...upload,
  raw: change(upload.raw),
});

describe.for(payloadForms)('%s', (form) => {
  test.for(wrongly)('is refused where it is signed %s, and stores nothing', async ([, make, expected]) => {
    const before = stateOf(world);
    const targets = [
      '/letters/k',
      `/letters/k?partNumber=1&uploadId=${encodeURIComponent(uploadId)}`,
      '/letters?tagging',
    ];
    for (const place of places) {
      for (const bytes of sizes) {
        for (const target of targets) {
          const answer = await sent(make({ form, place, bytes, target }));
          expect([place, bytes.length, target, answer]).toEqual([
            place,
            bytes.length,
            target,
            expect.stringMatching(expected),
          ]);
        }
      }
    }
    expect(stateOf(world)).toEqual(before);
  });

  test('is refused of nobody, and stores nothing', async () => {
    const before = stateOf(world);
    for (const place of places) {
      for (const bytes of sizes) {
        const { raw, ...rest } = made({ form, place, bytes });
        const [path = ''] = raw.target.split('?');
        const nobody = withHeaders({ ...raw, target: path }, { authorization: undefined });
        expect(await sent({ raw: nobody, ...rest })).toMatch(/^(403 AccessDenied|400 InvalidRequest)$/);
      }
    }
    expect(stateOf(world)).toEqual(before);
  });

  test('is refused where two signatures are, even if one or both are right', async () => {
    const before = stateOf(world);
    for (const bytes of sizes) {
      const inHeader = made({ form, bytes });
      const inQuery = made({ form, bytes, place: 'query' });
      const both = { ...inQuery.raw, headers: [...inHeader.raw.headers] };
      expect(await answerTo(both, bodyOf(inHeader))).toBe('400 InvalidArgument');
      expect(
        await answerTo(
          withSignature(both, () => '0'.repeat(64)),
          bodyOf(inQuery),
        ),
      ).toBe('400 InvalidArgument');
      const old = withQuery(inHeader.raw, { AWSAccessKeyId: credentials.accessKeyId, Signature: 'x', Expires: '1' });
      expect(await answerTo(old, bodyOf(inHeader))).toBe('400 InvalidArgument');
    }
    expect(stateOf(world)).toEqual(before);
  });

  test('is what was signed, and not what is said in the other place', async () => {
    const before = stateOf(world);
    const others = payloadForms.filter((each) => each !== form && each !== 'hash');
    for (const other of others) {
      for (const bytes of sizes) {
        // The credentials in the query, and a form in a header that they do not cover.
        const inQuery = made({ form, bytes, place: 'query' });
        const [path = '', query = ''] = inQuery.raw.target.split('?');
        const bare = query.replace('%3Bx-amz-content-sha256', '');
        expect(await answerTo({ ...inQuery.raw, target: `${path}?${bare}` }, bodyOf(inQuery))).toBe('403 AccessDenied');
        const stated = withHeaders(inQuery.raw, { 'x-amz-content-sha256': other });
        expect(await answerTo(stated, bodyOf(inQuery))).toBe('403 SignatureDoesNotMatch');
        // The credentials in the header, and a form in the query.
        const inHeader = made({ form, bytes });
        const added = withQuery(inHeader.raw, { 'X-Amz-Content-Sha256': other });
        expect(await answerTo(added, bodyOf(inHeader))).toBe('403 SignatureDoesNotMatch');
        const moved = withHeaders(added, { 'x-amz-content-sha256': undefined });
        expect(await answerTo(moved, bodyOf(inHeader))).toBe('400 InvalidRequest');
      }
    }
    expect(stateOf(world)).toEqual(before);
  });
});

/** Changes of the chunks of a body, and the answers: without signatures of its chunks, and with them. */
const chunkChanges: readonly (readonly [string, (upload: Upload) => readonly Buffer[], string, string])[] = [
  ['cut out', ({ chunks: [a, , c], end }) => kept(a, c, ...end), '400 IncompleteBody', '403 SignatureDoesNotMatch'],
  [
    'cut short',
    ({ chunks: [a, b, c], end }) => kept(a, b?.subarray(0, -9), c, ...end),
    '400 IncompleteBody',
    '400 IncompleteBody',
  ],
  [
    'doubled',
    ({ chunks: [a, b, c], end }) => kept(a, a, b, c, ...end),
    '400 IncompleteBody',
    '403 SignatureDoesNotMatch',
  ],
  ['moved', ({ chunks: [a, b, c], end }) => kept(b, a, c, ...end), '400 BadDigest', '403 SignatureDoesNotMatch'],
  ['after the last', ({ chunks: [a, b, c], end }) => kept(a, b, ...end, c), '400 IncompleteBody', '400 IncompleteBody'],
  ['after all', ({ chunks, end }) => [...chunks, ...end, ...chunks], '400 IncompleteBody', '400 IncompleteBody'],
  ['without a last one', ({ chunks }) => chunks, '400 IncompleteBody', '400 IncompleteBody'],
  ['of another request', ({ end }) => [...otherUpload().chunks, ...end], '400 BadDigest', '403 SignatureDoesNotMatch'],
];

const kept = (...pieces: readonly (Buffer | undefined)[]): readonly Buffer[] =>
  pieces.filter((piece) => piece !== undefined);

let otherUpload: () => Upload;

describe.for(chunkedForms)('%s', (form) => {
  const isSigned = form.includes('HMAC');

  test.for(chunkChanges)('is refused with a chunk %s, and stores nothing', async ([, change, unsigned, signed]) => {
    const bytes = Buffer.concat([1, 2, 3].map((fill) => Buffer.alloc(32_768, fill)));
    const fewer = Buffer.concat([1, 2, 3].map((fill) => Buffer.alloc(9000, fill)));
    const before = stateOf(world);
    for (const place of places) {
      for (const [data, chunkBytes] of [
        [bytes, 32_768],
        [fewer, 9000],
      ] as const) {
        otherUpload = () => made({ form, place, bytes: Buffer.alloc(data.length, 9), chunkBytes });
        const upload = made({ form, place, bytes: data, chunkBytes });
        const answer = await answerTo(upload.raw, Buffer.concat(change(upload)));
        // A chunk that is cut short swallows the next one's head, whatever its signature is.
        const either = [isSigned ? signed : unsigned, ...(isSigned ? ['400 IncompleteBody'] : [])];
        expect([place, data.length, either]).toEqual([place, data.length, expect.arrayContaining([answer])]);
      }
    }
    expect(stateOf(world)).toEqual(before);
  });

  test.for([
    ['one more', (size: number) => size + 1, '400 IncompleteBody'],
    ['one less', (size: number) => size - 1, '400 IncompleteBody'],
    ['nothing', () => 0, '400 IncompleteBody'],
    ['-1', () => -1, '411 MissingContentLength'],
    ['2^63', () => '9223372036854775808', '411 MissingContentLength'],
    ['2^63 - 1', () => '9223372036854775807', '400 EntityTooLarge'],
    ['2^64 more', (size: number) => BigInt(size) + 2n ** 64n, '411 MissingContentLength'],
    ['a fraction', (size: number) => `${size}.0`, '411 MissingContentLength'],
    ['a number in hex', (size: number) => `0x${size.toString(16)}`, '411 MissingContentLength'],
    ['empty', () => '', '411 MissingContentLength'],
  ] as const)('is refused where the length of its data is %s', async ([, lengthOf, expected]) => {
    const before = stateOf(world);
    for (const place of places) {
      for (const bytes of sizes) {
        const decodedLength = `${lengthOf(bytes.length)}`;
        expect([place, bytes.length, await sent(made({ form, place, bytes, decodedLength }))]).toEqual([
          place,
          bytes.length,
          expected,
        ]);
      }
    }
    expect(stateOf(world)).toEqual(before);
  });
});

describe.for(chunkedForms.filter((form) => form.endsWith('TRAILER')))('%s', (form) => {
  const other = Buffer.from('x-amz-checksum-sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\r\n');
  test.for<readonly [string, (end: Upload['end']) => readonly Buffer[], string]>([
    ['missing', ([last, , ...rest]) => kept(last, ...rest), '400 MalformedTrailerError'],
    ['missing with its signature', ([last, ...rest]) => kept(last, rest.at(-1)), '400 MalformedTrailerError'],
    ['other than the one announced', ([last, , ...rest]) => kept(last, other, ...rest), '400 MalformedTrailerError'],
    ['there twice', ([last, one, ...rest]) => kept(last, one, one, ...rest), '400 MalformedTrailerError'],
    ['there with another one', ([last, one, ...rest]) => kept(last, one, other, ...rest), '400 MalformedTrailerError'],
    ['before the last chunk', ([last, one, ...rest]) => kept(one, last, ...rest), '400 IncompleteBody'],
  ])('is refused with its trailer %s', async ([, change, expected]) => {
    const before = stateOf(world);
    for (const place of places) {
      for (const bytes of sizes) {
        const upload = made({ form, place, bytes });
        const body = Buffer.concat([...upload.chunks, ...change(upload.end)]);
        expect([place, bytes.length, await answerTo(upload.raw, body)]).toEqual([place, bytes.length, expected]);
      }
    }
    expect(stateOf(world)).toEqual(before);
  });

  test('has no trailer of HTTP’s own, which nobody has signed', async () => {
    const upload = made({ form, bytes: small });
    const body = bodyOf(upload);
    const chunk = Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n')]);
    const raw = withHeaders(upload.raw, { 'transfer-encoding': 'chunked', trailer: 'x-amz-meta-a, x-amz-acl' });
    const trailers = Buffer.from(`x-amz-meta-a: b\r\nx-amz-acl: public-read\r\n${TRAILER}: AAAAAA==\r\n\r\n`);
    expect(await answerTo(raw, Buffer.concat([chunk, trailers]))).toBe('200 undefined');
    expect(await world.call('s3', 'HeadObject', { Bucket: 'letters', Key: 'k' })).toMatchObject({ Metadata: {} });
  });
});
