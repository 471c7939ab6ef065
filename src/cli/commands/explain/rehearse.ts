/**
 * Explains a command as it really runs: its own code makes its calls one after the other, over a store that is thrown
 * away, and nothing else is changed, such as files.
 */

import { AwsError, UsageError, WaitError } from '../../../api/errors.ts';
import { shellWord } from '../../../api/shell-word.ts';
import type { RehearsedCall } from '../../../call/scope.ts';
import { containerOf, oneResource, type SeveralResources, withResource } from '../../../policy/several-resources.ts';
import type { CommandSpec, CommandValues, Program, Result, WithOptions } from '../../command.ts';
import { carryOut } from '../../effects.ts';
import type { Session } from '../../session.ts';
import { requireContents } from './expectation.ts';
import { type CallRefusal, type ExplainedCall, refusalOf } from './explained.ts';
import { explanation, type showOptions } from './page.ts';
import { statedIn, type statedOptions } from './stated.ts';
import { withUnread } from './unread.ts';

/** A command to explain. */
export interface Asked {
  /** The words that lead to it, such as `s3 cp`. */
  readonly path: readonly string[];
  readonly spec: CommandSpec;
  readonly values: CommandValues;
}

/** How to show it, and under which condition keys. */
type Showed = WithOptions<ReturnType<typeof statedOptions> & typeof showOptions>;

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
  const told: string[] = [];
  const tally = newTally();
  // The keys that only S3 has do not count for other services.
  const stated = await statedIn(showed, 's3');
  const denied = showed.options.fix ? 'go-on' : 'end';
  const tried = session.rehearse({ report: tally.add, denied, stated }, (line) => {
    if (told.length < MOST_TOLD) told.push(line);
  });
  let exitCode: number;
  try {
    exitCode = await runs(asked, tried, program);
    if (tally.calls().length === 0 && told.length > 0) await requireCaller(tried);
  } finally {
    await tried.close();
  }
  const calls = tally.calls();
  if (calls.length === 0) throw new UsageError(told.length > 0 ? told : madeNoCall(asked));
  const refusal = exitCode !== 0 || denied === 'go-on' ? tally.refusal() : undefined;
  const failure = exitCode !== 0 && refusal === undefined ? { exitCode, lines: told } : undefined;
  return explanation(await withUnread({ title: titleOf(asked), calls, refusal, failure }, session), showed);
}

/** A command without calls says why, perhaps for each of many files. */
const MOST_TOLD = 5;

/** A caller that does not exist would be reported once for each call. @throws UsageError */
async function requireCaller({ aws }: Session): Promise<void> {
  try {
    await aws.caller();
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
    if (error instanceof AwsError) return REFUSED;
    if (!(error instanceof WaitError)) throw error;
    session.tell(error.message);
    return WAITED_IN_VAIN;
  }
}

/** The AWS CLI's exit code where a service refuses. */
const REFUSED = 254;

const WAITED_IN_VAIN = 255;

/** The lines of a result are made while they are read; bytes are not needed. */
async function endOf(result: Result): Promise<number> {
  if (result.kind === 'lines') {
    for await (const _ of result.lines);
    return result.exitCode?.() ?? 0;
  }
  return 'failed' in result && result.failed ? 1 : 0;
}

/** The calls of a command. Those with the same outcome are counted, so that any number of them can be shown. */
function newTally() {
  const byOutcome = new Map<string, { readonly first: ExplainedCall; times: number; resources: SeveralResources[] }>();
  let refused: (CallRefusal & { readonly operation: string }) | undefined;
  return {
    add({ service, operation, decisions, skipped, refusal: error, afterwards, isOverlooked }: RehearsedCall): void {
      const refusal = refusalOf(error);
      const call = `${service} ${operation}`;
      if (refusal && !isOverlooked) refused ??= { ...refusal, operation: call };
      const left = isOverlooked ? undefined : refusalOf(afterwards);
      const outcome = JSON.stringify([
        call,
        refusal?.code,
        left?.code,
        decisions.map(({ allowed, action, resource, because }) => [
          allowed,
          action,
          containerOf(action, resource),
          because,
        ]),
        skipped.map(({ action, resource }) => [action, resource]),
      ]);
      const known = byOutcome.get(outcome);
      if (known) {
        known.times += 1;
        known.resources = known.resources.map((each, i) => withResource(each, decisions[i]?.resource ?? each.common));
        return;
      }
      const resources = decisions.map(({ resource }) => oneResource(resource));
      byOutcome.set(outcome, { first: { call, decisions, skipped, refusal, afterwards: left }, times: 1, resources });
    },
    calls: (): ExplainedCall[] =>
      Array.from(byOutcome.values(), ({ first, times, resources }) => ({ ...first, times, resources })),
    /** The first refusal that the command does not overlook. */
    refusal: () => refused,
  };
}
