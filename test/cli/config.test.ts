import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreError, UsageError } from '../../src/api/errors.ts';
import { usualSettings } from '../../src/call/settings.ts';
import { configPath, openConfig } from '../../src/cli/config.ts';
import { loadSettings, loadSettingTexts } from '../../src/cli/profiles.ts';
import { parseSetting, type SettingName, serviceSettings } from '../../src/cli/settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ssebox-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const variables = (more: Readonly<Record<string, string>> = {}) => ({
  HOME: folder,
  XDG_CONFIG_HOME: folder,
  APPDATA: folder,
  ...more,
});
const load = (profile?: string, more?: Readonly<Record<string, string>>) =>
  loadSettings({ profile }, { variables: variables(more) });

test('without a file there are no settings, and no file is created', async () => {
  expect(await load()).toEqual({});
  expect(() => readFileSync(configPath(variables()))).toThrow('ENOENT');
});

test('a setting is there in the next run, and gone after it is unset', async () => {
  const config = await openConfig(variables());
  config.set('kms.grant-delay', '5m');
  config.set('output', 'text');
  expect(await load()).toEqual({ 'kms.grant-delay': 300_000, output: 'text' });
  expect(config.unset('output')).toBe(true);
  expect(config.unset('output')).toBe(false);
  expect(await load()).toEqual({ 'kms.grant-delay': 300_000 });
});

test('each setting has a value of its own type, and is shown as written', async () => {
  const table = {
    account: ['444455556666', '444455556666'],
    as: ['role/reader', 'role/reader'],
    aws_access_key_id: ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ca_bundle: ['/tmp/ca.pem', '/tmp/ca.pem'],
    cli_binary_format: ['base64', 'base64'],
    cli_error_format: ['json', 'json'],
    cli_timestamp_format: ['wire', 'wire'],
    duration_seconds: ['900', 900],
    external_id: ['0123', '0123'],
    max_attempts: ['5', 5],
    output: ['yaml', 'yaml'],
    region: ['eu-west-1', 'eu-west-1'],
    request_checksum_calculation: ['WHEN_REQUIRED', 'when_required'],
    response_checksum_validation: ['when_supported', 'when_supported'],
    retry_mode: ['adaptive', 'adaptive'],
    's3.addressing_style': ['virtual', 'virtual'],
    role_arn: ['arn:aws:iam::111122223333:role/a/b', 'arn:aws:iam::111122223333:role/a/b'],
    role_session_name: ['night', 'night'],
    source_profile: ['base', 'base'],
    store: ['/tmp/store', '/tmp/store'],
    'kms.grant-delay': ['90s', 90_000],
    endpoint_url: ['http://127.0.0.1:4566', 'http://127.0.0.1:4566'],
    ignore_configured_endpoint_urls: ['false', false],
    services: ['local', 'local'],
    'kms.latency': ['8ms', 8],
    'kms.settle-delay': ['5s', 5000],
    's3.bucket-key-lifetime': ['0s', 0],
    's3.max_concurrent_requests': ['4', 4],
    's3.multipart_chunksize': ['16MB', 16 * 1024 ** 2],
    's3.multipart_threshold': ['5000', 5000],
    's3.replication': ['inline', 'inline'],
    's3.without-effect': ['keep', 'keep'],
    'trail.keep-data-events': ['0', 0],
    'trail.keep-management': ['30d', 30 * 86_400_000],
  } as const satisfies Record<SettingName, unknown>;
  const config = await openConfig(variables());
  for (const [name, [text]] of Object.entries(table)) config.set(name, text);
  const valuesOf = (at: 0 | 1) => Object.fromEntries(Object.entries(table).map(([name, both]) => [name, both[at]]));
  const endpoints = { name: 'default', url: 'http://127.0.0.1:4566', services: 'local', byService: undefined };
  expect(await load()).toEqual({ ...valuesOf(1), endpoints });
  expect(await loadSettingTexts({}, { variables: variables() })).toEqual(valuesOf(0));
});

test('the services get what is set, otherwise the defaults', async () => {
  expect(serviceSettings(await load())).toEqual(usualSettings);
  const config = await openConfig(variables());
  config.set('kms.grant-delay', '5m');
  config.set('kms.latency', '1s');
  config.set('kms.settle-delay', '10s');
  config.set('s3.bucket-key-lifetime', '0s');
  config.set('s3.without-effect', 'refuse');
  config.set('trail.keep-data-events', '1h');
  config.set('trail.keep-management', '1y');
  expect(serviceSettings(await load())).toEqual({
    grantDelayMs: 300_000,
    settleDelayMs: 10_000,
    kmsLatencyMs: 1000,
    bucketKeyLifetimeMs: 0,
    mayConfigureWithoutEffect: false,
    keepDataEventsMs: 3_600_000,
    keepManagementMs: 365 * 86_400_000,
  });
});

test.for([
  [
    'trail.keep-data-events',
    ['24', '1w', '-1h', '00', ''],
    'a duration such as 90s, 15m, 12h or 30d, or 0 to keep none',
  ],
  ['kms.latency', ['8', '61s', '2m', '-8ms', '8 ms', '1.5ms', ''], 'a duration of at most 1m, such as 8ms or 1s'],
  ['trail.keep-management', ['0', '0s', '23h', '90', 'forever'], 'a duration of at least 1d, such as 30d, 90d or 1y'],
] as const)('%s takes no %j', ([name, texts, allowed]) => {
  for (const text of texts) expect(() => parseSetting(name, text)).toThrow(`${name} must be ${allowed}, not "${text}"`);
});

test('the environment overrides the profile, the profile the file', async () => {
  const config = await openConfig(variables());
  config.set('region', 'eu-west-1');
  config.set('output', 'yaml');
  config.set('region', 'eu-west-2', 'dev');
  config.set('as', 'role/dev', 'dev');
  expect(await load('dev')).toEqual({ region: 'eu-west-2', as: 'role/dev', output: 'yaml' });
  expect(await load(undefined, { AWS_PROFILE: 'dev' })).toMatchObject({ region: 'eu-west-2' });
  expect(await load('dev', { AWS_DEFAULT_REGION: 'eu-west-3', AWS_DEFAULT_OUTPUT: 'text' })).toEqual({
    region: 'eu-west-3',
    as: 'role/dev',
    output: 'text',
  });
  expect(config.profiles()).toEqual(['dev']);
  expect(config.removeProfile('dev')).toBe(true);
  await expect(load('dev')).rejects.toThrow(StoreError);
});

test('an unknown setting is refused with the known ones, a wrong value with those allowed', async () => {
  const config = await openConfig(variables());
  expect(() => config.set('colour', 'red')).toThrow(
    '"colour" is not a setting: the settings are account, as, output, region, store, aws_access_key_id,',
  );
  expect(() => config.set('output', 'xml')).toThrow(
    'output must be one of json, table, text, yaml, yaml-stream, off, not "xml"',
  );
  expect(() => config.set('region', 'mars-1')).toThrow(UsageError);
  expect(() => config.set('kms.grant-delay', 'soon')).toThrow('a duration such as 90s');
  expect(() => config.set('kms.grant-delay', '5m', 'dev')).toThrow('applies to all profiles');
  await expect(load(undefined, { AWS_DEFAULT_OUTPUT: 'xml' })).rejects.toThrow('AWS_DEFAULT_OUTPUT must be one of');
  expect(await load()).toEqual({});
});

test('a missing profile is the AWS CLI’s error', async () => {
  await expect(load('nobody')).rejects.toThrow('The config profile (nobody) could not be found');
  await expect(load(undefined, { AWS_PROFILE: 'nobody' })).rejects.toThrow('AWS_PROFILE');
});

test.for([
  '{',
  '{"settings": 1}',
  '{"settings": {"output": 1}}',
  '{"settings": {"output": "xml"}}',
  '{"settings": {"kms.settle-delay": "soon"}}',
])('a file with %s in it is reported, not guessed at', async (text) => {
  const config = await openConfig(variables());
  config.set('output', 'json');
  writeFileSync(config.path, text);
  await expect(load()).rejects.toThrow(StoreError);
  await expect(load()).rejects.toThrow(config.path);
});

test('an invalid setting can be replaced or removed, and what is beside it stays', async () => {
  const config = await openConfig(variables());
  config.set('output', 'json');
  const stored = () => JSON.parse(readFileSync(config.path, 'utf8'));
  const invalid = { settings: { region: 'mars', colour: 'red' }, profiles: { dev: { region: 5, as: 'root' } } };
  writeFileSync(config.path, JSON.stringify(invalid));
  config.set('region', 'eu-west-1');
  config.set('region', 'eu-west-2', 'dev');
  expect(stored()).toEqual({
    settings: { region: 'eu-west-1', colour: 'red' },
    profiles: { dev: { region: 'eu-west-2', as: 'root' } },
  });
  expect(config.unset('colour')).toBe(true);
  expect(await load('dev')).toEqual({ region: 'eu-west-2', as: 'root' });
  writeFileSync(config.path, JSON.stringify(invalid));
  expect(config.unset('region', 'dev')).toBe(true);
  expect(stored()).toEqual({ ...invalid, profiles: { dev: { as: 'root' } } });
  expect(() => config.unset('colour', 'dev')).toThrow('"colour" is not a setting');
  expect(() => config.unset('constructor')).toThrow('"constructor" is not a setting');
  expect(() => config.unset('region', 'nobody')).toThrow('The config profile (nobody) could not be found');
});

test('an error about an invalid setting names the command that removes it', async () => {
  const { path } = await openConfig(variables());
  const hintFor = async (file: unknown, profile?: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(file));
    return load(profile).catch((error: unknown) => error instanceof StoreError && error.hint);
  };
  expect(await hintFor({ settings: { region: 'mars' } })).toBe('ssebox config unset region');
  expect(await hintFor({ settings: { colour: 'red' } })).toBe('ssebox config unset colour');
  expect(await hintFor({ profiles: { dev: { output: 1 } } }, 'dev')).toBe('ssebox config unset output --profile dev');
});
