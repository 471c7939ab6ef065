/**
 * Explains a command as it really runs: its own code makes its calls one after the other, over a store that is thrown
 * away, and nothing else is changed, such as files.
 */

import { AbsenceError, AwsError, UsageError, WaitError } from '../../../api/errors.ts';
import { shellWord } from '../../../api/shell-word.ts';
import type { Rehearsal } from '../../../call/scope.ts';
import type { CommandSpec, CommandValues, Program, Result, WithOptions } from '../../command.ts';
import { carryOut } from '../../effects.ts';
import { exitCodeOf } from '../../exit-codes.ts';
import type { Session } from '../../session.ts';
import { newCallTally } from './call-tally.ts';
import { completed } from './completed.ts';
import { requireContents } from './expectation.ts';
import type { Explained } from './explained.ts';
import type { showOptions } from './page.ts';
import { type assumingOptions, explainedInQuestion, proposedIn } from './proposed.ts';
import { statedIn } from './stated.ts';

/** A command to explain. */
export interface Asked {
  /** The words that lead to it, such as `s3 cp`. */
  readonly path: readonly string[];
  readonly spec: CommandSpec;
  readonly values: CommandValues;
}

/** How to show it, and under which condition keys. */
type Showed = WithOptions<ReturnType<typeof assumingOptions> & typeof showOptions>;

/**
 * Runs a command without doing anything, and explains its calls. With `--fix` a denied call continues as if it were
 * allowed, so that what later calls lack is shown too.
 * @throws UsageError for whatever the command refuses without a call, and if it makes none.
 */
export async function explainCommand(
  asked: Asked,
  showed: Showed,
  session: Session,
  program: Program,
): Promise<Result> {
  requireContents(showed, session);
  // The keys that only S3 has do not count for other services.
  const stated = await statedIn(showed, 's3');
  const denied = showed.options.fix ? 'go-on' : 'end';
  const prepare = await proposedIn(
    showed,
    session,
    explainedInQuestion(session, async () => {
      const { tried } = await tryCommand(asked, { denied: 'go-on', stated }, session.rehearse, program);
      return tried.calls.flatMap(({ decisions }) => decisions);
    }),
  );
  const rehearse: Session['rehearse'] = (rehearsal, tell) => session.rehearse(rehearsal, tell, prepare);
  const { tried, error } = await tryCommand(asked, { denied, stated }, rehearse, program);
  return completed(tried, error, showed, session);
}

/** A command that was tried, and the error that ends it, if any. */
interface TriedCommand {
  readonly tried: Explained;
  readonly error: AwsError | undefined;
}

/**
 * Runs a command in a session of its own that only tries calls.
 * @throws UsageError for whatever the command refuses without a call, and if it makes none.
 */
export async function tryCommand(
  asked: Asked,
  { denied, stated }: Pick<Rehearsal, 'denied' | 'stated'>,
  rehearse: Session['rehearse'],
  program: Program,
): Promise<TriedCommand> {
  const told: string[] = [];
  const tally = newCallTally();
  const session = rehearse({ report: tally.add, denied, stated }, (line) => {
    if (told.length < MOST_TOLD) told.push(line);
  });
  let exitCode: number;
  try {
    exitCode = await runs(asked, session, program);
    if (tally.calls().length === 0 && told.length > 0) await requireCaller(session);
  } finally {
    await session.close();
  }
  const calls = tally.calls();
  if (calls.length === 0) throw new UsageError(told.length > 0 ? told : madeNoCall(asked));
  const refusal = exitCode !== 0 || denied === 'go-on' ? tally.refusal() : undefined;
  const failure = exitCode !== 0 && refusal === undefined ? { exitCode, lines: told } : undefined;
  return { tried: { title: titleOf(asked), calls, refusal, failure }, error: tally.error() };
}

/** A command without calls says why, perhaps for each of many files. */
const MOST_TOLD = 5;

/** A caller that does not exist would be reported once for each call. @throws UsageError */
async function requireCaller({ aws }: Session): Promise<void> {
  try {
    await aws.caller('sts');
  } catch (error) {
    // That credentials are not valid is the answer of a call.
    if (!(error instanceof AwsError)) throw error;
  }
}

const madeNoCall = ({ path }: Asked): string =>
  `"${path.join(' ')}" made no call to an AWS service, so there is nothing to explain`;

/** The command's name and arguments, as they would be typed. */
function titleOf({ path, values: { args } }: Asked): string {
  const words = Object.values(args).flatMap((value) => value ?? []);
  return [...path, ...words.map(shellWord)].join(' ');
}

/** Runs a command to its end. @returns its exit code */
async function runs({ spec, values }: Asked, session: Session, program: Program): Promise<number> {
  try {
    const result = await spec.run(values, session, program);
    const exitCode = await endOf(result);
    await carryOut([...session.aws.effects], session);
    return exitCode;
  } catch (error) {
    if (error instanceof WaitError || error instanceof AbsenceError) session.tell(error.message);
    else if (!(error instanceof AwsError)) throw error;
    return exitCodeOf(error);
  }
}

/**
 * The exit code of a command whose result is not shown. The lines of a result are made while they are read; bytes are
 * not needed.
 */
export async function endOf(result: Result): Promise<number> {
  if (result.kind === 'lines') {
    for await (const _ of result.lines);
    return result.exitCode?.() ?? 0;
  }
  return 'failed' in result && result.failed ? 1 : 0;
}
