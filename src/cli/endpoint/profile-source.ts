/**
 * Where the credentials of a profile come from, as the AWS CLI's files say it. What is wrong with them is said here, in
 * the AWS CLI's words, since the SDK goes on to the next place instead.
 */

import { StoreError } from '../../api/errors.ts';
import type { Environment } from '../../env.ts';
import { readAwsConfig, readCredentialNames } from '../aws-config.ts';
import { awsFiles, isFile } from '../profiles.ts';
import { partialCredentials } from './found-credentials.ts';

export type ProfileSource =
  /** The profile names no credentials, so that those of the machine count. */
  | { readonly kind: 'none' }
  /** An option of the profile, or of the one whose caller assumes its role. */
  | { readonly kind: 'files' | 'process' | 'metadata' | 'sign-in'; readonly profile: string; readonly option: string };

/** An option of a profile; the value of one that is secret is not known. */
type Options = Readonly<Record<string, string>>;

/** @throws StoreError for a profile that refers to nothing or to itself, or has half of an access key */
export function sourceOf(name: string, variables: Environment['variables']): ProfileSource {
  const profiles = profilesIn(variables);
  const follow = (profile: string, from: readonly string[]): ProfileSource => {
    const own = profiles(profile);
    const parent = from.at(-1);
    if (!own) {
      if (parent === undefined) return { kind: 'none' };
      throw new StoreError(`The source_profile "${profile}" referenced in the profile "${parent}" does not exist`);
    }
    const of = (kind: Exclude<ProfileSource['kind'], 'none'>, option: string) => ({ kind, profile, option });
    const { source_profile: source, credential_source: named } = own;
    const isStatic = hasKey(own);
    if (own.role_arn && source !== undefined && !(from.length > 0 && isStatic)) {
      if (source === profile && isStatic) return of('files', 'aws_access_key_id');
      if (from.includes(profile)) {
        throw new StoreError(`the source profiles form a circle: ${[...from, profile].join(' → ')}`);
      }
      return follow(source, [...from, profile]);
    }
    if (named !== undefined) return of(named === 'Environment' ? 'files' : 'metadata', 'credential_source');
    if (isStatic) return of('files', 'aws_access_key_id');
    if (own.web_identity_token_file) return of('files', 'web_identity_token_file');
    if (own.credential_process) return of('process', 'credential_process');
    const signIn = ['sso_session', 'sso_start_url', 'login_session'].find((option) => own[option]);
    if (signIn !== undefined) return of('sign-in', signIn);
    if (parent === undefined) return { kind: 'none' };
    throw new StoreError(`The source profile "${profile}" must have credentials.`);
  };
  return follow(name, []);
}

/** botocore, credentials.py, `SharedCredentialProvider`. */
function hasKey(own: Options): boolean {
  const { aws_access_key_id: id, aws_secret_access_key: secret } = own;
  if (id === undefined && secret === undefined) return false;
  if (id === undefined) throw partialCredentials('shared-credentials-file', 'aws_access_key_id');
  if (secret === undefined) throw partialCredentials('shared-credentials-file', 'aws_secret_access_key');
  return true;
}

/** What is in the file of credentials goes before what is in the config file. */
function profilesIn(variables: Environment['variables']): (name: string) => Options | undefined {
  const { config, credentials } = awsFiles(variables);
  const ofConfig = isFile(config) ? readAwsConfig(config, 'with the names of secrets').profiles : undefined;
  const ofCredentials = isFile(credentials) ? readCredentialNames(credentials) : undefined;
  return (name) => {
    const [theirs, own] = [ofConfig?.get(name), ofCredentials?.get(name)];
    return theirs || own ? { ...theirs, ...own } : undefined;
  };
}
