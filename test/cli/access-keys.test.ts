/** The access key in the environment: whom it makes the caller, what refuses it, and when it does not count. */

import { expect, test } from 'vitest';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { DAY } from '../support/harness.ts';

interface Key {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string | undefined;
}

type Variables = Readonly<Record<string, string>>;

const variablesOf = ({ AccessKeyId, SecretAccessKey, SessionToken }: Key): Variables => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
  ...(SessionToken !== undefined && { AWS_SESSION_TOKEN: SessionToken }),
});

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' }],
});

/** Creates a user who may do everything. */
async function newUser(name: string, line: CommandLine, as = 'user/admin'): Promise<void> {
  await line.ok(['iam', 'create-user', '--user-name', name, '--as', as]);
  const policy = ['--policy-arn', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  await line.ok(['iam', 'attach-user-policy', '--user-name', name, ...policy, '--as', as]);
}

async function newKey(name: string, line: CommandLine, as = 'user/admin'): Promise<Key> {
  const { json } = await line.ok(['iam', 'create-access-key', '--user-name', name, '--as', as]);
  return (json as { AccessKey: Key }).AccessKey;
}

const deleteKey = ({ AccessKeyId }: Key, user: string, line: CommandLine) =>
  line.ok(['iam', 'delete-access-key', '--user-name', user, '--access-key-id', AccessKeyId]);

async function deleteUser(name: string, line: CommandLine): Promise<void> {
  const policy = ['--policy-arn', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  await line.ok(['iam', 'detach-user-policy', '--user-name', name, ...policy]);
  await line.ok(['iam', 'delete-user', '--user-name', name]);
}

async function newRoleSession(line: CommandLine): Promise<Key> {
  await line.ok(['iam', 'create-role', '--role-name', 'night', '--assume-role-policy-document', TRUST]);
  const policy = ['--policy-arn', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  await line.ok(['iam', 'attach-role-policy', '--role-name', 'night', ...policy]);
  const role = ['--role-arn', 'arn:aws:iam::111122223333:role/night', '--role-session-name', 'shift'];
  const { json } = await line.ok(['sts', 'assume-role', ...role]);
  return (json as { Credentials: Key }).Credentials;
}

async function deleteRole(line: CommandLine): Promise<void> {
  const policy = ['--policy-arn', 'arn:aws:iam::aws:policy/AdministratorAccess'];
  await line.ok(['iam', 'detach-role-policy', '--role-name', 'night', ...policy]);
  await line.ok(['iam', 'delete-role', '--role-name', 'night']);
}

async function newUserSession(name: string, line: CommandLine): Promise<Key> {
  const variables = variablesOf(await newKey(name, line));
  const { json } = await line.ok(['sts', 'get-session-token'], { variables });
  return (json as { Credentials: Key }).Credentials;
}

// IAM User Guide, "Troubleshoot IAM"; AWS KMS, STS and IAM API Reference, "Common errors"; Amazon S3 API Reference,
// "Error responses", list of error codes.
const INVALID = 'The security token included in the request is invalid.';
/** IAM's has no full stop. */
const INVALID_IN_IAM = INVALID.slice(0, -1);
const EXPIRED = 'The security token included in the request is expired';
const UNSIGNED =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

const refusals = {
  unknown: {
    s3: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
    json: ['UnrecognizedClientException', INVALID],
    query: ['InvalidClientTokenId', INVALID],
    iam: ['InvalidClientTokenId', INVALID_IN_IAM],
  },
  'wrong token': {
    s3: ['InvalidToken', 'The provided token is malformed or otherwise invalid.'],
    json: ['UnrecognizedClientException', INVALID],
    query: ['InvalidClientTokenId', INVALID],
    iam: ['InvalidClientTokenId', INVALID_IN_IAM],
  },
  expired: {
    s3: ['ExpiredToken', 'The provided token has expired.'],
    json: ['ExpiredTokenException', EXPIRED],
    query: ['ExpiredToken', EXPIRED],
    iam: ['ExpiredToken', EXPIRED],
  },
  'wrong signature': {
    s3: [
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
    json: ['InvalidSignatureException', UNSIGNED],
    query: ['SignatureDoesNotMatch', UNSIGNED],
    iam: ['SignatureDoesNotMatch', UNSIGNED],
  },
} as const;

const services = [
  ['kms', 'json', ['kms', 'list-keys'], 'ListKeys'],
  ['cloudtrail', 'json', ['cloudtrail', 'lookup-events'], 'LookupEvents'],
  ['s3', 's3', ['s3api', 'list-buckets'], 'ListBuckets'],
  ['iam', 'iam', ['iam', 'list-roles'], 'ListRoles'],
  ['sts', 'query', ['sts', 'get-caller-identity'], 'GetCallerIdentity'],
] as const;

/** A state of a key: makes it, and returns the variables that use it. */
type Make = (line: CommandLine) => Promise<Variables>;

const states: readonly (readonly [state: string, refused: keyof typeof refusals | undefined, make: Make])[] = [
  ['a key', undefined, async (line) => variablesOf(await newKey('ann', line))],
  ['a key and an empty token', undefined, async (line) => ({ ...(await aKey(line)), AWS_SESSION_TOKEN: '' })],
  [
    'a key whose user was renamed',
    undefined,
    async (line) => {
      const key = await newKey('ann', line);
      await line.ok(['iam', 'update-user', '--user-name', 'ann', '--new-user-name', 'beth']);
      return variablesOf(key);
    },
  ],
  [
    'a key of a user in another account',
    undefined,
    async (line) => {
      await newUser('otto', line, '444455556666:user/admin');
      return variablesOf(await newKey('otto', line, '444455556666:user/admin'));
    },
  ],
  [
    'a deleted key',
    'unknown',
    async (line) => {
      const key = await newKey('ann', line);
      await deleteKey(key, 'ann', line);
      return variablesOf(key);
    },
  ],
  [
    'a deleted key and a wrong secret',
    'unknown',
    async (line) => {
      const key = await newKey('ann', line);
      await deleteKey(key, 'ann', line);
      return { ...variablesOf(key), AWS_SECRET_ACCESS_KEY: 'x' };
    },
  ],
  [
    'a key of a deleted user',
    'unknown',
    async (line) => {
      const key = await newKey('ann', line);
      await deleteKey(key, 'ann', line);
      await deleteUser('ann', line);
      return variablesOf(key);
    },
  ],
  [
    'a key of a deleted user who was created again',
    'unknown',
    async (line) => {
      const key = await newKey('ann', line);
      await deleteKey(key, 'ann', line);
      await deleteUser('ann', line);
      await newUser('ann', line);
      return variablesOf(key);
    },
  ],
  [
    'an inactive key',
    'unknown',
    async (line) => {
      const key = await newKey('ann', line);
      const status = ['--access-key-id', key.AccessKeyId, '--status', 'Inactive'];
      await line.ok(['iam', 'update-access-key', '--user-name', 'ann', ...status]);
      return variablesOf(key);
    },
  ],
  ['a wrong secret', 'wrong signature', async (line) => ({ ...(await aKey(line)), AWS_SECRET_ACCESS_KEY: 'x' })],
  ['no secret', 'wrong signature', async (line) => ({ AWS_ACCESS_KEY_ID: (await newKey('ann', line)).AccessKeyId })],
  [
    'a key and the token of other credentials',
    'wrong token',
    async (line) => ({ ...(await aKey(line)), AWS_SESSION_TOKEN: (await newRoleSession(line)).SessionToken ?? '' }),
  ],
  ['a session of a role', undefined, async (line) => variablesOf(await newRoleSession(line))],
  ['a session without its token', 'unknown', async (line) => withoutToken(await newRoleSession(line))],
  [
    'a session with a wrong token',
    'wrong token',
    async (line) => ({ ...variablesOf(await newRoleSession(line)), AWS_SESSION_TOKEN: 'x' }),
  ],
  [
    'an expired session',
    'expired',
    async (line) => {
      const key = await newRoleSession(line);
      line.advance(DAY);
      return variablesOf(key);
    },
  ],
  [
    'a session of a deleted role',
    'unknown',
    async (line) => {
      const key = await newRoleSession(line);
      await deleteRole(line);
      return variablesOf(key);
    },
  ],
  [
    'a session of a deleted role that was created again',
    'unknown',
    async (line) => {
      const key = await newRoleSession(line);
      await deleteRole(line);
      await newRoleSession(line);
      return variablesOf(key);
    },
  ],
  ['a session of a user', undefined, async (line) => variablesOf(await newUserSession('ann', line))],
  [
    'a session of a deleted user',
    'unknown',
    async (line) => {
      const { json } = await line.ok(['sts', 'get-session-token', '--as', 'user/ann']);
      await deleteUser('ann', line);
      return variablesOf((json as { Credentials: Key }).Credentials);
    },
  ],
];

const aKey: Make = async (line) => variablesOf(await newKey('ann', line));

const withoutToken = ({ AccessKeyId, SecretAccessKey }: Key): Variables =>
  variablesOf({ AccessKeyId, SecretAccessKey });

test.for(states)('%s: each service answers in its own words, if it refuses', async ([state, refused, make]) => {
  const line = await newSample();
  await newUser('ann', line);
  const variables = await make(line);
  for (const [, protocol, words, operation] of services) {
    // IAM User Guide, "Comparing AWS STS API operations": GetSessionToken without MFA.
    const isOwnSession = protocol === 'iam' && state === 'a session of a user';
    const expected = isOwnSession ? 'unknown' : refused;
    const { code, out, err } = await line.ssebox(words, { variables });
    if (expected === undefined) {
      expect([code, err], operation).toEqual([0, '']);
    } else {
      const [error, message] = refusals[expected][protocol];
      const said = `An error occurred (${error}) when calling the ${operation} operation: ${message}\n`;
      expect([code, out, err], operation).toEqual([254, '', said]);
    }
  }
});

test.for(states.filter(([, refused]) => refused !== undefined))(
  '%s: nobody is asked, explained to or offered names',
  async ([, refused, make]) => {
    const line = await newSample();
    await newUser('ann', line);
    const variables = await make(line);
    const explained = await line.ok(['explain', 'iam', 'list-users'], { variables });
    const [code] = refusals[refused ?? 'unknown'].query;
    expect(explained.json).toMatchObject({ Allowed: false, Refusal: { Code: code }, Decisions: [] });
    for (const expected of ['allow', 'deny']) {
      const words = ['explain', 'kms', 'decrypt', 'alias/app', '--expect', expected];
      expect((await line.ssebox(words, { variables })).code).toBe(1);
    }
    const completed = ['completion', 'query', '--', 'bucket', 'show', ''];
    expect((await line.ok(completed)).out).toContain('photos');
    expect((await line.ok(completed, { variables })).out).toBe('');
    // Whoever is named instead is asked.
    expect((await line.ok(['sts', 'get-caller-identity', '--as', 'user/bob'], { variables })).out).toContain(
      'user/bob',
    );
  },
);

test('the hint of a refused key says how to be somebody else', async () => {
  const line = await newSample();
  await newUser('ann', line);
  const key = await newKey('ann', line);
  await deleteKey(key, 'ann', line);
  const { err } = await line.ssebox(['kms', 'list-keys'], { variables: variablesOf(key), terminal: 80 });
  expect(err).toBe(
    `An error occurred (UnrecognizedClientException) when calling the ListKeys operation: ${INVALID}\nhint: unset AWS_ACCESS_KEY_ID, or name the caller with --as\n`,
  );
});

// IAM API Reference, AccessKeyLastUsed.
test('what a key in the environment was last used for is known, and not what was only explained', async () => {
  const line = await newSample();
  await newUser('ann', line);
  const key = await newKey('ann', line);
  const lastUsed = async () => {
    const { json } = await line.ok(['iam', 'get-access-key-last-used', '--access-key-id', key.AccessKeyId]);
    const { ServiceName, Region } = Object((json as { AccessKeyLastUsed: unknown }).AccessKeyLastUsed);
    return [ServiceName, Region];
  };
  const variables = variablesOf(key);
  await line.ssebox(['explain', '--', 'kms', 'list-keys'], { variables });
  expect(await lastUsed()).toEqual(['N/A', 'N/A']);
  await line.ssebox(['kms', 'list-keys', '--region', 'eu-west-1'], { variables });
  expect(await lastUsed()).toEqual(['kms', 'eu-west-1']);
  // A denied request is a use, and IAM is in one region.
  await line.ssebox(['iam', 'list-users', '--region', 'eu-west-1'], { variables });
  expect(await lastUsed()).toEqual(['iam', 'us-east-1']);
  await line.ssebox(['kms', 'list-keys'], { variables: { ...variables, AWS_SECRET_ACCESS_KEY: 'x' } });
  expect(await lastUsed()).toEqual(['iam', 'us-east-1']);
});

const foreign = [
  ['AKIAIOSFODNN7EXAMPLE', 'the access key AKIAIOSFODNN7EXAMPLE has never belonged to this store'],
  ['ASIAIOSFODNN7EXAMPLE', 'the access key ASIAIOSFODNN7EXAMPLE has never belonged to this store'],
  ['key\u001b[2J', 'its value does not have the form of an access key id'],
  ['A'.repeat(10_000), 'its value does not have the form of an access key id'],
] as const;

test.for(foreign)(
  'the id %j is ignored, which --debug and the hint of get-caller-identity say',
  async ([id, reason]) => {
    const line = await newSample();
    const variables = { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: 'x', AWS_SESSION_TOKEN: 'y' };
    const words = ['sts', 'get-caller-identity', '--output', 'text', '--query', 'Arn'];
    const piped = await line.ok(words, { variables });
    expect([piped.out, piped.err]).toEqual(['arn:aws:iam::111122223333:user/admin\n', '']);
    const shown = await line.ok(words, { variables, terminal: 80 });
    expect(shown.err).toBe(`hint: AWS_ACCESS_KEY_ID is ignored: ${reason}\n`);
    const listed = await line.ok(['kms', 'list-keys'], { variables, terminal: 80 });
    expect(listed.err).toBe('');
    const traced = await line.ok(['s3', 'cp', 's3://photos/2026/', line.path('all'), '--recursive', '--debug'], {
      variables,
    });
    expect(traced.err.split('\n').filter((each) => each.includes('AWS_ACCESS_KEY_ID'))).toEqual([
      `debug: AWS_ACCESS_KEY_ID is ignored: ${reason}`,
    ]);
  },
);

test.for([
  ['an empty id', { AWS_ACCESS_KEY_ID: '' }, []],
  ['an id beside --as', { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, ['--as', 'user/admin']],
] as const)('%s is not considered, so there is nothing to say', async ([, variables, words]) => {
  const line = await newSample();
  const { err } = await line.ok(['sts', 'get-caller-identity', '--debug', ...words], { variables, terminal: 80 });
  expect(err).not.toContain('AWS_ACCESS_KEY_ID');
});
