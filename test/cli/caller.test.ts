/** Who is calling is found in one way, whatever it is for: each way of naming a caller leads everything to one account. */

import { Readable } from 'node:stream';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import type { CommandNode, GroupSpec } from '../../src/cli/command.ts';
import type { Globals } from '../../src/cli/globals.ts';
import { loadSettings } from '../../src/cli/profiles.ts';
import { newSession, type Session } from '../../src/cli/session.ts';
import { standardInputOf } from '../../src/cli/standard-input.ts';
import { commandTree } from '../../src/cli/tree.ts';
import { processEnvironment } from '../../src/env.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { ACCOUNT, OTHER_ACCOUNT } from '../support/harness.ts';
import { samplePlace } from '../support/place.ts';

const CALLER = `${OTHER_ACCOUNT}:user/admin`;
const iam = (rest: string) => `arn:aws:iam::${OTHER_ACCOUNT}:${rest}`;

interface Way {
  readonly globals: Globals;
  readonly variables: Readonly<Record<string, string>>;
}

const ways = ['--as', 'SSEBOX_AS', '--profile', 'AWS_PROFILE', 'access key'] as const;

function wayOf(name: (typeof ways)[number], accessKey: Way['variables']): Way {
  switch (name) {
    case '--as':
      return { globals: { as: CALLER }, variables: {} };
    case 'SSEBOX_AS':
      return { globals: {}, variables: { SSEBOX_AS: CALLER } };
    case '--profile':
      return { globals: { profile: 'other' }, variables: {} };
    case 'AWS_PROFILE':
      return { globals: {}, variables: { AWS_PROFILE: 'other' } };
    case 'access key':
      return { globals: {}, variables: accessKey };
  }
}

const wordsOf = ({ globals }: Way): string[] =>
  Object.entries(globals).flatMap(([name, value]) => [`--${name}`, String(value)]);

interface TwoAccounts {
  /** Runs a command line as the caller of the other account, found in that way. */
  as(way: (typeof ways)[number], words: readonly string[]): Promise<string>;
  /** What the words before `''` are completed with. */
  completed(way: (typeof ways)[number], words: readonly string[]): Promise<string[]>;
  session(way: (typeof ways)[number]): Promise<Session>;
  readonly keyId: string;
}

/**
 * The sample in the default account, and in another account one thing of each kind, with names that the sample lacks.
 */
async function twoAccounts(): Promise<TwoAccounts> {
  const line = await newSample();
  const other = async (...words: string[]) =>
    (await line.ok([...words, '--as', CALLER, '--output', 'text'])).out.trim();
  const keyId = await other('kms', 'create-key', '--query', 'KeyMetadata.KeyId');
  await other('kms', 'create-alias', '--alias-name', 'alias/other', '--target-key-id', keyId);
  await other('s3api', 'create-bucket', '--bucket', 'others');
  await other('iam', 'create-user', '--user-name', 'zed');
  await other('iam', 'create-group', '--group-name', 'keepers');
  await other('iam', 'create-role', '--role-name', 'keeper', '--assume-role-policy-document', trust);
  await other('iam', 'create-policy', '--policy-name', 'Keep', '--policy-document', mayDecrypt);
  const query = 'AccessKey.[AccessKeyId,SecretAccessKey]';
  const [id = '', secret = ''] = (await other('iam', 'create-access-key', '--query', query)).split(/\s+/);
  const accessKey = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
  await line.ok(['config', 'set', '--profile', 'other', 'as', CALLER]);
  return {
    keyId,
    async as(name, words) {
      const way = wayOf(name, accessKey);
      return (await line.ok([...words, ...wordsOf(way)], { variables: way.variables })).out.trim();
    },
    async completed(name, words) {
      const way = wayOf(name, accessKey);
      const query = ['completion', 'query', '--', ...wordsOf(way), ...words, ''];
      return valuesOf((await line.ok(query, { variables: way.variables })).out);
    },
    session: (name) => sessionIn(line, wayOf(name, accessKey)),
  };
}

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const trust = document({ Effect: 'Allow', Principal: { AWS: iam('root') }, Action: 'sts:AssumeRole' });
const mayDecrypt = document({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });

const valuesOf = (lines: string): string[] =>
  lines
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => each.split('\t')[0] ?? '');

/** A session as a command line that names its caller in this way has it. */
async function sessionIn({ folder, store }: CommandLine, { globals, variables }: Way): Promise<Session> {
  const environment = { ...processEnvironment(), variables: { HOME: folder, SSEBOX_STORE: store, ...variables } };
  const settings = await loadSettings(globals, environment);
  const session = newSession({
    globals,
    environment,
    settings,
    signal: new AbortController().signal,
    openStore: async () => assemble({ folder: store, environment }),
    stdin: standardInputOf({ stdin: Readable.from([]) }),
    tell: () => {},
    confirm: async () => {},
  });
  onTestFinished(() => session.close());
  return session;
}

/** Everything in the command tree that offers names: `kms grant --to`, and how it finds them. */
async function choicesIn(node: CommandNode, path = ''): Promise<(readonly [string, Offered])[]> {
  if (node.kind === 'group') return choicesUnder(node, path);
  const here = `${path}${node.name}`;
  const found: (readonly [string, Offered])[] = [];
  for (const [name, { choices }] of Object.entries(node.options ?? {})) {
    if (typeof choices === 'function') found.push([`${here} --${name}`, choices]);
  }
  for (const [name, { choices }] of Object.entries(node.args ?? {})) {
    if (choices) found.push([`${here} ${name.toUpperCase()}`, choices]);
  }
  return found;
}

type Offered = (session: Session) => Promise<readonly { readonly value: string }[]>;

async function choicesUnder(group: GroupSpec, path: string): Promise<(readonly [string, Offered])[]> {
  const nodes = await group.load({ prose: false });
  return (await Promise.all(nodes.map((node) => choicesIn(node, `${path}${group.name} `)))).flat();
}

let everyChoice: readonly (readonly [string, Offered])[];
beforeAll(async () => {
  everyChoice = await choicesUnder(commandTree, '');
});

/** A name of the other account for each kind of thing that has names. */
const othersNames = [
  'alias/other',
  'others',
  's3://others/',
  'zed',
  'user/zed',
  'keepers',
  'keeper',
  iam('policy/Keep'),
];
const defaultsNames =
  /^(alias\/(app|backup)|(s3:\/\/)?(photos|reports|drafts)\/?|((user|role)\/)?(ana|bob|reader)|analysts)$/;

test.for(ways)('every argument and flag with choices offers the names in the account of %s', async (way) => {
  const { session, keyId } = await twoAccounts();
  const asCaller = await session(way);
  const all = new Set<string>();
  for (const [where, choices] of everyChoice) {
    const offered = (await choices(asCaller)).map(({ value }) => value);
    expect(
      offered.filter((value) => defaultsNames.test(value) || value.includes(ACCOUNT)),
      where,
    ).toEqual([]);
    for (const value of offered) all.add(value);
  }
  expect([...all]).toEqual(expect.arrayContaining([...othersNames, keyId, iam('user/zed'), iam('role/keeper')]));
});

const completions: readonly (readonly [words: string, offered: (keyId: string) => readonly string[]])[] = [
  ['kms describe-key --key-id', (keyId) => ['alias/other', keyId]],
  ['kms disable-key --key-id', (keyId) => [keyId]],
  ['kms grant', (keyId) => ['alias/other', keyId]],
  ['kms grant alias/other --to', () => ['root', 'user/admin', 'user/zed', 'role/keeper']],
  ['kms create-grant --grantee-principal', () => [iam('user/admin'), iam('user/zed'), iam('role/keeper')]],
  ['explain kms decrypt', (keyId) => ['alias/other', keyId]],
  ['bucket show', () => ['others']],
  ['s3 ls', () => ['s3://others/']],
  ['iam get-user --user-name', () => ['admin', 'zed']],
  ['iam get-role --role-name', () => ['keeper']],
  ['iam get-group --group-name', () => ['keepers']],
  ['iam get-policy --policy-arn', () => [iam('policy/Keep')]],
];

test.for(ways)('completion offers the names in the account of %s', async (way) => {
  const { completed, keyId } = await twoAccounts();
  for (const [words, offered] of completions) {
    const found = await completed(way, words.split(' '));
    // AWS's own policies are everybody's.
    expect(
      found.filter((value) => !value.startsWith('arn:aws:iam::aws:policy/')),
      words,
    ).toEqual(offered(keyId));
  }
});

test('the value of --as itself is completed with the principals in the caller’s account', async () => {
  const { completed } = await twoAccounts();
  expect(await completed('access key', ['--as'])).toEqual(['root', 'user/admin', 'user/zed', 'role/keeper']);
});

const grantees = [
  ['user/admin', iam('user/admin')],
  ['user/zed', iam('user/zed')],
  ['role/keeper', iam('role/keeper')],
  ['root', iam('root')],
] as const;

test.for(ways)('a short principal belongs to the account of %s', async (way) => {
  const { as, keyId } = await twoAccounts();
  expect(await as(way, ['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'])).toBe(iam('user/admin'));
  for (const [short, arn] of grantees) {
    const words = ['kms', 'grant', keyId, '--to', short, '--retired-by', short, '--may', 'decrypt', '--name', short];
    await as(way, words);
    const query = `Grants[?Name=='${short}'].[GranteePrincipal,RetiringPrincipal][]`;
    const list = ['kms', 'list-grants', '--key-id', keyId, '--query', query];
    expect(JSON.parse(await as(way, list)), short).toEqual([arn, arn]);
  }
});

test('a principal in another account than the caller’s needs its account', async () => {
  const line = await newSample();
  const words = ['kms', 'grant', 'alias/app', '--may', 'decrypt', '--to'];
  const { out } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId']);
  await line.ok(['iam', 'list-users', '--as', CALLER]);
  await line.ok([...words, CALLER]);
  const list = ['kms', 'list-grants', '--key-id', JSON.parse(out), '--query', 'Grants[].GranteePrincipal'];
  expect((await line.ok(list)).json).toEqual([iam('user/admin')]);
});

test('if there is no such caller, or the secret is wrong, a principal is refused as a call is', async () => {
  const line = await newSample();
  const { out } = await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--query', 'KeyMetadata.KeyId']);
  const keyId: string = JSON.parse(out);
  const grant = ['kms', 'grant', keyId, '--to', 'user/bob', '--may', 'decrypt'];
  const made = await line.ok(['iam', 'create-access-key', '--query', 'AccessKey.AccessKeyId', '--output', 'text']);
  const wrong = { AWS_ACCESS_KEY_ID: made.out.trim(), AWS_SECRET_ACCESS_KEY: 'not the secret' };
  for (const options of [{ variables: wrong }, { variables: { SSEBOX_AS: 'user/nobody' } }]) {
    const call = await line.ssebox(['kms', 'describe-key', '--key-id', keyId], options);
    const { code, err } = await line.ssebox(grant, options);
    expect(code).toBe(call.code);
    expect(err).toBe(call.err.replace(' when calling the DescribeKey operation', ''));
  }
  const { code, err } = await line.ssebox([...grant, '--no-sign-request']);
  expect([code, err]).toEqual([252, expect.stringContaining('ACCOUNT:user/bob')]);
  expect((await line.ok(['kms', 'list-grants', '--key-id', keyId, '--query', 'Grants'])).json).toEqual([]);
});

/** Commands that ask first who calls, and an operation of the service that they are about. */
const asking = [
  [['metrics'], ['cloudwatch', 'list-metrics']],
  [
    ['quota', 'list'],
    ['service-quotas', 'list-services'],
  ],
  [
    ['s3', 'presign', 's3://reports/a.txt'],
    ['s3api', 'list-buckets'],
  ],
  [
    ['iam', 'least-privilege'],
    ['iam', 'list-users'],
  ],
  [
    ['kms', 'grant', '1234abcd-12ab-34cd-56ef-1234567890ab', '--to', 'user/bob', '--may', 'decrypt'],
    ['kms', 'list-keys'],
  ],
] as const;

test('a command that asks first who calls refuses a wrong secret in the words of its service', async () => {
  const line = await newSample();
  const made = await line.ok(['iam', 'create-access-key', '--query', 'AccessKey.AccessKeyId', '--output', 'text']);
  const variables = { AWS_ACCESS_KEY_ID: made.out.trim(), AWS_SECRET_ACCESS_KEY: 'not the secret' };
  for (const [words, operation] of asking) {
    const { code, err } = await line.ssebox([...words], { variables });
    const call = await line.ssebox([...operation], { variables });
    expect([words, code, err]).toEqual([words, 254, call.err.replace(/ when calling the \w+ operation/, '')]);
  }
});

test('a prompt offers the keys in the account of an access key', async () => {
  const place = await samplePlace();
  const { out } = await place.shell(`
    ssebox kms create-alias --as ${CALLER} --alias-name alias/other \\
      --target-key-id $(ssebox kms create-key --as ${CALLER} --query KeyMetadata.KeyId --output text)
    ssebox iam create-access-key --as ${CALLER} --query 'AccessKey.[AccessKeyId,SecretAccessKey]' --output text`);
  const [id = '', secret = ''] = out.trim().split(/\s+/);
  const variables = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret };
  const terminal = place.terminal(['kms', 'describe-key'], { variables });
  // The question names alias/app as an example.
  expect(await terminal.shows('alias/other')).not.toMatch(/^\W*alias\/app/m);
  terminal.type('\r');
  const { code, text } = await terminal.ended;
  expect(code).toBe(0);
  expect(text).toContain(`arn:aws:kms:us-east-1:${OTHER_ACCOUNT}:key/`);
});
