/** Ctrl-C and SIGTERM, and SIGHUP at a question: they end the work in progress, which then cleans up after itself. */

import type { Readable } from 'node:stream';

export interface Interrupt {
  /** Aborted by Ctrl-C. Until it is first read, Ctrl-C ends the process at once, as there is nothing to clean up. */
  readonly signal: AbortSignal;
  /**
   * Does what waits for a person. Meanwhile SIGTERM and SIGHUP abort the signal that it is given. It calls `hangUp` when
   * it finds the terminal gone, which can be before SIGHUP arrives.
   */
  whileAsking<T>(ask: (signal: AbortSignal, hangUp: () => void) => Promise<T>): Promise<T>;
  /** Lets Ctrl-C end the process again. If SIGTERM or SIGHUP was received, ends the process by it now, as its parent expects. */
  release(): void;
}

/** A second Ctrl-C ends the process, whatever is in progress. Anything that still waits for input is woken up. */
export function interruptible(streams: { readonly stdin: Readable }): Interrupt {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
    streams.stdin.on('error', () => {}).destroy(controller.signal.reason);
  };
  let isHeld = false;
  let endedBy: NodeJS.Signals | undefined;
  const terminate = (): void => {
    process.removeListener('SIGTERM', terminate);
    endedBy ??= 'SIGTERM';
    abort();
  };
  // A terminal that is closed can send it twice: the kernel does, and the shell.
  const hangUp = (): void => {
    if (endedBy) return;
    endedBy = 'SIGHUP';
    abort();
  };
  const letGo = (): void => {
    process.removeListener('SIGTERM', terminate).removeListener('SIGHUP', hangUp);
  };
  const holdEnds = (): void => {
    letGo();
    process.on('SIGTERM', terminate).on('SIGHUP', hangUp);
  };
  return {
    get signal() {
      if (!isHeld) {
        process.removeListener('SIGTERM', terminate);
        process.once('SIGINT', abort).on('SIGTERM', terminate);
      }
      isHeld = true;
      return controller.signal;
    },
    async whileAsking(ask) {
      holdEnds();
      try {
        return await ask(controller.signal, hangUp);
      } finally {
        if (!endedBy) {
          letGo();
          if (isHeld) process.on('SIGTERM', terminate);
        }
      }
    },
    release() {
      process.removeListener('SIGINT', abort);
      letGo();
      if (endedBy) process.kill(process.pid, endedBy);
    },
  };
}
