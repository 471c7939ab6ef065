import { expect, test } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { type CredentialRules, readAuthentication, scopeOf } from '../../src/wire/authentication.ts';
import { newWorld, START, type World } from '../support/harness.ts';
import {
  headerSigned,
  presigned,
  type RawRequest,
  received,
  type SigningCredentials,
  sha256,
  withHeaders,
  withQuery,
} from '../support/signed-request.ts';

const rulesIn = (world: World, more: Partial<CredentialRules> = {}): CredentialRules => ({
  rootKey: rootKeyOf(world.folder, world.environment.random, undefined),
  now: world.environment.now,
  secureTransport: 'assumed',
  ...more,
});

/** A world with the user ann, and her access key. */
async function newKey(): Promise<{ world: World; credentials: SigningCredentials }> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
  return { world, credentials: { accessKeyId, secretAccessKey } };
}

/** Who sends a request, or `Code: message` of the refusal. */
function callerOf(
  raw: RawRequest,
  world: World,
  {
    service = 's3',
    body = '',
    rules = rulesIn(world),
  }: { service?: ServiceName; body?: string; rules?: CredentialRules } = {},
): Caller | string {
  return world.transact((tx) => {
    try {
      const now = new Date(world.environment.now());
      return readAuthentication(received(raw), service, rules).caller(tx, now, sha256(body));
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
  });
}

const at = START;

test('a signature in the header or in the query leads to the caller, for S3 and the other services', async () => {
  const { world, credentials } = await newKey();
  const ann = { kind: 'user', name: 'ann', accessKeyId: credentials.accessKeyId };
  for (const sign of [headerSigned, presigned]) {
    expect(callerOf(sign({ at, credentials, target: '/photos//a/../b%2Fc?versionId=1' }), world)).toMatchObject(ann);
    const kms = sign({ at, credentials, service: 'kms', method: 'POST', body: '{}', headers: { 'x-amz-target': 'T' } });
    expect(callerOf(kms, world, { service: 'kms', body: '{}' })).toMatchObject(ann);
    expect(callerOf(kms, world, { service: 'kms', body: '{ }' })).toMatch(/^InvalidSignatureException: /);
    const { headers, target } = received(sign({ at, credentials, region: 'eu-west-1' }));
    expect(scopeOf({ headers, target })).toEqual({ date: '20260504', region: 'eu-west-1', service: 's3' });
  }
});

test('a request without a signature is anonymous', async () => {
  const world = newWorld();
  const raw = { method: 'GET', target: '/photos', headers: [['host', 'localhost']] } as const;
  expect(callerOf(raw, world)).toEqual({ kind: 'anonymous' });
  expect(scopeOf(received(raw))).toBeUndefined();
});

test('headers and parameters that were not signed are refused', async () => {
  const { world, credentials } = await newKey();
  const unsigned = 'AccessDenied: There were headers present in the request which were not signed';
  for (const sign of [headerSigned, presigned]) {
    expect(callerOf(withHeaders(sign({ at, credentials }), { 'x-amz-acl': 'public-read' }), world)).toBe(unsigned);
    expect(callerOf(withQuery(sign({ at, credentials }), { versionId: '1' }), world)).toMatch(
      /^SignatureDoesNotMatch: /,
    );
  }
});
