/** Prompts for what the command line left out. Questions go to standard error; Ctrl-C ends the program. */

import { confirm, input, password, search } from '@inquirer/prompts';
import type { Io } from './io.ts';
import { spelledOut } from './output/spelled-out.ts';
import type { Choice } from './session.ts';

/** The value of an argument: one of the choices, or any text if there are none. */
export function askFor(name: string, about: string, offered: readonly Choice[] | undefined, io: Io): Promise<string> {
  const message = spelledOut(`${name}: ${about}`);
  if (!offered || offered.length === 0) {
    return input({ message, required: true }, terminalOf(io));
  }
  return search({ message, pageSize: 12, source: (typed) => matching(offered, typed ?? '') }, terminalOf(io));
}

/** Yes or no; Enter alone means no. */
export function askYesNo(question: string, io: Io): Promise<boolean> {
  return confirm({ message: spelledOut(question), default: false }, terminalOf(io));
}

/** A secret: nothing of it is shown, not even its length. */
export function askSecret(question: string, io: Io): Promise<string> {
  return password({ message: spelledOut(question) }, terminalOf(io));
}

/** The terminal of a person who may be asked. */
function terminalOf({ streams: { stdin, questions } }: Io) {
  if (!questions) throw new Error('there is nobody to ask');
  return { input: stdin, output: questions };
}

/** The choices that contain the typed words, ignoring case; and the typed text itself, since it may be new. */
function matching(offered: readonly Choice[], typed: string): { value: string; name: string; short: string }[] {
  const words = typed.toLowerCase().split(/\s+/);
  const found = offered.filter(({ value, about = '' }) => {
    const text = `${value} ${about}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const isNew = typed !== '' && !found.some(({ value }) => value === typed);
  const shown = isNew ? [...found, { value: typed, about: '(as typed)' }] : found;
  return shown.map(({ value, about }) => ({
    value,
    name: spelledOut(about ? `${value}  ${about}` : value),
    short: spelledOut(value),
  }));
}
