/** Runs transfers, several at a time, and reports each in the AWS CLI's format. */

import { AwsError, StoreError } from '../../../api/errors.ts';
import { SMALL_BYTES } from '../../body.ts';
import type { OptionSpec, OptionsOf, Result } from '../../command.ts';
import { isRemote } from '../../endpoint/place.ts';
import { progressOf } from '../../progress.ts';
import type { Session } from '../../session.ts';
import { multipartSettings } from './multipart-settings.ts';
import {
  DAMAGED,
  errorText,
  type Fatal,
  failureCodeOf,
  failureLines,
  isOfOneTransfer,
  type Skipped,
  type Transfer,
  tellHint,
  transferLine,
} from './transfer.ts';
import { untilDone } from './until-done.ts';

/**
 * As many transfers run at once as requests are allowed; small ones count as a tenth, so ten times as many run: they
 * share a commit, which costs more than they do.
 */
const LOAD = 10;
const SMALL_LOAD = 1;

/** The options for what is reported. */
export const tellingOptions = {
  dryrun: { about: 'show what would be done, without doing it', type: 'boolean' },
  quiet: { about: 'print nothing', type: 'boolean' },
  'only-show-errors': { about: 'print only failures', type: 'boolean' },
  progress: { about: 'show progress', type: 'boolean-pair' },
} as const satisfies Record<string, OptionSpec>;

interface Telling {
  readonly options: Partial<OptionsOf<typeof tellingOptions>>;
}

/** A finished transfer, and its load. */
type Ended = { readonly load: number } & ({ readonly line: string | undefined } | { readonly error: unknown });

/** Lines as transfers end; the exit code is 1 when some failed, 2 when some were skipped, 253 when some were damaged. */
export function runTransfers(
  transfers: AsyncIterable<Transfer | Skipped | Fatal>,
  { options }: Telling,
  session: Session,
): Extract<Result, { kind: 'lines' }> {
  const { quiet: isQuiet, dryrun: isDry } = options;
  const isTelling = !isQuiet && (isDry || !options['only-show-errors']);
  const mostLoad = LOAD * multipartSettings(session.settings).mostRequests;
  const progress = progressOf(isTelling && options.progress !== false && !isDry ? session : undefined);
  let exitCode = 0;
  let lastRefusal: AwsError | undefined;

  async function one(transfer: Transfer): Promise<string | undefined> {
    try {
      const outcome = isDry ? 'done' : await transfer.run(progress.add);
      progress.done();
      return isTelling && outcome === 'done' ? `${isDry ? '(dryrun) ' : ''}${transferLine(transfer)}` : undefined;
    } catch (error) {
      session.signal.throwIfAborted();
      if (!isOfOneTransfer(error)) throw error;
      // A store that cannot be opened concerns them all, and so do credentials that are missing.
      if (error instanceof StoreError) {
        if (isRemote('s3', session)) throw error;
        await session.store.workplace();
      }
      exitCode = worse(exitCode, failureCodeOf(error));
      progress.clear();
      if (error instanceof AwsError) lastRefusal = error;
      if (!isQuiet) for (const line of failureLines(transfer, error)) session.tell(line);
      return undefined;
    }
  }

  function end(reason: string): void {
    exitCode = worse(exitCode, 1);
    progress.clear();
    if (!isQuiet) session.tell(`fatal error: ${reason}`);
  }

  function warn({ warning, isNotice = false }: Skipped): void {
    if (!isNotice) exitCode ||= 2;
    progress.clear();
    if (isNotice || !isQuiet) session.tell(`warning: ${warning}`);
  }

  /** The transfers to run; a refused listing ends them. */
  async function* found(): AsyncGenerator<Transfer> {
    try {
      for await (const transfer of transfers) {
        session.signal.throwIfAborted();
        if ('fatal' in transfer) return end(transfer.fatal);
        if ('warning' in transfer) warn(transfer);
        else yield transfer;
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      lastRefusal = error;
      end(errorText(error));
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
          // An error surfaces when the result is awaited.
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
      for await (const transfer of found()) {
        progress.expect(transfer.size);
        start(transfer);
        if (underWay < mostLoad) continue;
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
      else if (lastRefusal && !isQuiet) await tellHint(lastRefusal, session);
    }
  }

  return { kind: 'lines', lines: untilDone(lines()), exitCode: () => exitCode };
}

/** That some transfers failed outweighs that files were skipped, and damage outweighs both. */
const worse = (known: number, code: number): number => (known === DAMAGED ? known : code);

const isSmall = ({ verb, size = Number.POSITIVE_INFINITY }: Transfer): boolean =>
  verb === 'delete' || size <= SMALL_BYTES;
