/**
 * Several digests of one stream. Hashes of node:crypto run in a thread beside the caller's, which has the cipher to do:
 * MD5 alone takes three times as long as AES-GCM. CRCs and xxHash stay with the caller, for whom they are quick.
 */

import { type DigestName, newDigest, openDigest } from './checksums.ts';
import { HashThread } from './hash-thread.ts';

/** Digests under way; `end` or `close` is to be called. */
export interface Digests {
  /** Takes bytes, one call after the other; their memory is the caller's again when the promise settles. */
  update(bytes: Uint8Array): Promise<void>;
  /** The digests of all bytes, big-endian. */
  end(): Promise<ReadonlyMap<DigestName, Uint8Array>>;
  /** Gives up. */
  close(): void;
}

/** Starts digests of one stream. */
export async function beginDigests(names: readonly DigestName[]): Promise<Digests> {
  const quick = await Promise.all(
    names.filter((name) => !isSlow(name)).map(async (name) => [name, await openDigest(name)] as const),
  );
  const hashes = new Hashes(names.filter(isSlow));
  return {
    async update(bytes) {
      const hashed = hashes.update(bytes);
      for (const [, digest] of quick) digest.update(bytes);
      await hashed;
    },
    async end() {
      const hashed = await hashes.end();
      return new Map<DigestName, Uint8Array>([
        ...quick.map(([name, digest]) => [name, digest.digest()] as const),
        ...hashed,
      ]);
    },
    close: () => hashes.close(),
  };
}

const slow = ['MD5', 'SHA1', 'SHA256', 'SHA512'] as const;
type SlowName = (typeof slow)[number];
const isSlow = (name: DigestName): name is SlowName => slow.some((each) => each === name);

/** A stream that fits in the blocks needs no thread, which takes 20 ms to start. */
const BLOCKS = 8;
const BLOCK_BYTES = 512 * 1024;

interface Block {
  readonly bytes: Uint8Array;
  filled: number;
  /** Settles when the thread is done with the block. */
  busy: Promise<unknown> | undefined;
}

/** Hashes of what is put into a ring of blocks that are shared with a thread. */
class Hashes {
  readonly #names: readonly SlowName[];
  readonly #ring: Block[] = [];
  /** The block that is filled, or is next when it is free. */
  #at = 0;
  #thread: HashThread | undefined;

  constructor(names: readonly SlowName[]) {
    this.#names = names;
  }

  async update(bytes: Uint8Array): Promise<void> {
    if (this.#names.length === 0) return;
    for (let at = 0; at < bytes.length; ) {
      const block = await this.#blockToFill();
      const taken = bytes.subarray(at, at + BLOCK_BYTES - block.filled);
      block.bytes.set(taken, block.filled);
      block.filled += taken.length;
      at += taken.length;
      if (block.filled === BLOCK_BYTES) {
        if (this.#thread) block.busy = this.#thread.hash(block.bytes);
        this.#at = (this.#at + 1) % BLOCKS;
      }
    }
  }

  async end(): Promise<(readonly [SlowName, Uint8Array])[]> {
    const last = this.#ring[this.#at];
    if (this.#thread) {
      if (last && last.filled < BLOCK_BYTES) void this.#thread.hash(last.bytes.subarray(0, last.filled));
      const digests = await this.#thread.end();
      return this.#names.map((name, i) => [name, digests[i] ?? new Uint8Array()] as const);
    }
    return this.#names.map((name) => {
      const digest = newDigest(name);
      for (const { bytes, filled } of this.#ring) digest.update(bytes.subarray(0, filled));
      return [name, digest.digest()] as const;
    });
  }

  close(): void {
    this.#thread?.close();
  }

  async #blockToFill(): Promise<Block> {
    const block = this.#ring[this.#at] ?? this.#newBlock();
    if (block.filled < BLOCK_BYTES) return block;
    if (!this.#thread) this.#startThread();
    await block.busy;
    block.filled = 0;
    return block;
  }

  #newBlock(): Block {
    const block = { bytes: new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES)), filled: 0, busy: undefined };
    this.#ring.push(block);
    return block;
  }

  /** The ring is full for the first time: from here on the thread empties it. */
  #startThread(): void {
    const thread = new HashThread(this.#names.map((name) => name.toLowerCase()));
    for (const block of this.#ring) block.busy = thread.hash(block.bytes);
    this.#thread = thread;
  }
}
