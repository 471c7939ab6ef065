/** Runs transfers, several at a time, and tells of each in the AWS CLI's lines. */

import type { CommandValues, OptionSpec, Result } from '../../command.ts';
import { progressOf } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { isSet } from '../given.ts';
import { failureLine, isOfOneTransfer, type Skipped, type Transfer, transferLine } from './transfer.ts';

/** Transfers under way at once: AWS CLI S3 Configuration, max_concurrent_requests. */
const AT_ONCE = 10;

/** The options about what is told. */
export const tellingOptions = {
  dryrun: { about: 'say what would be done, and do nothing', type: 'boolean' },
  quiet: { about: 'tell nothing', type: 'boolean' },
  'only-show-errors': { about: 'tell only what failed', type: 'boolean' },
  progress: { about: 'show how far it is', type: 'boolean-pair' },
} as const satisfies Record<string, OptionSpec>;

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
    const running = new Map<Promise<unknown>, Promise<string | undefined>>();
    const next = async (): Promise<string | undefined> => {
      const [ended, line] = await Promise.race([...running].map(async ([key, result]) => [key, await result] as const));
      running.delete(ended);
      return line;
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
        const result = one(transfer);
        // What goes wrong is met when the result is waited for.
        result.catch(() => {});
        running.set(result, result);
        if (running.size < AT_ONCE) continue;
        const line = await next();
        progress.clear();
        if (line !== undefined) yield line;
      }
      while (running.size > 0) {
        const line = await next();
        progress.clear();
        if (line !== undefined) yield line;
      }
    } finally {
      progress.clear();
      await Promise.allSettled(running.values());
      if (session.signal.aborted) session.tell('cancelled: ctrl-c received');
    }
  }

  return { kind: 'lines', lines: lines(), exitCode: () => exitCode };
}
