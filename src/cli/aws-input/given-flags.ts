/** Which flags of a 1:1 command were typed. */

import type { OptionValue } from '../command.ts';
import type { GivenFlag } from './flag-value.ts';
import type { Flag } from './flags.ts';

type Options = Readonly<Record<string, OptionValue | undefined>>;

/** Those that set a member of the input. */
export function givenFlags(flags: readonly Flag[], options: Options): GivenFlag[] {
  const given: GivenFlag[] = [];
  for (const { flag, member, kind, negated } of flags) {
    const value = options[flag.slice(2)];
    if (kind === 'member' && !negated && value !== undefined) given.push({ flag, member, value });
  }
  return given;
}

/** Those that set part of a member, with their texts. */
export function givenShortcuts(flags: readonly Flag[], options: Options): readonly (readonly [string, string])[] {
  return flags.flatMap(({ flag, kind }) => {
    const value = options[flag.slice(2)];
    return kind === 'shortcut' && typeof value === 'string' ? [[flag, value] as const] : [];
  });
}
