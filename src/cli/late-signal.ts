/** Signals that are read late: reading the one of a process takes Ctrl-C over, which is for what moves bytes. */

/** What has a signal that its reading takes over. */
interface Signalled {
  readonly signal: AbortSignal;
}

/**
 * The accessor is of the class. V8 makes a hidden class for every literal with an accessor of its own, and what that
 * closes over lasts until all garbage is collected: where a command has a thousand sessions, half as much time went into
 * collecting it as into their calls.
 */
class LateSignal implements Signalled {
  readonly #source: Signalled;

  constructor(source: Signalled) {
    this.#source = source;
  }

  get signal(): AbortSignal {
    return this.#source.signal;
  }
}

/** These members and the signal of another thing, which is read when it is asked for. A copy by `...` is without it. */
export const withSignalOf = <T extends object>(source: Signalled, members: T): T & Signalled =>
  Object.assign(new LateSignal(source), members);
