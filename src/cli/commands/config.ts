/** `ssebox config`: settings, and profiles, which are settings under a name for `--profile`. */

import { type Check, type Choices, type CommandNode, type CommandValues, command, type Painter } from '../command.ts';
import { configPath, openConfig } from '../config.ts';
import { loadSettingTexts, openProfiles } from '../profiles.ts';
import type { Session } from '../session.ts';
import {
  isSettingName,
  parseSetting,
  type SettingName,
  type SettingSpec,
  type SettingTexts,
  settingNamed,
  settingNames,
  settingSpecs,
} from '../settings.ts';
import { columns } from './columns.ts';

const setting = {
  about: 'the name of a setting',
  choices: async () => settingNames.map((value) => ({ value, about: settingSpecs[value].about })),
  check: settingNamed,
};

/** What reads the config has nothing to lose by a profile that is not there yet. */
const LENIENT = { profileMayLack: true } as const;

const list = command({
  name: 'list',
  ...LENIENT,
  hasPage: true,
  summary: 'List every setting with its current value',
  description:
    "A value comes from the environment, else from the profile set by --profile or AWS_PROFILE, else from the config file. What the config file does not set for a profile comes from the profile of the same name in the AWS CLI's config file, ~/.aws/config: region, output, role_arn with source_profile, ca_bundle, cli_binary_format, cli_error_format, cli_timestamp_format, max_attempts, retry_mode, the settings of checksums and of s3 transfers, and s3.addressing_style.",
  examples: ['ssebox config list', 'ssebox config list --output json'],
  async run(_values, { globals, environment }) {
    const settings = await loadSettingTexts(globals, environment, LENIENT);
    const rows = settingNames.map((name) => ({
      Name: name,
      Value: settings[name] ?? null,
      About: settingSpecs[name].about,
    }));
    const page = (painter: Painter) =>
      columns(
        ['SETTING', 'VALUE', ''],
        rows.map(({ Name, Value, About }) => [Name, Value ?? '-', About]),
        '',
        painter,
        [[2, 'wrapped', 24]],
      );
    return { kind: 'page', value: { File: configPath(environment.variables), Settings: rows }, page };
  },
});

const get = command({
  name: 'get',
  ...LENIENT,
  summary: 'Show the current value of a setting; nothing if it is not set',
  args: { name: setting },
  examples: ['ssebox config set region eu-west-1 && ssebox config get region', 'ssebox config get store'],
  async run(values, { globals, environment }) {
    const name = settingNamed(values.args.name);
    const value = (await loadSettingTexts(globals, environment, LENIENT))[name];
    return { kind: 'lines', lines: value === undefined ? [] : [value], exitCode: () => (value === undefined ? 1 : 0) };
  },
});

/** Says what a value of the setting that was named before has to be. */
const fitting: Check = (value, _session, { args }) => parseSetting(settingNamed(`${args.name}`), value);

/** The values that the setting which was named before allows, where they are few, or are names in the store. */
const values: Choices = async (session, at) => {
  const name = `${at?.values.args.name}`;
  if (!isSettingName(name)) return [];
  const { choices } = settingSpecs[name] as SettingSpec;
  if (choices) return choices.map((value) => ({ value }));
  if (name === 'source_profile')
    return (await openProfiles(session.environment.variables)).names.map((value) => ({ value }));
  const named = namedValues[name];
  return named ? (await import('../choices.ts'))[named](session, at) : [];
};

const namedValues: Partial<Record<SettingName, 'callerChoices' | 'roleArnChoices'>> = {
  as: 'callerChoices',
  role_arn: 'roleArnChoices',
};

const set = command({
  name: 'set',
  summary: 'Set a setting in the config file, or in a profile with --profile',
  args: {
    name: setting,
    value: {
      about: 'the value',
      choices: values,
      isPath: ({ args }: CommandValues) => args.name === 'store',
      check: fitting,
    },
  },
  ignoresSettings: true,
  examples: ['ssebox config set region eu-west-1', 'ssebox config set --profile auditor as role/reader'],
  async run(values, session) {
    const [name, value] = [settingNamed(values.args.name), values.args.value];
    // Check before opening the file, since opening creates it.
    parseSetting(name, value);
    const config = await openConfig(session.environment.variables);
    config.set(name, value, session.globals.profile);
    return { kind: 'none' };
  },
});

const unset = command({
  name: 'unset',
  summary: 'Remove a setting from the config file or from a profile',
  args: { name: setting },
  ignoresSettings: true,
  examples: ['ssebox config unset region', 'ssebox config unset output'],
  async run(values, session) {
    const config = await openConfig(session.environment.variables);
    config.unset(values.args.name, session.globals.profile);
    return { kind: 'none' };
  },
});

const profiles = command({
  name: 'profiles',
  ...LENIENT,
  hasPage: true,
  summary: 'List the profiles and their settings',
  description:
    "Those of the AWS CLI's config file, ~/.aws/config, are profiles, too; a setting in the config of ssebox takes precedence. The role of a profile is assumed by the caller of its source_profile, so its trust policy decides.",
  examples: ['ssebox config profiles', "ssebox config profiles --query 'Profiles[].Name'"],
  async run(_values, session) {
    const found = await profilesOf(session);
    const page = (painter: Painter) =>
      columns(
        ['PROFILE', 'SETTINGS'],
        found.map(({ Name, Settings }) => [
          Name,
          Object.entries(Settings)
            .map((pair) => pair.join('='))
            .join(' '),
        ]),
        'there are no profiles',
        painter,
        [[1, 'wrapped', 24]],
      );
    return { kind: 'page', value: { Profiles: found }, page };
  },
});

async function profilesOf({ environment }: Session) {
  const { names, textsOf } = await openProfiles(environment.variables);
  const settingsIn = (texts: SettingTexts) =>
    Object.fromEntries(Object.entries(texts).filter(([name]) => isSettingName(name)));
  return names.map((Name) => ({ Name, Settings: settingsIn(textsOf(Name) ?? {}) }));
}

export const configCommands: readonly CommandNode[] = [list, get, set, unset, profiles];
