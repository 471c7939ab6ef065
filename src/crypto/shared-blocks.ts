/** Blocks of memory that threads share, for all streams of the process: they are used again and again. */

export const BLOCK_BYTES = 512 * 1024;

/** How many blocks a stream may have when few do, and in any case. */
export const MOST_BLOCKS = 8;
const FEWEST_BLOCKS = 2;
/** How many all streams have together, but for the fewest of each. */
const ALL_BLOCKS = 16;

const unused: Uint8Array[] = [];
let used = 0;

/** One more block for a stream that has so many; undefined: it has to do with those. */
export function takeBlock(has: number): Uint8Array | undefined {
  if (has >= (used < ALL_BLOCKS ? MOST_BLOCKS : FEWEST_BLOCKS)) return undefined;
  used++;
  return unused.pop() ?? new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
}

/** Gives back a block that nobody uses any more. */
export function giveBlock(block: Uint8Array): void {
  used--;
  if (unused.length < ALL_BLOCKS) unused.push(block);
}
