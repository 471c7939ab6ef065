/**
 * `ssebox configure`: the AWS CLI's commands for its configuration, over the config of ssebox. They read the AWS CLI's
 * own file as well, and never write it.
 */

import { StoreError } from '../../api/errors.ts';
import { type CommandNode, command } from '../command.ts';
import { type Config, DEFAULT_PROFILE, openConfig } from '../config.ts';
import { namedProfile, openProfiles } from '../profiles.ts';
import type { Session } from '../session.ts';
import { isSecret, isSettingName, settingNames, settingSpecs } from '../settings.ts';
import { credentialFormats, credentialLines, credentialsIn } from './configure/credentials.ts';
import { listing } from './configure/listing.ts';
import { answers } from './configure/questions.ts';
import { variableAmong, variableIn } from './configure/variable.ts';

const variable = {
  about: 'the name of a value: NAME, s3.NAME, default.NAME or profile.PROFILE.NAME',
  choices: async () => settingNames.map((value) => ({ value, about: settingSpecs[value].about })),
};

const currentProfile = ({ globals, environment: { variables } }: Session): string =>
  namedProfile(globals, variables)?.name ?? DEFAULT_PROFILE;

const ask = command({
  name: 'ask',
  summary: 'Ask for the region and the output format, as configure alone does',
  description:
    'Without a terminal the answers are read as lines from standard input: the region and the output format, or all four answers that the AWS CLI asks for. An empty answer changes nothing. A secret access key is not kept.',
  ignoresSettings: true,
  examples: [
    "printf 'eu-west-1\\njson\\n' | ssebox configure ask && ssebox configure get region",
    "printf 'AKIAIOSFODNN7EXAMPLE\\nsecret\\neu-west-2\\ntext\\n' | ssebox configure ask --profile ci && ssebox configure list --profile ci",
  ],
  async run(_values, session) {
    const { variables } = session.environment;
    const profile = currentProfile(session);
    const given = await answers(session, (await openProfiles(variables)).textsOf(profile) ?? {});
    if (Object.keys(given).length === 0) return { kind: 'none' };
    const config = await openConfig(variables);
    for (const [name, value] of Object.entries(given)) config.set(name, value, profile);
    return { kind: 'none' };
  },
});

const get = command({
  name: 'get',
  summary: 'Show a value of a profile; nothing if it is not set',
  description:
    'The value is what the profile has itself, in the config of ssebox or else in ~/.aws/config. The environment does not count; what applies altogether is shown by ssebox config get.',
  args: { varname: variable },
  ignoresSettings: true,
  examples: [
    'ssebox configure set region eu-west-1 && ssebox configure get region',
    'ssebox configure set default.s3.multipart_threshold 64MB && ssebox configure get default.s3.multipart_threshold',
  ],
  async run({ args: { varname } }, session) {
    const profiles = await openProfiles(session.environment.variables);
    const { profile, name } = variableAmong(varname, currentProfile(session), profiles.names);
    const texts = profiles.textsOf(profile) ?? {};
    const value = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (value !== undefined) return { kind: 'lines', lines: [value] };
    if (Object.keys(texts).some((each) => each.startsWith(`${name}.`))) {
      session.tell(`varname (${varname}) must reference a value, not a section or sub-section.`);
    }
    return { kind: 'lines', lines: [], exitCode: () => 1 };
  },
});

const set = command({
  name: 'set',
  summary: 'Set a value of a profile in the config of ssebox',
  description:
    'The files of the AWS CLI in ~/.aws are never written. Values that only the AWS CLI knows are kept for configure get and have no effect. Secrets are not kept: an access key calls by its id alone.',
  args: { varname: variable, value: { about: 'the value; an empty one removes a setting' } },
  ignoresSettings: true,
  examples: [
    'ssebox configure set region eu-west-1',
    'ssebox configure set profile.auditor.role_arn arn:aws:iam::111122223333:role/reader && ssebox configure set profile.auditor.source_profile default && ssebox sts get-caller-identity --profile auditor --query Account',
  ],
  async run({ args: { varname, value } }, session) {
    const { profile, name } = variableIn(varname, currentProfile(session));
    if (isSecret(name)) {
      session.tell(
        `${name} is not kept: ssebox keeps no secrets, and finds a profile's caller by its aws_access_key_id`,
      );
      return { kind: 'none' };
    }
    const config = await openConfig(session.environment.variables);
    if (!isSettingName(name)) {
      config.keep(name, value, profile);
      if (session.terminal) session.tell(`hint: ${name} is kept, and has no effect in ssebox`);
    } else if (value === '') clear(name, profile, config);
    else config.set(name, value, profile);
    return { kind: 'none' };
  },
});

function clear(name: string, profile: string, config: Config): void {
  if (config.profile(profile) !== undefined) config.unset(name, profile);
}

const list = command({
  name: 'list',
  summary: 'Show profile, credentials and region, and where each comes from',
  description: 'Every setting of ssebox with its current value is shown by ssebox config list.',
  ignoresSettings: true,
  examples: ['ssebox configure list', 'ssebox configure list --profile auditor'],
  run: async (_values, session) => ({ kind: 'lines', lines: await listing(session) }),
});

const listProfiles = command({
  name: 'list-profiles',
  summary: 'List the names of the profiles, of ssebox and of ~/.aws/config',
  ignoresSettings: true,
  examples: [
    'ssebox configure list-profiles',
    'ssebox configure set profile.london.region eu-west-2 && ssebox configure list-profiles',
  ],
  run: async (_values, { environment }) => ({
    kind: 'lines',
    lines: (await openProfiles(environment.variables)).names,
  }),
});

const exportCredentials = command({
  name: 'export-credentials',
  summary: 'Print the credentials in the environment for another program',
  description:
    'ssebox keeps no credentials of its own, so there is nothing to export where AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, or where --profile names others.',
  options: {
    format: {
      about: 'how to print them (default: process)',
      type: 'string',
      value: 'FORMAT',
      choices: credentialFormats,
    },
  },
  ignoresSettings: true,
  examples: [
    'export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\nssebox configure export-credentials',
    'set -- $(ssebox iam create-access-key --user-name bob --query "AccessKey.[AccessKeyId,SecretAccessKey]" --output text)\nAWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 ssebox configure export-credentials --format env > credentials.sh\n. ./credentials.sh && ssebox sts get-caller-identity --query Arn',
  ],
  async run({ options: { format = 'process' } }, { globals, environment }) {
    if (globals.profile !== undefined) throw noneOf(globals.profile);
    return { kind: 'lines', lines: credentialLines(credentialsIn(environment.variables), format) };
  },
});

const noneOf = (profile: string) =>
  new StoreError(`Unable to retrieve credentials: ssebox has none of the profile (${profile})`, {
    hint: 'ssebox sts assume-role --role-arn ARN --role-session-name NAME',
  });

export const configureCommands: readonly CommandNode[] = [ask, get, set, list, listProfiles, exportCredentials];
