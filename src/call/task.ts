/**
 * A task is work that a service does by itself or for many things at once: no operation of AWS. It stands in no table
 * of AWS's names and is given as a value to whoever performs it; its record, its decisions and its refusals are like an
 * operation's.
 */

import type { ServiceName } from '../api/model/operations.ts';
import type { AnyOperation, AtOnce, Call, InTime } from './operation.ts';
import type { Request } from './request.ts';

/** Where a task is asked for from. */
export type TaskRequest = Omit<Request, 'caller'>;

interface Common<T, I, R extends TaskRequest> {
  /** Who does it: a session of the role that it is done as, or whoever asks for it. */
  caller(input: I, request: R): Request['caller'];
  /** Finds what is to be worked on, such as a row of a queue. May not write. */
  resolve(input: I, call: Call): T;
  /** What the audit log shows of the request. */
  parameters(input: I): Readonly<Record<string, unknown>>;
}

/** The steps that do it: one transaction, or two around what takes long. */
type Steps<T, I, O, P, M> = AtOnce<T, I, O> | InTime<T, I, O, P, M>;

/**
 * A task by what goes in and what comes out. It may be refused like an operation; what it could not do of its work it
 * says in its output. The permissions that it needs it asks for as it goes.
 */
export type Task<I, O, R extends TaskRequest = TaskRequest> = {
  readonly kind: 'task';
  readonly service: ServiceName;
  /** Its name in the records. */
  readonly name: string;
} & Common<unknown, I, R> &
  Steps<unknown, I, O, unknown, unknown>;

/** Whatever the pipeline takes through its steps. */
export type AnyWork = AnyOperation | Task<unknown, unknown>;

/** Makes a task; input and output are what its steps take and give. */
export function task<T, I, O, P, M, R extends TaskRequest = TaskRequest>(
  service: ServiceName,
  name: string,
  spec: Common<T, I, R> & Steps<T, I, O, P, M>,
): Task<I, O, R> {
  return { kind: 'task', service, name, ...spec };
}
