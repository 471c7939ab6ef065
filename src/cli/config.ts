/**
 * The config file: settings, profiles, which are settings under a name, and what else scripts for the AWS CLI keep in a
 * profile. The package that manages it is loaded only when the file exists or is about to be changed.
 */

import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { StoreError, UsageError } from '../api/errors.ts';
import { shellWord } from '../api/shell-word.ts';
import type { Environment } from '../env.ts';
import { parseSetting, type SettingTexts, settingNamed, settingSpecs } from './settings.ts';

type Variables = Environment['variables'];

/** The profile whose settings are those that stand without a profile. */
export const DEFAULT_PROFILE = 'default';

/** The open config file. Changes are written at once. */
export interface Config {
  readonly path: string;
  settings(): SettingTexts;
  /** The names of the profiles; without `default` unless something is kept under that name. */
  profiles(): readonly string[];
  /** A profile's own settings; undefined when there is no such profile. */
  profile(name: string): SettingTexts | undefined;
  /** What a profile keeps for scripts that ask for it, without effect. */
  kept(name: string): SettingTexts;
  /** Keeps a text under any name. */
  keep(name: string, value: string, profile?: string): void;
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
  const Conf = await loadConf();
  const path = configPath(variables);
  const file = readingErrors(
    path,
    () => new Conf({ cwd: configFolder(variables), accessPropertiesByDotNotation: false }),
  );
  const settings = () => settingsIn(path, file.get('settings'), undefined);
  const profiles = () => mapIn(path, file.get('profiles'));
  const kept = () => mapIn(path, file.get('kept'));
  const keptIn = (name: string) => mapIn(path, memberOf(kept(), name));
  const isThere = (name: string) => Object.hasOwn(profiles(), name) || Object.hasOwn(kept(), name);
  /** Undefined where the settings that stand without a profile are meant. */
  const placeOf = (name: string | undefined) =>
    name === DEFAULT_PROFILE && !Object.hasOwn(profiles(), name) ? undefined : name;
  // What is changed beside invalid settings, or instead of one, leaves the others as they are.
  const stored = (of: string | undefined) =>
    mapIn(path, of === undefined ? file.get('settings') : memberOf(profiles(), of));
  const write = (values: Readonly<Record<string, unknown>>, of: string | undefined) => {
    if (of === undefined) file.set('settings', values);
    else file.set('profiles', { ...profiles(), [of]: values });
  };
  return {
    path,
    settings,
    profiles: () => [...new Set([...Object.keys(profiles()), ...Object.keys(kept())])],
    profile(name) {
      const of = placeOf(name);
      if (of === undefined) return settings();
      if (!isThere(of)) return undefined;
      return { ...(of === DEFAULT_PROFILE && settings()), ...settingsIn(path, stored(of), of) };
    },
    kept: (name) => textsIn(path, keptIn(name)),
    keep(name, value, of = DEFAULT_PROFILE) {
      file.set('kept', { ...kept(), [of]: { ...keptIn(of), [name]: value } });
    },
    set(name, value, named) {
      const setting = settingNamed(name);
      parseSetting(setting, value);
      const of = placeOf(named);
      if (of !== undefined && !('inProfiles' in settingSpecs[setting])) {
        throw new UsageError(`"${name}" applies to all profiles: set it without --profile`);
      }
      write({ ...stored(of), [setting]: value }, of);
    },
    unset(name, named) {
      const of = placeOf(named);
      if (of !== undefined && !isThere(of)) throw missingProfile(of);
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

/**
 * The package, without its handlers of signals. Each of them sends the process the same signal once more, so that what
 * is allowed to end at a first signal was cut off by a second that nobody had sent. All they do besides is to remove
 * temporary files of writes, which are over at once.
 */
async function loadConf() {
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const { default: Conf } = await import('conf');
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  return Conf;
}

const signals = Object.keys(constants.signals) as NodeJS.Signals[];

/** Where the config file is: XDG Base Directory Specification, with the usual places elsewhere. */
export function configPath(variables: Variables): string {
  return join(configFolder(variables), 'config.json');
}

function textsIn(path: string, values: Readonly<Record<string, unknown>>): SettingTexts {
  const texts = Object.entries(values).map(([name, text]): [string, string] => {
    if (typeof text !== 'string') throw unreadable(path, `"${name}" is not text`);
    return [name, text];
  });
  return Object.fromEntries(texts);
}

const memberOf = (values: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(values, name) ? values[name] : undefined;

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

/** @param where the variable that names the profile, if it was not typed, and whether it is for calls to an endpoint */
export function missingProfile(
  profile: string,
  {
    variable,
    isForEndpoint,
  }: { readonly variable?: string | undefined; readonly isForEndpoint?: boolean | undefined } = {},
): StoreError {
  const source = variable === undefined ? '' : ` that ${variable} names`;
  const missing = `The config profile (${profile})${source} could not be found`;
  if (isForEndpoint) {
    return new StoreError(
      `${missing}: it is neither in ~/.aws/config and ~/.aws/credentials nor in the config of ssebox`,
    );
  }
  return new StoreError(
    `${missing}: create it with ssebox configure set region us-east-1 --profile ${shellWord(profile)}`,
    {
      hint: 'profiles are read from the config of ssebox and from ~/.aws/config; ~/.aws/credentials only counts for calls to an endpoint',
    },
  );
}
