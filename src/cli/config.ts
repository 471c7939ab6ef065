/**
 * The config file: settings, and profiles, which are settings under a name. The package that manages it is loaded only
 * when the file exists or is about to be changed.
 */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import { shellWord } from '../api/shell-word.ts';
import type { Environment } from '../env.ts';
import {
  parseSetting,
  parseSettings,
  type Settings,
  type SettingTexts,
  settingNamed,
  settingSpecs,
  settingsOfEnvironment,
} from './settings.ts';

type Variables = Environment['variables'];

/**
 * The settings of one run: the environment overrides the profile, which overrides the config file.
 * @throws StoreError when the profile does not exist or the file is not readable, UsageError for an environment
 * variable whose value its setting does not allow.
 */
export async function loadSettings(globals: ProfileOption, environment: Surroundings): Promise<Settings> {
  return parseSettings(await loadSettingTexts(globals, environment));
}

type ProfileOption = { readonly profile?: string | undefined };
type Surroundings = Pick<Environment, 'variables'>;

/** The same as text. Each is known to be valid. @throws as `loadSettings` does. */
export async function loadSettingTexts(globals: ProfileOption, { variables }: Surroundings): Promise<SettingTexts> {
  const profile = globals.profile ?? (variables.AWS_PROFILE || undefined);
  const config = existsSync(configPath(variables)) ? await openConfig(variables) : undefined;
  const ofProfile = profile === undefined ? undefined : config?.profile(profile);
  if (profile !== undefined && ofProfile === undefined)
    throw missingProfile(profile, globals.profile === undefined ? ' that AWS_PROFILE names' : '');
  return { ...config?.settings(), ...ofProfile, ...settingsOfEnvironment(variables) };
}

/** The open config file. Changes are written at once. */
export interface Config {
  readonly path: string;
  settings(): SettingTexts;
  profiles(): readonly string[];
  /** A profile's own settings; undefined when there is no such profile. */
  profile(name: string): SettingTexts | undefined;
  /** @throws UsageError for an unknown setting or a value that it does not allow. */
  set(name: string, value: string, profile?: string): void;
  /**
   * Whether there was a value to remove, valid or not.
   * @throws UsageError for an unknown setting that the file does not have, StoreError for an unknown profile.
   */
  unset(name: string, profile?: string): boolean;
  removeProfile(name: string): boolean;
}

/**
 * Opens the config file, which is created with the first setting.
 * @throws StoreError when ssebox could not have written it.
 */
export async function openConfig(variables: Variables): Promise<Config> {
  const { default: Conf } = await import('conf');
  const path = configPath(variables);
  const file = readingErrors(
    path,
    () => new Conf({ cwd: configFolder(variables), accessPropertiesByDotNotation: false }),
  );
  const settings = () => settingsIn(path, file.get('settings'), undefined);
  const profiles = () => mapIn(path, file.get('profiles'));
  const profile = (name: string) =>
    Object.hasOwn(profiles(), name) ? settingsIn(path, profiles()[name], name) : undefined;
  // What is changed beside invalid settings, or instead of one, leaves the others as they are.
  const stored = (of: string | undefined) =>
    mapIn(path, of === undefined ? file.get('settings') : new Map(Object.entries(profiles())).get(of));
  const write = (values: Readonly<Record<string, unknown>>, of: string | undefined) => {
    if (of === undefined) file.set('settings', values);
    else file.set('profiles', { ...profiles(), [of]: values });
  };
  return {
    path,
    settings,
    profile,
    profiles: () => Object.keys(profiles()),
    set(name, value, of) {
      const setting = settingNamed(name);
      parseSetting(setting, value);
      if (of !== undefined && !('inProfiles' in settingSpecs[setting])) {
        throw new UsageError(`"${name}" applies to all profiles: set it without --profile`);
      }
      write({ ...stored(of), [setting]: value }, of);
    },
    unset(name, of) {
      if (of !== undefined && !Object.hasOwn(profiles(), of)) throw missingProfile(of);
      const held = Object.entries(stored(of));
      const others = held.filter(([each]) => each !== name);
      if (others.length === held.length) {
        settingNamed(name);
        return false;
      }
      write(Object.fromEntries(others), of);
      return true;
    },
    removeProfile(name) {
      const { [name]: removed, ...others } = profiles();
      if (removed !== undefined) file.set('profiles', others);
      return removed !== undefined;
    },
  };
}

/** Where the config file is: XDG Base Directory Specification, with the usual places elsewhere. */
export function configPath(variables: Variables): string {
  return join(configFolder(variables), 'config.json');
}

function configFolder(variables: Variables): string {
  const home = variables.HOME ?? homedir();
  if (process.platform === 'win32')
    return join(variables.APPDATA ?? join(home, 'AppData', 'Roaming'), 'ssebox', 'Config');
  if (process.platform === 'darwin') return join(home, 'Library', 'Preferences', 'ssebox');
  return join(variables.XDG_CONFIG_HOME || join(home, '.config'), 'ssebox');
}

function readingErrors<T>(path: string, read: () => T, hint?: string): T {
  try {
    return read();
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), { cause, hint });
  }
}

function mapIn(path: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable(path, 'it is not a map of settings');
  return { ...value };
}

function settingsIn(path: string, value: unknown, profile: string | undefined): SettingTexts {
  const found: Record<string, string> = {};
  for (const [name, text] of Object.entries(mapIn(path, value))) {
    const remedy = `ssebox config unset ${name}${profile === undefined ? '' : ` --profile ${shellWord(profile)}`}`;
    if (typeof text !== 'string') throw unreadable(path, `"${name}" is not text`, { hint: remedy });
    readingErrors(path, () => parseSetting(settingNamed(name), text), remedy);
    found[name] = text;
  }
  return found;
}

const unreadable = (path: string, reason: string, options: { cause?: unknown; hint?: string | undefined } = {}) =>
  new StoreError(`the config file ${path} cannot be used: ${reason}`, options);

const missingProfile = (profile: string, source = '') =>
  new StoreError(`The config profile (${profile})${source} could not be found`, {
    hint: `ssebox config set --profile ${shellWord(profile)} region us-east-1`,
  });
