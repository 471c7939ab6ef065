/** The settings, with the values that each allows. */

import { isAccountId, parseArn } from '../api/arn.ts';
import { DAY_MS, durationMs } from '../api/duration.ts';
import { UsageError } from '../api/errors.ts';
import { isRegion, isRegionName, regions, saidOfPartition } from '../api/regions.ts';
import { type ServiceSettings, usualSettings } from '../call/settings.ts';
import { parseByteSize } from './byte-size.ts';
import { EXAMPLE_URL, endpointFault } from './endpoint/endpoint-text.ts';
import { forms } from './output/render.ts';

/** What is known of a setting. */
export interface SettingSpec {
  readonly about: string;
  /** The allowed values, in words. */
  readonly allowed: string;
  /** The allowed values, where they are few enough to choose from. */
  readonly choices?: readonly string[];
  /** Parses a text; undefined if it is not a valid value. */
  readonly parse: (text: string) => unknown;
  /** What there is to say of an invalid value, instead of the allowed ones. */
  readonly refuse?: (text: string) => string | undefined;
  /** Environment variables that also set it; the first one set wins. */
  readonly variables?: readonly string[];
  /** Whether a profile may have its own. */
  readonly inProfiles?: true;
  /** Whether it is also read from the AWS CLI's config file. */
  readonly isAws?: true;
  /** A profile does not have the value of the others, but its own or none. */
  readonly isOwn?: true;
}

const oneOf = <const C extends string>(...choices: readonly C[]) => ({
  allowed: `one of ${choices.join(', ')}`,
  choices,
  parse: (text: string) => choices.find((choice) => choice === text),
});

const anyText = (text: string) => (text.length > 0 ? text : undefined);

function isRoleArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 'iam' && isAccountId(arn.account) && /^role\/./.test(arn.resource);
}

const duration = {
  allowed: 'a duration such as 90s, 15m, 12h or 30d',
  parse: durationMs,
};

const atLeast = (least: number, value: number | undefined): number | undefined =>
  value !== undefined && value >= least ? value : undefined;

const atMost = (most: number, value: number | undefined): number | undefined =>
  value !== undefined && value <= most ? value : undefined;

const LONGEST_LATENCY_MS = 60_000;

const byteSize = {
  allowed: 'a number of bytes, or a size such as 64MB',
  parse: parseByteSize,
};

const positive = {
  allowed: 'a whole number of at least 1',
  parse: (text: string) => (/^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined),
};

/** A whole number as Python's `int` reads it. */
const pythonInteger = (text: string): number | undefined =>
  /^\s*[+-]?\d+(_\d+)*\s*$/.test(text) ? Number(text.replaceAll('_', '')) : undefined;

/** In the AWS CLI's words: botocore, exceptions.py, `InvalidMaxRetryAttemptsError`, and Python's `int`. */
const saidOfAttempts = (text: string): string => {
  const value = pythonInteger(text);
  return value === undefined
    ? `invalid literal for int() with base 10: '${text}'`
    : `Value provided to "max_attempts": ${value} must be an integer greater than or equal to 1.`;
};

/** In capitals or not, as botocore takes it. */
const checksumPolicy = {
  ...oneOf('when_supported', 'when_required'),
  parse: (text: string) => (['when_supported', 'when_required'] as const).find((each) => each === text.toLowerCase()),
};

/** Settings of the AWS CLI that a profile may have, here and in the AWS CLI's config file. */
const ofAws = { inProfiles: true, isAws: true } as const;

/** The same about how a profile's calls are made: AWS CLI User Guide, "Using an IAM role in the AWS CLI". */
const ofRole = { ...ofAws, isOwn: true } as const;

export const settingSpecs = {
  account: {
    about: 'the account of callers that do not name one',
    allowed: 'twelve digits',
    parse: (text: string) => (isAccountId(text) ? text : undefined),
    inProfiles: true,
  },
  as: {
    about: 'who is calling',
    allowed:
      'an ARN, user/NAME, role/NAME, role/NAME/SESSION, federated-user/NAME, root, ACCOUNT:…, or the id of an access key',
    parse: anyText,
    variables: ['SSEBOX_AS'],
    inProfiles: true,
  },
  output: { about: 'the output format', ...oneOf(...forms), variables: ['AWS_DEFAULT_OUTPUT'], ...ofAws },
  region: {
    about: 'the region of regional commands',
    allowed: 'the name of an AWS region, such as eu-west-1',
    choices: regions,
    parse: (text: string) => (isRegion(text) ? text : undefined),
    refuse: saidOfPartition,
    variables: ['AWS_REGION', 'AWS_DEFAULT_REGION'],
    ...ofAws,
  },
  store: {
    about: "the store's folder",
    allowed: 'a path',
    parse: anyText,
    variables: ['SSEBOX_STORE'],
    inProfiles: true,
  },
  aws_access_key_id: {
    about: 'the access key that calls, if it belongs to the store',
    allowed: 'the id of an access key',
    parse: anyText,
    ...ofRole,
  },
  role_arn: {
    about: 'the role that calls; it is assumed by the caller of source_profile',
    allowed: 'the ARN of a role, such as arn:aws:iam::111122223333:role/NAME',
    parse: (text: string) => (isRoleArn(text) ? text : undefined),
    ...ofRole,
  },
  source_profile: { about: 'the profile that assumes the role', allowed: 'a name', parse: anyText, ...ofRole },
  role_session_name: { about: "the name of the role's session", allowed: 'a name', parse: anyText, ...ofRole },
  external_id: {
    about: 'the external id with which the role is assumed',
    allowed: 'a text',
    parse: anyText,
    ...ofRole,
  },
  duration_seconds: { about: "how long the role's session lasts, in seconds", ...positive, ...ofRole },
  endpoint_url: {
    about: 'the endpoint that calls go to instead of the store on this machine',
    allowed: `a URL such as ${EXAMPLE_URL}`,
    parse: (text: string) => (endpointFault(text) === undefined ? text : undefined),
    refuse: endpointFault,
    ...ofRole,
  },
  services: {
    about: "the section of the AWS CLI's config file that has endpoints for single services",
    allowed: 'a name',
    parse: anyText,
    ...ofRole,
  },
  ignore_configured_endpoint_urls: {
    about: 'whether endpoints of variables and profiles do not count',
    allowed: 'true or false',
    choices: ['true', 'false'],
    // As botocore reads it: utils.py, `ensure_boolean`.
    parse: (text: string) => text.toLowerCase() === 'true',
    variables: ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'],
    ...ofRole,
  },
  ca_bundle: {
    about: 'the file with the authorities to trust for the certificate of an endpoint, in PEM',
    allowed: 'a path',
    parse: anyText,
    variables: ['AWS_CA_BUNDLE'],
    ...ofAws,
  },
  cli_binary_format: {
    about: 'the format of binary values in input, as --cli-binary-format',
    ...oneOf('base64', 'raw-in-base64-out'),
    ...ofAws,
  },
  cli_error_format: {
    about: 'the format of refusals, as --cli-error-format',
    ...oneOf('enhanced', 'legacy', 'json', 'yaml', 'text', 'table'),
    ...ofAws,
  },
  cli_timestamp_format: {
    about: 'how results show times: as ISO 8601, or as the service sends them',
    ...oneOf('iso8601', 'wire'),
    ...ofAws,
  },
  max_attempts: {
    about: 'how often a call is made in all while it is throttled',
    allowed: positive.allowed,
    parse: (text: string) => {
      const value = pythonInteger(text);
      return value !== undefined && value >= 1 ? value : undefined;
    },
    refuse: saidOfAttempts,
    variables: ['AWS_MAX_ATTEMPTS'],
    ...ofAws,
  },
  retry_mode: {
    about: 'how a throttled call is made again',
    ...oneOf('legacy', 'standard', 'adaptive'),
    refuse: (text: string) =>
      `Invalid value provided to "mode": "${text}" must be one of: ('legacy', 'standard', 'adaptive')`,
    variables: ['AWS_RETRY_MODE'],
    ...ofAws,
  },
  request_checksum_calculation: {
    about: 'which uploads have a checksum: all that can, or those that must',
    ...checksumPolicy,
    variables: ['AWS_REQUEST_CHECKSUM_CALCULATION'],
    ...ofAws,
  },
  response_checksum_validation: {
    about: 'which downloads are compared with a checksum: all that can, or those that must',
    ...checksumPolicy,
    variables: ['AWS_RESPONSE_CHECKSUM_VALIDATION'],
    ...ofAws,
  },
  'kms.grant-delay': { about: 'how long until a new grant works without its token', ...duration },
  'kms.latency': {
    about: 'how much longer each call to KMS takes, so that its part of a request can be seen',
    allowed: 'a duration of at most 1m, such as 8ms or 1s',
    parse: (text: string) => atMost(LONGEST_LATENCY_MS, durationMs(text)),
  },
  'kms.settle-delay': {
    about: 'how long it takes to create a replica key, move the primary or rotate on demand',
    ...duration,
  },
  's3.addressing_style': {
    about: 'where requests to an endpoint name a bucket: in the host, in the path, or by the endpoint',
    ...oneOf('auto', 'virtual', 'path'),
    ...ofAws,
  },
  's3.bucket-key-lifetime': { about: 'how long a bucket-level key is used for its requester', ...duration },
  's3.max_concurrent_requests': { about: 'how many requests a transfer makes at once', ...positive, ...ofAws },
  's3.multipart_chunksize': { about: 'the size of the parts of a transfer', ...byteSize, ...ofAws },
  's3.multipart_threshold': { about: 'the size from which a transfer is made in parts', ...byteSize, ...ofAws },
  's3.replication': { about: 'when to replicate: at once, or by s3 replicate', ...oneOf('inline', 'queue') },
  's3.without-effect': {
    about: 'configurations of a bucket that have no effect, such as lifecycle rules: keep or refuse them',
    ...oneOf('keep', 'refuse'),
  },
  'trail.keep-data-events': {
    about: 'how long reads and writes of objects are kept as data events; 0 keeps none that no trail wants',
    allowed: 'a duration such as 90s, 15m, 12h or 30d, or 0 to keep none',
    parse: (text: string) => (text === '0' ? 0 : durationMs(text)),
  },
  'trail.keep-management': {
    about: 'how long management events are kept; trail lookup shows those of the last 90 days at most',
    allowed: 'a duration of at least 1d, such as 30d, 90d or 1y',
    parse: (text: string) => atLeast(DAY_MS, durationMs(text)),
  },
} as const satisfies Record<string, SettingSpec>;

export type SettingName = keyof typeof settingSpecs;
export const settingNames = Object.keys(settingSpecs).filter(isSettingName);

/** Settings as text, by name; only those that are set. */
export type SettingTexts = Readonly<Record<string, string>>;

/** Values of settings by name; only those that are set. */
export type Settings = {
  readonly [Name in SettingName]?: NonNullable<ReturnType<(typeof settingSpecs)[Name]['parse']>>;
};

/** Secrets of the AWS CLI's configuration, which ssebox does not keep, whatever their capitals and their section. */
export const isSecret = (name: string): boolean =>
  /^(.*\.)?(aws_secret_access_key|aws_session_token|aws_security_token)$/i.test(name);

/** @throws UsageError that lists the settings. */
export function settingNamed(name: string): SettingName {
  if (isSettingName(name)) return name;
  throw new UsageError(`"${name}" is not a setting: the settings are ${settingNames.join(', ')}`);
}

/**
 * The value of one setting.
 * @param source where the text comes from, if it was not typed
 * @throws UsageError that says which values the setting allows.
 */
export function parseSetting(name: SettingName, text: string, source?: string): unknown {
  const { allowed, parse, refuse }: SettingSpec = settingSpecs[name];
  const value = parse(text);
  if (value === undefined) {
    const said = refuse?.(text);
    throw new UsageError(`${source ?? name}${said === undefined ? ` must be ${allowed}, not "${text}"` : `: ${said}`}`);
  }
  return value;
}

/** Whether a text is allowed where calls go to an endpoint, which may have regions that AWS does not have. */
export const isForEndpoints = (name: string, text: string): boolean => name === 'region' && isRegionName(text);

/** @throws UsageError as `parseSetting` does. */
export function parseSettings(texts: SettingTexts): Settings {
  const values = Object.entries(texts).map(([name, text]) => [name, parseSetting(settingNamed(name), text)]);
  // Each name has the value that its own specification parsed.
  return Object.fromEntries(values) as Settings;
}

/** The settings that the services need. */
export const serviceSettings = (settings: Settings): ServiceSettings => ({
  grantDelayMs: settings['kms.grant-delay'] ?? usualSettings.grantDelayMs,
  settleDelayMs: settings['kms.settle-delay'] ?? usualSettings.settleDelayMs,
  kmsLatencyMs: settings['kms.latency'] ?? usualSettings.kmsLatencyMs,
  bucketKeyLifetimeMs: settings['s3.bucket-key-lifetime'] ?? usualSettings.bucketKeyLifetimeMs,
  mayConfigureWithoutEffect: settings['s3.without-effect'] !== 'refuse',
  keepManagementMs: settings['trail.keep-management'] ?? usualSettings.keepManagementMs,
  keepDataEventsMs: settings['trail.keep-data-events'] ?? usualSettings.keepDataEventsMs,
});

/** The settings that the environment gives. @param isFree whether a text need not be one that its setting allows */
export function settingsOfEnvironment(
  variables: Readonly<Record<string, string | undefined>>,
  isFree: (name: string, text: string) => boolean = () => false,
): SettingTexts {
  const found: Record<string, string> = {};
  for (const name of settingNames) {
    const spec: SettingSpec = settingSpecs[name];
    const variable = spec.variables?.find((each) => variables[each]);
    const value = variable === undefined ? undefined : variables[variable];
    if (value === undefined) continue;
    if (!isFree(name, value)) parseSetting(name, value, variable);
    found[name] = value;
  }
  return found;
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingSpecs, name);
}
