/** The credentials that an endpoint makes: whom they are of, for how long, and what knows them. */

import { describe, expect, test } from 'vitest';
import { serviceFacts } from '../../../src/api/service-facts.ts';
import { callerByAccessKey, callerNamedByKey } from '../../../src/iam/credentials.ts';
import { resolveCaller } from '../../../src/iam/principal.ts';
import { issuerOf } from '../../../src/policy/caller.ts';
import { setClock, storeNow } from '../../../src/store/clock.ts';
import { rootKeyOf } from '../../../src/store/root-key-file.ts';
import { emptyStore } from '../../../src/upkeep/empty.ts';
import { type RunCredentials, runCredentials } from '../../../src/wire/credentials/run-credentials.ts';
import { ACCOUNT, DAY, newWorld, type World } from '../../support/harness.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
});

interface Run {
  readonly world: World;
  readonly credentials: RunCredentials;
  /** Issues credentials for a principal in the forms of `--as`. */
  readonly issue: (as: string) => NonNullable<ReturnType<RunCredentials['issue']>>;
  readonly find: (accessKeyId: string) => ReturnType<RunCredentials['find']>;
}

function newRun(): Run {
  const world = newWorld();
  const { random, now } = world.environment;
  const rootKey = rootKeyOf(world.folder, random, undefined);
  const credentials = runCredentials({ random, rootKey });
  return {
    world,
    credentials,
    issue: (as) =>
      world.transact((tx) => {
        const at = new Date(storeNow(tx, now()));
        const caller = /^ASIA/.test(as)
          ? callerNamedByKey(as, { tx, now: at, rootKey, service: 'sts' })
          : resolveCaller(as, ACCOUNT, { tx, now: at, random });
        const issued = credentials.issue(caller, tx);
        if (!issued) throw new Error('no credentials');
        return issued;
      }),
    find: (accessKeyId) => world.transact((tx) => credentials.find(accessKeyId, tx, new Date(storeNow(tx, now())))),
  };
}

describe('credentials of a user', () => {
  test('are the user, by the id that the trail shows, and no session', async () => {
    const { world, issue, find } = newRun();
    await world.call('iam', 'CreateUser', { UserName: 'bob' });
    const { accessKeyId, secretAccessKey, sessionToken } = issue('user/bob');
    expect(accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(secretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/);
    expect(sessionToken).toBeUndefined();
    const found = find(accessKeyId);
    expect(found).toMatchObject({ secret: secretAccessKey, caller: { kind: 'user', name: 'bob', accessKeyId } });
    expect(found && issuerOf(found.caller)).toBeUndefined();
  });

  test('are not among the access keys, of which the user can have two besides', async () => {
    const { world, issue } = newRun();
    issue('user/admin');
    const listed = async () => (await world.call('iam', 'ListAccessKeys', {})).AccessKeyMetadata.length;
    expect(await listed()).toBe(0);
    await world.call('iam', 'CreateAccessKey', {});
    await world.call('iam', 'CreateAccessKey', {});
    expect(await listed()).toBe(2);
  });

  test('see the tags that the user has now', async () => {
    const { world, issue, find } = newRun();
    await world.call('iam', 'CreateUser', { UserName: 'bob' });
    const { accessKeyId } = issue('user/bob');
    await world.call('iam', 'TagUser', { UserName: 'bob', Tags: [{ Key: 'team', Value: 'blue' }] });
    expect(find(accessKeyId)?.caller).toMatchObject({ tags: { team: 'blue' } });
  });

  test('follow a user who is renamed, and end with one who is deleted, whoever has the name then', async () => {
    const { world, issue, find } = newRun();
    await world.call('iam', 'CreateUser', { UserName: 'bob' });
    const { accessKeyId } = issue('user/bob');
    await world.call('iam', 'UpdateUser', { UserName: 'bob', NewUserName: 'rob' });
    expect(find(accessKeyId)?.caller).toMatchObject({ name: 'rob' });
    await world.call('iam', 'DeleteUser', { UserName: 'rob' });
    await world.call('iam', 'CreateUser', { UserName: 'rob' });
    expect(find(accessKeyId)).toBeUndefined();
  });

  test('are made once for each', async () => {
    const { world, issue } = newRun();
    await world.call('iam', 'CreateUser', { UserName: 'bob' });
    expect(issue('user/admin')).toEqual(issue('user/admin'));
    expect(issue('user/bob').accessKeyId).not.toBe(issue('user/admin').accessKeyId);
  });
});

test('credentials of the root user are of no session either', () => {
  const { issue, find } = newRun();
  const { accessKeyId, sessionToken } = issue('root');
  expect(accessKeyId).toMatch(/^AKIA/);
  expect(sessionToken).toBeUndefined();
  const caller = find(accessKeyId)?.caller;
  expect(caller).toMatchObject({ kind: 'root', account: ACCOUNT, accessKeyId });
  expect(caller && issuerOf(caller)).toBeUndefined();
});

test('credentials of a role have a token, and outlive any session of it', async () => {
  const { world, issue, find } = newRun();
  await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust });
  const { accessKeyId, secretAccessKey, sessionToken } = issue('role/reader/night');
  expect(accessKeyId).toMatch(/^ASIA/);
  expect(sessionToken).toMatch(/^[A-Za-z0-9+/]{64}$/);
  const before = find(accessKeyId);
  expect(before).toMatchObject({
    secret: secretAccessKey,
    sessionToken,
    caller: { kind: 'role-session', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/reader/night`, accessKeyId },
  });
  const { now } = world.environment;
  world.transact<void>((tx) => setClock(tx, now(), now() + 400 * DAY));
  expect(find(accessKeyId)).toEqual(before);
  await world.call('iam', 'DeleteRole', { RoleName: 'reader' });
  await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust });
  expect(find(accessKeyId)).toBeUndefined();
});

test('credentials of a session are that session, with its policies, and end with it', async () => {
  const { world, issue, find } = newRun();
  await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust });
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' },
  });
  const { Credentials } = await world.call('sts', 'AssumeRole', {
    RoleArn: `arn:aws:iam::${ACCOUNT}:role/reader`,
    RoleSessionName: 'day',
    Policy: policy,
  });
  const id = Credentials?.AccessKeyId ?? '';
  const { accessKeyId } = issue(id);
  expect(accessKeyId).not.toBe(id);
  expect(find(accessKeyId)?.caller).toMatchObject({
    kind: 'role-session',
    sessionName: 'day',
    sessionPolicies: [policy],
    // By which STS finds what it passes on.
    accessKeyId: id,
  });
  const { now } = world.environment;
  world.transact<void>((tx) => setClock(tx, now(), now() + DAY));
  expect(find(accessKeyId)).toBeUndefined();
});

test('there are none for a caller who is nobody', () => {
  const { world, credentials } = newRun();
  expect(world.transact((tx) => credentials.issue({ kind: 'anonymous' }, tx) === undefined)).toBe(true);
});

test('once the store was emptied, they are those of who has the name, from the account’s first user on', async () => {
  const { world, credentials, issue, find } = newRun();
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  const [admin, bob, root] = [issue('user/admin'), issue('user/bob'), issue('root')];
  const userId = (id: string) => {
    const caller = find(id)?.caller;
    return caller?.kind === 'user' ? caller.userId : undefined;
  };
  const before = userId(admin.accessKeyId);
  emptyStore(world.place());
  credentials.emptied();
  expect(userId(bob.accessKeyId)).toBeUndefined();
  expect(userId(admin.accessKeyId)).toMatch(/^AIDA/);
  expect(userId(admin.accessKeyId)).not.toBe(before);
  expect(find(root.accessKeyId)?.caller).toMatchObject({ kind: 'root', account: ACCOUNT });
  await world.call('iam', 'CreateUser', { UserName: 'bob' });
  expect(userId(bob.accessKeyId)).toMatch(/^AIDA/);
});

test('what was issued ends when it is revoked', () => {
  const { credentials, issue, find } = newRun();
  const { accessKeyId } = issue('user/admin');
  expect(find(accessKeyId)).toBeDefined();
  credentials.revoke();
  expect(find(accessKeyId)).toBeUndefined();
});

test('other endpoints do not know them, and nobody takes them for those of another store', async () => {
  const { world, issue } = newRun();
  await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument: trust });
  const { random } = world.environment;
  const rootKey = rootKeyOf(world.folder, random, undefined);
  const other = runCredentials({ random, rootKey });
  const user = issue('user/admin');
  const role = issue('role/reader');
  const refusal = (service: 'kms' | 's3' | 'sts', { accessKeyId, secretAccessKey, sessionToken }: typeof user) =>
    world.transact((tx) => {
      const now = new Date(world.environment.now());
      expect(other.find(accessKeyId, tx, now)).toBeUndefined();
      try {
        callerByAccessKey(accessKeyId, secretAccessKey, sessionToken, { tx, now, rootKey, service });
        return 'none';
      } catch (error) {
        return error instanceof Error ? error.name : '';
      }
    });
  for (const service of ['sts', 'kms', 's3'] as const) {
    const [code] = serviceFacts[service].credentialErrors.unknownKey;
    expect([user, role].map((each) => refusal(service, each))).toEqual([code, code]);
  }
  expect(() =>
    world.transact((tx) => callerNamedByKey(user.accessKeyId, { tx, now: new Date(), rootKey, service: 'sts' })),
  ).toThrow(
    `the access key ${user.accessKeyId} cannot be used here: the credentials of ssebox exec and ssebox serve work only at their endpoint, while it runs`,
  );
});
