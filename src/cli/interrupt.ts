/** Ctrl-C and SIGTERM: they end the work in progress, which then cleans up after itself. */

import type { Streams } from './io.ts';

export interface Interrupt {
  /** Aborted by Ctrl-C. Until it is first read, Ctrl-C ends the process at once, as there is nothing to clean up. */
  readonly signal: AbortSignal;
  /** Lets Ctrl-C end the process again. If SIGTERM was received, ends the process by it now, as its parent expects. */
  release(): void;
}

/** A second Ctrl-C ends the process, whatever is in progress. Anything that still waits for input is woken up. */
export function interruptible(streams: Pick<Streams, 'stdin'>): Interrupt {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
    streams.stdin.on('error', () => {}).destroy(controller.signal.reason);
  };
  let isHeld = false;
  let isTerminated = false;
  const terminate = (): void => {
    isTerminated = true;
    abort();
  };
  return {
    get signal() {
      if (!isHeld) process.once('SIGINT', abort).once('SIGTERM', terminate);
      isHeld = true;
      return controller.signal;
    },
    release() {
      process.removeListener('SIGINT', abort).removeListener('SIGTERM', terminate);
      if (isTerminated) process.kill(process.pid, 'SIGTERM');
    },
  };
}
