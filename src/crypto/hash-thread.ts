/** A thread that hashes what it is sent. */

import { Worker } from 'node:worker_threads';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The thread as its owner sees it. It keeps the process alive only while it owes an answer. */
export class HashThread {
  readonly #worker: Worker;
  /** One for each message that has no answer yet, the oldest first. */
  readonly #waiting: Waiting[] = [];
  #failure: unknown;

  /** @param algorithms as node:crypto names them. */
  constructor(algorithms: readonly string[]) {
    this.#worker = new Worker(`(${hashWhatComes})()`, {
      eval: true,
      workerData: algorithms,
      // It holds a few hashes; the heap that a program gets would be the greater part of its cost.
      resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
    });
    this.#worker.unref();
    this.#worker.on('message', (answer: unknown) => {
      this.#waiting.shift()?.resolve(answer);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the hashing thread has ended')));
  }

  /** Hashes shared memory, which must stay as it is until the promise settles. */
  hash(bytes: Uint8Array): Promise<unknown> {
    return this.#ask(bytes);
  }

  /** The digests, in the order of the algorithms; then the thread ends. */
  async end(): Promise<readonly Uint8Array[]> {
    const digests = await this.#ask('end');
    this.close();
    if (!Array.isArray(digests)) throw new Error('the hashing thread answered no digests');
    return digests;
  }

  close(): void {
    void this.#worker.terminate();
  }

  #ask(message: unknown): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#waiting.push({ resolve, reject });
    });
    // A failure is told to whoever waits next; there may be nobody who waits for this one.
    answer.catch(() => {});
    this.#worker.ref();
    this.#worker.postMessage(message);
    return answer;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/**
 * The program of the thread. It is taken as text, so that it needs no file beside the bundle; therefore it may use
 * nothing from outside.
 */
function hashWhatComes(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const algorithms: readonly string[] = workerData;
  const hashes = algorithms.map((algorithm) => createHash(algorithm));
  parentPort?.on('message', (message: Uint8Array | 'end') => {
    if (message === 'end') {
      parentPort.postMessage(hashes.map((hash) => hash.digest()));
      return;
    }
    for (const hash of hashes) hash.update(message);
    parentPort.postMessage('done');
  });
}
