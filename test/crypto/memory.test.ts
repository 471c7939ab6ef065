import { expect, test } from 'vitest';
import { giveBack } from '../../src/crypto/memory.ts';

test('memory that was freed has no length', () => {
  const bytes = new Uint8Array(100);
  giveBack(bytes);
  expect(bytes.length).toBe(0);
});

test('part of a larger buffer, and shared memory, are left alone', () => {
  const whole = new Uint8Array(100).fill(1);
  const part = whole.subarray(10, 20);
  giveBack(part);
  expect(part).toEqual(new Uint8Array(10).fill(1));
  const shared = new Uint8Array(new SharedArrayBuffer(10));
  giveBack(shared);
  expect(shared.length).toBe(10);
});

test('memory is freed at once', () => {
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 200; i++) giveBack(new Uint8Array(4 * 1024 * 1024).fill(i));
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
});
