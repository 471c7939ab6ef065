/** Runs transfers, several at a time, and reports each in the AWS CLI's format. */

import { AwsError, DamageError, EndpointError, StoreError } from '../../../api/errors.ts';
import { systemCode } from '../../../api/file-error.ts';
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
  isUnserved,
  type Skipped,
  type Transfer,
  tellHint,
  transferLine,
} from './transfer.ts';
import { untilDone } from './until-done.ts';

/**
 * As many transfers run at once as requests are allowed; small ones count as a tenth, so ten times as many run: they
 * share a commit, which costs more than they do. An endpoint is asked no more at once than the setting says.
 */
const LOAD = 10;
const SMALL_LOAD = 1;

/** How many transfers in a row an endpoint leaves unanswered before it is taken for dead: one alone may be to blame itself. */
const UNANSWERED_MOST = 3;

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
  const isElsewhere = isRemote('s3', session);
  const progress = progressOf(isTelling && options.progress !== false && !isDry ? session : undefined);
  let exitCode = 0;
  let lastRefusal: AwsError | EndpointError | undefined;
  /** How many transfers were not answered since one was: after some in a row, more would each wait in vain. */
  let unanswered = 0;

  async function one(transfer: Transfer): Promise<string | undefined> {
    try {
      const outcome = isDry ? 'done' : await transfer.run(progress.add, (warning) => warn({ warning, isNotice: true }));
      unanswered = 0;
      progress.done();
      return isTelling && outcome === 'done' ? `${isDry ? '(dryrun) ' : ''}${transferLine(transfer)}` : undefined;
    } catch (error) {
      session.signal.throwIfAborted();
      if (!isOfOneTransfer(error)) throw error;
      if (error instanceof StoreError) await requireUsable(error);
      if (error instanceof AwsError) unanswered = 0;
      if (isUnanswered(error)) unanswered += 1;
      exitCode = worse(exitCode, failureCodeOf(error));
      progress.clear();
      if (isUnserved(error)) lastRefusal = error;
      if (!isQuiet) for (const line of failureLines(transfer, error)) session.tell(line);
      return undefined;
    }
  }

  /** @throws StoreError if it concerns all transfers: the store cannot be opened, or there are no credentials. */
  async function requireUsable(error: StoreError): Promise<void> {
    // Of one object, in the store beside an endpoint.
    if (error instanceof DamageError) return;
    if (!isElsewhere) await session.store.workplace();
    else if (systemCode(error.cause) === undefined) throw error;
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
        if (unanswered >= UNANSWERED_MOST)
          return end('the endpoint does not answer, so the remaining transfers were not started');
        if ('fatal' in transfer) return end(transfer.fatal);
        if ('warning' in transfer) warn(transfer);
        else yield transfer;
      }
    } catch (error) {
      if (!isUnserved(error)) throw error;
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
      const load = isSmall(transfer) && !isElsewhere ? SMALL_LOAD : LOAD;
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

/** Whether the endpoint was not reached: an answer that is wrong has no cause beneath it. */
const isUnanswered = (error: Error): boolean => error instanceof EndpointError && error.cause !== undefined;

/** That some transfers failed outweighs that files were skipped, and damage outweighs both. */
const worse = (known: number, code: number): number => (known === DAMAGED ? known : code);

const isSmall = ({ verb, size = Number.POSITIVE_INFINITY }: Transfer): boolean =>
  verb === 'delete' || size <= SMALL_BYTES;
