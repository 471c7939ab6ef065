/** Asks a person for what a command requires and was not typed, one after the other; each answer is checked at once. */

import { AwsError, StoreError, UsageError } from '../api/errors.ts';
import type { ArgumentSpec, CommandSpec, CommandValues, OptionSpec } from './command.ts';
import type { Io } from './io.ts';
import { missingIn } from './left-out.ts';
import { askFor, askForSeveral, type Question } from './prompts.ts';
import { refusalLine } from './refusal-line.ts';
import type { Session } from './session.ts';

/** The values of a command, with an answer for whatever was missing. */
export async function askForMissing(
  spec: CommandSpec,
  typed: CommandValues,
  session: Session,
  io: Io,
): Promise<CommandValues> {
  const shown = (await spec.described?.()) ?? spec;
  let values = typed;
  const asked = new Set<string>();
  // Which values are needed can depend on the answers.
  while (true) {
    const [next] = missingIn(spec, values, session.globals, asked);
    if (!next) return values;
    asked.add(next.shown);
    const about = next.kind === 'option' ? shown.options?.[next.name]?.about : shown.args?.[next.name]?.about;
    values = await answered(next, about ?? next.spec.about, values, session, io);
  }
}

type Missing = ReturnType<typeof missingIn>[number];

async function answered(
  missing: Missing,
  about: string,
  values: CommandValues,
  session: Session,
  io: Io,
): Promise<CommandValues> {
  const { kind, name, shown, spec } = missing;
  const question = questionOf(shown, { ...spec, about }, values, session);
  if (kind === 'argument') {
    const answer = await askFor(question, io);
    return { ...values, args: { ...values.args, [name]: missing.spec.many ? [answer] : answer } };
  }
  const value = await optionValue(missing.spec, question, session, io);
  return { ...values, options: { ...values.options, [name]: value } };
}

async function optionValue(spec: OptionSpec, question: Question, session: Session, io: Io) {
  if (spec.joinedBy !== undefined) {
    const picked = await askForSeveral(question, io);
    return spec.type === 'list' ? picked : picked.join(spec.joinedBy);
  }
  const answer = await askFor(question, io);
  if (spec.type === 'integer') return Number(answer);
  return spec.fromPrompt ? spec.fromPrompt(answer, session) : answer;
}

function questionOf(name: string, spec: ArgumentSpec | OptionSpec, values: CommandValues, session: Session): Question {
  const { choices, check, mayBeNew } = spec;
  const isOption = 'type' in spec;
  const fromPrompt = isOption ? spec.fromPrompt : undefined;
  const listed = typeof choices === 'function' ? undefined : choices;
  return {
    name,
    about: fromPrompt ? `${spec.about}: the text itself, or fileb://FILE` : spec.about,
    mayBeNew,
    isHidden: isOption && spec.secret === 'text',
    offer: listed
      ? async () => listed.map((value) => ({ value }))
      : typeof choices === 'function'
        ? (typed) => choices(session, { typed, values })
        : undefined,
    fault: (answer) =>
      faultOf(async () => {
        if (listed && !listed.includes(answer)) {
          throw new UsageError(`${name} takes one of ${listed.join(', ')}, not "${answer}"`);
        }
        if (isOption && spec.type === 'integer' && !/^-?\d+$/.test(answer)) {
          throw new UsageError(`${name} takes a whole number, not "${answer}"`);
        }
        await check?.(fromPrompt ? fromPrompt(answer, session) : answer, session, values);
      }),
  };
}

/** What a check says is wrong; undefined if it says nothing. */
async function faultOf(check: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.lines.join(' ');
    if (error instanceof AwsError) return refusalLine(error);
    if (error instanceof StoreError) return error.message;
    throw error;
  }
}
