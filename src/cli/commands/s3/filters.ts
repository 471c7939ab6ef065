/** `--exclude` and `--include`: AWS CLI Command Reference, s3, "Use of Exclude and Include Filters". */

import { isAbsolute, resolve } from 'node:path';
import type { CommandValues, OptionSpec } from '../../command.ts';
import { fileMatches, parseFilePattern } from './file-pattern.ts';
import type { Source } from './sources.ts';

export const filterOptions = {
  exclude: { about: 'exclude what matches the pattern', type: 'repeat', value: 'PATTERN' },
  include: { about: 'include what matches the pattern even if excluded before', type: 'repeat', value: 'PATTERN' },
} as const satisfies Record<string, OptionSpec>;

/** The part of a source that the patterns apply to. */
type Filtered = Pick<Source, 'path' | 'place'>;

/**
 * Whether a source is included: the last matching pattern decides. A pattern applies to the path relative to the start
 * of the source; one that begins at the root applies to a file's absolute path.
 */
export function filterOf({ repeated = [] }: Pick<CommandValues, 'repeated'>): (source: Filtered) => boolean {
  const filters = repeated
    .filter(({ name }) => name in filterOptions)
    .map(({ name, value }) => ({
      isTaken: name === 'include',
      isAbsolute: isAbsolute(value),
      pattern: parseFilePattern(value),
    }));
  return ({ path, place }) => {
    const matches = ({ pattern, isAbsolute }: (typeof filters)[number]) =>
      isAbsolute ? place.kind === 'file' && fileMatches(pattern, resolve(place.file)) : fileMatches(pattern, path);
    return filters.findLast(matches)?.isTaken ?? true;
  };
}
