/**
 * Several digests of one stream. Hashes of node:crypto run in a thread of their own, since the caller's thread is busy
 * with the cipher: MD5 alone takes three times as long as AES-GCM. CRCs and xxHash are fast, and stay in the caller's
 * thread.
 */

import { type DigestName, newDigest, openDigest } from './checksums.ts';
import type { HashStream } from './hash-thread.ts';
import { beginHashStream } from './hash-threads.ts';
import { BLOCK_BYTES, giveBlock, takeBlock } from './shared-blocks.ts';

/** Digests in progress; call `close` at the end, even after `end`. */
export interface Digests {
  /** Takes bytes, one call at a time; their memory belongs to the caller again once the promise settles. */
  update(bytes: Uint8Array): Promise<void>;
  /** The digests of all bytes, big-endian. */
  end(): Promise<ReadonlyMap<DigestName, Uint8Array>>;
  /** Releases resources; before `end`, it cancels. */
  close(): void;
}

/** Starts the digests of a stream. */
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

interface Block {
  readonly bytes: Uint8Array;
  filled: number;
  /** Settles when the thread has finished with the block; undefined if the thread does not have it. */
  busy: Promise<unknown> | undefined;
}

/** Hashes of the blocks that are filled here and emptied by a thread. */
class Hashes {
  readonly #names: readonly SlowName[];
  /** In the order of the bytes; the last one is being filled. */
  readonly #blocks: Block[] = [];
  /** Undefined until the blocks are full: less than that needs no thread, which takes 20 ms to start. */
  #stream: HashStream | undefined;
  #isClosed = false;

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
      if (block.filled === BLOCK_BYTES) this.#hash(block);
    }
  }

  async end(): Promise<(readonly [SlowName, Uint8Array])[]> {
    this.#requireOpen();
    if (this.#stream) {
      const last = this.#blocks.at(-1);
      if (last && !last.busy) this.#hash(last);
      const digests = await this.#stream.end();
      return this.#names.map((name, i) => [name, digests[i] ?? new Uint8Array()] as const);
    }
    return this.#names.map((name) => {
      const digest = newDigest(name);
      for (const { bytes, filled } of this.#blocks) digest.update(bytes.subarray(0, filled));
      return [name, digest.digest()] as const;
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#stream?.close();
    for (const { bytes, busy } of this.#blocks.splice(0)) {
      const giveBack = () => giveBlock(bytes);
      if (busy) busy.then(giveBack, giveBack);
      else giveBack();
    }
  }

  async #blockToFill(): Promise<Block> {
    const last = this.#blocks.at(-1);
    if (last && last.filled < BLOCK_BYTES) return last;
    const bytes = takeBlock(this.#blocks.length) ?? (await this.#emptied());
    const block = { bytes, filled: 0, busy: undefined };
    this.#blocks.push(block);
    return block;
  }

  /** The memory of the oldest block, once the thread has finished with it. */
  async #emptied(): Promise<Uint8Array> {
    if (!this.#stream) {
      this.#stream = beginHashStream(this.#names.map((name) => name.toLowerCase()));
      for (const block of this.#blocks) this.#hash(block);
    }
    const [oldest] = this.#blocks;
    if (!oldest) throw new Error('a stream has always some blocks');
    await oldest.busy;
    this.#requireOpen();
    this.#blocks.shift();
    return oldest.bytes;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new Error('the digests were abandoned');
  }

  #hash(block: Block): void {
    block.busy = this.#stream?.hash(block.bytes.subarray(0, block.filled));
  }
}
