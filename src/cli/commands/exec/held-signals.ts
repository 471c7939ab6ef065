/** Signals that end or concern a program: they are held while it is prepared, and then passed on to it. */

import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** SIGKILL and SIGSTOP cannot be held; the terminal sends SIGTSTP, SIGCONT and SIGWINCH to the program, too. */
const PASSED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;

export interface HeldSignals {
  /** The first signal that came before there was a program to pass it on to. */
  readonly early: NodeJS.Signals | undefined;
  /** Passes on what comes from now on. */
  passTo(program: Pick<ChildProcess, 'kill'>): void;
  /** From now on, signals have their usual effects. */
  release(): void;
}

/** Holds signals from now on. */
export function holdSignals(): HeldSignals {
  let early: NodeJS.Signals | undefined;
  let program: Pick<ChildProcess, 'kill'> | undefined;
  const take = (signal: NodeJS.Signals): void => {
    if (!program) early ??= signal;
    // A second Ctrl-C makes many programs end without cleaning up.
    else if (!(isOfKeys(signal) && hasTerminal())) program.kill(signal);
  };
  for (const signal of PASSED) process.on(signal, take);
  return {
    get early() {
      return early;
    },
    passTo(started) {
      program = started;
    },
    release() {
      for (const signal of PASSED) process.removeListener(signal, take);
    },
  };
}

/** Ctrl-C and Ctrl-\, which a terminal sends to all programs in its foreground. */
const isOfKeys = (signal: NodeJS.Signals): boolean => signal === 'SIGINT' || signal === 'SIGQUIT';

/** Whether this process, and so the program, is in the foreground of a terminal. */
function hasTerminal(): boolean {
  try {
    // proc(5), /proc/pid/stat: state, parent, group, session, terminal, the group in its foreground.
    const stat = readFileSync('/proc/self/stat', 'latin1');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === foreground;
  } catch {
    return [0, 1, 2].some((descriptor) => isatty(descriptor));
  }
}
