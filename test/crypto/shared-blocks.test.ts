import { expect, test } from 'vitest';
import { BLOCK_BYTES, giveBlock, MOST_BLOCKS, takeBlock } from '../../src/crypto/shared-blocks.ts';

/** All blocks that a stream gets now. */
function blocksOf(): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let block = takeBlock(0); block; block = takeBlock(blocks.length)) blocks.push(block);
  return blocks;
}

test('a few streams have many blocks each, and with more streams each still has some', () => {
  const streams = Array.from({ length: 20 }, blocksOf);
  const counts = streams.map((blocks) => blocks.length);
  expect(counts[0]).toBe(MOST_BLOCKS);
  expect(counts.slice(2)).toEqual(counts.slice(2).fill(2));
  const all = streams.flat();
  expect(new Set(all).size).toBe(all.length);
  expect(all.every((block) => block.length === BLOCK_BYTES && block.buffer instanceof SharedArrayBuffer)).toBe(true);
  all.forEach(giveBlock);
});

test('returned blocks are reused', () => {
  const before = blocksOf();
  before.forEach(giveBlock);
  const after = blocksOf();
  expect(after.every((block) => before.includes(block))).toBe(true);
  after.forEach(giveBlock);
});
