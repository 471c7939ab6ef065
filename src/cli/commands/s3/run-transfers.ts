/** Runs transfers, several at a time, and tells of each in the AWS CLI's lines. */

import { SMALL_BYTES } from '../../body.ts';
import type { CommandValues, OptionSpec, Result } from '../../command.ts';
import { progressOf } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { isSet } from '../given.ts';
import { failureLine, isOfOneTransfer, type Skipped, type Transfer, transferLine } from './transfer.ts';

/**
 * Ten transfers are under way at once (AWS CLI S3 Configuration, max_concurrent_requests); of small ones, each a tenth
 * of the load of another, a hundred: those under way share a commit, which costs more than they do.
 */
const MOST_LOAD = 100;
const LOAD = 10;
const SMALL_LOAD = 1;

/** The options about what is told. */
export const tellingOptions = {
  dryrun: { about: 'say what would be done, and do nothing', type: 'boolean' },
  quiet: { about: 'tell nothing', type: 'boolean' },
  'only-show-errors': { about: 'tell only what failed', type: 'boolean' },
  progress: { about: 'show how far it is', type: 'boolean-pair' },
} as const satisfies Record<string, OptionSpec>;

/** A transfer that is over, and the load that it was. */
type Ended = { readonly load: number } & ({ readonly line: string | undefined } | { readonly error: unknown });

/** Lines as transfers end; the exit code is 1 when some failed, 2 when some were skipped. */
export function runTransfers(
  transfers: AsyncIterable<Transfer | Skipped>,
  values: CommandValues,
  session: Session,
): Result {
  const isQuiet = isSet(values, 'quiet');
  const isTelling = !isQuiet && !isSet(values, 'only-show-errors');
  const isDry = isSet(values, 'dryrun');
  const progress = progressOf(isTelling && values.options.progress !== false && !isDry ? session : undefined);
  let exitCode = 0;

  async function one(transfer: Transfer): Promise<string | undefined> {
    try {
      if (!isDry) await transfer.run(progress.add);
      progress.done();
      return isTelling ? `${isDry ? '(dryrun) ' : ''}${transferLine(transfer)}` : undefined;
    } catch (error) {
      session.signal.throwIfAborted();
      if (!isOfOneTransfer(error)) throw error;
      exitCode = 1;
      progress.clear();
      if (!isQuiet) session.tell(failureLine(transfer, error));
      return undefined;
    }
  }

  async function* lines(): AsyncGenerator<string, void> {
    const running = new Set<Promise<void>>();
    const ended: Ended[] = [];
    let underWay = 0;
    let wake = (): void => {};
    const start = (transfer: Transfer): void => {
      const load = isSmall(transfer) ? SMALL_LOAD : LOAD;
      underWay += load;
      const ending = one(transfer)
        .then(
          (line) => ended.push({ load, line }),
          // What goes wrong is met when the result is waited for.
          (error: unknown) => ended.push({ load, error }),
        )
        .then(() => {
          running.delete(ending);
          wake();
        });
      running.add(ending);
    };
    const next = async (): Promise<string | undefined> => {
      if (ended.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const first = ended.shift();
      underWay -= first?.load ?? 0;
      if (first && 'error' in first) throw first.error;
      return first?.line;
    };
    try {
      for await (const transfer of transfers) {
        session.signal.throwIfAborted();
        if ('warning' in transfer) {
          exitCode ||= 2;
          progress.clear();
          if (!isQuiet) session.tell(`warning: ${transfer.warning}`);
          continue;
        }
        progress.expect(transfer.size);
        start(transfer);
        if (underWay < MOST_LOAD) continue;
        const line = await next();
        progress.clear();
        if (line !== undefined) yield line;
      }
      while (running.size > 0 || ended.length > 0) {
        const line = await next();
        progress.clear();
        if (line !== undefined) yield line;
      }
    } finally {
      progress.clear();
      await Promise.all(running);
      if (session.signal.aborted) session.tell('cancelled: ctrl-c received');
    }
  }

  return { kind: 'lines', lines: lines(), exitCode: () => exitCode };
}

const isSmall = ({ verb, size = Number.POSITIVE_INFINITY }: Transfer): boolean =>
  verb === 'delete' || size <= SMALL_BYTES;
