/** The command line that says the same as answers did, to be copied; nothing secret is in it. */

import { shellWord } from '../api/shell-word.ts';
import type { CommandSpec, CommandValues, OptionSpec, OptionValue } from './command.ts';
import { shellText } from './docs/shell-words.ts';
import type { Globals } from './globals.ts';
import { hasHidden } from './output/spelled-out.ts';
import type { Session } from './session.ts';

/** One run of a command. */
export interface Typed {
  /** The words that lead to the command, such as `s3 cp`. */
  readonly path: readonly string[];
  readonly spec: CommandSpec;
  readonly values: CommandValues;
  readonly globals: Globals;
}

/**
 * A line of a POSIX shell that runs the command without asking. In place of a secret it has a variable, or the `-` that
 * reads bytes from standard input.
 */
export function commandLine({ path, spec, values, globals }: Typed): string {
  const args = Object.keys(spec.args ?? {}).flatMap((name) => values.args[name] ?? []);
  const options = Object.entries(spec.options ?? {}).flatMap(([name, option]) =>
    optionWords(name, option, values.options[name]),
  );
  const general = Object.entries(globals).flatMap(([name, value]) =>
    value === undefined ? [] : value === true ? [`--${name}`] : [`--${name}`, quoted(`${value}`)],
  );
  const words = args.map(quoted);
  // A word that begins like an option would be taken for one.
  const isPlain = !args.some((word) => word.startsWith('-') && word !== '-');
  const rest = isPlain ? [...words, ...options, ...general] : [...options, ...general, '--', ...words];
  return ['ssebox', ...path, ...rest].join(' ');
}

/**
 * Says what was done, and how it is done without questions. After a failure the answers are not lost: the line has them.
 */
export async function tellAgain(
  typed: Typed,
  { isDone }: { readonly isDone: boolean },
  session: Session,
): Promise<void> {
  const { spec } = typed;
  const { summary } = (await spec.described?.()) ?? spec;
  if (isDone) session.tell(`done: ${summary || spec.name}`);
  session.tell(`${isDone ? 'without questions' : 'to try it again'}: ${commandLine(typed)}`);
}

function optionWords(name: string, { type, secret }: OptionSpec, value: OptionValue | undefined): string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') {
    if (value) return [`--${name}`];
    return type === 'boolean-pair' ? [`--no-${name}`] : [];
  }
  const texts = typeof value === 'object' ? value : [`${value}`];
  const words = texts.map((text) => (secret && !isReference(text) ? standIn(name, secret) : quoted(text)));
  return type === 'repeat' ? words.flatMap((word) => [`--${name}`, word]) : [`--${name}`, ...words];
}

/** Whether a value only says where the secret is. */
const isReference = (text: string): boolean => text === '-' || /^fileb?:\/\//.test(text);

const standIn = (name: string, secret: NonNullable<OptionSpec['secret']>): string =>
  secret === 'bytes' ? '-' : `"$${name.toUpperCase().replaceAll('-', '_')}"`;

/** A word that can be copied from a screen, whatever is in it. */
const quoted = (word: string): string => (hasHidden(word) ? shellText(word) : shellWord(word));
