import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { callerByAccessKey, callerOf, credentialOf } from '../../src/iam/credentials.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { presignedUrl } from '../../src/wire/presign.ts';
import { newWorld, START, type World } from '../support/harness.ts';

const HOUR = 3_600_000;
const rootKeyIn = (world: World) => () => rootKeyOf(world.folder, world.environment.random, undefined);

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A world with the user ann, and her long-term access key. */
async function newKey(): Promise<{ world: World; key: Credentials }> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  return { world, key: { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey } };
}

/** The same with temporary credentials of a role, for one hour. */
async function newSession(): Promise<{ world: World; key: Required<Credentials> }> {
  const world = newWorld();
  const trust = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await world.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
  const { Credentials: made } = await world.call('sts', 'AssumeRole', { RoleArn: Role.Arn, RoleSessionName: 'work' });
  if (!made) return expect.fail('no credentials');
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = made;
  return { world, key: { accessKeyId, secretAccessKey, sessionToken } };
}

/** Whose credential it is, as a server finds it: no secret is known, and the token is what came along. */
const ownerOf = (id: string, token: string | undefined, world: World, now = START): Caller | string =>
  world.transact((tx) => {
    const credential = credentialOf(id, { tx, rootKey: rootKeyIn(world) });
    if (!credential) return 'nobody';
    try {
      return callerOf(credential, token, { tx, now: new Date(now) });
    } catch (error) {
      if (error instanceof AwsError) return error.code;
      throw error;
    }
  });

test.for([
  ['a user', newKey, { kind: 'user', name: 'ann' }],
  ['a session of a role', newSession, { kind: 'role-session', roleName: 'r', sessionName: 'work' }],
] as const)('the credential of %s verifies a signature, and then leads to the caller', async ([, make, caller]) => {
  const { world, key } = await make();
  const request = {
    method: 'GET',
    origin: 'https://photos.s3.us-east-1.amazonaws.com',
    path: '/a',
    region: 'us-east-1',
    expiresSeconds: 60,
  } as const;
  const sent = presignedUrl(request, key, new Date(START));
  const id = new URL(sent).searchParams.get('X-Amz-Credential')?.split('/')[0] ?? '';
  const secret = world.transact((tx) => credentialOf(id, { tx, rootKey: rootKeyIn(world) })?.secret() ?? '');
  expect(presignedUrl(request, { ...key, secretAccessKey: secret }, new Date(START))).toBe(sent);
  expect(ownerOf(id, key.sessionToken, world)).toMatchObject(caller);
});

test('an access key id from another store is unknown', () => {
  expect(ownerOf('AKIAIOSFODNN7EXAMPLE', undefined, newWorld())).toBe('nobody');
});

// STS API Reference, "Common Error Types".
test('temporary credentials work with their own token until they expire', async () => {
  const { world, key } = await newSession();
  const { accessKeyId: id, sessionToken } = key;
  expect(ownerOf(id, undefined, world)).toBe('InvalidClientTokenId');
  expect(ownerOf(id, `${sessionToken}x`, world)).toBe('InvalidClientTokenId');
  expect(ownerOf(id, sessionToken, world, START + HOUR - 1)).toMatchObject({ kind: 'role-session' });
  expect(ownerOf(id, sessionToken, world, START + HOUR)).toBe('ExpiredToken');
  await world.call('iam', 'DeleteRole', { RoleName: 'r' });
  expect(ownerOf(id, sessionToken, world)).toBe('InvalidClientTokenId');
});

test('a long-term key works while it is active', async () => {
  const { world, key } = await newKey();
  const { accessKeyId: AccessKeyId } = key;
  expect(ownerOf(AccessKeyId, undefined, world)).toMatchObject({ kind: 'user', accessKeyId: AccessKeyId });
  await world.call('iam', 'UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Inactive' });
  expect(ownerOf(AccessKeyId, undefined, world)).toBe('InvalidClientTokenId');
});

test('a wrong secret is refused before anything else about the credential is checked', async () => {
  const { world, key } = await newSession();
  const find = (secret: string | undefined, now = START) =>
    world.transact((tx) => {
      const at = { tx, now: new Date(now), rootKey: rootKeyIn(world) };
      try {
        return callerByAccessKey(key.accessKeyId, secret, key.sessionToken, at)?.kind;
      } catch (error) {
        return error instanceof AwsError ? error.code : error;
      }
    });
  expect(find(key.secretAccessKey)).toBe('role-session');
  expect(find(key.secretAccessKey, START + HOUR)).toBe('ExpiredToken');
  for (const secret of [undefined, '', `${key.secretAccessKey}x`]) {
    expect(find(secret, START + HOUR)).toBe('SignatureDoesNotMatch');
  }
});
