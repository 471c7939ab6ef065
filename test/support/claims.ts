/** Requests whose credentials are looked at, without a server. */

import { expect } from 'vitest';
import { AwsError } from '../../src/api/errors.ts';
import type { ServiceName } from '../../src/api/model/operations.ts';
import type { Caller } from '../../src/policy/caller.ts';
import { rootKeyOf } from '../../src/store/root-key-file.ts';
import { type CredentialRules, readAuthentication } from '../../src/wire/credentials/authentication.ts';
import { hostNames } from '../../src/wire/http/host-names.ts';
import { newWorld, type World } from './harness.ts';
import { type RawRequest, received, type SigningCredentials, sha256 } from './signed-request.ts';

export const rulesIn = (world: World, more: Partial<CredentialRules> = {}): CredentialRules => ({
  rootKey: rootKeyOf(world.folder, world.environment.random, undefined),
  now: world.environment.now,
  secureTransport: 'assumed',
  hosts: hostNames(),
  ...more,
});

/** A world with the user ann, and her access key. */
export async function newKey(): Promise<{ world: World; credentials: SigningCredentials }> {
  const world = newWorld();
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  const { AccessKey } = await world.call('iam', 'CreateAccessKey', { UserName: 'ann' });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey;
  return { world, credentials: { accessKeyId, secretAccessKey } };
}

/** The same with temporary credentials of the role `r`, for one hour. */
export async function newSession(): Promise<{
  world: World;
  credentials: SigningCredentials & { readonly sessionToken: string };
}> {
  const world = newWorld();
  const trust = { Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const { Role } = await world.call('iam', 'CreateRole', { RoleName: 'r', AssumeRolePolicyDocument });
  const { Credentials } = await world.call('sts', 'AssumeRole', { RoleArn: Role.Arn, RoleSessionName: 'work' });
  if (!Credentials) return expect.fail('no credentials');
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials;
  return { world, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

export interface Claimed {
  /** The service that is asked. */
  readonly service?: ServiceName;
  readonly body?: string;
  readonly rules?: Partial<CredentialRules>;
}

/** Who sends a request, or what it is refused with. */
export const answerTo = (raw: RawRequest, world: World, { service = 's3', body = '', rules }: Claimed = {}) =>
  world.transact<Caller | AwsError>((tx) => {
    try {
      const authentication = readAuthentication(received(raw), service, rulesIn(world, rules));
      return authentication.caller(tx, new Date(world.environment.now()), sha256(body));
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  });

/** The refusal of a request as `Code: message`, with its details. */
export function refusalOf(raw: RawRequest, world: World, claimed: Claimed = {}): [string, AwsError['detail']] {
  const answer = answerTo(raw, world, claimed);
  if (!(answer instanceof AwsError)) return expect.fail(`${answer.kind} is let in`);
  return [`${answer.code}: ${answer.message}`, answer.detail];
}
