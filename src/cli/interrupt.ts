/** Ctrl-C, and SIGTERM alike: they end what is under way, which then cleans up behind itself. */

import type { Streams } from './io.ts';

export interface Interrupt {
  /** Aborted by Ctrl-C. Until it is first asked for, Ctrl-C ends the process at once, as nothing is to be cleaned up. */
  readonly signal: AbortSignal;
  /** Ctrl-C ends the process again. One that SIGTERM was to end ends of it now, as its parent expects. */
  release(): void;
}

/** A second Ctrl-C ends the process, whatever is under way. Whoever waits for the streams' input gets nothing more. */
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
