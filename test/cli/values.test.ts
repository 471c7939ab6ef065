import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ServiceModel } from '../../src/api/model/shapes.ts';
import type { GivenFlag } from '../../src/cli/aws-input/flag-value.ts';
import type { InputFiles } from '../../src/cli/aws-input/param-file.ts';
import { checkGiven } from '../../src/cli/aws-input/parameter-check.ts';
import { readInput } from '../../src/cli/aws-input/values.ts';

const model = (service: string): ServiceModel =>
  JSON.parse(readFileSync(new URL(`../../src/api/model/${service}.json`, import.meta.url), 'utf8'));
const models = { kms: model('kms'), s3: model('s3'), cloudwatch: model('cloudwatch'), s3control: model('s3control') };

const bytes = (text: string) => new TextEncoder().encode(text);
const folder: Readonly<Record<string, Uint8Array>> = {
  'policy.json': bytes('{"Version": "2012-10-17"}'),
  'tags.json': bytes('[{"TagKey": "a", "TagValue": "b"}]'),
  'tag.txt': bytes('TagKey=a,TagValue=b'),
  'plain.txt': bytes('aGVsbG8='),
  'key.bin': Uint8Array.from({ length: 32 }, (_, i) => i),
  'input.json': bytes('{"KeyId": "from-file", "PendingWindowInDays": 9}'),
  latin1: Uint8Array.of(0x66, 0xfc, 0x72),
};
const fileOf = (path: string): Uint8Array => {
  const content = folder[path];
  if (!content) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
  return content;
};
const files: InputFiles = {
  read: fileOf,
  readStdin: async () => bytes('from standard input'),
  open: (path) => {
    const content = path === '-' ? bytes('a stream') : fileOf(path);
    return (async function* () {
      yield content;
    })();
  },
};

/** Reads flags as `--flag value` pairs of one operation; the members are named as in the model. */
function read(
  service: keyof typeof models,
  operation: string,
  given: Readonly<Record<string, GivenFlag['value']>>,
  { cliInputJson, ...more }: { cliInputJson?: string; binaryFormat?: 'raw-in-base64-out' } = {},
) {
  const { shapes, operations } = models[service];
  const name = operations[operation]?.input?.shape;
  if (!name) throw new Error(`${operation} takes no input`);
  const flagOf = (member: string) => `--${member.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}`;
  return readInput({
    shape: { shapes, name },
    given: Object.entries(given).map(([member, value]) => ({ flag: flagOf(member), member, value })),
    service,
    files,
    uuid: () => 'a-fresh-uuid',
    form: cliInputJson === undefined ? undefined : { flag: '--cli-input-json', text: cliInputJson },
    ...more,
  });
}

const readings: readonly (readonly [string, () => unknown, unknown])[] = [
  [
    'a list of structures in shorthand, one a word',
    () => read('kms', 'CreateKey', { Tags: ['TagKey=a,TagValue=b', 'TagKey=c,TagValue='] }),
    {
      Tags: [
        { TagKey: 'a', TagValue: 'b' },
        { TagKey: 'c', TagValue: '' },
      ],
    },
  ],
  [
    'a list as JSON',
    () => read('kms', 'CreateKey', { Tags: ['[{"TagKey": "a", "TagValue": "b"}]'] }),
    { Tags: [{ TagKey: 'a', TagValue: 'b' }] },
  ],
  [
    'a list of JSON structures, one a word',
    () => read('kms', 'CreateKey', { Tags: ['{"TagKey": "a", "TagValue": "b"}', '{"TagKey": "c", "TagValue": "d"}'] }),
    {
      Tags: [
        { TagKey: 'a', TagValue: 'b' },
        { TagKey: 'c', TagValue: 'd' },
      ],
    },
  ],
  [
    'a list in a file',
    () => read('kms', 'CreateKey', { Tags: ['file://tags.json'] }),
    { Tags: [{ TagKey: 'a', TagValue: 'b' }] },
  ],
  [
    'shorthand in a file',
    () => read('kms', 'CreateKey', { Tags: ['file://tag.txt'] }),
    { Tags: [{ TagKey: 'a', TagValue: 'b' }] },
  ],
  [
    'the name of a file among several words, as it stands',
    () => read('kms', 'UntagResource', { KeyId: 'k', TagKeys: ['file://tag.txt', 'b', 'fileb://nope'] }),
    { KeyId: 'k', TagKeys: ['file://tag.txt', 'b', 'fileb://nope'] },
  ],
  ...[' 32 ', '+32', '032', '3_2', '0_3_2'].map(
    (typed) =>
      [
        `${JSON.stringify(typed)}, which Python reads as 32`,
        () => read('kms', 'GenerateDataKey', { KeyId: 'k', NumberOfBytes: typed }),
        { KeyId: 'k', NumberOfBytes: 32 },
      ] as const,
  ),
  [
    'a member loaded by @=',
    () => read('kms', 'CreateKey', { Tags: ['TagKey=policy,TagValue@=file://policy.json'] }),
    { Tags: [{ TagKey: 'policy', TagValue: '{"Version": "2012-10-17"}' }] },
  ],
  [
    'text in a file',
    () => read('kms', 'CreateKey', { Policy: 'file://policy.json' }),
    { Policy: '{"Version": "2012-10-17"}' },
  ],
  [
    'a map in shorthand and a list of words',
    () =>
      read('kms', 'Encrypt', {
        KeyId: 'k',
        Plaintext: 'aGk=',
        EncryptionContext: 'a=1,b=x y',
        GrantTokens: ['t', 'u'],
      }),
    { KeyId: 'k', Plaintext: bytes('hi'), EncryptionContext: { a: '1', b: 'x y' }, GrantTokens: ['t', 'u'] },
  ],
  [
    'a map as JSON',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: 'aGk=', EncryptionContext: '{"a": "1"}' }),
    { KeyId: 'k', Plaintext: bytes('hi'), EncryptionContext: { a: '1' } },
  ],
  [
    'a switch and a number',
    () => read('kms', 'GenerateDataKey', { KeyId: 'k', NumberOfBytes: '32', DryRun: false }),
    { KeyId: 'k', NumberOfBytes: 32, DryRun: false },
  ],
  [
    'numbers, switches and lists of one inside shorthand',
    () =>
      read('s3', 'PutBucketEncryption', {
        Bucket: 'b',
        ServerSideEncryptionConfiguration:
          'Rules={ApplyServerSideEncryptionByDefault={SSEAlgorithm=aws:kms,KMSMasterKeyID=alias/x},BucketKeyEnabled=true}',
      }),
    {
      Bucket: 'b',
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/x' },
            BucketKeyEnabled: true,
          },
        ],
      },
    },
  ],
  [
    'a time',
    () =>
      read('kms', 'ImportKeyMaterial', {
        KeyId: 'k',
        ImportToken: 'AA==',
        EncryptedKeyMaterial: 'AA==',
        ValidTo: '2027-01-01',
      }),
    {
      KeyId: 'k',
      ImportToken: Uint8Array.of(0),
      EncryptedKeyMaterial: Uint8Array.of(0),
      ValidTo: new Date('2027-01-01T00:00:00Z'),
    },
  ],
  [
    'binary from a file of bytes',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: 'fileb://key.bin' }),
    { KeyId: 'k', Plaintext: folder['key.bin'] },
  ],
  [
    'binary from a file of base64',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: 'file://plain.txt' }),
    { KeyId: 'k', Plaintext: bytes('hello') },
  ],
  [
    'binary from standard input',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: '-' }),
    { KeyId: 'k', Plaintext: bytes('from standard input') },
  ],
  [
    'binary as it stands, when asked for',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: 'hi there' }, { binaryFormat: 'raw-in-base64-out' }),
    { KeyId: 'k', Plaintext: bytes('hi there') },
  ],
  [
    'flags over the form, member by member',
    () => read('kms', 'ScheduleKeyDeletion', { KeyId: 'k' }, { cliInputJson: 'file://input.json' }),
    { KeyId: 'k', PendingWindowInDays: 9 },
  ],
  [
    'binary in the form',
    () => read('kms', 'Encrypt', {}, { cliInputJson: '{"KeyId": "k", "Plaintext": "aGk="}' }),
    { KeyId: 'k', Plaintext: bytes('hi') },
  ],
  [
    'a customer key, encoded and with its digest',
    () =>
      read('s3', 'GetObject', {
        Bucket: 'b',
        Key: 'k',
        SSECustomerAlgorithm: 'AES256',
        SSECustomerKey: 'fileb://key.bin',
      }),
    {
      Bucket: 'b',
      Key: 'k',
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      SSECustomerKeyMD5: 'tP/LI3N87DFaSk0aoqYgzg==',
    },
  ],
  ...(['GetObjectAttributes', 'ListParts'] as const).map(
    (operation) =>
      [
        `a customer key for ${operation}, as it has to be sent`,
        () =>
          read('s3', operation, {
            Bucket: 'b',
            Key: 'k',
            ...(operation === 'ListParts' ? { UploadId: 'u' } : { ObjectAttributes: ['ETag'] }),
            SSECustomerKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
          }),
        expect.not.objectContaining({ SSECustomerKeyMD5: expect.anything() }),
      ] as const,
  ),
  [
    'a copy source, encoded but for its version',
    () => read('s3', 'CopyObject', { Bucket: 'b', Key: 'k', CopySource: 'b/a b+c.txt?versionId=v1' }),
    { Bucket: 'b', Key: 'k', CopySource: 'b/a%20b%2Bc.txt?versionId=v1' },
  ],
];

test.for(readings)('%s', async ([, reading, value]) => {
  expect(await reading()).toEqual(value);
});

test('a body is opened, not read', async () => {
  const { Body } = await read('s3', 'PutObject', { Bucket: 'b', Key: 'k', Body: '-' });
  const pieces: unknown[] = [];
  for await (const piece of Body as AsyncIterable<unknown>) pieces.push(piece);
  expect(pieces).toEqual([bytes('a stream')]);
});

test('a token that makes a call repeatable is generated', async () => {
  const input = () =>
    read(
      's3control',
      'CreateJob',
      { AccountId: '111122223333', Priority: '1', RoleArn: 'arn:aws:iam::111122223333:role/r' },
      {
        cliInputJson: '{"Operation": {"S3DeleteObjectTagging": {}}, "Report": {"Enabled": false}}',
      },
    );
  expect(await input()).toMatchObject({ ClientRequestToken: 'a-fresh-uuid', Priority: 1 });
});

// The AWS CLI's own words, as it prints them for these command lines.
const refusals: readonly (readonly [string, () => unknown, string | RegExp])[] = [
  [
    'shorthand that does not parse',
    () => read('kms', 'CreateKey', { Tags: ['foo'] }),
    "Error parsing parameter '--tags': Expected: '=', received: 'EOF' for input:\nfoo\n   ^",
  ],
  [
    'an invalid number',
    () => read('kms', 'ScheduleKeyDeletion', { KeyId: 'k', PendingWindowInDays: 'abc' }),
    "Error parsing parameter '--pending-window-in-days': invalid literal for int() with base 10: 'abc'",
  ],
  [
    'invalid JSON',
    () => read('kms', 'CreateKey', { Tags: ['[{]'] }),
    /^Error parsing parameter '--tags': Invalid JSON: .*\nJSON received: \[\{\]$/,
  ],
  [
    'a list for a structure',
    () => read('kms', 'CreateGrant', { KeyId: 'k', GranteePrincipal: 'p', Operations: ['Decrypt'], Constraints: '[]' }),
    "Error parsing parameter '--constraints': Invalid JSON:\n[]",
  ],
  [
    'a file that is missing',
    () => read('kms', 'CreateKey', { Policy: 'file://nope' }),
    "Error parsing parameter '--policy': Unable to load paramfile file://nope: [Errno 2] No such file or directory: 'nope'",
  ],
  [
    'a text file that is not text',
    () => read('kms', 'CreateKey', { Policy: 'file://latin1' }),
    'text contents could not be decoded.  If this is a binary file, please use the fileb:// prefix',
  ],
  ...['3__2', '_32', '32_', '3 2', '0x20', '1e1', '32.0', ''].map(
    (typed) =>
      [
        `${JSON.stringify(typed)}, which is not a number to Python`,
        () => read('kms', 'GenerateDataKey', { KeyId: 'k', NumberOfBytes: typed }),
        `invalid literal for int() with base 10: '${typed}'`,
      ] as const,
  ),
  [
    'a body that is not a file',
    () => read('s3', 'PutObject', { Bucket: 'b', Key: 'k', Body: 'nope' }),
    "Error parsing parameter '--body': Blob values must be a path to a file.",
  ],
  [
    'text for binary',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: 'hello world!' }),
    'Invalid base64: "hello world!"',
  ],
  [
    'base64 without its padding',
    () => read('kms', 'Encrypt', { KeyId: 'k', Plaintext: 'aGk' }),
    'Invalid base64: "aGk"',
  ],
  [
    'everything that is missing, in order',
    () => read('kms', 'CreateAlias', {}, { cliInputJson: '{}' }),
    'Parameter validation failed:\nMissing required parameter in input: "AliasName"\nMissing required parameter in input: "TargetKeyId"',
  ],
  [
    'a member that there is not',
    () => read('kms', 'CreateAlias', {}, { cliInputJson: '{"AliasName": "alias/a", "TargetKeyId": "k", "foo": 1}' }),
    'Parameter validation failed:\nUnknown parameter in input: "foo", must be one of: AliasName, TargetKeyId',
  ],
  [
    'a number below its minimum',
    () => read('kms', 'GenerateDataKey', { KeyId: 'x', NumberOfBytes: '0' }),
    'Parameter validation failed:\nInvalid value for parameter NumberOfBytes, value: 0, valid min value: 1',
  ],
  [
    'a text below its minimum, and a number',
    () => read('cloudwatch', 'PutMetricAlarm', { AlarmName: '', ComparisonOperator: 'x', EvaluationPeriods: '0' }),
    'Parameter validation failed:\nInvalid length for parameter AlarmName, value: 0, valid min length: 1\nInvalid value for parameter EvaluationPeriods, value: 0, valid min value: 1',
  ],
  [
    'wrong types, each with its Python name',
    () => read('kms', 'CreateKey', { Tags: ['[{"TagKey":true,"TagValue":1.5},{"TagKey":null,"TagValue":["a"]},"s"]'] }),
    [
      'Parameter validation failed:',
      "Invalid type for parameter Tags[0].TagKey, value: True, type: <class 'bool'>, valid types: <class 'str'>",
      "Invalid type for parameter Tags[0].TagValue, value: 1.5, type: <class 'float'>, valid types: <class 'str'>",
      "Invalid type for parameter Tags[1].TagKey, value: None, type: <class 'NoneType'>, valid types: <class 'str'>",
      "Invalid type for parameter Tags[1].TagValue, value: ['a'], type: <class 'list'>, valid types: <class 'str'>",
      "Invalid type for parameter Tags[2], value: s, type: <class 'str'>, valid types: <class 'dict'>",
    ].join('\n'),
  ],
  [
    'an invalid time',
    () =>
      read('kms', 'ImportKeyMaterial', {
        KeyId: 'k',
        ImportToken: 'AA==',
        EncryptedKeyMaterial: 'AA==',
        ValidTo: 'soon',
      }),
    "Invalid type for parameter ValidTo, value: soon, type: <class 'str'>, valid types: <class 'datetime.datetime'>, timestamp-string",
  ],
  [
    'metadata that no header carries',
    () => read('s3', 'PutObject', { Bucket: 'b', Key: 'k', Metadata: '{"colour": "grün"}' }),
    'Parameter validation failed:\nNon ascii characters found in S3 metadata for key "colour", value: "grün".  \nS3 metadata can only contain ASCII characters. ',
  ],
  [
    'a bucket name that cannot be one',
    () => read('s3', 'HeadBucket', { Bucket: 'a/b' }),
    'Parameter validation failed:\nInvalid bucket name "a/b": Bucket name must match the regex "^[a-zA-Z0-9.\\-_]{1,255}$" or be an ARN matching',
  ],
  [
    'a skeleton that is not an object',
    () => read('kms', 'ListKeys', {}, { cliInputJson: '[1]' }),
    "Error parsing parameter '--cli-input-json': Invalid type: expecting map, received <class 'list'>",
  ],
];

test.for(refusals)('%s is refused', async ([, reading, message]) => {
  await expect(reading()).rejects.toThrow(message);
});

test('maxima, patterns and enums are left to the service', async () => {
  expect(await read('kms', 'GenerateDataKey', { KeyId: '?', NumberOfBytes: '99999', KeySpec: 'AES_1' })).toEqual({
    KeyId: '?',
    NumberOfBytes: 99999,
    KeySpec: 'AES_1',
  });
});

test('an incomplete input is checked for what it has, not for what it lacks', () => {
  const shape = { shapes: models.kms.shapes, name: 'TagResourceRequest' };
  expect(() => checkGiven({}, shape)).not.toThrow();
  expect(() => checkGiven({ KeyId: 1, Tags: [{ TagKey: 'a' }] }, shape)).toThrow(
    [
      'Parameter validation failed:',
      "Invalid type for parameter KeyId, value: 1, type: <class 'int'>, valid types: <class 'str'>",
      'Missing required parameter in Tags[0]: "TagValue"',
    ].join('\n'),
  );
});
