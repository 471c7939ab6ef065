/** Calls that nobody waits for long. */

import { EndpointError } from '../../api/errors.ts';

/** How long an endpoint has to answer a call that only helps a person, in milliseconds. */
export const ASIDE_MS = 2000;

/**
 * Makes a call that is given up after a time, whatever keeps it.
 * @param outer ends it before
 * @throws EndpointError when the time is over; what `outer` and the call throw
 */
export async function withinTime<T>(
  ms: number,
  outer: AbortSignal,
  make: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  outer.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort(outer.reason);
  outer.addEventListener('abort', end, { once: true });
  const timer = setTimeout(
    () => ending.abort(new EndpointError(`there was no answer within ${ms} ms`, { isTransient: true })),
    ms,
  );
  const given = new Promise<never>((_resolve, reject) => {
    ending.signal.addEventListener('abort', () => reject(ending.signal.reason), { once: true });
  });
  try {
    // What the call waits for may not listen to the signal, such as credentials from elsewhere.
    return await Promise.race([make(ending.signal), given]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', end);
  }
}
