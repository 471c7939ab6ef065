/** The name of a value in a profile, as the AWS CLI's `configure get` and `configure set` take it. */

import { UsageError } from '../../../api/errors.ts';
import { DEFAULT_PROFILE } from '../../config.ts';

/** Where a value stands. */
export interface Variable {
  readonly profile: string;
  /** One below another is `s3.multipart_threshold`. */
  readonly name: string;
}

/**
 * Reads `NAME`, `NAME.NAME`, `default.NAME` or `profile.PROFILE.NAME`; what names no profile is in the current one.
 * AWS CLI Command Reference, configure set.
 * @throws UsageError for any other form
 */
export function variableIn(text: string, current: string): Variable {
  const parts = text.split('.');
  if (parts[0] === DEFAULT_PROFILE && parts.length > 1) return variableOf(DEFAULT_PROFILE, parts.slice(1), text);
  if (parts[0] === 'profile' && parts.length > 1) return variableOf(parts[1] ?? '', parts.slice(2), text);
  return variableOf(current, parts, text);
}

/** The same where a profile that exists may stand in front by its name alone: AWS CLI Command Reference, configure get. */
export function variableAmong(text: string, current: string, profiles: readonly string[]): Variable {
  const [first = '', ...names] = text.split('.');
  const isProfile = names.length > 0 && first !== 'profile' && profiles.includes(first);
  return isProfile ? variableOf(first, names, text) : variableIn(text, current);
}

function variableOf(profile: string, names: readonly string[], text: string): Variable {
  const isWhole = names.length > 0 && names.length < 3 && !names.includes('') && profile !== '';
  if (isWhole) return { profile, name: names.join('.') };
  throw new UsageError(`"${text}" does not name a value: write NAME, NAME.NAME, default.NAME or profile.PROFILE.NAME`);
}
