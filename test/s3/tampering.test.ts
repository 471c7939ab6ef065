import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import type { Tx } from '../../src/store/tables.ts';
import { editStore } from '../support/edit-store.ts';
import { newWorld, type World } from '../support/harness.ts';
import { modes, newBucket } from './modes.ts';

type Leaf = { readonly path: readonly (string | number)[]; readonly value: string | number | boolean | Uint8Array };

/** Every value in a record, with the way to it. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): Leaf[] {
  if (value instanceof Uint8Array) return [{ path, value }];
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [{ path, value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]));
}

function flipped(value: Leaf['value']): Leaf['value'] {
  if (value instanceof Uint8Array) {
    const copy = Uint8Array.from(value);
    const at = Math.floor(copy.length / 2);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  }
  if (typeof value === 'string')
    return value === '' ? 'x' : String.fromCharCode(value.charCodeAt(0) ^ 1) + value.slice(1);
  return typeof value === 'number' ? value + 1 : !value;
}

/** The record with one of its values changed. */
function withLeaf(record: unknown, [first, ...rest]: Leaf['path'], value: Leaf['value']): unknown {
  if (first === undefined) return value;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(record) ? [...record] : { ...(record as object) };
  const members = copy as Record<string | number, unknown>;
  members[first] = withLeaf(members[first], rest, value);
  return copy;
}

/** Puts, changes something, and says what reading comes to: `read`, or the error. */
async function readOutcome(world: World, Bucket: string, read: object): Promise<string> {
  let out = 0;
  try {
    const { Body } = await world.call('s3', 'GetObject', { Bucket, Key: 'k', ...read });
    for await (const piece of Body ?? []) out += piece.length;
    return 'read';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const names = error instanceof StoreError ? /photos\/k/.test(error.message) : false;
    return names ? `damaged after ${out} bytes` : `${error.name}: ${error.message}`;
  }
}

/** Changes the row of the object and not its tag, which nobody without the root key can make. */
async function changeRow(world: World, Bucket: string, row: unknown): Promise<void> {
  await editStore(world.folder, ({ header, databases }) => {
    // The database was opened for bytes.
    const stored = databases.objects.get([Bucket, 'k']) as Buffer;
    const body = Buffer.from(header.encoder.encode(row, 0));
    databases.objects.putSync([Bucket, 'k'], Buffer.concat([body, stored.subarray(-16)]));
  });
  await world.reopen();
}

describe.for(modes)('$name', ({ write, read }) => {
  test('a changed value anywhere in the record is refused, naming the object, without returning a byte', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutObject', {
      Bucket,
      Key: 'k',
      Body: Buffer.from('hello'),
      Metadata: { a: 'b' },
      Tagging: 'x=y',
      ...write,
    });
    const genuine = world.transact((tx) => tx.objects.get([Bucket, 'k']));
    const leaves = leavesOf(genuine);
    expect(leaves.length).toBeGreaterThan(15);
    for (const { path, value } of leaves) {
      await changeRow(world, Bucket, withLeaf(genuine, path, flipped(value)));
      expect(`${path.join('.')}: ${await readOutcome(world, Bucket, read)}`).toBe(
        `${path.join('.')}: damaged after 0 bytes`,
      );
      await expect(world.call('s3', 'HeadObject', { Bucket, Key: 'k', ...read })).rejects.toThrow('object "photos/k"');
    }
    await changeRow(world, Bucket, genuine);
    expect(await readOutcome(world, Bucket, read)).toBe('read');
  });

  test('a flipped bit in a row of ciphertext is refused without returning a byte', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: Buffer.from('hello'), ...write });
    world.transact((tx) => {
      for (const { key, value } of [...tx.objectData.range()]) tx.objectData.put(key, flipped(value) as Uint8Array);
    });
    expect(await readOutcome(world, Bucket, read)).toBe('damaged after 0 bytes');
  });

  test('a flipped bit, a truncation or an appended byte in a blob file is refused, naming the object', async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    await world.call('s3', 'PutObject', { Bucket, Key: 'k', Body: new Uint8Array(600_000), ...write });
    const path = blobFile(world);
    const genuine = readFileSync(path);
    for (const at of [0, 100, 300_000, genuine.length - 1]) {
      const changed = Buffer.from(genuine);
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      writeFileSync(path, changed);
      expect(await readOutcome(world, Bucket, read)).toMatch(/^damaged after \d+ bytes$/);
    }
    writeFileSync(path, genuine.subarray(0, -1));
    expect(await readOutcome(world, Bucket, read)).toMatch(/^damaged/);
    writeFileSync(path, genuine);
    expect(await readOutcome(world, Bucket, read)).toBe('read');
  });

  test("one object's ciphertext in place of another's is refused", async () => {
    const world = newWorld();
    const Bucket = await newBucket(world);
    for (const Key of ['k', 'other'])
      await world.call('s3', 'PutObject', { Bucket, Key, Body: Buffer.from('hello'), ...write });
    world.transact((tx) => {
      const [ours, others] = ['k', 'other'].map((Key) => [...tx.objectData.under([Bucket, Key])][0]);
      if (ours && others) tx.objectData.put(ours.key, others.value);
    });
    expect(await readOutcome(world, Bucket, read)).toBe('damaged after 0 bytes');
    swapRecords(world, Bucket);
    await expect(world.call('s3', 'GetObject', { Bucket, Key: 'k', ...read })).rejects.toThrow('s3://photos/k');
  });
});

function swapRecords(world: World, Bucket: string): void {
  world.transact((tx: Tx) => {
    const other = tx.objects.get([Bucket, 'other']);
    if (other) tx.objects.put([Bucket, 'k'], other);
  });
}

function blobFile({ folder }: World): string {
  const [first] = readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  if (!first) throw new Error('no blob file');
  return join(first.parentPath, first.name);
}

// The plaintext, raw or in base64 or hex, is in no file of the store.
test.for(modes)('no part of the plaintext is in any file of the store under $name', async ({ write }) => {
  const world = newWorld();
  const Bucket = await newBucket(world);
  const small = Buffer.from('the quick brown fox jumps over the lazy dog');
  const large = Buffer.alloc(200_000, small);
  await world.call('s3', 'PutObject', { Bucket, Key: 'small', Body: small, ...write });
  await world.call('s3', 'PutObject', { Bucket, Key: 'large', Body: large, ...write });
  for (const entry of readdirSync(world.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const stored = readFileSync(join(entry.parentPath, entry.name));
    for (let at = 0; at + 8 <= small.length; at += 1) {
      const window = small.subarray(at, at + 8);
      for (const form of [window, window.toString('hex'), small.subarray(at, at + 9).toString('base64')]) {
        expect(stored.includes(form)).toBe(false);
      }
    }
  }
});
