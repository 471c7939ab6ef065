/** Bodies in chunks of S3's own: their signatures, how they are read and how they are written. */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { digestOf } from '../../../src/crypto/checksums.ts';
import { headerFields } from '../../../src/wire/http/message.ts';
import { canonicalRequest } from '../../../src/wire/signature/canonical-request.ts';
import { type ChunkVerification, decodeStream, decodeWhole } from '../../../src/wire/signature/chunk-decoder.ts';
import { encodeChunks, encodedLength } from '../../../src/wire/signature/chunk-encoder.ts';
import { type ChunkKey, chunkSigner, hashOf, trailerText } from '../../../src/wire/signature/chunk-signatures.ts';
import {
  type ChunkedForm,
  chunkedForm,
  decodedHeaders,
  MIN_CHUNK_BYTES,
} from '../../../src/wire/signature/chunked-form.ts';
import { signatureOf, signingKey, stringToSign } from '../../../src/wire/signature/v4.ts';
import { bytesOf } from '../../support/content.ts';

// Amazon S3 API Reference, "Signature calculations: Transferring payload in multiple chunks", and the same with trailing
// headers.
const scope = { date: '20130524', region: 'us-east-1', service: 's3' };
const time = '20130524T000000Z';
const key = signingKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope);
const published = {
  PAYLOAD: {
    more: { 'content-length': '66824' },
    seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
    chunks: [
      'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
      '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
      'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
    ],
    trailer: undefined,
  },
  'PAYLOAD-TRAILER': {
    more: { 'x-amz-trailer': 'x-amz-checksum-crc32c' },
    seed: '106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e',
    chunks: [
      'b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2',
      '1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7',
      '2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992',
    ],
    trailer: 'd81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435',
  },
} as const;
const names = ['PAYLOAD', 'PAYLOAD-TRAILER'] as const;
const example = Buffer.alloc(66_560, 'a');
const crc32c = (bytes: Uint8Array): string => Buffer.from(digestOf('CRC32C', bytes)).toString('base64');

const headersOf = (name: (typeof names)[number]) =>
  headerFields(
    Object.entries({
      'content-encoding': 'aws-chunked',
      host: 's3.amazonaws.com',
      'x-amz-content-sha256': `STREAMING-AWS4-HMAC-SHA256-${name}`,
      'x-amz-date': time,
      'x-amz-decoded-content-length': '66560',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      ...published[name].more,
    }),
  );

const keyFrom = (seed: string): ChunkKey => ({ key, scope, time, seed });

describe.for(names)("AWS's example of %s", (name) => {
  const { seed, chunks, trailer } = published[name];

  test('has the published signatures', () => {
    const headers = headersOf(name);
    const canonical = canonicalRequest({
      method: 'PUT',
      target: { rawPath: '/examplebucket/chunkObject.txt', query: [] },
      headers,
      signedHeaders: [...headers.keys()],
      payloadHash: `STREAMING-AWS4-HMAC-SHA256-${name}`,
      service: 's3',
    });
    expect(signatureOf(key, stringToSign(time, scope, canonical))).toBe(seed);
    const sign = chunkSigner(keyFrom(seed));
    const data = [example.subarray(0, 65_536), example.subarray(65_536), Buffer.of()];
    expect(data.map((chunk) => sign({ kind: 'chunk', hash: hashOf(chunk) }).signature)).toEqual(chunks);
    if (trailer === undefined) return;
    const hash = hashOf(trailerText('x-amz-checksum-crc32c', 'sOO8/Q=='));
    expect(sign({ kind: 'trailer', hash }).signature).toBe(trailer);
  });

  test('is written as it is published, and read', async () => {
    const encoded = await written(example, { isSigned: true, hasTrailer: trailer !== undefined, seed });
    const text = encoded.toString('latin1').replaceAll(/a{1024,}/g, (run) => `[${run.length}]`);
    const tail =
      trailer === undefined ? '' : `x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:${trailer}\r\n`;
    expect(text).toBe(
      `10000;chunk-signature=${chunks[0]}\r\n[65536]\r\n400;chunk-signature=${chunks[1]}\r\n[1024]\r\n` +
        `0;chunk-signature=${chunks[2]}\r\n${tail}\r\n`,
    );
    if (trailer === undefined) expect(encoded.length).toBe(66_824);
    const form = chunkedForm({ isSigned: true, hasTrailer: trailer !== undefined }, headersOf(name));
    expect(Buffer.from(wholeOf(encoded, form, seed).bytes)).toEqual(example);
  });
});

interface Kind {
  readonly isSigned: boolean;
  readonly hasTrailer: boolean;
}
const kinds: readonly Kind[] = [
  { isSigned: false, hasTrailer: true },
  { isSigned: true, hasTrailer: false },
  { isSigned: true, hasTrailer: true },
];
const SEED = 'f'.repeat(64);
const TRAILER = 'x-amz-checksum-crc32c';

const formOf = (kind: Kind, decodedLength: number): ChunkedForm => ({
  ...kind,
  announced: kind.hasTrailer ? TRAILER : undefined,
  decodedLength,
});

/** A body as a client writes it, in one piece. */
const written = (
  bytes: Uint8Array,
  { isSigned, hasTrailer, seed = SEED, chunkBytes }: Kind & { seed?: string; chunkBytes?: number },
): Promise<Buffer> =>
  bytesOf(
    encodeChunks(bytes, {
      chunkBytes,
      key: isSigned ? keyFrom(seed) : undefined,
      trailer: hasTrailer ? { name: TRAILER, value: () => crc32c(bytes) } : undefined,
    }),
  );

const verification = (seed = SEED): ChunkVerification => ({
  chunkKey: () => keyFrom(seed),
  refusal: ({ signature }) => new AwsError('SignatureDoesNotMatch', `not ${signature}`),
});

/** What a body in memory holds, with its signatures verified. */
function wholeOf(encoded: Uint8Array, form: ChunkedForm, seed = SEED) {
  const decoded = decodeWhole(encoded, form);
  decoded.verify(verification(seed));
  return decoded;
}

async function* inPieces(bytes: Uint8Array, cuts: readonly number[]) {
  let at = 0;
  for (const end of [...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(at, end);
    at = end;
  }
}

async function streamed(encoded: Uint8Array, form: ChunkedForm, cuts: readonly number[] = []) {
  const { body, trailer } = decodeStream(inPieces(encoded, cuts), form, verification());
  return { bytes: await bytesOf(body), trailer: trailer?.value() };
}

/**
 * The code that a body is refused with; undefined if it is taken. Both ways of reading it agree, but that one verifies
 * signatures as it goes, and the other one at the end.
 */
async function codeOf(encoded: Uint8Array, form: ChunkedForm): Promise<string | undefined> {
  const codes: (string | undefined)[] = [];
  for (const read of [async () => wholeOf(encoded, form), async () => streamed(encoded, form)]) {
    codes.push(
      await read().then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof AwsError) return error.code;
          throw error;
        },
      ),
    );
  }
  const [whole, stream] = codes;
  if (stream !== 'SignatureDoesNotMatch' || whole === undefined) expect(whole).toBe(stream);
  return stream;
}

const bodyOf = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) % 256));

describe.for(kinds)('%j', (kind) => {
  const { isSigned, hasTrailer } = kind;
  /** Of two chunks and a half. */
  const data = bodyOf(20_000);
  const form = formOf(kind, data.length);
  const whole = () => written(data, { ...kind, chunkBytes: MIN_CHUNK_BYTES });
  const withText = async (from: string | RegExp, to: string): Promise<Buffer> => {
    const text = (await whole()).toString('latin1');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    return Buffer.from(changed, 'latin1');
  };

  test('is read as it was written, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constantFrom(0, 1, 8191, 8192, 8193, 16_384), fc.nat(40_000)),
        fc.integer({ min: MIN_CHUNK_BYTES, max: 20_000 }),
        fc.array(fc.nat(45_000)),
        async (size, chunkBytes, cuts) => {
          const bytes = bodyOf(size);
          const encoded = await written(bytes, { ...kind, chunkBytes });
          const trailer = hasTrailer ? { name: TRAILER, valueLength: 8 } : undefined;
          expect(encoded.length).toBe(encodedLength(size, { chunkBytes, isSigned, trailer }));
          const read = await streamed(encoded, formOf(kind, size), cuts);
          expect(read.bytes.equals(bytes)).toBe(true);
          expect(read.trailer).toBe(hasTrailer ? crc32c(bytes) : undefined);
          const known = wholeOf(encoded, formOf(kind, size));
          expect(Buffer.from(known.bytes).equals(bytes)).toBe(true);
          expect(known.trailer?.value()).toBe(read.trailer);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is read byte by byte', async () => {
    const encoded = await whole();
    const cuts = Array.from({ length: encoded.length }, (_, at) => at);
    expect((await streamed(encoded, form, cuts)).bytes.equals(data)).toBe(true);
  });

  test('is refused with any byte changed, unless it says the same', async () => {
    const encoded = await whole();
    const places: number[] = [];
    // All that is not data, and some of that.
    for (let at = 0; at < encoded.length; at++) if (!isData(encoded, at) || at % 997 === 0) places.push(at);
    for (const at of places) {
      for (const change of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(encoded);
        changed[at] = (changed[at] ?? 0) ^ change;
        const code = await codeOf(changed, form);
        if (code !== undefined) continue;
        // Without signatures, the checksum is what data and trailer are compared by.
        const { bytes, trailer } = wholeOf(changed, form);
        const isSame = Buffer.from(bytes).equals(data) && trailer?.value() === (hasTrailer ? crc32c(data) : undefined);
        if (isSigned) expect([at, isSame]).toEqual([at, true]);
        else expect([at, isSame || trailer?.value() !== crc32c(bytes)]).toEqual([at, true]);
      }
    }
  });

  test('is refused when it is cut anywhere but before its last line', async () => {
    const encoded = await whole();
    for (let at = 0; at < encoded.length - 2; at++) {
      if (isData(encoded, at) && at % 997 !== 0) continue;
      expect([at, await codeOf(encoded.subarray(0, at), form)]).not.toEqual([at, undefined]);
    }
    expect(await codeOf(encoded.subarray(0, -1), form)).toBe('IncompleteBody');
    expect(await codeOf(encoded.subarray(0, -2), form)).toBeUndefined();
  });

  test('ends with nothing after its end', async () => {
    const encoded = await whole();
    for (const more of ['\r\n', 'x', '5\r\nhello\r\n', '0\r\n\r\n', '\0']) {
      expect(await codeOf(Buffer.concat([encoded, Buffer.from(more)]), form)).toBe('IncompleteBody');
    }
  });

  test('holds exactly as many bytes as the request says', async () => {
    const encoded = await whole();
    for (const size of [0, 1, data.length - 1, data.length + 1, 2 ** 40]) {
      expect(await codeOf(encoded, formOf(kind, size))).toBe('IncompleteBody');
    }
  });

  test('has chunks that keep their place', async () => {
    const parts = partsOf(await whole());
    const [first = '', second = '', third = '', ...end] = parts;
    const changes: [string, string[], ChunkedForm, string | undefined, string][] = [
      ['left out', [first, third, ...end], form, 'IncompleteBody', 'SignatureDoesNotMatch'],
      [
        'left out, and its bytes too',
        [first, third, ...end],
        formOf(kind, 20_000 - 8192),
        undefined,
        'SignatureDoesNotMatch',
      ],
      ['doubled', [first, first, second, third, ...end], form, 'IncompleteBody', 'SignatureDoesNotMatch'],
      [
        'doubled, and its bytes too',
        [first, first, second, third, ...end],
        formOf(kind, 20_000 + 8192),
        undefined,
        'SignatureDoesNotMatch',
      ],
      ['moved', [second, first, third, ...end], form, undefined, 'SignatureDoesNotMatch'],
      [
        'too small before another one',
        [third, first, second, ...end],
        form,
        'InvalidChunkSizeError',
        'SignatureDoesNotMatch',
      ],
      ['after the last', [first, second, ...end, third], form, 'IncompleteBody', 'IncompleteBody'],
      [
        'after the last, which fits',
        [first, second, ...end, third],
        formOf(kind, 2 * 8192),
        'IncompleteBody',
        'SignatureDoesNotMatch',
      ],
    ];
    for (const [what, changed, as, unsigned, signed] of changes) {
      const encoded = Buffer.from(changed.join(''), 'latin1');
      const code = await codeOf(encoded, as);
      expect([what, code]).toEqual([what, isSigned ? signed : unsigned]);
    }
  });

  test.for([
    ['without an end of its first line', /\r\n/, '\n'],
    ['with a length that is none', /^2000/, '0x20'],
    ['with a negative length', /^2000/, '-200'],
    ['with a length of 17 digits', /^2000/, '00000000000002000'],
    ['with white space before a length', /^2000/, ' 2000'],
    ['with an extension', /^2000/, '2000;a=b'],
    ['with a line of 4,097 bytes', /^2000/, `2000;${'x'.repeat(4097)}`],
  ] as const)('is refused %s', async ([, from, to]) => {
    expect(await codeOf(await withText(from, to), form)).toBe('IncompleteBody');
  });

  if (isSigned) {
    test('is refused with a signature in upper case, or none', async () => {
      const other = await withText(/chunk-signature=(\w+)/, `chunk-signature=${'A'.repeat(64)}`);
      expect(await codeOf(other, form)).toBe('IncompleteBody');
      const none = await withText(/;chunk-signature=\w+/, '');
      expect(await codeOf(none, form)).toBe('IncompleteBody');
    });

    test('is verified with the key and the seed of its request', async () => {
      const encoded = await whole();
      expect(() => wholeOf(encoded, form, 'e'.repeat(64))).toThrow('not');
      const other = { ...verification(), chunkKey: () => ({ ...keyFrom(SEED), time: '20130524T000001Z' }) };
      expect(() => decodeWhole(encoded, form).verify(other)).toThrow('not');
    });

    test('is never taken without a key, unless nobody knows the secret', async () => {
      const encoded = await withText(/chunk-signature=\w+/, `chunk-signature=${'0'.repeat(64)}`);
      const without = { ...verification(), chunkKey: () => undefined };
      expect(() => decodeWhole(encoded, form).verify(without)).toThrow('before it is known');
      const { body } = decodeStream(inPieces(encoded, []), form, without);
      await expect(bytesOf(body)).rejects.toThrow('before it is known');
      const any = { ...verification(), chunkKey: () => 'unverified' as const };
      expect(await bytesOf(decodeStream(inPieces(encoded, []), form, any).body)).toEqual(data);
    });
  } else {
    test('is refused with signatures', async () => {
      const signed = await withText(/^2000/, `2000;chunk-signature=${'0'.repeat(64)}`);
      expect(await codeOf(signed, form)).toBe('IncompleteBody');
    });
  }

  if (hasTrailer) {
    const line = `${TRAILER}:${crc32c(data)}`;
    test.for([
      ['missing', '', 'MalformedTrailerError'],
      ['another one', `x-amz-checksum-crc32:AAAAAA==\r\n`, 'MalformedTrailerError'],
      ['twice', `${line}\r\n${line}\r\n`, 'MalformedTrailerError'],
      ['with another one', `${line}\r\nx-amz-meta-a:b\r\n`, 'MalformedTrailerError'],
      ['without a colon', `${line.replace(':', '')}\r\n`, 'MalformedTrailerError'],
      ['without a name', `:${crc32c(data)}\r\n`, 'MalformedTrailerError'],
      ['with white space before the colon', `${line.replace(':', ' :')}\r\n`, 'MalformedTrailerError'],
      ['in a line of 4,097 bytes', `${line}${' '.repeat(4097)}\r\n`, 'IncompleteBody'],
      ['ended by a bare line feed', `${line}\n`, isSigned ? 'MalformedTrailerError' : undefined],
    ] as const)('is refused with its trailer %s', async ([, to, code]) => {
      expect(await codeOf(await withText(`${line}\r\n`, to), form)).toBe(code);
    });

    test('may end a line of its trailer with a line feed and an empty line, as some clients do', async () => {
      const encoded = await withText(`${line}\r\n`, `${line}\n\r\n`);
      expect(wholeOf(encoded, form).trailer?.value()).toBe(crc32c(data));
      expect((await streamed(encoded, form)).trailer).toBe(crc32c(data));
    });

    test('may have white space around the value of its trailer', async () => {
      const encoded = await withText(`${line}\r\n`, `${line.replace(':', ': ')} \r\n`);
      expect(wholeOf(encoded, form).trailer?.value()).toBe(crc32c(data));
    });

    test('has a trailer that was not announced', async () => {
      const code = await codeOf(await whole(), { ...form, announced: undefined });
      expect(code).toBe('MalformedTrailerError');
    });

    test('has no value of its trailer before that has been read', async () => {
      const { trailer } = decodeStream(inPieces(await whole(), []), form, verification());
      expect(() => trailer?.value()).toThrow('not been read to its end');
    });
  } else {
    test('is refused with a trailer', async () => {
      const encoded = await withText(/\r\n$/, `${TRAILER}:${crc32c(data)}\r\n\r\n`);
      expect(await codeOf(encoded, form)).toBe('MalformedTrailerError');
    });
  }

  if (isSigned && hasTrailer) {
    test.for([
      ['missing', /x-amz-trailer-signature:\w+\r\n/, '', 'MalformedTrailerError'],
      ['wrong', /x-amz-trailer-signature:\w+/, `x-amz-trailer-signature:${'0'.repeat(64)}`, 'SignatureDoesNotMatch'],
      ['twice', /(x-amz-trailer-signature:\w+\r\n)/, '$1$1', 'MalformedTrailerError'],
      ['before it', /(x-amz-checksum.*\r\n)(x-amz-trailer.*\r\n)/, '$2$1', 'MalformedTrailerError'],
      ['of another name', /x-amz-trailer-signature/, 'x-amz-trailer-signaturf', 'MalformedTrailerError'],
    ] as const)('is refused with the signature of its trailer %s', async ([, from, to, code]) => {
      expect(await codeOf(await withText(from, to), form)).toBe(code);
    });
  }

  test('stops reading where its reader stops, and fails where its source fails', async () => {
    const encoded = await whole();
    let isClosed = false;
    async function* source() {
      try {
        for (;;) yield encoded.subarray(0, 100);
      } finally {
        isClosed = true;
      }
    }
    for await (const piece of decodeStream(source(), form, verification()).body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(isClosed).toBe(true);
    async function* broken() {
      yield encoded.subarray(0, 1000);
      throw new Error('the client went away');
    }
    await expect(bytesOf(decodeStream(broken(), form, verification()).body)).rejects.toThrow('went away');
  });
});

/** Whether a byte is one of a chunk's data: these bodies have two full chunks and a rest. */
function isData(encoded: Buffer, at: number): boolean {
  let start = 0;
  while (start < encoded.length) {
    const headEnd = encoded.indexOf('\r\n', start) + 2;
    const size = Number.parseInt(encoded.subarray(start, headEnd).toString('latin1'), 16);
    if (size === 0 || at < headEnd) return false;
    if (at < headEnd + size) return true;
    start = headEnd + size + 2;
  }
  return false;
}

/** Its chunks with their heads and ends, the last one with what follows it. */
function partsOf(encoded: Buffer): string[] {
  const parts: string[] = [];
  for (let start = 0; start < encoded.length; ) {
    const headEnd = encoded.indexOf('\r\n', start) + 2;
    const size = Number.parseInt(encoded.subarray(start, headEnd).toString('latin1'), 16);
    const end = size === 0 ? encoded.length : headEnd + size + 2;
    parts.push(encoded.subarray(start, end).toString('latin1'));
    start = end;
  }
  return parts;
}

test('a body without chunks of data is empty', async () => {
  const form: ChunkedForm = { isSigned: false, hasTrailer: true, announced: undefined, decodedLength: 0 };
  expect(wholeOf(Buffer.from('0\r\n\r\n'), form).bytes.length).toBe(0);
  expect(wholeOf(Buffer.from('000\r\n'), form).bytes.length).toBe(0);
  for (const none of ['', '\r\n', '0', '0\r', '0\n']) {
    expect(await codeOf(Buffer.from(none), form)).toBe('IncompleteBody');
  }
});

test('lengths are hex in either case', () => {
  const form: ChunkedForm = { isSigned: false, hasTrailer: true, announced: undefined, decodedLength: 10 };
  for (const size of ['a', 'A', '0a']) {
    expect(wholeOf(Buffer.from(`${size}\r\n0123456789\r\n0\r\n\r\n`), form).bytes.length).toBe(10);
  }
});

test('a small chunk before another one is refused with its size', async () => {
  const form: ChunkedForm = { isSigned: false, hasTrailer: true, announced: undefined, decodedLength: 5 };
  expect(() => decodeWhole(Buffer.from('3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'), form)).toThrow(
    expect.objectContaining({
      message: 'Only the last chunk is allowed to have a size less than 8192 bytes',
      detail: { Chunk: '2', BadChunkSize: '3' },
    }),
  );
});

test('random bytes are refused, and nothing else happens', async () => {
  const form: ChunkedForm = { isSigned: true, hasTrailer: true, announced: TRAILER, decodedLength: 5 };
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expect(['IncompleteBody', 'MalformedTrailerError']).toContain(await codeOf(bytes, form));
    }),
    { numRuns: 200 },
  );
});

test('a reader never holds more than a line of a body', async () => {
  const size = 16 * 1024 * 1024;
  const piece = Buffer.alloc(65_536, 'x');
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += piece.length) hash.update(piece);
  const sign = chunkSigner(keyFrom(SEED));
  const head = sign({ kind: 'chunk', hash: hash.digest('hex') }).signature;
  const end = sign({ kind: 'chunk', hash: hashOf('') }).signature;
  let ahead = 0;
  async function* source() {
    yield Buffer.from(`${size.toString(16)};chunk-signature=${head}\r\n`);
    for (let at = 0; at < size; at += piece.length) {
      ahead++;
      yield piece;
    }
    yield Buffer.from(`\r\n0;chunk-signature=${end}\r\n\r\n`);
  }
  const form: ChunkedForm = { isSigned: true, hasTrailer: false, announced: undefined, decodedLength: size };
  let total = 0;
  for await (const bytes of decodeStream(source(), form, verification()).body) {
    // One piece is asked for at a time, and handed on as it is.
    expect(--ahead).toBe(0);
    expect(bytes.buffer).toBe(piece.buffer);
    total += bytes.length;
  }
  expect(total).toBe(size);
});

const kind = { isSigned: false, hasTrailer: true };
test.for([undefined, '', 'abc', '-1', '+5', '5.0', '0x5', '1e3', '5,5', '9223372036854775808', '99999999999999999999'])(
  'the decoded length %s is none',
  (length) => {
    const headers = headerFields(length === undefined ? [] : [['x-amz-decoded-content-length', length]]);
    expect(() => chunkedForm(kind, headers)).toThrow(
      expect.objectContaining({
        code: 'MissingContentLength',
        message: 'You must provide the Content-Length HTTP header.',
      }),
    );
  },
);

test('a trailer is announced only for a payload that has one', () => {
  const headers = headerFields([
    ['X-Amz-Decoded-Content-Length', '5'],
    ['X-Amz-Trailer', TRAILER],
  ]);
  expect(chunkedForm(kind, headers)).toEqual({ ...kind, announced: TRAILER, decodedLength: 5 });
  // Java's SDK announces one even where its checksum is in a header, and sends none.
  const without = { isSigned: true, hasTrailer: false };
  expect(chunkedForm(without, headers)).toEqual({ ...without, announced: undefined, decodedLength: 5 });
});

test.for([
  ['aws-chunked', undefined],
  ['gzip,aws-chunked', 'gzip'],
  ['aws-chunked, gzip', 'gzip'],
  ['gzip, AWS-Chunked , br', 'gzip,br'],
  ['gzip', 'gzip'],
  [undefined, undefined],
] as const)('of the content coding %s, %s is the object’s', ([sent, kept]) => {
  const headers = headerFields([
    ['Content-Length', '66824'],
    ...(sent === undefined ? [] : [['Content-Encoding', sent] as const]),
  ]);
  const decoded = decodedHeaders(headers, formOf(kind, 5));
  expect(decoded.get('content-encoding')).toEqual(kept === undefined ? undefined : [kept]);
  expect(decoded.get('content-length')).toEqual(['5']);
  expect(headers.get('content-length')).toEqual(['66824']);
});
