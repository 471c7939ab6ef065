import { expect, test } from 'vitest';
import { AwsError } from '../../../src/api/errors.ts';
import {
  checkForm,
  type FormClaim,
  formAnswer,
  formClaim,
  type PostForm,
  putHeaders,
  readForm,
  sizedFile,
} from '../../../src/wire/forms/post-form.ts';
import { headerFields } from '../../../src/wire/http/message.ts';

/** What a form puts the name of the file in the place of. */
const NAME = ['$', '{filename}'].join('');

type Fields = Readonly<Record<string, string>>;

interface Sent {
  readonly fields: Fields;
  readonly file?: string;
  readonly fileName?: string | undefined;
  /** Whether the length of the body is said. */
  readonly hasLength?: boolean;
}

/** Sends a form as a browser does. */
async function sent({ fields, file = 'text', fileName = 'a.txt', hasLength = true }: Sent): Promise<PostForm> {
  const parts = [
    ...Object.entries(fields).map(([name, value]) => `name="${name}"\r\n\r\n${value}`),
    `name="file"; filename="${fileName}"\r\nContent-Type: image/png\r\n\r\n${file}`,
  ];
  const text = parts.map((part) => `--abc\r\nContent-Disposition: form-data; ${part}\r\n`).join('');
  const body = Buffer.from(`${text}--abc--\r\n`);
  return readForm({
    headers: headerFields([
      ['Content-Type', 'multipart/form-data; boundary=abc'],
      ...(hasLength ? [['Content-Length', String(body.length)] as const] : []),
    ]),
    body: (async function* () {
      yield body;
    })(),
  });
}

const refusal = async (work: () => unknown): Promise<unknown> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { code: error.code, message: error.message, ...error.detail };
  }
};

const missing = (name: string) => ({
  code: 'InvalidArgument',
  message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  ArgumentName: name,
  ArgumentValue: '',
});

test('the name of the file stands for the variable in every field, but for the policy', async () => {
  const { fields } = await sent({
    fields: { key: `in/${NAME}`, 'x-amz-meta-a': `${NAME},${NAME}`, policy: NAME },
    fileName: 'C:\\temp\\$&.txt',
  });
  expect([...fields.values()]).toEqual([
    { name: 'key', value: 'in/$&.txt' },
    { name: 'x-amz-meta-a', value: '$&.txt,$&.txt' },
    { name: 'policy', value: NAME },
  ]);
});

test('names of files cannot make a form large', async () => {
  const fields = { key: NAME.repeat(900) };
  expect(await refusal(() => sent({ fields, fileName: 'n'.repeat(5000) }))).toMatchObject({
    code: 'MaxPostPreDataLengthExceeded',
  });
});

test('the values of a field that stands twice are joined', async () => {
  const form = await sent({ fields: { key: 'k', 'x-amz-meta-tag': 'Ninja', 'X-AMZ-META-TAG': 'Stallman' } });
  expect(form.fields.get('x-amz-meta-tag')).toEqual({ name: 'x-amz-meta-tag', value: 'Ninja,Stallman' });
});

test('a form needs a key before its file', async () => {
  expect(await refusal(() => sent({ fields: {} }))).toEqual(missing('key'));
  expect(await refusal(() => sent({ fields: { key: '' } }))).toEqual({
    code: 'InvalidArgument',
    message: 'User key must have a length greater than 0.',
    ArgumentName: 'key',
    ArgumentValue: '',
  });
});

const claimed = (fields: Fields): Promise<unknown> =>
  refusal(() =>
    formClaim(new Map(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), { name, value }]))),
  );

const CREDENTIAL = 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request';
const v4 = {
  Policy: 'e30=',
  'X-Amz-Signature': '8afd',
  'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
  'X-Amz-Credential': CREDENTIAL,
  'X-Amz-Date': '20151229T000000Z',
};
const v2 = { policy: 'e30=', signature: 'c2ln', AWSAccessKeyId: 'AKIA' };

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));

const badCredential = (credential: string, message: string) =>
  [
    { ...v4, 'X-Amz-Credential': credential },
    { code: 'InvalidArgument', message, ArgumentName: 'X-Amz-Credential', ArgumentValue: credential },
  ] as const;

const MALFORMED = 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".';

test.for<readonly [Fields, unknown]>([
  [{ key: 'k' }, { kind: 'anonymous' }],
  [{ key: 'k', policy: 'e30=' }, { kind: 'anonymous' }],
  [
    v4,
    {
      kind: 'v4',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      date: '20151229',
      region: 'us-east-1',
      credential: CREDENTIAL,
      signature: '8afd',
      sessionToken: undefined,
      policy: 'e30=',
    } satisfies FormClaim,
  ],
  [
    { ...v2, 'X-Amz-Security-Token': 'token' },
    { kind: 'v2', accessKeyId: 'AKIA', signature: 'c2ln', sessionToken: 'token', policy: 'e30=' } satisfies FormClaim,
  ],
  ...Object.keys(v4).map((name) => [without(v4, name), missing(name)] as const),
  [without(v2, 'signature'), missing('Signature')],
  [without(v2, 'AWSAccessKeyId'), missing('AWSAccessKeyId')],
  [without(v2, 'policy'), missing('Policy')],
  [
    { ...v4, 'x-amz-algorithm': 'AWS4-HMAC-SHA1' },
    {
      code: 'InvalidArgument',
      message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"',
      ArgumentName: 'X-Amz-Algorithm',
      ArgumentValue: 'AWS4-HMAC-SHA1',
    },
  ],
  [
    { ...v4, 'x-amz-date': '2015-12-29T00:00:00Z' },
    {
      code: 'InvalidArgument',
      message: 'X-Amz-Date must be formated via ISO8601 Long format',
      ArgumentName: 'X-Amz-Date',
      ArgumentValue: '2015-12-29T00:00:00Z',
    },
  ],
  [
    { ...v4, ...v2 },
    { code: 'InvalidArgument', message: 'Only one auth mechanism allowed', ArgumentName: 'Signature' },
  ],
  badCredential('', MALFORMED),
  badCredential('20151229/us-east-1/s3/aws4_request', MALFORMED),
  badCredential(
    '/20151229/us-east-1/s3/aws4_request',
    'a non-empty Access Key (AKID) must be provided in the credential.',
  ),
  badCredential(
    'A/2015/us-east-1/s3/aws4_request',
    'incorrect date format "2015". This date in the credential must be in the format "yyyyMMdd".',
  ),
  badCredential(
    'A/20151228/us-east-1/s3/aws4_request',
    'Invalid credential date "20151228". This date is not the same as X-Amz-Date: "20151229".',
  ),
  badCredential('A/20151229/us-east-1/ec2/aws4_request', 'incorrect service "ec2". This endpoint belongs to "s3".'),
  badCredential('A/20151229/us-east-1/s3/aws4', 'incorrect terminal "aws4". This endpoint uses "aws4_request".'),
])('the claim of %j', async ([fields, expected]) => {
  expect(await claimed(fields)).toEqual(expected);
});

const NOW_MS = Date.parse('2026-05-06T07:08:09Z');

const policyOf = (...conditions: readonly unknown[]): string =>
  Buffer.from(JSON.stringify({ expiration: '2026-05-07T00:00:00Z', conditions })).toString('base64');

const covering = (fields: Fields, ...more: readonly unknown[]): Fields => ({
  ...fields,
  policy: policyOf(
    { bucket: 'photos' },
    ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
    ...more,
  ),
});

const checked = async (form: Sent, bucket = 'photos'): Promise<unknown> =>
  refusal(async () => checkForm(await sent(form), bucket, NOW_MS));

const SINGLE = 5 * 1024 ** 3;

test('what is signed and what is to be ignored needs no condition', async () => {
  const fields = covering({ key: 'k' });
  const signed = { 'X-Amz-Signature': '0', AWSAccessKeyId: '0', 'X-Ignore-Me': '0' };
  expect(await checked({ fields: { ...fields, ...signed } })).toEqual({ least: 0, most: SINGLE });
  expect(await checked({ fields: { ...fields, ...signed, 'x-amz-date': '0' } })).toMatchObject({
    message: 'Invalid according to Policy: Extra input fields: x-amz-date',
  });
});

test('a field called bucket is compared to the bucket', async () => {
  const fields = covering({ key: 'k' });
  expect(await checked({ fields: { ...fields, bucket: 'photos' } })).toEqual({ least: 0, most: SINGLE });
  const conflict = {
    code: 'InvalidRequest',
    message: 'Conflicting values provided in HTTP headers and POST form fields.',
  };
  expect(await checked({ fields: { ...fields, bucket: 'other' } })).toEqual(conflict);
  expect(await checked({ fields: { key: 'k', bucket: 'other' } })).toEqual(conflict);
  expect(await checked({ fields: { ...fields, bucket: 'photos' } }, 'other')).toMatchObject({
    message: 'Invalid according to Policy: Policy Condition failed: ["eq", "$bucket", "photos"]',
  });
});

const read = async (form: Sent): Promise<unknown> =>
  refusal(async () => {
    const opened = await sent(form);
    const range = checkForm(opened, 'photos', NOW_MS);
    const pieces: Uint8Array[] = [];
    for await (const piece of sizedFile(opened, range)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  });

const tooLarge = (size: number) => ({
  code: 'EntityTooLarge',
  message: 'Your proposed upload exceeds the maximum allowed size',
  ProposedSize: String(size),
  MaxSizeAllowed: '10',
});

// Recorded from S3.
test.for<readonly [number, unknown]>([
  [
    4,
    {
      code: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed size',
      ProposedSize: '4',
      MinSizeAllowed: '5',
    },
  ],
  [5, 'x'.repeat(5)],
  [10, 'x'.repeat(10)],
  [12, tooLarge(12)],
])('a file of %i bytes where 5 to 10 are allowed', async ([size, expected]) => {
  const form = { fields: covering({ key: 'k' }, ['content-length-range', 5, 10]), file: 'x'.repeat(size) };
  expect(await read(form)).toEqual(expected);
  expect(await read({ ...form, hasLength: false })).toEqual(expected);
});

test('a file that is much too large is refused unread', async () => {
  const form = { fields: covering({ key: 'k' }, ['content-length-range', 5, 10]), file: 'x'.repeat(30_000) };
  expect(await checked(form)).toEqual(tooLarge(30_000));
});

test('fields become the headers of a PutObject, and nothing else does', async () => {
  const { fields } = await sent({
    fields: {
      key: 'k',
      acl: 'public-read',
      'Content-Type': 'text/plain',
      'x-amz-meta-Color': 'green',
      'x-amz-checksum-algorithm': 'CRC32',
      'If-None-Match': '*',
      Authorization: 'AWS4-HMAC-SHA256',
      'x-ssebox-as': 'root',
      Host: 'elsewhere',
    },
  });
  expect(Object.fromEntries(putHeaders(fields))).toEqual({
    'x-amz-acl': ['public-read'],
    'content-type': ['text/plain'],
    'x-amz-meta-color': ['green'],
    'x-amz-sdk-checksum-algorithm': ['CRC32'],
  });
});

const told = 'bucket=photos&key=a%2Fb+c&etag=%22d41d%22';

test.for<readonly [Fields, unknown]>([
  [{}, { status: 204 }],
  [{ success_action_status: '200' }, { status: 200 }],
  [{ success_action_status: '201' }, { status: 201 }],
  [{ success_action_status: '204' }, { status: 204 }],
  [{ success_action_status: '404' }, { status: 204 }],
  [
    { success_action_redirect: 'https://example.com/done' },
    { status: 303, location: `https://example.com/done?${told}` },
  ],
  [
    { success_action_redirect: 'http://example.com/?a=b' },
    { status: 303, location: `http://example.com/?a=b&${told}` },
  ],
  [
    { success_action_redirect: 'http://example.com/#top' },
    { status: 303, location: `http://example.com/?${told}#top` },
  ],
  [
    { success_action_redirect: 'http://example.com/a b\r\nX: é' },
    { status: 303, location: `http://example.com/a%20b%0D%0AX:%20%C3%A9?${told}` },
  ],
  [
    { redirect: 'http://example.com/old', success_action_status: '201' },
    { status: 303, location: `http://example.com/old?${told}` },
  ],
  [{ success_action_redirect: '/relative', success_action_status: '201' }, { status: 201 }],
  [{ success_action_redirect: 'javascript:alert(1)' }, { status: 204 }],
  [{ success_action_redirect: 'http://' }, { status: 204 }],
])('the answer to %j', async ([fields, expected]) => {
  const form = new Map(Object.entries(fields).map(([name, value]) => [name, { name, value }]));
  expect(formAnswer(form, { bucket: 'photos', key: 'a/b c', etag: '"d41d"' })).toEqual(expected);
});
