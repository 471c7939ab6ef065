/** Lines for a person's shell to read: words quoted, and variables set, in its own syntax. */

import { shellWord } from '../api/shell-word.ts';
import type { Environment } from '../env.ts';

/** `bash` stands for all POSIX shells. */
export type Shell = 'bash' | 'fish';

/** The shell of the person, by `$SHELL`. */
export const shellOf = ({ variables }: Pick<Environment, 'variables'>): Shell =>
  /(^|\/)fish$/.test(variables.SHELL ?? '') ? 'fish' : 'bash';

/** fish reads a backslash before a quote or a backslash in single quotes: fish documentation, "Quotes". */
export const quoted = (word: string, shell: Shell): string =>
  shell === 'fish' ? `'${word.replaceAll(/[\\']/g, '\\$&')}'` : shellWord(word);

/** Sets a variable for what the shell starts; undefined removes it. */
export function variableLine(name: string, value: string | undefined, shell: Shell): string {
  if (value === undefined) return shell === 'fish' ? `set -e ${name}` : `unset ${name}`;
  return shell === 'fish' ? `set -gx ${name} ${quoted(value, shell)}` : `export ${name}=${quoted(value, shell)}`;
}
