import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import { callerByAccessKey, callerOf, credentialOf, newAccessKeyId } from '../../src/iam/credentials.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { presignedUrl } from '../../src/wire/signature/signing.ts';
import { ACCOUNT, newWorld, START, type World } from '../support/harness.ts';

const HOUR = 3_600_000;
const rootKeyIn = (world: World) => rootKeyOf(world.folder, world.environment.random, undefined);

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
    try {
      const credential = credentialOf(id, { tx, rootKey: rootKeyIn(world), service: 'sts' });
      return credential ? callerOf(credential, token, { tx, now: new Date(now), service: 'sts' }) : 'nobody';
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
  const secret = world.transact(
    (tx) => credentialOf(id, { tx, rootKey: rootKeyIn(world), service: 's3' })?.secret() ?? '',
  );
  expect(presignedUrl(request, { ...key, secretAccessKey: secret }, new Date(START))).toBe(sent);
  expect(ownerOf(id, key.sessionToken, world)).toMatchObject(caller);
});

test.for(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE', '', 'a key', 'A'.repeat(5000), 'AKIA\0'])(
  'the access key id %j, which this store never had, is unknown',
  (id) => {
    expect(ownerOf(id, undefined, newWorld())).toBe('nobody');
  },
);

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
  await world.call('iam', 'UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Active' });
  expect(ownerOf(AccessKeyId, undefined, world)).toMatchObject({ kind: 'user' });
});

test('of a deleted key the store keeps its id and account, and nothing shows it', async () => {
  const { world, key } = await newKey();
  const { accessKeyId: AccessKeyId } = key;
  await world.call('iam', 'DeleteAccessKey', { UserName: 'ann', AccessKeyId });
  const row = { v: 1, kind: 'deleted', accessKeyId: AccessKeyId, account: ACCOUNT };
  expect(world.transact((tx) => tx.accessKeys.get([AccessKeyId]))).toEqual(row);
  expect(world.transact((tx) => [...tx.userAccessKeys.range()])).toEqual([]);
  expect(await world.call('iam', 'ListAccessKeys', { UserName: 'ann' })).toMatchObject({ AccessKeyMetadata: [] });
  const notFound = `NoSuchEntity: The Access Key with id ${AccessKeyId} cannot be found.`;
  for (const [name, input] of [
    ['DeleteAccessKey', { UserName: 'ann', AccessKeyId }],
    ['UpdateAccessKey', { UserName: 'ann', AccessKeyId, Status: 'Active' }],
    ['GetAccessKeyLastUsed', { AccessKeyId }],
  ] as const) {
    expect(await world.refusal('iam', name, input), name).toBe(notFound);
  }
  expect(await world.refusal('sts', 'GetAccessKeyInfo', { AccessKeyId })).toMatch(/^ValidationError: /);
  // It counts neither against the quota of two keys nor as something that its user still has.
  await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  const { AccessKeyMetadata } = await world.call('iam', 'ListAccessKeys', { UserName: 'ann' });
  for (const { AccessKeyId: id = '' } of AccessKeyMetadata) {
    await world.call('iam', 'DeleteAccessKey', { UserName: 'ann', AccessKeyId: id });
  }
  await world.call('iam', 'DeleteUser', { UserName: 'ann' });
  for (const id of [AccessKeyId, AccessKey.AccessKeyId]) {
    expect(ownerOf(id, undefined, world)).toBe('InvalidClientTokenId');
  }
});

test('an id is given once, even if chance repeats itself', async () => {
  const { world, key } = await newKey();
  const { accessKeyId: AccessKeyId } = key;
  await world.call('iam', 'DeleteAccessKey', { UserName: 'ann', AccessKeyId });
  const letters = [...AccessKeyId.slice(4)].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter));
  const draws = [letters, letters, letters.toReversed()];
  const random = () => Uint8Array.from(draws.shift() ?? []);
  const id = world.transact((tx) => newAccessKeyId({ tx, random }));
  expect(id).toBe(`AKIA${[...AccessKeyId.slice(4)].reverse().join('')}`);
});

test('a wrong secret is refused before anything else about the credential is checked', async () => {
  const { world, key } = await newSession();
  const find = (secret: string | undefined, now = START) =>
    world.transact((tx) => {
      const at = { tx, now: new Date(now), rootKey: rootKeyIn(world), service: 'sts' } as const;
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
