// IAM User Guide, "Comparing AWS STS API operations"; STS API Reference, GetSessionToken and GetFederationToken,
// "Permissions".

import { describe, expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { callerNamedByKey } from '../../src/iam/credentials.ts';
import { iamOperations } from '../../src/iam/operations.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { newCommandLine, newSample } from '../support/command-line.ts';
import { ACCOUNT, newWorld, type Options, type World } from '../support/harness.ts';

const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const everything = document({ Effect: 'Allow', Action: '*', Resource: '*' });
const ROLE = `arn:aws:iam::${ACCOUNT}:role/Reader`;

/** A world with a user and a role who may do everything. */
async function world(): Promise<World> {
  const made = newWorld();
  await made.call('iam', 'CreateUser', { UserName: 'ann' });
  await made.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'all', PolicyDocument: everything });
  const AssumeRolePolicyDocument = document({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
  await made.call('iam', 'CreateRole', { RoleName: 'Reader', AssumeRolePolicyDocument });
  await made.call('iam', 'PutRolePolicy', { RoleName: 'Reader', PolicyName: 'all', PolicyDocument: everything });
  return made;
}

const named = (id: string | undefined, { folder, environment }: World): Options => {
  const rootKey = rootKeyOf(folder, environment.random, undefined);
  return { caller: (tx, now) => callerNamedByKey(id ?? '', { tx, now, rootKey, service: 'sts' }) };
};

const ownSession = async (from: World, as: string): Promise<Options> =>
  named((await from.call('sts', 'GetSessionToken', {}, { as })).Credentials?.AccessKeyId, from);

const federated = async (from: World): Promise<Options> => {
  const { Credentials } = await from.call(
    'sts',
    'GetFederationToken',
    { Name: 'Bob', Policy: everything },
    { as: 'user/ann' },
  );
  return named(Credentials?.AccessKeyId, from);
};

const callers = {
  'a user': async () => ({ as: 'user/ann' }),
  'the root user': async () => ({ as: 'root' }),
  'a session of a role': async (from) =>
    named(
      (await from.call('sts', 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 's1' })).Credentials?.AccessKeyId,
      from,
    ),
  'a plain session of a role': async () => ({ as: 'role/Reader/s1' }),
  'a session of a user': (from) => ownSession(from, 'user/ann'),
  'a session of the root user': (from) => ownSession(from, 'root'),
  'a federated user': federated,
} as const satisfies Record<string, (from: World) => Promise<Options>>;

type Who = keyof typeof callers;
const everybody = Object.keys(callers) as Who[];

const IN_IAM = 'InvalidClientTokenId: The security token included in the request is invalid';
const inSts = (operation: string) => `AccessDenied: Cannot call ${operation} with session credentials`;

/** For each caller: what IAM and STS answer, if they refuse. */
const table: Readonly<
  Record<
    Who,
    Partial<Record<'iam' | 'AssumeRole' | 'GetAccessKeyInfo' | 'GetFederationToken' | 'GetSessionToken', string>>
  >
> = {
  'a user': {},
  'the root user': { AssumeRole: 'AccessDenied: Roles may not be assumed by root accounts.' },
  'a session of a role': { GetFederationToken: inSts('GetFederationToken'), GetSessionToken: inSts('GetSessionToken') },
  'a plain session of a role': {
    GetFederationToken: inSts('GetFederationToken'),
    GetSessionToken: inSts('GetSessionToken'),
  },
  'a session of a user': {
    iam: IN_IAM,
    GetAccessKeyInfo: inSts('GetAccessKeyInfo'),
    GetFederationToken: inSts('GetFederationToken'),
    GetSessionToken: inSts('GetSessionToken'),
  },
  'a session of the root user': {
    iam: IN_IAM,
    AssumeRole: 'AccessDenied: Roles may not be assumed by root accounts.',
    GetAccessKeyInfo: inSts('GetAccessKeyInfo'),
    GetFederationToken: inSts('GetFederationToken'),
    GetSessionToken: inSts('GetSessionToken'),
  },
  'a federated user': {
    iam: IN_IAM,
    AssumeRole: inSts('AssumeRole'),
    GetAccessKeyInfo: inSts('GetAccessKeyInfo'),
    GetFederationToken: inSts('GetFederationToken'),
    GetSessionToken: inSts('GetSessionToken'),
  },
};

const answer = (of: Promise<unknown>) =>
  of.then(
    () => undefined,
    (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
  );

test.for(everybody)('%s may call some of IAM and STS, whatever policies allow', async (who) => {
  const from = await world();
  const options = await callers[who](from);
  const { AccessKey } = await from.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  const { AccessKeyId } = AccessKey;
  const expected = table[who];
  expect(await answer(from.call('iam', 'ListUsers', {}, options))).toBe(expected.iam);
  expect(await answer(from.call('sts', 'AssumeRole', { RoleArn: ROLE, RoleSessionName: 's2' }, options))).toBe(
    expected.AssumeRole,
  );
  expect(await answer(from.call('sts', 'GetAccessKeyInfo', { AccessKeyId }, options))).toBe(expected.GetAccessKeyInfo);
  expect(await answer(from.call('sts', 'GetFederationToken', { Name: 'Cyd' }, options))).toBe(
    expected.GetFederationToken,
  );
  expect(await answer(from.call('sts', 'GetSessionToken', {}, options))).toBe(expected.GetSessionToken);
  await from.call('sts', 'GetCallerIdentity', {}, options);
  await from.call('kms', 'ListKeys', {}, options);
  await from.call('s3', 'ListBuckets', {}, options);
});

test('no operation of IAM takes the session of a user, and the audit log has no call', async () => {
  const from = await world();
  const options = await ownSession(from, 'user/ann');
  const before = from.transact((tx) => allCalls(tx).length);
  for (const name of Object.keys(iamOperations)) {
    expect(await from.refusal('iam', name as 'GetUser', {}, options), name).toBe(IN_IAM);
  }
  expect(from.transact((tx) => allCalls(tx).length)).toBe(before);
});

// As STS answers a serial number that is not one of the caller's devices.
test.for([
  ['AssumeRole', { RoleArn: ROLE, RoleSessionName: 's1' }],
  ['GetSessionToken', {}],
] as const)('%s with a second factor is refused, since no user has a device', async ([name, input]) => {
  const from = await world();
  const device = { SerialNumber: `arn:aws:iam::${ACCOUNT}:mfa/ann`, TokenCode: '123456' };
  for (const given of [device, { TokenCode: device.TokenCode }, { SerialNumber: device.SerialNumber }]) {
    expect(await from.refusal('sts', name, { ...input, ...given }, { as: 'user/ann' })).toBe(
      'AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
    );
  }
});

describe('explain tells credentials as what they are', () => {
  const REASON =
    'credentials from GetSessionToken cannot call IAM without MFA, whatever policies allow; use long-term credentials';

  test('in its value, on its page and for --expect', async () => {
    const line = await newSample();
    const query = ['--query', 'Credentials.AccessKeyId', '--output', 'text'];
    const id = (await line.ok(['sts', 'get-session-token', ...query])).out.trim();
    const explain = ['explain', 'iam', 'list-roles', '--as', id];
    expect((await line.ok(explain)).json).toMatchObject({
      Allowed: false,
      Refusal: { Code: 'InvalidClientTokenId', Reason: REASON },
      Decisions: [],
    });
    expect((await line.ok(explain, { terminal: 200 })).out).toBe(
      `! ${REASON} (no policy helps)\niam ListRoles would be refused with InvalidClientTokenId: The security token included in the request is invalid\n`,
    );
    expect(await line.ssebox([...explain, '--expect', 'allow'])).toMatchObject({
      code: 1,
      err: `expected allow, but neither allowed nor denied: InvalidClientTokenId: ${REASON}\n`,
    });
    const again = ['explain', 'sts', 'get-session-token', '--as', id];
    expect((await line.ok(again)).json).toMatchObject({
      Refusal: {
        Code: 'AccessDenied',
        Reason: expect.stringContaining('nothing of STS but AssumeRole and GetCallerIdentity'),
      },
    });
    // With a second factor the same credentials could, and then policies decide.
    const withMfa = await line.ok([...explain, '--context', 'aws:MultiFactorAuthPresent=true']);
    expect(withMfa.json).toMatchObject({ Allowed: true, Decisions: [{ Action: 'iam:ListRoles' }] });
  });

  test('the hint of a refused call says the same', async () => {
    const line = newCommandLine();
    const query = ['--query', 'Credentials.AccessKeyId', '--output', 'text'];
    const id = (await line.ok(['sts', 'get-session-token', ...query])).out.trim();
    const { code, err } = await line.ssebox(['iam', 'list-roles', '--as', id], { terminal: 200 });
    expect([code, err]).toEqual([
      254,
      `An error occurred (InvalidClientTokenId) when calling the ListRoles operation: The security token included in the request is invalid\nhint: ${REASON}\n`,
    ]);
  });
});
