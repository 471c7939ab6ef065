/** A thread that hashes the bytes it is sent, for any number of streams. */

import type { Worker } from 'node:worker_threads';

/** One stream's hashes in a thread; call `close`, even after `end`. */
export interface HashStream {
  /** Hashes shared memory, which must not change until the promise settles. */
  hash(bytes: Uint8Array): Promise<unknown>;
  /** The digests, in the order of the algorithms. */
  end(): Promise<readonly Uint8Array[]>;
  /** Cancels. Bytes sent before are still hashed. */
  close(): void;
}

/** The messages to the thread; it answers `hash` and `end`, in order. */
type Message =
  | { readonly kind: 'begin'; readonly stream: number; readonly algorithms: readonly string[] }
  | { readonly kind: 'hash'; readonly stream: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly stream: number }
  | { readonly kind: 'drop'; readonly stream: number };

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** The owner's side of the thread. It keeps the process alive only while an answer is pending. */
export class HashThread {
  readonly #worker: Worker;
  /** One for each message without an answer yet, the oldest first. */
  readonly #waiting: Waiting[] = [];
  #failure: unknown;
  #begun = 0;
  #open = 0;

  constructor() {
    // Most commands need no hashing thread, and loading Node's threads takes some milliseconds.
    const { Worker } = process.getBuiltinModule('node:worker_threads');
    this.#worker = new Worker(`(${hashWhatComes})()`, {
      eval: true,
      // It holds only a few hashes; a default heap would be most of its cost.
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

  /** The number of open streams. */
  get streams(): number {
    return this.#open;
  }

  /** Whether it has failed; then its streams fail too, and it accepts no more. */
  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  /** @param algorithms as node:crypto names them. */
  begin(algorithms: readonly string[]): HashStream {
    const stream = this.#begun++;
    let isOpen = true;
    this.#open++;
    this.#worker.postMessage({ kind: 'begin', stream, algorithms } satisfies Message);
    return {
      hash: (bytes) => this.#ask({ kind: 'hash', stream, bytes }),
      end: async () => {
        const digests = await this.#ask({ kind: 'end', stream });
        if (!Array.isArray(digests)) throw new Error('the hashing thread answered no digests');
        return digests;
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#open--;
        this.#worker.postMessage({ kind: 'drop', stream } satisfies Message);
      },
    };
  }

  #ask(message: Message): Promise<unknown> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#waiting.push({ resolve, reject });
    });
    // A failure surfaces at the next wait; nobody may be waiting for this answer.
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
 * The thread's program. It is passed as text, so that it needs no file besides the bundle; it must not use anything
 * outside itself.
 */
function hashWhatComes(): void {
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const streams = new Map<number, ReturnType<typeof createHash>[]>();
  parentPort?.on('message', (message: Message) => {
    const hashes = streams.get(message.stream) ?? [];
    switch (message.kind) {
      case 'begin':
        streams.set(
          message.stream,
          message.algorithms.map((algorithm) => createHash(algorithm)),
        );
        return;
      case 'hash':
        for (const hash of hashes) hash.update(message.bytes);
        parentPort.postMessage('done');
        return;
      case 'end':
        parentPort.postMessage(hashes.map((hash) => hash.digest()));
        return;
      case 'drop':
        streams.delete(message.stream);
    }
  });
}
