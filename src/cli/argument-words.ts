/**
 * The words of an operation's command as the AWS CLI's parser, Python's argparse, deals them out to the options: a word
 * that looks like an option is not a value, of a repeated option the last one counts, and a list may be empty.
 */

import { CommandLineError } from '../api/errors.ts';
import type { CommandSpec } from './command.ts';
import { isOptionWord, OPTION } from './globals.ts';

/** Words of which each holds a whole option with its value, and the lists that were given without one. */
export interface DealtOut {
  readonly words: string[];
  /** Without dashes. */
  readonly emptyLists: readonly string[];
}

/**
 * Deals out the words behind the names of a command; options that are not written out stay as they are.
 * @throws CommandLineError for an option without its value
 */
export function dealtOut(
  words: readonly string[],
  { options = {} }: Pick<CommandSpec, 'options'>,
  hint: string,
): DealtOut {
  const dealt: { readonly list?: string; readonly words: readonly string[] }[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '--') {
      dealt.push({ words: words.slice(i) });
      break;
    }
    const [, name = '', inline] = OPTION.exec(word) ?? [];
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option?.type === 'list') {
      const values = inline === undefined ? valuesFrom(words, i + 1) : [inline.slice(1)];
      if (inline === undefined) i += values.length;
      dealt.push({ list: name, words: values.map((value) => `--${name}=${value}`) });
    } else if (inline === undefined && (option?.type === 'string' || option?.type === 'integer')) {
      const value = words[++i];
      if (value === undefined || isOptionWord(value)) {
        const isName = value === undefined || OPTION.test(value) || value === '--';
        throw new CommandLineError(
          `--${name} needs a value: ${option.value ?? 'VALUE'}`,
          isName ? hint : `the value "${value}" is written --${name}=${value}`,
        );
      }
      dealt.push({ words: [`--${name}=${value}`] });
    } else {
      dealt.push({ words: [word] });
    }
  }
  const last = new Map(dealt.flatMap((each) => (each.list === undefined ? [] : [[each.list, each]])));
  return {
    words: dealt.flatMap((each) => (each.list === undefined || last.get(each.list) === each ? each.words : [])),
    emptyLists: [...last].flatMap(([name, { words: values }]) => (values.length === 0 ? [name] : [])),
  };
}

function valuesFrom(words: readonly string[], start: number): readonly string[] {
  const end = words.findIndex((word, i) => i >= start && isOptionWord(word));
  return words.slice(start, end < 0 ? undefined : end);
}
