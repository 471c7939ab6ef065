/**
 * What calls to an endpoint are signed with: the credentials in the environment. Those of the store are never among them.
 */

import { StoreError } from '../../api/errors.ts';
import type { Credentials } from '../../wire/signature/signing.ts';
import type { AwsSources } from '../aws.ts';
import type { ChosenEndpoint } from './chosen.ts';

/** Finds the credentials once. @returns a function that answers undefined where nothing is to be signed */
export function endpointCredentials(
  _chosen: ChosenEndpoint,
  { globals, environment: { variables } }: AwsSources,
): () => Promise<Credentials | undefined> {
  return async () => {
    if (globals['no-sign-request']) return undefined;
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = variables;
    // In the AWS CLI's words: botocore, exceptions.py, `PartialCredentialsError`, `NoCredentialsError`.
    if (id && !secret) throw new StoreError('Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY');
    if (secret && !id) throw new StoreError('Partial credentials found in env, missing: AWS_ACCESS_KEY_ID');
    if (!id || !secret) throw new StoreError('Unable to locate credentials');
    return { accessKeyId: id, secretAccessKey: secret, sessionToken: token || undefined };
  };
}
