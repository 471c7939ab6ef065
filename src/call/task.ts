/**
 * Tasks: work that a service does on its own or for many things at once, unlike an operation of AWS. A task is not in
 * any table of AWS's names but is passed as a value; its record, decisions and refusals are like an operation's.
 */

import type { ServiceName } from '../api/model/operations.ts';
import type { AnyOperation, AtOnce, Call, InTime } from './operation.ts';
import type { Request } from './request.ts';

/** The context in which a task is requested. */
export type TaskRequest = Omit<Request, 'caller'>;

interface Common<T, I, R extends TaskRequest> {
  /** Who performs it: a session of the role that it is done as, or the caller who requests it. */
  caller(input: I, request: R): Request['caller'];
  /** Finds what to work on, such as a row of a queue. It may not write. */
  resolve(input: I, call: Call): T;
  /** Whether its output also reports what it was denied: it then goes on without that. */
  readonly reportsDenials?: boolean | undefined;
  /** The request in the audit log. */
  parameters(input: I): Readonly<Record<string, unknown>>;
}

/** The steps of the work: one transaction, or two around what takes long. */
type Steps<T, I, O, P, M> = AtOnce<T, I, O> | InTime<T, I, O, P, M>;

/**
 * A task by its input and output. It may be refused like an operation; its output reports what it could not do. It
 * requires its permissions while it runs.
 */
export type Task<I, O, R extends TaskRequest = TaskRequest> = {
  readonly kind: 'task';
  readonly service: ServiceName;
  /** Its name in the records. */
  readonly name: string;
} & Common<unknown, I, R> &
  Steps<unknown, I, O, unknown, unknown>;

/** Any work that the pipeline takes through its steps. */
export type AnyWork = AnyOperation | Task<unknown, unknown>;

/** Makes a task; its steps determine input and output. */
export function task<T, I, O, P, M, R extends TaskRequest = TaskRequest>(
  service: ServiceName,
  name: string,
  spec: Common<T, I, R> & Steps<T, I, O, P, M>,
): Task<I, O, R> {
  return { kind: 'task', service, name, ...spec };
}
