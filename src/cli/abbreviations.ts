/**
 * Options that are not written out: a beginning that only one option has stands for it, as Python's argparse takes it.
 * The AWS CLI looks among its global options before it knows the command, and then among the command's own.
 */

import type { CommandSpec } from './command.ts';
import { type Globals, globalSpecs, OPTION, onlyOne, takeGlobals } from './globals.ts';

/**
 * Writes out the options of a command that are not known as they stand. Whatever else is unknown stays as it is.
 * @param words those behind the program's name, without global options that were written out
 * @throws CommandLineError where a beginning could be one of several options
 */
export function writtenOut(words: readonly string[], spec: CommandSpec): { words: string[]; globals: Globals } {
  const end = words.indexOf('--');
  const [own, plain] = end < 0 ? [words, []] : [words.slice(0, end), words.slice(end)];
  const named = namesOf(spec);
  const exact = new Set(named);
  const full = own.map((word) => {
    const [, name, value = ''] = OPTION.exec(word) ?? [];
    if (name === undefined || exact.has(name) || name === 'help') return word;
    const found = onlyOne(word, named) ?? onlyOne(word, Object.keys(globalSpecs));
    return found === undefined ? word : `--${found}${value}`;
  });
  const { globals, rest } = takeGlobals(full);
  return { words: [...rest, ...plain], globals };
}

/** A command's own options, and those that its operation takes for its input and pages. */
function namesOf({ options = {}, isOperation }: CommandSpec): string[] {
  const own = Object.entries(options).flatMap(([name, { type }]) =>
    type === 'boolean-pair' ? [name, `no-${name}`] : [name],
  );
  const general = Object.entries(globalSpecs).flatMap(([name, spec]) => ('service' in spec ? [name] : []));
  return isOperation ? [...own, ...general] : own;
}
