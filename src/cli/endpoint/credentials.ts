/**
 * What calls to an endpoint are signed with, in the order of the AWS CLI: the credentials in the environment unless
 * `--profile` names others, then those of the profile, then those that the machine is given. Those of the store are never
 * among them. AWS CLI User Guide, "Authentication and access credentials".
 */

import type { Environment } from '../../env.ts';
import type { Credentials } from '../../wire/signature/signing.ts';
import type { AwsSources } from '../aws.ts';
import { type FoundCredentials, partialCredentials, type RoleClients } from './found-credentials.ts';

/** How long before their end credentials are found again, so that no request meets the end of them. */
const MARGIN_MS = 60_000;

/**
 * Finds the credentials with the first call, and again when they end.
 * @returns a function that answers undefined where nothing is to be signed; it throws StoreError if there are none, and
 * what assuming a role throws
 */
export function endpointCredentials(roles: RoleClients, sources: AwsSources): () => Promise<Credentials | undefined> {
  const { globals, environment } = sources;
  let found: Promise<FoundCredentials> | undefined;
  const find = async (): Promise<FoundCredentials> => {
    const own = globals.profile === undefined ? credentialsIn(environment.variables) : undefined;
    if (own) return own;
    const { credentialsByChain } = await import('./credential-chain.ts');
    return credentialsByChain(roles, sources);
  };
  return async () => {
    if (globals['no-sign-request']) return undefined;
    found ??= find();
    const known = found;
    const { untilMs } = await known;
    // Of several calls that come to the end of them, the first finds them again.
    if (untilMs !== undefined && environment.now() >= untilMs - MARGIN_MS && found === known) found = find();
    return found;
  };
}

/** The credentials in the environment. @throws StoreError for half of them */
export function credentialsIn({
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_SESSION_TOKEN: token,
}: Environment['variables']): Credentials | undefined {
  if (!id && !secret) return undefined;
  if (!id) throw partialCredentials('env', 'AWS_ACCESS_KEY_ID');
  if (!secret) throw partialCredentials('env', 'AWS_SECRET_ACCESS_KEY');
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: token || undefined };
}
