/**
 * Profiles, and the settings of one run. A profile is what the config of ssebox has under its name, and beside it what
 * the AWS CLI's config file has under the same name.
 */

import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import { isRegion } from '../api/regions.ts';
import { shellWord } from '../api/shell-word.ts';
import type { Environment } from '../env.ts';
import type { AwsConfig } from './aws-config.ts';
import { type Config, configPath, DEFAULT_PROFILE, missingProfile, openConfig } from './config.ts';
import {
  isForEndpoints,
  isSettingName,
  parseSetting,
  parseSettings,
  type SettingName,
  type Settings,
  type SettingTexts,
  settingNames,
  settingSpecs,
  settingsOfEnvironment,
} from './settings.ts';

type Variables = Environment['variables'];
type Surroundings = Pick<Environment, 'variables'>;
type ProfileOption = { readonly profile?: string | undefined };

/** The settings of one run. */
export interface RunSettings extends Settings {
  /** The profile, if it describes its caller otherwise than by `as`: `callerOfProfile` says how. */
  readonly profile?: { readonly name: string; readonly profiles: Profiles } | undefined;
  /** The endpoints that the profile has; absent: none, or they do not count. */
  readonly endpoints?: ProfileEndpoints | undefined;
  /** The region, instead of `region`, if AWS does not have it, but the endpoint that calls go to may. */
  readonly endpointRegion?: string | undefined;
}

/** Endpoints of a profile as text: AWS SDKs and Tools Reference Guide, "Service-specific endpoints". */
export interface ProfileEndpoints {
  /** The profile. */
  readonly name: string;
  /** For all services. */
  readonly url: string | undefined;
  /** The section that it names for single services. */
  readonly services: string | undefined;
  /** What stands there: `s3.endpoint_url` and others; undefined if there is no such section. */
  readonly byService: SettingTexts | undefined;
}

interface Leniency {
  /** A profile that is nowhere counts as one without settings. */
  readonly profileMayLack?: boolean | undefined;
  /** A profile may stand in the AWS CLI's file of credentials alone, since an endpoint is called with them. */
  readonly isForEndpoint?: boolean | undefined;
  /** Whether the region may be one that only an endpoint has: always, or if the profile has an endpoint. */
  readonly foreignRegion?: 'allowed' | 'with an endpoint' | undefined;
}

/**
 * The environment overrides the profile, which overrides the settings that stand without a profile.
 * @throws StoreError when the profile does not exist or a file is not readable, UsageError for an environment variable
 * whose value its setting does not allow.
 */
export async function loadSettings(
  globals: ProfileOption,
  { variables }: Surroundings,
  leniency: Leniency = {},
): Promise<RunSettings> {
  const { name, isNamed, profiles, texts } = await load(globals, variables, leniency);
  const { region = '', ...others } = texts;
  const endpointRegion = region === '' || isRegion(region) ? undefined : region;
  const settings = parseSettings(endpointRegion === undefined ? texts : others);
  const own = profiles.textsOf(name) ?? {};
  const describesCaller = (settings.role_arn ?? settings.aws_access_key_id) !== undefined;
  // Credentials of another kind than the store's are no reason to stop where nobody named a profile.
  const isForeign = isNamed && foreignCredentials(own) !== undefined;
  const endpoints = endpointsOf(name, settings, profiles);
  const all = { ...settings, ...(endpoints && { endpoints }), ...(endpointRegion !== undefined && { endpointRegion }) };
  if (profiles.namesCaller(name) || !(describesCaller || isForeign)) return all;
  return { ...all, profile: { name, profiles } };
}

function endpointsOf(name: string, settings: Settings, profiles: Profiles): ProfileEndpoints | undefined {
  const { endpoint_url: url, services, ignore_configured_endpoint_urls: areIgnored } = settings;
  if (areIgnored || (url === undefined && services === undefined)) return undefined;
  const byService = services === undefined ? {} : profiles.servicesIn(services);
  const hasOwn = byService === undefined || Object.keys(byService).some((each) => each.endsWith('.endpoint_url'));
  return url !== undefined || hasOwn ? { name, url, services, byService } : undefined;
}

/** The settings as text. Each is known to be valid. @throws as `loadSettings` does. */
export async function loadSettingTexts(
  globals: ProfileOption,
  { variables }: Surroundings,
  leniency: Leniency = {},
): Promise<SettingTexts> {
  const { texts } = await load(globals, variables, leniency);
  const { AWS_ENDPOINT_URL: url } = variables;
  return url ? { ...texts, endpoint_url: url } : texts;
}

async function load(globals: ProfileOption, variables: Variables, leniency: Leniency) {
  const { profileMayLack, isForEndpoint, foreignRegion } = leniency;
  const named = namedProfile(globals, variables);
  const name = named?.name ?? DEFAULT_PROFILE;
  const profiles = await openProfiles(variables);
  if (profiles.textsOf(name) === undefined && !profileMayLack) {
    if (!isForEndpoint || !(await hasCredentials(name, variables))) {
      throw missingProfile(name, { variable: named?.variable, isForEndpoint });
    }
  }
  const { endpoint_url: url, services } = profiles.textsOf(name) ?? {};
  const hasEndpoint = url !== undefined || services !== undefined;
  const isElsewhere = isForEndpoint || foreignRegion === 'allowed' || (foreignRegion !== undefined && hasEndpoint);
  const isFree = isElsewhere ? isForEndpoints : undefined;
  const texts = { ...profiles.settingsOf(name, isFree), ...settingsOfEnvironment(variables, isFree) };
  return { name, isNamed: named !== undefined, profiles, texts };
}

export interface NamedProfile {
  readonly name: string;
  /** The environment variable that names it; undefined for `--profile`. */
  readonly variable?: string | undefined;
}

/** The profile that the command line or the environment names, if one does. An empty variable counts as unset. */
export function namedProfile(globals: ProfileOption, variables: Variables): NamedProfile | undefined {
  if (globals.profile !== undefined) return { name: globals.profile };
  const variable = ['AWS_DEFAULT_PROFILE', 'AWS_PROFILE'].find((each) => variables[each]);
  const name = variable && variables[variable];
  return name ? { name, variable } : undefined;
}

/**
 * Finds a caller that a profile names. Its command line is valid without it, so what is wrong is the configuration.
 * @throws StoreError, which names the profile, instead of a UsageError
 */
export function foundFor<T>(profile: string, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { message, hint } = error;
    throw new StoreError(`the caller of the profile (${profile}) cannot be used: ${message}`, { hint, cause: error });
  }
}

/** The option by which a profile takes its role's source from where ssebox does not go; undefined if there is none. */
export const foreignSource = (own: SettingTexts): string | undefined =>
  ['credential_source', 'web_identity_token_file'].find((option) => own[option]);

/** The same for any credentials. */
export const foreignCredentials = (own: SettingTexts): string | undefined =>
  foreignSource(own) ??
  ['sso_session', 'sso_start_url', 'login_session', 'credential_process'].find((option) => own[option]);

export interface Profiles {
  /** The names of all profiles; `default` only if something stands under it. */
  readonly names: readonly string[];
  /** All that a profile has itself, in whichever file, with or without effect; undefined if it is nowhere. */
  textsOf(name: string): SettingTexts | undefined;
  /**
   * The settings that apply with a profile: what it has itself, and what stands without a profile.
   * @param isFree whether a text need not be one that its setting allows
   * @throws StoreError for a value in the AWS CLI's file that its setting does not allow
   */
  settingsOf(name: string, isFree?: typeof isForEndpoints): SettingTexts;
  /** What a section has that profiles can name as their `services`; undefined if there is none of that name. */
  servicesIn(section: string): SettingTexts | undefined;
  /** The text of one setting of a profile, valid or not, and the file that it stands in. */
  placeOf(name: string | undefined, setting: SettingName): PlacedText | undefined;
  /** Whether a profile has its caller by `as`, which comes before roles and access keys. */
  namesCaller(name: string): boolean;
}

async function hasCredentials(profile: string, variables: Variables): Promise<boolean> {
  const path = awsFiles(variables).credentials;
  if (!isFile(path)) return false;
  const { readCredentialNames } = await import('./aws-config.ts');
  return readCredentialNames(path).has(profile);
}

export interface PlacedText {
  readonly value: string;
  readonly path: string;
}

/** Opens the config files that exist. @throws StoreError when one is not readable. */
export async function openProfiles(variables: Variables): Promise<Profiles> {
  const config = existsSync(configPath(variables)) ? await openConfig(variables) : undefined;
  const { config: awsPath } = awsFiles(variables);
  const read: AwsConfig | undefined = isFile(awsPath)
    ? (await import('./aws-config.ts')).readAwsConfig(awsPath)
    : undefined;
  const shared: AwsConfig['profiles'] = read?.profiles ?? new Map();
  const textsOf = (name: string): SettingTexts | undefined => {
    const [ours, theirs] = [config?.profile(name), shared.get(name)];
    if (!ours && !theirs) return name === DEFAULT_PROFILE ? {} : undefined;
    return { ...theirs, ...config?.kept(name), ...ours };
  };
  const settingsOf: Profiles['settingsOf'] = (name, isFree) => {
    const ours = config?.profile(name) ?? {};
    const theirs = Object.entries(shared.get(name) ?? {}).filter(
      ([setting, value]) => isAws(setting) && value !== '' && !Object.hasOwn(ours, setting),
    );
    for (const [setting, value] of theirs) {
      if (!isFree?.(setting, value)) requireAllowed(setting, value, { profile: name, path: awsPath });
    }
    return { ...(name === DEFAULT_PROFILE ? {} : inherited(config)), ...Object.fromEntries(theirs), ...ours };
  };
  const ofConfig = Object.keys(config?.settings() ?? {}).length > 0 ? [DEFAULT_PROFILE] : [];
  const names = [...new Set([...ofConfig, ...(config?.profiles() ?? []), ...shared.keys()])];
  const namesCaller = (name: string) => config?.profile(name)?.as !== undefined;
  const placeOf = (name = DEFAULT_PROFILE, setting: SettingName): PlacedText | undefined => {
    const places = [
      [configPath(variables), config?.profile(name)],
      [awsPath, shared.get(name)],
      [configPath(variables), isOwn(setting) ? undefined : config?.settings()],
    ] as const;
    const [path, texts] = places.find((place) => place[1]?.[setting]) ?? [];
    const value = texts?.[setting];
    return path !== undefined && value !== undefined ? { value, path } : undefined;
  };
  const servicesIn = (section: string) => read?.services.get(section);
  return { names, textsOf, settingsOf, servicesIn, placeOf, namesCaller };
}

const isAws = (name: string): boolean => isSettingName(name) && 'isAws' in settingSpecs[name];

const isOwn = (name: SettingName): boolean => 'isOwn' in settingSpecs[name];

function inherited(config: Config | undefined): SettingTexts {
  const settings = config?.settings() ?? {};
  const others = settingNames.filter((name) => !isOwn(name)).map((name) => [name, settings[name]] as const);
  return Object.fromEntries(others.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

function requireAllowed(setting: string, value: string, at: { readonly profile: string; readonly path: string }): void {
  if (!isSettingName(setting)) return;
  try {
    parseSetting(setting, value, `${setting} of the profile (${at.profile}) in ${at.path}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const profile = at.profile === DEFAULT_PROFILE ? '' : ` --profile ${shellWord(at.profile)}`;
    throw new StoreError(error.message, {
      hint: `ssebox configure set ${setting} VALUE${profile}, which comes before it`,
    });
  }
}

/** Where the AWS CLI has its files: AWS CLI User Guide, "Configure environment variables", AWS_CONFIG_FILE and others. */
export function awsFiles(variables: Variables): { readonly config: string; readonly credentials: string } {
  const home = variables.HOME ?? homedir();
  const path = (named: string | undefined, usual: string) =>
    named?.replace(/^~(?=$|\/)/, home) || join(home, '.aws', usual);
  return {
    config: path(variables.AWS_CONFIG_FILE, 'config'),
    credentials: path(variables.AWS_SHARED_CREDENTIALS_FILE, 'credentials'),
  };
}

/** What cannot be examined is not there, as for the AWS CLI: botocore, configloader.py, `raw_config_parse`. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
