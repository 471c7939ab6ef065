/** Blocks of memory that threads share, reused for all streams of the process. */

export const BLOCK_BYTES = 512 * 1024;

/** The maximum number of blocks of a stream when few are in use, and the number that every stream gets. */
export const MOST_BLOCKS = 8;
const FEWEST_BLOCKS = 2;
/** The number for all streams together, apart from each stream's minimum. */
const ALL_BLOCKS = 16;

const unused: Uint8Array[] = [];
let used = 0;

/** One more block for a stream that already has `has`; undefined if it must manage with those. */
export function takeBlock(has: number): Uint8Array | undefined {
  if (has >= (used < ALL_BLOCKS ? MOST_BLOCKS : FEWEST_BLOCKS)) return undefined;
  used++;
  return unused.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}

/** Returns a block that is no longer in use. */
export function giveBlock(block: Uint8Array): void {
  used--;
  if (unused.length < ALL_BLOCKS) unused.push(block);
}
