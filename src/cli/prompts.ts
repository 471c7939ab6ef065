/** Prompts for what the command line left out. Questions go to standard error; Ctrl-C and Ctrl-D end the program. */

import type { Key } from 'node:readline';
import { PassThrough } from 'node:stream';
import { checkbox, confirm, input, password, Separator, search } from '@inquirer/prompts';
import type { Io } from './io.ts';
import { spelledOut } from './output/spelled-out.ts';
import type { Choice } from './session.ts';

/** A question for the value of an argument or option. */
export interface Question {
  /** As the command line has it: of an option with its dashes. */
  readonly name: string;
  readonly about: string;
  /** The choices for what is typed so far; absent: any text. */
  readonly offer?: ((typed: string) => Promise<readonly Choice[]>) | undefined;
  /** What is wrong with an answer; undefined if nothing is. */
  readonly fault?: ((answer: string) => Promise<string | undefined>) | undefined;
  /** Enter takes what was typed, and not the first choice that it fits. */
  readonly mayBeNew?: boolean | undefined;
  /** Whether nothing of the answer is shown. */
  readonly isHidden?: boolean | undefined;
}

/** The value of an argument: one of the choices, or a text. What does not fit is asked for again, and can be mended. */
export async function askFor(question: Question, io: Io): Promise<string> {
  const { offer, isHidden } = question;
  const message = messageOf(question);
  const validate = async (answer: string) => spelledFault(await question.fault?.(answer));
  if (isHidden) return onTerminal(io, (at) => password({ message, validate: required(validate) }, at));
  // A store that cannot be read ends the command before anything is asked.
  const all = await offer?.('');
  if (!offer || all?.length === 0) return onTerminal(io, (at) => input({ message, required: true, validate }, at));
  let shown = Promise.resolve(shownChoices(all ?? [], '', question));
  const source = (typed = '') => {
    if (typed !== '') shown = offer(typed).then((found) => shownChoices(found, typed, question));
    else shown = Promise.resolve(shownChoices(all ?? [], '', question));
    return shown;
  };
  const validateShown = async (answer: string) => {
    // Enter can come before the choices for what was typed just before it.
    const isShown = (await shown).some((each) => 'value' in each && each.value === answer);
    return isShown ? validate(answer) : 'choose again: the choices have changed';
  };
  const asked = { message, pageSize: PAGE, source, validate: validateShown, theme: searchTheme };
  return onTerminal(io, (at) => search(asked, at));
}

/** Several of the choices, at least one. */
export async function askForSeveral(question: Question, io: Io): Promise<string[]> {
  const offered = (await question.offer?.('')) ?? [];
  const choices = offered.map((choice) => ({ value: choice.value, name: nameOf(choice), short: choice.value }));
  const asked = { message: messageOf(question), pageSize: PAGE, choices, required: true };
  return onTerminal(io, (at) => checkbox(asked, at));
}

/** Yes or no; Enter alone means no. */
export function askYesNo(question: string, io: Io): Promise<boolean> {
  return onTerminal(io, (at) => confirm({ message: spelledOut(question), default: false }, at));
}

/** Any text, even none, that `fault` has no reason to refuse; it is asked again until then. */
export function askText(question: string, fault: (text: string) => string | undefined, io: Io): Promise<string> {
  const validate = (text: string) => fault(text) ?? true;
  return onTerminal(io, (at) => input({ message: spelledOut(question), validate }, at));
}

/** A secret: nothing of it is shown, not even its length. */
export function askSecret(question: string, io: Io): Promise<string> {
  return onTerminal(io, (at) => password({ message: spelledOut(question) }, at));
}

/** With the question, what is typed and the help below, this many choices fit on 24 lines. */
const PAGE = 12;

const messageOf = ({ name, about }: Question): string => spelledOut(`${name}: ${about}`);

const spelledFault = (fault: string | undefined): true | string => (fault === undefined ? true : spelledOut(fault));

const required = (validate: (answer: string) => Promise<true | string>) => async (answer: string) =>
  answer === '' ? 'You must provide a value' : validate(answer);

/** Besides the keys that are known, the one that goes on below a choice. */
const searchTheme = {
  style: {
    keysHelpTip: () => '↑↓ navigate • ⇥ complete • ⏎ select',
  },
};

interface Terminal {
  readonly input: PassThrough;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/**
 * Asks a person who may be asked. At Ctrl-D on an empty line readline stops reading, and the prompt would wait for ever:
 * the program would end as if all were done. When the terminal is closed, reading it, writing to it and setting its mode
 * all fail in events that a prompt does not listen to: they count as SIGHUP, which may still be under way.
 */
async function onTerminal<T>({ streams, interrupt }: Io, ask: (at: Terminal) => Promise<T>): Promise<T> {
  const { stdin, questions } = streams;
  if (!questions) throw new Error('there is nobody to ask');
  return interrupt.whileAsking(async (ended, hangUp) => {
    const setRawMode = (isRaw: boolean) => void stdin.setRawMode?.(isRaw);
    const input = Object.assign(new PassThrough(), { setRawMode });
    const ending = new AbortController();
    let isEnd = false;
    input.on('keypress', (_text: unknown, { ctrl, name }: Key) => {
      isEnd = ctrl === true && name === 'd';
    });
    input.on('pause', () => {
      if (isEnd) ending.abort();
    });
    // Before standard input is destroyed, since the terminal may live on.
    const restore = () => setRawMode(false);
    ended.addEventListener('abort', restore);
    questions.on('error', hangUp);
    stdin.on('error', hangUp).once('end', hangUp).pipe(input, { end: false });
    try {
      return await ask({ input, output: questions, signal: AbortSignal.any([ended, ending.signal]) });
    } finally {
      ended.removeEventListener('abort', restore);
      stdin.unpipe(input).removeListener('end', hangUp).pause();
      // What fails on a terminal that is gone can still be reported later.
      if (!ended.aborted) {
        questions.removeListener('error', hangUp);
        stdin.removeListener('error', hangUp);
      }
    }
  });
}

/** The choices that contain the typed words, ignoring case; and the typed text itself, since it may be another one. */
function shownChoices(offered: readonly Choice[], typed: string, { mayBeNew }: Question) {
  const words = typed.toLowerCase().split(/\s+/);
  const found = offered
    .filter(({ value, about = '' }) => {
      const text = `${value} ${about}`.toLowerCase();
      return value.startsWith(typed) || words.every((word) => text.includes(word));
    })
    .map((choice) => ({ value: choice.value, name: nameOf(choice), short: spelledOut(choice.value) }));
  if (typed === '' || found.some(({ value }) => value === typed)) return found;
  // Its name is what was typed, so that an answer that does not fit stays where it can be mended.
  const own = { value: typed, name: typed, short: spelledOut(typed), description: '(as typed)' };
  if (mayBeNew) return [own, ...found];
  return found.length === 0 ? [own] : [...found, new Separator('as typed:'), own];
}

/** What ends in a slash is gone on from with its name as it is. */
const nameOf = ({ value, about }: Choice): string =>
  about === undefined || about === '' || value.endsWith('/') ? spelledOut(value) : spelledOut(`${value}  ${about}`);
