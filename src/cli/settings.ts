/** The settings that there are, with what each may be. */

import { isAccountId } from '../api/arn.ts';
import { UsageError } from '../api/errors.ts';
import { isRegion } from '../api/regions.ts';
import { parseByteSize } from './byte-size.ts';
import { parseDuration } from './duration.ts';
import { forms } from './output/render.ts';

interface SettingSpec {
  readonly about: string;
  /** What the value may be, in words. */
  readonly allowed: string;
  readonly fits: (text: string) => boolean;
  /** Environment variables that say the same, first wins. */
  readonly variables?: readonly string[];
  /** Whether a profile may have its own. */
  readonly inProfiles?: true;
}

const oneOf = (...choices: readonly string[]) => ({
  allowed: `one of ${choices.join(', ')}`,
  fits: (text: string) => choices.includes(text),
});

const duration = {
  allowed: 'a duration such as 90s, 15m, 12h or 30d',
  fits: (text: string) => /^\d+[smhd]$/.test(text) && Number.isSafeInteger(parseDuration(text)),
};

const byteSize = {
  allowed: 'a number of bytes, or a size such as 64MB',
  fits: (text: string) => parseByteSize(text) !== undefined,
};

export const settingSpecs = {
  account: {
    about: 'account of callers that name none',
    allowed: 'twelve digits',
    fits: isAccountId,
    inProfiles: true,
  },
  as: {
    about: 'who is calling',
    allowed: 'an ARN, user/NAME, role/NAME, role/NAME/SESSION, root, or ACCOUNT:…',
    fits: (text: string) => text.length > 0,
    variables: ['SSEBOX_AS'],
    inProfiles: true,
  },
  output: { about: 'form of results', ...oneOf(...forms), variables: ['AWS_DEFAULT_OUTPUT'], inProfiles: true },
  region: {
    about: 'region of regional commands',
    allowed: 'the name of an AWS region, such as eu-west-1',
    fits: isRegion,
    variables: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    inProfiles: true,
  },
  store: {
    about: "the store's folder",
    allowed: 'a path',
    fits: (text: string) => text.length > 0,
    variables: ['SSEBOX_STORE'],
    inProfiles: true,
  },
  'kms.grant-delay': { about: 'how long a new grant takes until it counts without its token', ...duration },
  's3.bucket-key-lifetime': { about: 'how long a bucket-level key serves its requester', ...duration },
  's3.max_concurrent_requests': {
    about: 'how many requests of a transfer are under way at once',
    allowed: 'a whole number from 1',
    fits: (text: string) => /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text)),
  },
  's3.multipart_chunksize': { about: 'how large the parts of a transfer are', ...byteSize },
  's3.multipart_threshold': { about: 'from which size on a transfer goes in parts', ...byteSize },
  's3.replication': { about: 'when replication is done: at once, or by s3 replicate', ...oneOf('inline', 'queue') },
} as const satisfies Record<string, SettingSpec>;

export type SettingName = keyof typeof settingSpecs;
export const settingNames = Object.keys(settingSpecs).filter(isSettingName);

/** Values of settings by name; none that is not set. */
export type Settings = Readonly<Record<string, string>>;

/** @throws UsageError that names the settings there are. */
export function settingNamed(name: string): SettingName {
  if (isSettingName(name)) return name;
  throw new UsageError(`"${name}" is no setting: the settings are ${settingNames.join(', ')}`);
}

/** @throws UsageError that says what the setting may be; `source` names where a value that was not typed comes from. */
export function checkSetting(name: SettingName, value: string, source?: string): void {
  const { allowed, fits }: SettingSpec = settingSpecs[name];
  if (!fits(value)) throw new UsageError(`"${value}" is no value of ${source ?? name}: it is ${allowed}`);
}

/** What the environment says, of the settings that it can say. */
export function settingsOfEnvironment(variables: Readonly<Record<string, string | undefined>>): Settings {
  const found: Record<string, string> = {};
  for (const name of settingNames) {
    const spec: SettingSpec = settingSpecs[name];
    const variable = spec.variables?.find((each) => variables[each]);
    const value = variable === undefined ? undefined : variables[variable];
    if (value === undefined) continue;
    checkSetting(name, value, variable);
    found[name] = value;
  }
  return found;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingSpecs, name);
}
