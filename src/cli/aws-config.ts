/**
 * The AWS CLI's own config file, from which ssebox reads profiles. It is never written, and what is secret in it is not
 * taken from it. `~/.aws/credentials` is not even read. AWS CLI User Guide, "Configuration and credential file
 * settings".
 */

import { readFileSync } from 'node:fs';
import { StoreError } from '../api/errors.ts';
import { fileError } from '../api/file-error.ts';
import { IniError, type IniValue, parseIni } from './ini.ts';
import { isSecret, type SettingTexts } from './settings.ts';

/** The profiles of a file, each with all of its options; one below another is `s3.multipart_threshold`. */
export type AwsProfiles = ReadonlyMap<string, SettingTexts>;

/** @throws StoreError when the file cannot be read. */
export function readAwsProfiles(path: string): AwsProfiles {
  const profiles = new Map<string, SettingTexts>();
  for (const [section, options] of sectionsIn(path)) {
    const name = profileNamed(section);
    if (name !== undefined) profiles.set(name, Object.fromEntries([...options].flatMap(flat)));
  }
  return profiles;
}

function sectionsIn(path: string) {
  try {
    return parseIni(readFileSync(path, 'utf8'));
  } catch (cause) {
    const what = `the AWS config file ${path} cannot be used`;
    if (!(cause instanceof IniError)) throw fileError(what, cause);
    throw new StoreError(`${what}: line ${cause.line}: ${cause.message}`, {
      cause,
      hint: 'AWS_CONFIG_FILE=/dev/null leaves it out',
    });
  }
}

/** The name of the profile that a section is; undefined for other sections, such as `[plugins]`. */
function profileNamed(section: string): string | undefined {
  if (section === 'default') return section;
  const [, double, single, bare] = /^profile\s+(?:"([^"]*)"|'([^']*)'|(\S+))$/.exec(section) ?? [];
  return double ?? single ?? bare;
}

function flat([name, value]: readonly [string, IniValue]): [string, string][] {
  const texts: [string, string][] =
    typeof value === 'string' ? [[name, value]] : [...value].map(([inner, text]) => [`${name}.${inner}`, text]);
  return texts.filter(([each]) => !isSecret(each));
}
