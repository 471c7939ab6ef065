/** Shows the result of a command on standard output, in the `--output` format. */

import { systemCode } from '../api/file-error.ts';
import { operationModel } from '../api/model/loader.ts';
import { giveBack } from '../crypto/memory.ts';
import { timePrinter } from './aws-input/timestamps.ts';
import type { CheckOutcome, Result } from './command.ts';
import type { Globals } from './globals.ts';
import type { Io } from './io.ts';
import { headersFirst, inOrderOf } from './output/member-order.ts';
import { paintedLines } from './output/painted.ts';
import { hasDouble, type Plain, plainOf } from './output/plain.ts';
import { type Form, render } from './output/render.ts';
import { spelledOut } from './output/spelled-out.ts';
import type { Session } from './session.ts';

/**
 * Writes a result and returns the exit code. A stream ends early if the session is interrupted.
 * @throws the failure that a page ends with
 */
export async function present(result: Result, session: Session, io: Io): Promise<number> {
  const { globals, settings } = session;
  const isTree = globals.output === 'tree';
  const isForPeople = io.screen.isTerminal && io.calledAs === 'ssebox';
  const chosen = globals.output === 'tree' ? undefined : (globals.output ?? settings.output);
  switch (result.kind) {
    case 'none':
      break;
    case 'bytes':
      if (result.bytes instanceof Uint8Array) await io.out(result.bytes);
      else await showStream(result.bytes, session, io, result.check !== undefined);
      return outcomeOf(result.check?.(), session);
    case 'lines':
      await showLines(result, io);
      return result.exitCode?.() ?? 0;
    case 'page':
      // A page is for people: a script chooses a format or gets JSON.
      if (
        isTree ||
        (chosen === undefined && globals.query === undefined && (isForPeople || result.isAlsoInPipes === true))
      ) {
        const { painterOf } = await import('./output/painter.ts');
        await readOrNot(io.out(paintedLines(result.page(painterOf(io.screen))).painted));
      } else {
        await readOrNot(showValue(plainOf(result.value), chosen ?? 'json', '', globals, io));
      }
      if (result.verdict !== undefined) session.tell(result.verdict);
      if (result.failure) throw result.failure;
      break;
    case 'value':
      if (globals.raw) await showRaw(result.value, session, io);
      else await showResult(result, chosen ?? (isForPeople ? 'table' : 'json'), session, io);
      break;
  }
  return 'failed' in result && result.failed ? 1 : 0;
}

/**
 * Writes lines while they are read. A reader that closes the pipe ends a list, but not the work that some lines report:
 * the exit code still shows its outcome.
 */
async function showLines({ lines, hasTabs }: LinesResult, io: Io): Promise<void> {
  const spelled = hasTabs ? spelledFields : spelledOut;
  for await (const line of lines) {
    const shown = io.screen.isTerminal ? spelled(line) : line;
    // Not by throwing, which would hide an error in the remaining work.
    if (!(await readOrNot(io.out(`${shown}\n`)))) break;
  }
}

const spelledFields = (line: string): string => line.split('\t').map(spelledOut).join('\t');

/** Whether what is written still has a reader. A closed pipe must not hide that a check failed. */
const readOrNot = (written: Promise<void>): Promise<boolean> =>
  written.then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'EPIPE') return false;
      throw error;
    },
  );

/** A value, or in text and YAML streams the pages that it was put together from, each with the query for itself. */
async function showResult(result: ValueResult, form: Form, session: Session, io: Io): Promise<void> {
  const isByPage = form === 'text' || form === 'yaml-stream';
  const values = (isByPage && result.pages?.[form]) || [result.value];
  for (const value of values) {
    await showValue(await shaped({ ...result, value }, session), form, titleOf(result), session.globals, io);
  }
}

async function showValue(value: Plain, form: Form, title: string, { query }: Globals, io: Io): Promise<void> {
  if (query === undefined) return void (await io.out(await render(form, value, title, io.screen)));
  const { compileQuery } = await import('./aws-input/query.ts');
  const select = await compileQuery(query);
  const found = hasDouble(value)
    ? (await import('./output/queried-doubles.ts')).withDoubles(select, value)
    : select(value);
  await io.out(await render(form, found, title, io.screen));
}

async function showRaw(value: unknown, session: Session, io: Io): Promise<void> {
  const { rawBytes } = await import('./output/raw.ts');
  const bytes = rawBytes(value, session.globals.query);
  if (bytes instanceof Uint8Array) return io.out(bytes);
  await showStream(bytes, session, io);
}

/** From this size on, memory is freed explicitly; the garbage collector is fast enough for the rest. */
const LARGE_BYTES = 64 * 1024;

/**
 * Each chunk has memory of its own, which is not needed once it is written.
 * @param toEnd whether all is read even if the reader of the output has closed it
 */
async function showStream(
  chunks: AsyncIterable<Uint8Array>,
  { signal }: Session,
  io: Io,
  toEnd = false,
): Promise<void> {
  let hasReader = true;
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    if (!hasReader) continue;
    const written = io.out(chunk);
    if (toEnd) hasReader = await readOrNot(written);
    else await written;
    if (chunk.length >= LARGE_BYTES) giveBack(chunk);
  }
}

function outcomeOf(outcome: CheckOutcome | undefined, session: Session): number {
  if (!outcome) return 0;
  session.tell(outcome.verdict);
  return outcome.failed ? 1 : 0;
}

type LinesResult = Extract<Result, { kind: 'lines' }>;
type ValueResult = Extract<Result, { kind: 'value' }>;

/** The value with its members in the AWS CLI's order, and its times in the service's form. */
async function shaped({ value, shape, pages }: ValueResult, { settings, environment }: Session): Promise<Plain> {
  const model = shape && operationModel(shape.service, shape.operation);
  if (value === undefined) return {};
  if (!model?.output) return plainOf(value);
  const place = { shapes: model.shapes, name: model.output.shape };
  const ordered = (plain: Plain): Plain => (pages ? inOrderOf(value, plain) : headersFirst(plain, place));
  if (settings.cli_timestamp_format === 'wire') {
    const { wireTime, withHeaderTimes } = await import('./output/wire-times.ts');
    return ordered(plainOf(withHeaderTimes(value, place), place, wireTime(model.service)));
  }
  return ordered(plainOf(value, place, timePrinter(model.service, environment)));
}

const titleOf = ({ title, shape }: ValueResult): string => title ?? shape?.operation ?? '';
