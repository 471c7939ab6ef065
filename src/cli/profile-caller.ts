/**
 * The caller that a profile describes by a role or an access key, as the AWS CLI's profiles do: AWS CLI User Guide,
 * "Using an IAM role in the AWS CLI".
 */

import { StoreError } from '../api/errors.ts';
import { shellWord } from '../api/shell-word.ts';
import { DEFAULT_PROFILE } from './config.ts';
import { foreignCredentials, foreignSource, type Profiles } from './profiles.ts';
import { parseSettings, type Settings } from './settings.ts';

/** Who calls with a profile. */
export type ProfileCaller = NamedCaller | RoleToAssume;

/** A caller in the forms of `--as`, or the usual one. */
export interface NamedCaller {
  readonly kind: 'named';
  /** The profile that names it. */
  readonly profile: string;
  /** The access key that calls instead, if it belongs to the store. */
  readonly accessKeyId: string | undefined;
  readonly as: string | undefined;
  readonly account: Settings['account'];
}

/** A session of a role, which the caller of another profile assumes. */
export interface RoleToAssume {
  readonly kind: 'role';
  /** The profile that names the role. */
  readonly profile: string;
  readonly arn: string;
  readonly sessionName: string | undefined;
  readonly externalId: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly source: ProfileCaller;
}

/**
 * Follows a profile to the caller that has no role to assume.
 * @param from the profiles that led to this one
 * @throws StoreError that names the profile, and what is wrong with it.
 */
export function callerOfProfile(name: string, profiles: Profiles, from: readonly string[] = []): ProfileCaller {
  const own = profiles.textsOf(name);
  const parent = from.at(-1);
  if (!own) throw noSource(name, parent);
  const settings = parseSettings(profiles.settingsOf(name));
  const { role_arn: arn, source_profile: source, aws_access_key_id: accessKeyId, as, account } = settings;
  const named: NamedCaller = { kind: 'named', profile: name, accessKeyId: undefined, as, account };
  if (profiles.namesCaller(name)) return named;
  // A profile may assume its role with an access key of its own.
  if (arn === undefined || (parent === name && accessKeyId !== undefined)) {
    const foreign = accessKeyId === undefined ? foreignCredentials(own) : undefined;
    if (foreign !== undefined) throw foreignFault(name, foreign);
    return { ...named, accessKeyId };
  }
  if (from.includes(name)) throw circle([...from, name]);
  const foreign = foreignSource(own);
  if (foreign !== undefined) throw foreignFault(name, foreign);
  if (source === undefined) throw withoutSource(name);
  return {
    kind: 'role',
    profile: name,
    arn,
    sessionName: settings.role_session_name,
    externalId: settings.external_id,
    durationSeconds: settings.duration_seconds,
    source: callerOfProfile(source, profiles, [...from, name]),
  };
}

const set = (profile: string, setting: string): string =>
  profile === DEFAULT_PROFILE
    ? `ssebox configure set default.${setting}`
    : `ssebox configure set ${setting} --profile ${shellWord(profile)}`;

const foreignFault = (profile: string, option: string) =>
  new StoreError(
    `the profile (${profile}) takes its credentials from ${option}, which ssebox does not have: name its caller with ${set(profile, 'as user/NAME')}`,
  );

const noSource = (name: string, parent: string | undefined) =>
  new StoreError(
    `The source_profile "${name}" referenced in the profile "${parent}" does not exist: create it with ${set(name, 'as user/NAME')}`,
  );

const withoutSource = (profile: string) =>
  new StoreError(
    `the profile (${profile}) has a role_arn but no source_profile: set it with ${set(profile, `source_profile ${DEFAULT_PROFILE}`)}`,
  );

const circle = (names: readonly string[]) =>
  new StoreError(
    `the source profiles form a circle, ${names.join(' → ')}: end it with ${set(names.at(-1) ?? '', `source_profile ${DEFAULT_PROFILE}`)}`,
  );
