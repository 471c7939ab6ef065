/**
 * The AWS CLI's own config file, from which ssebox reads profiles. It is never written, and what is secret in it is not
 * taken from it. `~/.aws/credentials` is only looked at for what goes to an endpoint. AWS CLI User Guide, "Configuration
 * and credential file settings".
 */

import { readFileSync } from 'node:fs';
import { StoreError } from '../api/errors.ts';
import { fileError } from '../api/file-error.ts';
import { IniError, type IniValue, parseIni } from './ini.ts';
import { isSecret, type SettingTexts } from './settings.ts';

/** The profiles of a file, each with all of its options; one below another is `s3.multipart_threshold`. */
export type AwsProfiles = ReadonlyMap<string, SettingTexts>;

/** What a config file has for ssebox. */
export interface AwsConfig {
  readonly profiles: AwsProfiles;
  /** The sections that a profile can name as its `services`: an endpoint of S3 is `s3.endpoint_url`. */
  readonly services: AwsProfiles;
}

/** Secrets are left out, or only their names are told. */
type Secrets = 'without secrets' | 'with the names of secrets';

/** @throws StoreError when the file cannot be read. */
export function readAwsConfig(path: string, secrets: Secrets = 'without secrets'): AwsConfig {
  const [profiles, services] = [new Map<string, SettingTexts>(), new Map<string, SettingTexts>()];
  const sections = sectionsIn(path, { what: 'config file', variable: 'AWS_CONFIG_FILE' });
  for (const [section, options] of sections) {
    const texts = textsOf(options, secrets);
    const name = profileNamed(section);
    if (name !== undefined) profiles.set(name, texts);
    const ofServices = sectionNamed('services', section);
    if (ofServices !== undefined) services.set(ofServices, texts);
  }
  return { profiles, services };
}

/**
 * The profiles in the AWS CLI's file of credentials, with the names of their secrets and not these.
 * @throws StoreError when the file cannot be read.
 */
export function readCredentialNames(path: string): AwsProfiles {
  const sections = sectionsIn(path, { what: 'credentials file', variable: 'AWS_SHARED_CREDENTIALS_FILE' });
  return new Map([...sections].map(([name, options]) => [name, textsOf(options, 'with the names of secrets')]));
}

/** A file, and the variable that names another one. */
interface AwsFile {
  readonly what: string;
  readonly variable: string;
}

function sectionsIn(path: string, { what: kind, variable }: AwsFile) {
  try {
    return parseIni(readFileSync(path, 'utf8'));
  } catch (cause) {
    const what = `the AWS ${kind} ${path} cannot be used`;
    if (!(cause instanceof IniError)) throw fileError(what, cause);
    throw new StoreError(`${what}: line ${cause.line}: ${cause.message}`, {
      cause,
      hint: `${variable}=/dev/null leaves it out`,
    });
  }
}

/** The name of the profile that a section is; undefined for other sections, such as `[plugins]`. */
function profileNamed(section: string): string | undefined {
  return section === 'default' ? section : sectionNamed('profile', section);
}

function sectionNamed(kind: string, section: string): string | undefined {
  const [, found, double, single, bare] = /^(\w+)\s+(?:"([^"]*)"|'([^']*)'|(\S+))$/.exec(section) ?? [];
  return found === kind ? (double ?? single ?? bare) : undefined;
}

function textsOf(options: ReadonlyMap<string, IniValue>, secrets: Secrets): SettingTexts {
  const texts = [...options].flatMap(flat);
  if (secrets === 'without secrets') return Object.fromEntries(texts.filter(([each]) => !isSecret(each)));
  return Object.fromEntries(texts.map(([each, text]) => [each, isSecret(each) ? '' : text]));
}

const flat = ([name, value]: readonly [string, IniValue]): [string, string][] =>
  typeof value === 'string' ? [[name, value]] : [...value].map(([inner, text]) => [`${name}.${inner}`, text]);
