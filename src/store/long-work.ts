/** Work that goes through a whole store, and gives others in the process their turn, such as an interrupt. */

export interface LongWork {
  /** Called with the number of bytes copied or read. */
  readonly onBytes: (count: number) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Lets others have their turn. @throws the reason of the signal if that has been aborted */
export async function nextTurn(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
