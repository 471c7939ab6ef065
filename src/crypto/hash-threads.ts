/** The few threads that hash for all streams of the process. */

import { availableParallelism } from 'node:os';
import { type HashStream, HashThread } from './hash-thread.ts';

/**
 * One processor is busy with the caller, whose work on the data takes about as long as one thread's MD5 of it: more
 * than two threads would wait for the caller, and each takes 8 MiB of memory.
 */
const MOST_THREADS = availableParallelism() > 2 ? 2 : 1;

const threads = new Set<HashThread>();

/** Begins a stream in the thread with the fewest. @param algorithms as node:crypto names them. */
export function beginHashStream(algorithms: readonly string[]): HashStream {
  for (const thread of threads) if (thread.isOver) threads.delete(thread);
  const [idlest] = [...threads].sort((a, b) => a.streams - b.streams);
  if (idlest && (idlest.streams === 0 || threads.size === MOST_THREADS)) return idlest.begin(algorithms);
  const thread = new HashThread();
  threads.add(thread);
  return thread.begin(algorithms);
}
