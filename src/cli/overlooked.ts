/**
 * Calls whose refusal a command does not show: it is the answer to a question, or the refusal that counts is another.
 * `explain last` passes over it, so the command states it with the call.
 */

import { AwsError } from '../api/errors.ts';
import type { Input, OperationName, Output, ServiceName } from '../api/model/operations.ts';
import type { Aws } from './aws.ts';

/** Makes a call. @returns undefined if it is refused in a way that is overlooked. @throws AwsError for other refusals. */
export async function unlessRefused<S extends ServiceName, N extends OperationName<S>>(
  overlooks: (refusal: AwsError) => boolean,
  aws: Aws,
  service: S,
  name: N,
  input: Input<S, N>,
): Promise<Output<S, N> | undefined> {
  try {
    return await aws.call(service, name, input, { overlooks });
  } catch (error) {
    if (error instanceof AwsError && overlooks(error)) return undefined;
    throw error;
  }
}

/** Undoes what a failed command has begun. If that fails too, the first failure is the one to report. */
export async function cleanUp<S extends ServiceName, N extends OperationName<S>>(
  aws: Aws,
  service: S,
  name: N,
  input: Input<S, N>,
): Promise<void> {
  await aws.call(service, name, input, { overlooks: () => true, undoes: true }).catch(() => undefined);
}
