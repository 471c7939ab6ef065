/** The text of an option, the same in help and in the manual. */

import type { OptionSpec } from '../command.ts';

/** What an option is for, the values that it takes, and whether a command needs it. */
export function optionText({ about, values, choices, required }: OptionSpec): string {
  const taken = values ?? (typeof choices === 'object' ? `one of ${choices.join(', ')}` : undefined);
  return `${about}${taken === undefined ? '' : `; ${taken}`}${required ? ' (required)' : ''}`;
}
