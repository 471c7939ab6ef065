/** `ssebox configure export-credentials`: the credentials in the environment, in a form that another program reads. */

import { StoreError } from '../../../api/errors.ts';
import { shellWord } from '../../../api/shell-word.ts';
import type { Environment } from '../../../env.ts';
import { fishText } from '../../docs/shell-words.ts';

interface Credentials {
  readonly accessKeyId: string;
  readonly secret: string;
  readonly token: string | undefined;
  readonly expiration: string | undefined;
}

/** @throws StoreError when there are none, or not all of them. */
export function credentialsIn(variables: Environment['variables']): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secret } = variables;
  if (!accessKeyId && !secret) {
    throw new StoreError('Unable to retrieve credentials: no credentials found in the environment', {
      hint: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, such as those of ssebox iam create-access-key',
    });
  }
  if (!accessKeyId || !secret) {
    const missing = accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
    throw new StoreError(`Partial credentials found in env, missing: ${missing}`);
  }
  return {
    accessKeyId,
    secret,
    token: variables.AWS_SESSION_TOKEN || undefined,
    expiration: variables.AWS_CREDENTIAL_EXPIRATION || undefined,
  };
}

/** AWS CLI Command Reference, configure export-credentials, `--format`. */
export const credentialFormats = ['process', 'env', 'env-no-export', 'powershell', 'windows-cmd', 'fish'] as const;
type CredentialFormat = (typeof credentialFormats)[number];

export function credentialLines(credentials: Credentials, format: CredentialFormat): readonly string[] {
  if (format === 'process') return processLines(credentials);
  const { accessKeyId, secret, token, expiration } = credentials;
  const variables = {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_SESSION_TOKEN: token,
    AWS_CREDENTIAL_EXPIRATION: expiration,
  };
  return Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [assignments[format](name, value)],
  );
}

/** What a `credential_process` prints: AWS CLI User Guide, "Sourcing credentials with an external process". */
function processLines({ accessKeyId, secret, token, expiration }: Credentials): readonly string[] {
  const members = {
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secret,
    SessionToken: token,
    Expiration: expiration,
  };
  return JSON.stringify(members, undefined, 2).split('\n');
}

/** A shell takes each value as it is, whatever is in it. Only cmd.exe has no quotes for that. */
const assignments: Readonly<Record<Exclude<CredentialFormat, 'process'>, (name: string, value: string) => string>> = {
  env: (name, value) => `export ${name}=${shellWord(value)}`,
  // For files of variables, such as docker's, in which quotes are part of the value.
  'env-no-export': (name, value) => `${name}=${value}`,
  powershell: (name, value) => `$Env:${name}="${value.replace(/["$`]/g, '`$&')}"`,
  'windows-cmd': (name, value) => `set ${name}=${value}`,
  fish: (name, value) => `set -gx ${name} ${fishText(value)}`,
};
