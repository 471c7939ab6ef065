/** `--exclude` and `--include`: AWS CLI Command Reference, s3, "Use of Exclude and Include Filters". */

import type { CommandValues, OptionSpec } from '../../command.ts';

export const filterOptions = {
  exclude: { about: 'leave out what the pattern matches', type: 'repeat', value: 'PATTERN' },
  include: { about: 'take what the pattern matches after all', type: 'repeat', value: 'PATTERN' },
} as const satisfies Record<string, OptionSpec>;

/** Whether a path, relative to where the source begins, is taken: the last pattern that matches decides. */
export function filterOf({ repeated = [] }: CommandValues): (path: string) => boolean {
  const filters = repeated
    .filter(({ name }) => name in filterOptions)
    .map(({ name, value }) => ({ isTaken: name === 'include', pattern: globPattern(value) }));
  return (path) => filters.findLast(({ pattern }) => pattern.test(path))?.isTaken ?? true;
}

/** Python's fnmatch: `*` and `?` match slashes too, `[…]` one of a set, `[!…]` none of it. */
function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*|\?|\[!?\]?[^\]]*\]|[\s\S]/g, (token) => {
    if (token === '*') return '[\\s\\S]*';
    if (token === '?') return '[\\s\\S]';
    if (token.length > 2 && token.startsWith('[')) {
      const isNone = token.startsWith('[!');
      const set = token.slice(isNone ? 2 : 1, -1).replace(/[\\[\]^]/g, '\\$&');
      return `[${isNone ? '^' : ''}${set}]`;
    }
    return token.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 'u');
}
