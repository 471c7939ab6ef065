/** `ssebox configure list`: what calls are made with, and where each value comes from. */

import { homedir } from 'node:os';
import { areIgnored } from '../../endpoint/named.ts';
import { namedProfile, openProfiles } from '../../profiles.ts';
import type { Session } from '../../session.ts';
import { type SettingName, settingSpecs } from '../../settings.ts';

/** A value, what kind of place it comes from, and the place. */
interface Row {
  readonly value: string;
  readonly type: string;
  readonly location: string;
}

const UNSET: Row = { value: '<not set>', type: 'None', location: 'None' };

/** The lines of the AWS CLI's table. */
export async function listing({ globals, environment: { variables } }: Session): Promise<readonly string[]> {
  const named = namedProfile(globals, variables);
  const profiles = await openProfiles(variables);
  const home = variables.HOME ?? homedir();
  const profile: Row = named
    ? { value: named.name, type: named.variable ? 'env' : 'manual', location: named.variable ?? '--profile' }
    : UNSET;
  const inFile = (setting: SettingName): Row | undefined => {
    const found = profiles.placeOf(named?.name, setting);
    if (!found) return undefined;
    const location = found.path.startsWith(`${home}/`) ? `~${found.path.slice(home.length)}` : found.path;
    return { value: found.value, type: 'config-file', location };
  };
  // With --profile the credentials in the environment do not count.
  const ofEnvironment = (variable: string): Row | undefined => {
    const value = globals.profile === undefined ? variables[variable] : undefined;
    return value ? { value: masked(value), type: 'env', location: '' } : undefined;
  };
  const ownKey = inFile('aws_access_key_id');
  const url = variables.AWS_ENDPOINT_URL;
  const endpoint: Row | undefined = url
    ? { value: url, type: 'env', location: 'AWS_ENDPOINT_URL' }
    : inFile('endpoint_url');
  const ofProfile = inFile('ignore_configured_endpoint_urls')?.value.toLowerCase() === 'true';
  const isIgnored = areIgnored(variables, { ignore_configured_endpoint_urls: ofProfile });
  const rows: Readonly<Record<string, Row>> = {
    profile,
    access_key: ofEnvironment('AWS_ACCESS_KEY_ID') ?? (ownKey && { ...ownKey, value: masked(ownKey.value) }) ?? UNSET,
    secret_key: ofEnvironment('AWS_SECRET_ACCESS_KEY') ?? UNSET,
    region: regionOfRun(globals.region, variables) ?? inFile('region') ?? UNSET,
    // Not a row of the AWS CLI's, whose table stays as it is where calls go to the store.
    ...(endpoint && !isIgnored && { endpoint_url: endpoint }),
  };
  return [
    line('Name', { value: 'Value', type: 'Type', location: 'Location' }),
    line('----', { value: '-----', type: '----', location: '--------' }),
    ...Object.entries(rows).map(([name, row]) => line(name, row)),
  ];
}

function regionOfRun(typed: string | undefined, variables: Session['environment']['variables']): Row | undefined {
  if (typed !== undefined) return { value: typed, type: 'manual', location: '--region' };
  const variable = settingSpecs.region.variables.find((each) => variables[each]);
  const value = variable && variables[variable];
  return value ? { value, type: 'env', location: variable } : undefined;
}

const masked = (text: string): string => `${'*'.repeat(16)}${text.slice(-4)}`;

const line = (name: string, { value, type, location }: Row): string =>
  `${name.padStart(10)} ${value.padStart(24)} ${type.padStart(16)}    ${location}`;
