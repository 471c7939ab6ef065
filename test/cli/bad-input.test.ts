import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changePassphrase } from '../../src/store/root-key-change.ts';
import { editStore } from '../support/edit-store.ts';
import { newPlace, type Place, samplePlace } from '../support/place.ts';

/** Everything below a folder except the store's lock table, which is not content: paths, and the content of files. */
function contentOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (name.endsWith('store.mdb-lock') || statSync(path).isDirectory()) continue;
    found[name] = createHash('sha256').update(readFileSync(path)).digest('hex');
  }
  return found;
}

/** Runs a command line that is refused, and leaves everything as it was; what it says is one line. */
async function refused(place: Place, words: readonly string[], code: number, variables = {}): Promise<string> {
  const before = contentOf(place.folder);
  const { code: ended, out, err } = await place.ssebox(words, { variables });
  expect({ code: ended, out }).toEqual({ code, out: '' });
  expect(err).toMatch(/^[^\n]+\n$/);
  expect(contentOf(place.folder)).toEqual(before);
  return err.trimEnd();
}

const put = (file: string) => ['s3', 'put', file, 's3://photos/new'];
const encrypt = (plaintext: string) => ['kms', 'encrypt', '--key-id', 'alias/app', '--plaintext', plaintext];

describe('a command line that does not parse is refused before a store is created', () => {
  test.for<[string, string[], string | RegExp]>([
    ['a group alone, for a program', ['kms', '--error-format', 'json'], /"Message":"a command is missing"/],
    ['an unknown group', ['kmss', 'list-keys'], "unknown command 'kmss' (Did you mean kms?)"],
    ['an unknown command', ['kms', 'creat-key'], "unknown command 'creat-key' (Did you mean create-key?)"],
    [
      'an unknown command in a group of a group',
      ['bucket', 'policy', 'gett'],
      /^unknown command 'gett' \(Did you mean /,
    ],
    [
      'help for an unknown command',
      ['kms', 'creat-key', '--help'],
      "unknown command 'creat-key' (Did you mean create-key?)",
    ],
    ['help on an unknown command', ['help', 'kmss'], "unknown command 'kmss' (Did you mean kms?)"],
    ['an unknown flag', ['kms', 'create-key', '--polcy', 'x'], "unknown option '--polcy' (Did you mean --policy?)"],
    ['an unknown flag before the command', ['--storr', 'x', 'kms'], "unknown option '--storr' (Did you mean --store?)"],
    ['a flag without its value', ['kms', 'describe-key', '--key-id'], '--key-id needs a value: VALUE'],
    [
      'a flag without the first of its values',
      ['s3', 'cp', 'file', 's3://photos/new', '--grants'],
      '--grants needs a value: GRANT',
    ],
    [
      'a value that is not allowed',
      ['s3', 'cp', 'file', 's3://photos', '--sse', 'aws:kmss'],
      '--sse takes one of AES256, aws:kms, aws:kms:dsse, not "aws:kmss" (Did you mean aws:kms?)',
    ],
    ['a global flag without its value', ['kms', 'list-keys', '--region'], '--region needs a value: NAME'],
    ['a switch with a value', ['kms', 'list-keys', '--raw=1'], '--raw does not take a value'],
    ['a word too many', ['kms', 'list-keys', 'all'], /^too many arguments for 'list-keys'/],
    ['a missing flag', ['kms', 'describe-key'], 'the following arguments are required: --key-id'],
    ['a missing word', ['s3', 'put', 'file'], 'the following arguments are required: target'],
    [
      'an unknown region',
      ['kms', 'create-key', '--region', 'us-est-1'],
      /^"us-est-1" is not an AWS region: .*us-east-1/,
    ],
    ['an unknown profile', ['kms', 'create-key', '--profile', 'work'], 'The config profile (work) could not be found'],
    [
      'an unknown output format',
      ['kms', 'create-key', '--output', 'xml'],
      '--output takes one of json, table, text, yaml, yaml-stream, off, tree, not "xml"',
    ],
    ['a page of a command that has none', ['kms', 'create-key', '--output', 'tree'], /^--output tree only works with /],
    [
      'a query on a page',
      ['kms', 'ls', '--output', 'tree', '--query', 'Keys'],
      '--query selects from the JSON result, which --output tree does not show: use one of them',
    ],
    ['a query that does not parse', ['kms', 'create-key', '--query', 'Key['], /^Bad value for --query Key\[: /],
    ['no store', ['kms', 'create-key', '--store', ''], '--store takes the path of a folder, not ""'],
    ['an invalid duration', ['clock', 'advance', '5q'], /^"5q" is not a duration: /],
    [
      'a target that is not an S3 URI',
      ['s3', 'get', 'photos/a', 'b'],
      '"photos/a" is not an S3 URI: write s3://BUCKET/KEY',
    ],
  ])('%s', async ([, words, message]) => {
    const place = newPlace();
    expect(await refused(place, words, words.includes('--profile') ? 253 : 252)).toMatch(message);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  test.for<[string, Record<string, string>]>([
    ['AWS_REGION must be the name of an AWS region, such as eu-west-1, not "mars"', { AWS_REGION: 'mars' }],
    [
      'AWS_DEFAULT_OUTPUT must be one of json, table, text, yaml, yaml-stream, off, not "xml"',
      { AWS_DEFAULT_OUTPUT: 'xml' },
    ],
    [
      `AWS_RETRY_MODE: Invalid value provided to "mode": "Standard" must be one of: ('legacy', 'standard', 'adaptive')`,
      { AWS_RETRY_MODE: 'Standard' },
    ],
    ...(['0', '-1'] as const).map((text): [string, Record<string, string>] => [
      `AWS_MAX_ATTEMPTS: Value provided to "max_attempts": ${text} must be an integer greater than or equal to 1.`,
      { AWS_MAX_ATTEMPTS: text },
    ]),
    ...(['three', '2.5', '0x3'] as const).map((text): [string, Record<string, string>] => [
      `AWS_MAX_ATTEMPTS: invalid literal for int() with base 10: '${text}'`,
      { AWS_MAX_ATTEMPTS: text },
    ]),
    // Most commands could not follow it.
    [
      'AWS_DEFAULT_OUTPUT must be one of json, table, text, yaml, yaml-stream, off, not "tree"',
      { AWS_DEFAULT_OUTPUT: 'tree' },
    ],
  ])('%s', async ([message, variables]) => {
    expect(await refused(newPlace(), ['kms', 'create-key'], 252, variables)).toBe(message);
  });
});

test('an empty variable counts as not set', async () => {
  const { ssebox } = newPlace();
  const variables = {
    AWS_REGION: '',
    AWS_DEFAULT_REGION: '',
    SSEBOX_AS: '',
    AWS_PROFILE: '',
    AWS_DEFAULT_OUTPUT: '',
    AWS_RETRY_MODE: '',
    AWS_MAX_ATTEMPTS: '',
  };
  expect(await ssebox(['kms', 'list-keys', '--query', 'length(Keys)'], { variables })).toMatchObject({
    code: 0,
    out: '0\n',
  });
});

describe('an invalid value is named', () => {
  const tags = (text: string) => ['kms', 'tag-resource', '--key-id', 'alias/app', '--tags', text];
  test.for<[string, string[], RegExp]>([
    ['a missing caller', ['kms', 'create-key', '--as', 'user/nobody'], /^there is no user "nobody" .*user\/ana/],
    ['a malformed caller', ['kms', 'create-key', '--as', 'x y'], /^"x y" is not a caller: /],
    ['text where a number is due', ['kms', 'list-keys', '--max-items', 'ten'], /ten/],
    ['invalid base64', encrypt('it’s'), /^Invalid base64: "it’s"/],
    ['a missing file', encrypt('fileb://gone'), /'--plaintext': .*\[Errno 2\] No such file or directory: 'gone'$/],
    ['a folder as a file', encrypt('fileb://.'), /'--plaintext': .*\[Errno 21\] Is a directory: '\.'$/],
    ['a missing body', ['s3api', 'put-object', '--bucket', 'photos', '--key', 'k', '--body', 'gone'], /'--body'/],
    ['a body that is a folder', ['s3api', 'put-object', '--bucket', 'photos', '--key', 'k', '--body', '.'], /'--body'/],
    ['an upload of nothing', put('gone'), /gone.* does not exist/],
    ['an upload of a folder', put('.'), /"\." is a folder/],
  ])('%s', async ([, words, message]) => {
    expect(await refused(await samplePlace(), words, 252)).toMatch(message);
  });

  test.for<[string, string, string]>([
    ['invalid JSON', '[{"TagKey": x}]', "Error parsing parameter '--tags': Invalid JSON: "],
    [
      'shorthand without a value',
      'TagKey',
      "Error parsing parameter '--tags': Expected: '=', received: 'EOF' for input:",
    ],
    ['an unknown member', 'Key=a,Value=b', 'Parameter validation failed:'],
  ])('%s, in the AWS CLI’s words', async ([, text, message]) => {
    const place = await samplePlace();
    const before = contentOf(place.folder);
    const { code, err } = await place.ssebox(tags(text));
    expect(code).toBe(252);
    expect(err).toContain(message);
    expect(contentOf(place.folder)).toEqual(before);
  });
});

describe('an unusable store is reported with its path, and left alone', () => {
  const list = ['kms', 'list-keys'];
  const create = ['kms', 'create-key'];

  test('a folder with other things in it', async () => {
    const place = newPlace();
    mkdirSync(place.store);
    writeFileSync(join(place.store, 'letter.txt'), 'Dear');
    expect(await refused(place, list, 253)).toBe(`the folder "${place.store}" is not an ssebox store and is not empty`);
  });

  test.for<[string, Uint8Array]>([
    ['noise', Buffer.alloc(100_000, 0x9e)],
    ['text', Buffer.from('hello\n')],
  ])('%s in place of its database', async ([, bytes]) => {
    const place = newPlace();
    mkdirSync(place.store);
    writeFileSync(join(place.store, 'store.mdb'), bytes);
    expect(await refused(place, create, 253)).toBe(
      `cannot use the store "${place.store}": "store.mdb" is not an ssebox store, or is damaged`,
    );
  });

  test('a truncated database', async () => {
    const place = await samplePlace();
    const file = join(place.store, 'store.mdb');
    writeFileSync(file, readFileSync(file).subarray(0, 20_000));
    expect(await refused(place, create, 253)).toContain(`cannot use the store "${place.store}": `);
  });

  test('a file in place of the folder', async () => {
    const place = newPlace();
    writeFileSync(place.store, 'not a folder');
    expect(await refused(place, list, 253)).toBe(`cannot use the store "${place.store}": a file is in the way`);
  });

  test('a file in the path to the folder', async () => {
    const place = newPlace();
    writeFileSync(place.store, 'not a folder');
    expect(await refused(place, [...list, '--store', 'store/inner'], 253)).toBe(
      `cannot use the store "${place.store}/inner": part of its path is a file, not a folder`,
    );
  });

  test('a newer format', async () => {
    const place = await samplePlace();
    await editStore(place.store, ({ header }) => header.put('format', { version: 999 }));
    expect(await refused(place, create, 253)).toMatch(/^the store ".*" has format 999, newer than the \d+ that this /);
  });

  test.for<[string, number]>([
    ['too short', 31],
    ['too long', 33],
    ['empty', 0],
  ])('a root key that is %s', async ([, size]) => {
    const place = await samplePlace();
    writeFileSync(join(place.store, 'root.key'), Buffer.alloc(size, 7));
    expect(await refused(place, encrypt('aGVsbG8='), 253)).toBe(
      `the root key "${place.store}/root.key" is damaged: its ${size} bytes are not a root key`,
    );
  });

  test('the root key of another store', async () => {
    const place = await samplePlace();
    writeFileSync(join(place.store, 'root.key'), Buffer.alloc(32, 7));
    const message = `the root key "${place.store}/root.key" is not the one that this store was written with`;
    expect(await refused(place, encrypt('aGVsbG8='), 253)).toBe(message);
    expect(await refused(place, ['s3', 'get', 's3://photos/harbour.txt', 'copy.txt'], 253)).toBe(message);
    expect(existsSync(place.path('copy.txt'))).toBe(false);
  });

  test('a sealed root key opens only with its passphrase', async () => {
    const place = await samplePlace();
    changePassphrase(place.store, (size) => new Uint8Array(size).fill(5), { from: undefined, to: 'open sesame' });
    const words = encrypt('aGVsbG8=');
    expect(await refused(place, words, 253)).toBe(
      `the store "${place.store}" is sealed with a passphrase, and none was given`,
    );
    expect(await refused(place, words, 253, { SSEBOX_PASSPHRASE: 'open barley' })).toBe(
      `the passphrase does not open the root key of the store "${place.store}"`,
    );
    const opened = await place.ssebox(words, { variables: { SSEBOX_PASSPHRASE: 'open sesame' } });
    expect(opened).toMatchObject({ code: 0, err: '' });
  });
});

test('a target in a missing folder is refused by s3api, and leaves nothing', async () => {
  const place = await samplePlace();
  const words = ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt', 'gone/copy.txt'];
  const { code, out, err } = await place.ssebox(words);
  expect({ code, out, err }).toEqual({
    code: 252,
    out: '',
    err: 'cannot write "gone/copy.txt": no such file or folder\n',
  });
  expect(existsSync(place.path('gone'))).toBe(false);
});

test('a folder as a target is refused by s3api', async () => {
  const place = await samplePlace();
  mkdirSync(place.path('folder'));
  const words = ['s3api', 'get-object', '--bucket', 'photos', '--key', 'harbour.txt', 'folder'];
  expect(await place.ssebox(words)).toMatchObject({ code: 252, err: 'cannot write "folder": it is a folder\n' });
  expect(readdirSync(place.folder).sort()).toEqual(['folder', 'store']);
});
