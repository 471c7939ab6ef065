import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CommandNode, CommandSpec } from '../../src/cli/command.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { newCommandLine } from '../support/command-line.ts';

/** The AWS CLI's global options: `awscli/data/cli.json`, and those that came with its version 2. */
const OF_AWS = [
  'debug',
  'endpoint-url',
  'no-verify-ssl',
  'no-paginate',
  'output',
  'query',
  'profile',
  'region',
  'version',
  'color',
  'no-sign-request',
  'ca-bundle',
  'cli-read-timeout',
  'cli-connect-timeout',
  'cli-binary-format',
  'no-cli-pager',
  'cli-auto-prompt',
  'no-cli-auto-prompt',
  'cli-error-format',
  'v2-debug',
];

const NO_KEYS = '{\n    "Keys": []\n}\n';

test.for(
  [
    ['--no-verify-ssl', 'kms', 'list-keys'],
    ['kms', '--ca-bundle', 'bundle.pem', 'list-keys'],
    ['kms', 'list-keys', '--cli-connect-timeout', '5', '--cli-read-timeout=0'],
    ['--cli-auto-prompt', '--v2-debug', 'kms', 'list-keys'],
    ['--cli-error-format', 'legacy', 'kms', 'list-keys', '--no-cli-pager', '--no-cli-auto-prompt'],
    ['--no-v', '--ca', 'bundle.pem', 'kms', 'list-keys', '--reg', 'eu-west-1', '--out=json'],
    ['kms', 'list-keys', '--page-s', '3', '--max-i', '5'],
  ].map((words) => ({ words })),
)('$words works', async ({ words }) => {
  expect(await newCommandLine().ssebox(words)).toMatchObject({ code: 0, out: NO_KEYS, err: '' });
});

/** What argparse makes of them, run with the AWS CLI; it takes its global options first. */
test.for([
  [['s3', 'ls', '--re'], '--region needs a value: NAME'],
  [['s3', 'ls', '--r'], '--region needs a value: NAME'],
  [
    ['kms', 'describe-key', '--no'],
    'ambiguous option: --no could match --no-verify-ssl, --no-paginate, --no-sign-request, --no-cli-pager, --no-cli-auto-prompt',
  ],
  [
    ['s3api', 'list-objects', '--m', '3', '--b', 'x'],
    'ambiguous option: --m could match --marker, --max-keys, --max-items',
  ],
  [['s3', 'cp', '--s', 'AES256', 'a', 's3://b'], /^ambiguous option: --s could match --sse, --sse-kms-key-id, /],
  [['kms', 'list-keys', '--limi=3', '--foo'], "unknown option '--foo'"],
  [['kms', 'list-keys', '--cli-read-timeout', 'soon'], '--cli-read-timeout takes a whole number, not "soon"'],
  [['kms', 'list-keys', '--cli-error-format', 'xml'], /^--cli-error-format takes one of enhanced, .*, not "xml"$/],
  [['explain', '--', 'kms', 'list-keys', '--max-it', '3'], 'write --max-items out in the command that is explained'],
] as const)('%j is refused', async ([words, message]) => {
  const { code, out, err } = await newCommandLine().ssebox(words);
  expect({ code, out }).toEqual({ code: 252, out: '' });
  expect(err.trimEnd()).toMatch(message);
});

test('a beginning that only one option has stands for it', async () => {
  const place = newCommandLine();
  await place.ok(['s3', 'mb', 's3://photos']);
  const shown = await place.ok(['s3', 'ls', 's3://photos', '--human', '--summ', '--recu']);
  expect(shown.out).toBe('\nTotal Objects: 0\n   Total Size: 0 Bytes\n');
  const key = await place.ok(['kms', 'create-key', '--desc=a b', '--no-by', '--query', 'KeyMetadata.Description']);
  expect(key.json).toBe('a b');
  await place.ok(['--sto', place.path('other'), 'kms', 'create-key']);
  expect((await place.ok(['kms', 'list-keys', '--sto', place.path('other')])).json).toMatchObject({ Keys: [{}] });
  expect((await place.ssebox(['s3', 'ls', '--', '--human'])).code).not.toBe(0);
});

async function specs(nodes: readonly CommandNode[], path = ''): Promise<(readonly [string, CommandSpec])[]> {
  const found = nodes.map(async (node) => {
    const name = `${path}${node.name}`;
    return node.kind === 'command' ? [[name, node] as const] : specs(await node.load({ prose: false }), `${name} `);
  });
  return (await Promise.all(found)).flat();
}

test('no option of a command is one of the AWS CLI or its beginning, except the one that is handed on', async () => {
  const all = await specs(await commandTree.load({ prose: false }));
  expect(all.length).toBeGreaterThan(300);
  const taken = all.flatMap(([path, { options = {} }]) =>
    Object.keys(options)
      .filter((name) => OF_AWS.some((other) => other.startsWith(name)))
      .map((name) => `${path} --${name}`),
  );
  expect(taken).toEqual(['s3 presign --endpoint-url']);
});

test.for<readonly [readonly string[], readonly string[]]>([
  [
    ['kms', 'help'],
    ['kms', '--help'],
  ],
  [
    ['kms', '-h'],
    ['kms', '--help'],
  ],
  [
    ['help', 'kms'],
    ['kms', '--help'],
  ],
  [
    ['kms', 'list-keys', 'help'],
    ['kms', 'list-keys', '--help'],
  ],
  [
    ['kms', 'list-keys', 'help', '--region', 'eu-west-1'],
    ['kms', 'list-keys', '--help'],
  ],
  [
    ['kms', 'list-keys', '-h'],
    ['kms', 'list-keys', '--help'],
  ],
  [
    ['s3', 'ls', 'help'],
    ['s3', 'ls', '--help'],
  ],
  [
    ['s3api', 'wait', 'help'],
    ['s3api', 'wait', '--help'],
  ],
  [
    ['demo', 'help'],
    ['demo', '--help'],
  ],
  [['-h'], ['--help']],
])('%j shows the help of %j', async ([words, same]) => {
  const [one, other] = await Promise.all([newCommandLine().ok(words), newCommandLine().ok(same)]);
  expect(one.out).toBe(other.out);
  expect(one.out).toMatch(/^Usage: ssebox/);
});

test('a bucket of the name help is not hidden by help', async () => {
  const place = newCommandLine();
  await place.ok(['s3', 'mb', 's3://help']);
  expect((await place.ok(['s3', 'ls', '--', 'help'])).out).toBe('');
  expect((await place.ok(['bucket', 'list', '--query', 'Buckets[].Name'])).json).toEqual(['help']);
});

test('the version is printed with whatever else is typed', async () => {
  for (const words of [['--version', '--debug'], ['kms', 'list-keys', '--version'], ['--ver']]) {
    expect(await newCommandLine().ssebox(words)).toMatchObject({ code: 0, out: expect.stringMatching(/^ssebox\/\d/) });
  }
});

test('an endpoint is refused in one line where a command works with the store, or the store is named', async () => {
  const place = newCommandLine();
  for (const [words, err] of [
    [
      ['--endpoint-url', 'http://localhost:4566', 'trail', 'lookup'],
      'ssebox trail lookup works with the store on this machine, and not with an endpoint: leave out --endpoint-url\n',
    ],
    [
      ['s3', 'ls', '--end=http://localhost:4566', '--as', 'root'],
      '--as is about the store on this machine, and --endpoint-url is not: use one of them\n',
    ],
    [
      ['s3', 'ls', '--end=x'],
      '--endpoint-url takes a URL such as http://127.0.0.1:4566, or aws: "x" does not begin with http:// or https://\n',
    ],
  ] as const) {
    expect(await place.ssebox(words)).toMatchObject({ code: 252, out: '', err });
  }
});

test('a refusal comes in the format that --cli-error-format names', async () => {
  const refused = async (form: string) => {
    const words = ['s3api', 'head-bucket', '--bucket', 'nowhere', '--cli-error-format', form];
    const { code, out, err } = await newCommandLine().ssebox(words);
    expect({ code, out }).toEqual({ code: 254, out: '' });
    return err;
  };
  const line = 'An error occurred (404) when calling the HeadBucket operation: Not Found\n';
  expect(await refused('legacy')).toBe(line);
  expect(await refused('enhanced')).toBe(line);
  expect(JSON.parse(await refused('json'))).toMatchObject({ Code: '404', Message: 'Not Found' });
  expect(await refused('yaml')).toMatch(/^Code: '404'\nMessage: Not Found\n/);
  expect(await refused('text')).toMatch(/404\b.*Not Found/);
});

test('the input comes as YAML, and options replace its members', async () => {
  const place = newCommandLine();
  const input = "Description: 'from a file'\nKeyUsage: ENCRYPT_DECRYPT\nTags:\n- TagKey: team\n  TagValue: yes\n";
  writeFileSync(place.path('input.yaml'), input);
  const file = ['--cli-input-yaml', `file://${place.path('input.yaml')}`];
  const select = ['--query', 'KeyMetadata.[KeyId,Description]'];
  const made = await place.ok(['kms', 'create-key', ...file, ...select]);
  const [keyId = '', description] = made.json as string[];
  expect(description).toBe('from a file');
  const tags = await place.ok(['kms', 'list-resource-tags', '--cli-input-yaml', `KeyId: ${keyId}`, '--query', 'Tags']);
  expect(tags.json).toEqual([{ TagKey: 'team', TagValue: 'yes' }]);
  const other = await place.ok(['kms', 'create-key', ...file, '--description', 'typed', ...select]);
  expect(other.json).toEqual([expect.any(String), 'typed']);
  const bytes = `KeyId: ${keyId}\nPlaintext: !!binary aGVsbG8=\n`;
  const { out: sealed } = await place.ok([
    'kms',
    'encrypt',
    '--cli-input-yaml',
    bytes,
    '--query',
    'CiphertextBlob',
    '--output',
    'text',
  ]);
  const opened = await place.ok(['kms', 'decrypt', '--cli-input-yaml', `CiphertextBlob: ${sealed}`, '--raw']);
  expect(opened.out).toBe('hello');
});

test('a skeleton in YAML is an input, once what is not wanted is taken out of it', async () => {
  const place = newCommandLine();
  const skeleton = await place.ok(['iam', 'create-user', '--generate-cli-skeleton', 'yaml-input']);
  const lines = skeleton.out.split('\n').filter((line) => line.startsWith('UserName:'));
  const input = lines.join('\n').replace("''", 'ana');
  await place.ok(['iam', 'create-user', '--cli-input-yaml', input]);
  expect((await place.ok(['iam', 'list-users', '--query', 'Users[].UserName'])).json).toEqual(['admin', 'ana']);
});

test.for([
  [['kms', 'create-key', '--cli-input-yaml', '{'], /^Error parsing parameter '--cli-input-yaml': Invalid YAML: /],
  [['kms', 'create-key', '--cli-input-yaml', '- 1'], /Invalid type: expecting map, received <class 'list'>$/],
  [['kms', 'create-key', '--cli-input-yaml', `${'['.repeat(20_000)}`], /Invalid YAML: /],
  [
    ['kms', 'create-key', '--cli-input-yaml', '{}', '--cli-input-json', '{}'],
    /^Only one --cli-input- parameter may be specified\.$/,
  ],
  [['s3', 'ls', '--cli-input-yaml', '{}'], /^--cli-input-yaml only works with the operations of a service/],
] as const)('%j is refused as input', async ([words, message]) => {
  const { code, err } = await newCommandLine().ssebox(words);
  expect(code).toBe(252);
  expect(err.trimEnd().split('\n')[0]).toMatch(message);
});

test('yaml-stream shows a list of answers, and off shows nothing', async () => {
  const place = newCommandLine();
  await place.ok(['s3', 'mb', 's3://photos']);
  const words = ['s3api', 'get-bucket-location', '--bucket', 'photos', '--output'];
  expect((await place.ok([...words, 'yaml-stream'])).out).toBe('- LocationConstraint: null\n');
  expect((await place.ok([...words, 'off'])).out).toBe('');
  const off = { variables: { AWS_DEFAULT_OUTPUT: 'off' }, terminal: 100 };
  expect((await place.ok(['kms', 'create-key'], off)).out).toBe('');
  const refused = await place.ssebox(['s3api', 'head-bucket', '--bucket', 'nowhere', '--output', 'off']);
  expect(refused.code).toBe(254);
  expect(refused.err).toContain('(404)');
});
