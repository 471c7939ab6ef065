import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readBlocks, writeBlocks } from '../src/files.ts';

const MIB = 1024 * 1024;
const bytesOf = (size: number) => Buffer.alloc(size).map((_, i) => i * 11 + (i >> 11));

function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'file');
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Uint8Array.from(part));
  return Buffer.concat(parts);
}

// biome-ignore format: one line a case
const ranges = [
  [0, 0, 0], [1, 0, 1], [MIB, 0, MIB], [MIB + 1, 0, MIB + 1], [3 * MIB, 5, 2 * MIB + 7], [3 * MIB, MIB, MIB], [100, 90, 200],
] as const;

describe('a file read in blocks', () => {
  test.for(ranges)('of %i bytes, from %i to %i', async ([size, start, end]) => {
    const path = newPath();
    const bytes = bytesOf(size);
    writeFileSync(path, bytes);
    expect(Buffer.compare(await collect(readBlocks(path, { start, end })), bytes.subarray(start, end))).toBe(0);
    expect(Buffer.compare(await collect(readBlocks(path)), bytes)).toBe(0);
  });

  test('that does not exist fails with the first block', async () => {
    await expect(collect(readBlocks(newPath()))).rejects.toThrow('cannot be read: no such file or folder');
  });

  test('is closed when its reader stops early', async () => {
    const path = newPath();
    writeFileSync(path, bytesOf(5 * MIB));
    for await (const block of readBlocks(path)) {
      expect(block.length).toBe(MIB);
      break;
    }
  });
});

describe('a file written in blocks', () => {
  const { signal } = new AbortController();

  async function* pieces(...sizes: number[]): AsyncGenerator<Uint8Array> {
    for (const size of sizes) yield bytesOf(size);
  }

  test('contains the pieces in order', async () => {
    const path = newPath();
    const sizes = [10, 0, 300_000, 2 * MIB, 1];
    await writeBlocks(path, pieces(...sizes), signal);
    expect(Buffer.compare(readFileSync(path), Buffer.concat(sizes.map(bytesOf)))).toBe(0);
  });

  test('does not replace another', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');
    await expect(writeBlocks(path, pieces(10), signal)).rejects.toThrow('EEXIST');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('fails when its source fails', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytesOf(10);
      throw new Error('the source is gone');
    }
    await expect(writeBlocks(newPath(), broken(), signal)).rejects.toThrow('the source is gone');
  });

  test('stops when it is aborted', async () => {
    const controller = new AbortController();
    let made = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        if (++made === 5) controller.abort();
        yield bytesOf(10);
      }
    }
    const path = newPath();
    await expect(writeBlocks(path, endless(), controller.signal)).rejects.toThrow('aborted');
    expect(made).toBeLessThan(8);
    expect(existsSync(path)).toBe(true);
  });
});
