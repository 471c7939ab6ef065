/** What somebody may have meant by a word of a command line that is unknown, for the end of the message about it. */

import { nearest, oneOf } from '../api/nearest.ts';

/** Names of the same thing in other groups and other programs; each may stand for any other of its line. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['ls', 'list', 'dir'],
  ['rm', 'delete', 'remove', 'del'],
  ['mb', 'create', 'new', 'add', 'make', 'mk'],
  ['show', 'describe', 'get', 'info', 'inspect', 'cat', 'status', 'view'],
  ['cp', 'copy', 'put', 'upload', 'download'],
  ['mv', 'move', 'rename'],
  ['delete-key', 'remove-key', 'schedule-key-deletion'],
  ['undelete-key', 'restore-key', 'cancel-key-deletion'],
  ['rotate', 'rotate-key-on-demand'],
  ['whoami', 'get-caller-identity'],
  ['head', 'head-object', 'head-bucket'],
];

/** ` (Did you mean rotate or rotate-key-on-demand?)` after an unknown command; empty if nothing is like it. */
export function afterCommand(typed: string, names: readonly string[]): string {
  const others = synonymsOf(typed.toLowerCase());
  const known = names.filter((name) => others.has(name)).slice(0, 3);
  return question(known.length > 0 ? known : nearest(typed, names));
}

/** Other words for a name, or for the verb that it begins with: `new-user` is `create-user`. */
function synonymsOf(name: string): ReadonlySet<string> {
  const [, verb = '', rest = ''] = /^([^-]+)(-.+)$/.exec(name) ?? [];
  return new Set(
    SYNONYMS.flatMap((line) => {
      if (line.includes(name)) return line;
      return line.includes(verb) ? line.map((other) => `${other}${rest}`) : [];
    }),
  );
}

/** The same after an unknown option. */
export const afterOption = (typed: string, names: readonly string[]): string =>
  question(nearest(typed.replace(/^-+/, ''), names).map((name) => `--${name}`));

/** The same after a value that is not one of those allowed. */
export const afterValue = (typed: string, values: readonly string[]): string => question(nearest(typed, values));

const question = (near: readonly string[]): string => (near.length === 0 ? '' : ` (Did you mean ${oneOf(near)}?)`);
