/**
 * The setting `kms.latency`: calls to KMS take longer, so that their part of a request can be seen. They are waited for
 * once their transaction is committed, so that nobody else waits for the store.
 */

import type { Request } from './request.ts';
import type { Door, Draft, Scope } from './scope.ts';
import { closeAll } from './transaction.ts';

/** How long the calls to KMS of a transaction still have to take, and what it has opened for the answer. */
export type Owed = Pick<Scope, 'kmsDelayMs' | 'held'>;

/**
 * Waits for the calls to KMS that a call has made in a transaction.
 * @throws AbortError when the signal ends it; then nothing stays open.
 */
export async function waitForKms(
  { environment, onStep }: Pick<Door, 'environment' | 'onStep'>,
  about: Pick<Draft, 'service' | 'operation'>,
  { kmsDelayMs, held }: Owed,
  request: Pick<Request, 'signal'>,
): Promise<void> {
  if (kmsDelayMs === 0) return;
  // From now on Ctrl-C ends the wait, also if it comes as soon as the wait is known.
  const { signal = new AbortController().signal } = request;
  onStep?.({ ...about, step: 'wait', ms: kmsDelayMs, depth: 0 });
  try {
    await environment.pause(kmsDelayMs, signal);
  } catch (error) {
    for (const open of held) open.abandon?.();
    closeAll(held);
    throw error;
  }
}
