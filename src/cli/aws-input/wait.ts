/**
 * `ssebox SERVICE wait WAITER`: polls an operation until its answer is the one that is waited for, as the AWS CLI does.
 * Pauses are the machine's time, whatever the store's clock says.
 */

import { AwsError, statusOf, WaitError } from '../../api/errors.ts';
import { isRecord } from '../../api/message.ts';
import type { OperationModel } from '../../api/model/loader.ts';
import { type Acceptor, type Waiter, type WaitingService, waitersOf } from '../../api/model/waiters.ts';
import type { CommandNode, CommandSpec, Result } from '../command.ts';
import { waiterProse } from '../prose/waiters.ts';
import { shownRefusal } from '../refusal-line.ts';
import type { Session } from '../session.ts';
import { withInput } from './call-operation.ts';
import { commandName } from './flags.ts';
import { operationCommand, type ServiceProse } from './service-commands.ts';

/**
 * The waiters of a service as commands, with the options of the operations that they poll.
 * @param isShown whether help shows them; prompts load what is said of the options by themselves
 */
export async function waitCommands(
  service: WaitingService,
  prose: () => Promise<ServiceProse>,
  isShown: boolean,
): Promise<readonly CommandNode[]> {
  const texts = isShown ? await prose() : undefined;
  return Object.entries(waitersOf(service)).map(([name, waiter]) =>
    waitCommand(service, name, waiter, texts, async () => waitCommand(service, name, waiter, await prose())),
  );
}

function waitCommand(
  service: WaitingService,
  name: string,
  waiter: Waiter,
  texts: ServiceProse | undefined,
  described?: CommandSpec['described'],
): CommandSpec {
  const { operation } = waiter;
  const prose: Readonly<Record<string, Pick<CommandSpec, 'summary' | 'examples'>>> = waiterProse[service];
  const { summary = '', examples = [] } = prose[name] ?? {};
  const presented = { name: commandName(name), summary, examples, description: describe(waiter) };
  return operationCommand(
    service,
    operation,
    { ...presented, described, describe: texts?.describe },
    (flags, values, session) =>
      withInput({ service, operation, flags, values }, session, (model, input) =>
        waitUntilDone({ name, waiter, model }, input, session),
      ),
  );
}

function describe({ operation, delayS, maxAttempts, acceptors }: Waiter): string {
  const every = delayS === 1 ? 'second' : `${delayS} seconds`;
  return `This calls ${commandName(operation)} every ${every} until the response has ${endOf(acceptors)}. It prints nothing, and exits with 255 after ${maxAttempts} attempts or as soon as the service refuses for another reason. The pauses are real time, whatever ssebox clock says.`;
}

function endOf(acceptors: readonly Acceptor[]): string {
  const ends = acceptors.filter(({ state }) => state === 'success');
  const list = ends.find((each) => 'list' in each);
  return list
    ? `an item in ${list.list}`
    : `the HTTP status ${ends
        .map(nameOf)
        .join(', ')
        .replace(/, (\w+)$/, ' or $1')}`;
}

function nameOf(acceptor: Acceptor): string {
  if ('status' in acceptor) return String(acceptor.status);
  return 'error' in acceptor ? acceptor.error : acceptor.list;
}

/** A waiter with the operation that it polls. */
interface Wait {
  readonly name: string;
  readonly waiter: Waiter;
  readonly model: OperationModel;
}

/** @throws WaitError when the attempts are used up, or for a refusal that the waiter does not expect */
async function waitUntilDone(wait: Wait, input: unknown, session: Session): Promise<Result> {
  const { name, waiter } = wait;
  // Nothing that is waited for can happen while calls are only tried.
  const attempts = session.rehearses ? 1 : waiter.maxAttempts;
  let last: Acceptor | undefined;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    if (attempt > 1) await session.environment.pause(waiter.delayS * 1000, session.signal);
    const met = await poll(wait, input, session);
    if (met?.state === 'success') return { kind: 'none' };
    last = met ?? last;
  }
  const previous = last && `. Previously accepted state: ${explained(last)}`;
  throw new WaitError(name, `Max attempts exceeded${previous ?? ''}`);
}

/**
 * Calls the operation once. @returns the acceptor that fits the answer, if there is one
 * @throws WaitError for a refusal that none fits
 */
async function poll({ name, waiter, model }: Wait, input: unknown, { aws }: Session): Promise<Acceptor | undefined> {
  const { service, name: operation } = model;
  const metBy = (refusal: AwsError) => waiter.acceptors.find((each) => fits(each, refusal, service));
  try {
    const output = await aws.callByName(service, operation, input, {
      overlooks: (refusal) => metBy(refusal) !== undefined,
    });
    return waiter.acceptors.find((each) => fitsAnswer(each, output));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const met = metBy(error);
    if (met) return met;
    const { code, message } = shownRefusal(error, operation);
    throw new WaitError(name, `An error occurred (${code}): ${message}`, error);
  }
}

function fitsAnswer(acceptor: Acceptor, output: unknown): boolean {
  if ('status' in acceptor) return acceptor.status === DONE;
  const items = 'list' in acceptor && isRecord(output) ? output[acceptor.list] : undefined;
  return Array.isArray(items) && items.length > 0;
}

/** The HTTP status of every answer that is polled for and not a refusal. */
const DONE = 200;

function fits(acceptor: Acceptor, refusal: AwsError, service: string): boolean {
  if (!('status' in acceptor)) return 'error' in acceptor && acceptor.error === refusal.code;
  return acceptor.status === statusOf(refusal, service);
}

/** In the words of botocore's waiter.py, `AcceptorConfig.explanation`. */
const explained = (acceptor: Acceptor): string =>
  'status' in acceptor
    ? `Matched expected HTTP status code: ${acceptor.status}`
    : `Matched expected service error code: ${nameOf(acceptor)}`;
