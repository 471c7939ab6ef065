import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import { closingBytes, formBoundary, MAX_FORM_BYTES, readMultipart } from '../../../src/wire/forms/multipart-form.ts';
import { headerFields } from '../../../src/wire/http/message.ts';

const BOUNDARY = 'xYzZY';

interface Part {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly filename?: string;
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? Buffer.from(content) : content;

const bodyOf = (parts: readonly Part[], end = `--${BOUNDARY}--\r\n`): Buffer =>
  Buffer.concat([
    ...parts.flatMap(({ name, content, filename }) => [
      Buffer.from(
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`,
      ),
      bytesOf(content),
      Buffer.from('\r\n'),
    ]),
    Buffer.from(end),
  ]);

/** Cut at these places. */
async function* chunks(body: Uint8Array, cuts: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const places = [0, ...cuts.map((cut) => cut % (body.length + 1)).sort((a, b) => a - b), body.length];
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    if (next !== undefined) yield Uint8Array.prototype.slice.call(body, place, next);
  }
}

/** Everything that a form says, or the code that it is refused with. */
async function read(body: Uint8Array, cuts?: readonly number[]) {
  try {
    const { fields, file } = await readMultipart(chunks(body, cuts), BOUNDARY);
    const pieces: Uint8Array[] = [];
    if (file) for await (const piece of file.content) pieces.push(Buffer.from(piece));
    return {
      fields,
      file: file && { name: file.name, startBytes: file.startBytes, content: Buffer.concat(pieces) },
    };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return error.code;
  }
}

test('reads fields in order and the file as it is', async () => {
  const content = Buffer.from('a\r\n--xYzZ\r\n\0');
  const body = bodyOf([
    { name: 'key', content: 'photos/é' },
    { name: 'a', content: '' },
    { name: 'Key', content: 'again' },
    { name: 'file', filename: 'p.jpg', content },
    { name: 'submit', content: 'Upload' },
  ]);
  expect(await read(body)).toEqual({
    fields: [
      { name: 'key', value: 'photos/é' },
      { name: 'a', value: '' },
      { name: 'Key', value: 'again' },
    ],
    file: { name: 'p.jpg', startBytes: body.indexOf(content), content },
  });
});

test('the bytes behind the file are those that were expected', () => {
  const body = bodyOf([{ name: 'file', content: 'abc' }]);
  expect(body.length - body.indexOf('abc') - closingBytes(BOUNDARY)).toBe(3);
});

// What looks like a delimiter is more likely than chance has it.
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom(
          '\r',
          '\n',
          '\r\n',
          '\r\n-',
          '\r\n--',
          `\r\n--${BOUNDARY.slice(0, -1)}`,
          BOUNDARY,
          `--${BOUNDARY}`,
        )
        .map(bytesOf),
    ),
  )
  .map((pieces) => Buffer.concat(pieces))
  .filter(
    (bytes) => !bytes.includes(`\r\n--${BOUNDARY}`) && !bytes.subarray(0, 7).equals(Buffer.from(`--${BOUNDARY}`)),
  );

test('a form is read the same wherever it is cut', () =>
  fc.assert(
    fc.asyncProperty(content, fc.array(fc.nat(), { maxLength: 12 }), fc.string(), async (bytes, cuts, text) => {
      const parts = [
        { name: 'key', content: text.replaceAll('\r', '') },
        { name: 'file', filename: 'f', content: bytes },
        { name: 'submit', content: 'ok' },
      ];
      const body = bodyOf(parts);
      const whole = await read(body);
      expect(whole).toMatchObject({ file: { content: bytes } });
      expect(await read(body, cuts)).toEqual(whole);
      expect(await read(body, Array.from(body.keys()))).toEqual(whole);
    }),
    { numRuns: 60 },
  ));

test('whatever comes is a form or is refused', () => {
  const form = bodyOf([
    { name: 'key', content: 'k' },
    { name: 'file', filename: 'f', content: 'text' },
  ]);
  const change = fc.record({ at: fc.nat(form.length - 1), cut: fc.nat(4), bytes: fc.uint8Array({ maxLength: 4 }) });
  const changed = fc
    .array(change, { maxLength: 3 })
    .map((changes) =>
      changes.reduce<Buffer>(
        (body, { at, cut, bytes }) => Buffer.concat([body.subarray(0, at), bytes, body.subarray(at + cut)]),
        form,
      ),
    );
  return fc.assert(
    fc.asyncProperty(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), async (body) => {
      // What is refused is a code, and anything else that is thrown fails.
      await read(body);
    }),
  );
});

test('a form that is cut off is refused', async () => {
  const body = bodyOf([
    { name: 'key', content: 'k' },
    { name: 'file', content: 'text' },
  ]);
  // Its last line end may be missing.
  for (let size = 0; size < body.length - 2; size++) {
    expect(await read(body.subarray(0, size)), String(size)).toBe('MalformedPOSTRequest');
  }
  expect(await read(body.subarray(0, -2))).toMatchObject({ file: { content: Buffer.from('text') } });
});

const part = (header: string, rest = 'x') =>
  Buffer.from(`--${BOUNDARY}\r\n${header}\r\n\r\n${rest}\r\n--${BOUNDARY}--\r\n`);
const malformed = 'MalformedPOSTRequest';

test.for([
  [
    'text before it',
    Buffer.concat([Buffer.from('hello\r\n'), bodyOf([{ name: 'a', content: 'b' }])]),
    [{ name: 'a', value: 'b' }],
  ],
  ['an empty line before it', Buffer.concat([Buffer.from('\r\n'), bodyOf([])]), []],
  ['text behind it', bodyOf([], `--${BOUNDARY}--\r\nbye`), []],
  [
    'white space behind a delimiter',
    Buffer.from(`--${BOUNDARY} \t\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--${BOUNDARY}--`),
    [{ name: 'a', value: 'b' }],
  ],
  ['a header in other cases', part('CONTENT-disposition:Form-Data;NAME="a"'), [{ name: 'a', value: 'x' }]],
  [
    'more headers',
    part('Content-Type: text/plain\r\nContent-Disposition: form-data; name="a"\r\nX: y'),
    [{ name: 'a', value: 'x' }],
  ],
  ['a quotation mark in a name', part('Content-Disposition: form-data; name="a\\"b"'), [{ name: 'a"b', value: 'x' }]],
  [
    'a name that objects have',
    part('Content-Disposition: form-data; name="__proto__"'),
    [{ name: '__proto__', value: 'x' }],
  ],
  ['no header', Buffer.from(`--${BOUNDARY}\r\n\r\nx\r\n--${BOUNDARY}--`), malformed],
  ['no name', part('Content-Disposition: form-data'), malformed],
  ['two names', part('Content-Disposition: form-data; name="a"; name="b"'), malformed],
  [
    'two dispositions',
    part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data; name="b"'),
    malformed,
  ],
  ['another disposition', part('Content-Disposition: attachment; name="a"'), malformed],
  ['a name that does not end', part('Content-Disposition: form-data; name="a'), malformed],
  [
    'a longer delimiter',
    Buffer.from(`--${BOUNDARY}2\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--${BOUNDARY}2--`),
    malformed,
  ],
  [
    'bytes that are not UTF-8',
    Buffer.from(part('Content-Disposition: form-data; name="a"', 'x').toString().replace('\nx', '\n\xff'), 'latin1'),
    malformed,
  ],
  ['nothing', Buffer.alloc(0), malformed],
  [
    'lines that end otherwise',
    Buffer.from(`--${BOUNDARY}\nContent-Disposition: form-data; name=a\n\nb\n--${BOUNDARY}--`),
    malformed,
  ],
] as const)('%s', async ([, body, expected]) => {
  const form = await read(body);
  expect(typeof form === 'string' ? form : form.fields).toEqual(expected);
});

test.for([
  ['C:\\photos\\a.jpg', 'a.jpg'],
  ['/home/me/a.jpg', 'a.jpg'],
  ['a\\"b.jpg', 'a"b.jpg'],
  ['', ''],
  ['photos/', ''],
  ['é €.txt', 'é €.txt'],
])('the file name %s is read as %s', async ([sent = '', expected]) => {
  expect(await read(bodyOf([{ name: 'file', filename: sent, content: '' }]))).toMatchObject({
    file: { name: expected },
  });
});

test('a file without a name has none', async () => {
  expect(await read(bodyOf([{ name: 'FILE', content: '' }]))).toMatchObject({ file: { name: undefined } });
});

test('a second file is refused', async () => {
  const files = [1, 2].map((content) => ({ name: 'file', content: String(content) }));
  expect(await read(bodyOf(files))).toBe('InvalidArgument');
});

const TOO_LARGE = 'MaxPostPreDataLengthExceeded';

/** A form with a field of this size. */
const padded = (size: number) =>
  bodyOf([
    { name: 'pad', content: 'p'.repeat(size) },
    { name: 'file', content: 'f' },
  ]);

test('a form may have 20 KB besides its file', async () => {
  const rest = padded(0).length - 1;
  expect(await read(padded(MAX_FORM_BYTES - rest))).toMatchObject({ file: { content: Buffer.from('f') } });
  expect(await read(padded(MAX_FORM_BYTES - rest + 1))).toBe(TOO_LARGE);
  const behind = (size: number) =>
    bodyOf([
      { name: 'file', content: 'f' },
      { name: 'pad', content: 'p'.repeat(size) },
    ]);
  expect(await read(behind(MAX_FORM_BYTES))).toBe(TOO_LARGE);
  expect(await read(bodyOf([{ name: 'file', content: 'f' }], `--${BOUNDARY}--${' '.repeat(MAX_FORM_BYTES)}`))).toBe(
    TOO_LARGE,
  );
});

test('a form that is too large is refused before more of it is read', async () => {
  let reads = 0;
  async function* endless() {
    yield Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n`);
    for (;;) {
      reads += 1;
      yield Buffer.alloc(1024);
    }
  }
  await expect(readMultipart(endless(), BOUNDARY)).rejects.toMatchObject({ code: TOO_LARGE });
  expect(reads).toBeLessThan(22);
});

test('a file is read at the pace of its reader, and holds no memory', async () => {
  let reads = 0;
  async function* large() {
    yield Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"\r\n\r\n`);
    for (; reads < 1000; reads++) yield Buffer.alloc(65_536, 13);
    yield Buffer.from(`\r\n--${BOUNDARY}--`);
  }
  const { file } = await readMultipart(large(), BOUNDARY);
  let size = 0;
  for await (const piece of file?.content ?? []) {
    size += piece.length;
    expect(piece.length).toBeLessThanOrEqual(2 * 65_536);
    expect(reads * 65_536 - size).toBeLessThanOrEqual(65_536);
  }
  expect(size).toBe(1000 * 65_536);
});

test.for([
  `form-data; name="${'\\"'.repeat(9000)}`,
  `form-data; ${'a'.repeat(18_000)}`,
  `form-data${' '.repeat(18_000)}x`,
  `form-data; name="a"${'; '.repeat(9000)}x`,
])('a header of 18 KB is refused, and soon', async (header) => {
  expect((await read(part(`Content-Disposition: ${header}`))) === malformed).toBe(true);
});

test.for([
  ['multipart/form-data; boundary=abc', 'abc'],
  ['Multipart/Form-Data;  Boundary="a b"', 'a b'],
  ['multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundary0', '----WebKitFormBoundary0'],
  ['multipart/form-data', malformed],
  ['multipart/form-data; boundary=', malformed],
  ['multipart/form-data; boundary="a "', malformed],
  [`multipart/form-data; boundary=${'a'.repeat(71)}`, malformed],
  ['multipart/form-data; boundary="a\u00e9"', malformed],
  ['multipart/mixed; boundary=abc', 'PreconditionFailed'],
  ['application/x-www-form-urlencoded', 'PreconditionFailed'],
  ['', 'PreconditionFailed'],
])('the content type %s', ([type = '', expected]) => {
  const found = () => formBoundary(headerFields([['Content-Type', type]]));
  const outcome = (() => {
    try {
      return found();
    } catch (error) {
      return error instanceof AwsError ? error.code : error;
    }
  })();
  expect(outcome).toBe(expected);
});
