import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Blobs, openBlobs } from '../../src/store/blobs.ts';

import { isGone, isHere, markName, ownProcessMark } from '../../src/store/process-mark.ts';
import type { Store } from '../../src/store/store.ts';
import { type FileStep, watchFileSteps } from '../support/file-steps.ts';
import { openStore } from '../support/open-store.ts';

interface Place {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly folder: string;
}

function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-blobs-'));
  const store = openStore(folder);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store, blobs: openBlobs(store), folder };
}

/** The names of all blob files, whole or not. */
function files({ folder }: Place): string[] {
  const blobs = join(folder, 'blobs');
  return existsSync(blobs) ? readdirSync(blobs).flatMap((shard) => readdirSync(join(blobs, shard))) : [];
}

const books = ({ store }: Place) =>
  store.transact((tx) => ({
    writes: [...tx.blobWrites.range()].length,
    unneeded: [...tx.unneededBlobs.range()].length,
  }));

const ID = 'aa11bb22cc33dd44ee55ff6600778899';
const MIB = 1024 * 1024;
const bytesOf = (size: number) => Buffer.alloc(size).map((_, i) => i * 7 + (i >> 10));

async function writeBlob({ store, blobs }: Place, id: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = store.transact((tx) => blobs.beginWrite(id, tx));
  for (const piece of pieces) await file.write(piece);
  await file.finish();
  store.transact<void>((tx) => file.keep(tx));
}

async function readBlob({ blobs }: Place, id: string, position: number, length: number): Promise<Buffer> {
  const blob = blobs.open(id);
  try {
    const bytes = Buffer.from(await blob.read(position, length));
    expect(Buffer.compare(blob.readNow(position, length), bytes)).toBe(0);
    return bytes;
  } finally {
    blob.close();
  }
}

/** The next `datasync` fails, as when the disk does: the system tells the first who asks, and not those after it. */
async function failNextDatasync(): Promise<void> {
  const handle = await open(process.execPath);
  await handle.close();
  const prototype: { datasync: () => Promise<void> } = Object.getPrototypeOf(handle);
  const original = prototype.datasync;
  const restore = () => {
    prototype.datasync = original;
  };
  prototype.datasync = async () => {
    restore();
    throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
  };
  onTestFinished(restore);
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a blob file', () => {
  test('contains what was written, however it was split', async () => {
    const place = newPlace();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 1, 1000, MIB - 1, MIB, MIB + 1, 3 * MIB), { maxLength: 4 }),
        async (sizes) => {
          const id = `${count++}`.padStart(32, '0');
          const pieces = sizes.map(bytesOf);
          await writeBlob(place, id, pieces);
          const all = Buffer.concat(pieces);
          expect(Buffer.compare(await readBlob(place, id, 0, all.length), all)).toBe(0);
        },
      ),
      { numRuns: 15 },
    );
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });

  test('can be written from one reused buffer', async () => {
    const place = newPlace();
    const file = place.store.transact((tx) => place.blobs.beginWrite(ID, tx));
    const piece = new Uint8Array(300_000);
    for (let i = 0; i < 10; i++) await file.write(piece.fill(i));
    await file.finish();
    for (let i = 0; i < 10; i++) {
      expect((await readBlob(place, ID, i * piece.length, piece.length)).equals(Buffer.alloc(piece.length, i))).toBe(
        true,
      );
    }
  });

  test('is read in part, and ends at its end', async () => {
    const place = newPlace();
    const bytes = bytesOf(100_000);
    await writeBlob(place, ID, [bytes]);
    expect((await readBlob(place, ID, 50, 10)).equals(bytes.subarray(50, 60))).toBe(true);
    expect((await readBlob(place, ID, 99_990, 100)).equals(bytes.subarray(99_990))).toBe(true);
    expect((await readBlob(place, ID, 200_000, 100)).length).toBe(0);
  });

  test('has its name only when it is complete', async () => {
    const place = newPlace();
    const file = place.store.transact((tx) => place.blobs.beginWrite(ID, tx));
    expect(files(place)).toEqual([]);
    await file.write(bytesOf(10));
    expect(files(place)).toEqual([`${ID}.part`]);
    expect(() => place.blobs.open(ID)).toThrow('ENOENT');
    await file.finish();
    expect(files(place)).toEqual([ID]);
  });

  test('is read to its end after it was opened, even if it is removed', async () => {
    const place = newPlace();
    const bytes = bytesOf(2 * MIB);
    await writeBlob(place, ID, [bytes]);
    const blob = place.blobs.open(ID);
    place.store.transact<void>((tx) => place.blobs.remove(ID, tx));
    await nextTurn();
    expect(files(place)).toEqual([]);
    expect(Buffer.compare(await blob.read(0, bytes.length), bytes)).toBe(0);
    blob.close();
    await expect(blob.read(0, 1)).rejects.toThrow('closed');
    expect(() => blob.readNow(0, 1)).toThrow('closed');
  });

  test('that is closed during a read is closed after it', async () => {
    const place = newPlace();
    await writeBlob(place, ID, [bytesOf(MIB)]);
    const blob = place.blobs.open(ID);
    const reading = blob.read(0, MIB);
    blob.close();
    blob.close();
    expect(Buffer.compare(await reading, bytesOf(MIB))).toBe(0);
  });

  test('keeps the bytes of one read valid during the next one', async () => {
    const place = newPlace();
    await writeBlob(place, ID, [bytesOf(3 * MIB)]);
    const blob = place.blobs.open(ID);
    const first = await blob.read(0, MIB);
    await blob.read(MIB, MIB);
    expect(Buffer.compare(first, bytesOf(3 * MIB).subarray(0, MIB))).toBe(0);
    blob.close();
  });
});

describe('removal', () => {
  test('comes after the commit, and only if there is one', async () => {
    const place = newPlace();
    await writeBlob(place, ID, [bytesOf(10)]);
    const undone = () =>
      place.store.transact<void>((tx) => {
        place.blobs.remove(ID, tx);
        throw new Error('undo');
      });
    expect(undone).toThrow('undo');
    await nextTurn();
    expect(files(place)).toEqual([ID]);
    place.store.transact<void>((tx) => {
      place.blobs.remove(ID, tx);
      expect(files(place)).toEqual([ID]);
    });
    await nextTurn();
    expect(files(place)).toEqual([]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });

  test('is done at the latest when the blobs are closed', async () => {
    const place = newPlace();
    await writeBlob(place, ID, [bytesOf(10)]);
    place.store.transact<void>((tx) => place.blobs.remove(ID, tx));
    place.blobs.close();
    expect(files(place)).toEqual([]);
  });

  test('of a file that no longer exists is not an error', async () => {
    const place = newPlace();
    place.store.transact<void>((tx) => place.blobs.remove(ID, tx));
    await nextTurn();
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });
});

/** From now on, these steps on files fail. */
async function fail(isFailing: (step: FileStep) => boolean): Promise<() => void> {
  const restore = await watchFileSteps((step) => {
    if (isFailing(step)) throw Object.assign(new Error(`EIO: i/o error, ${step.kind}`), { code: 'EIO' });
    return undefined;
  });
  onTestFinished(restore);
  return restore;
}

describe('removal of files that cannot be moved aside', () => {
  const aside = ({ folder }: Place) => join(folder, `.dropped-${markName(ownProcessMark())}`);

  test('is done where they are', async () => {
    const place = newPlace();
    await writeBlob(place, ID, [bytesOf(10)]);
    writeFileSync(aside(place), 'in the way');
    place.store.transact<void>((tx) => place.blobs.remove(ID, tx));
    place.blobs.close();
    expect(files(place)).toEqual([]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
    expect(existsSync(aside(place))).toBe(false);
  });

  test('is tried again later for those that stay, after all others', async () => {
    const place = newPlace();
    const ids = Array.from({ length: 600 }, (_, i) => `${i}`.padStart(32, '0'));
    const [stuck = '', ...others] = ids;
    for (const id of [stuck, others.at(-1) ?? '']) await writeBlob(place, id, [bytesOf(10)]);
    const restore = await fail(({ path }) => path.endsWith(stuck));
    place.store.transact<void>((tx) => {
      for (const id of ids) place.blobs.remove(id, tx);
    });
    await nextTurn();
    expect(files(place)).toEqual([stuck]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 1 });
    restore();
    place.blobs.close();
    expect(files(place)).toEqual([]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });

  test('is not forgotten while the disk does not confirm it', async () => {
    const place = newPlace();
    await writeBlob(place, ID, [bytesOf(10)]);
    const restore = await fail(({ kind, path }) => kind === 'sync' && path.endsWith('/blobs/aa'));
    place.store.transact<void>((tx) => place.blobs.remove(ID, tx));
    await nextTurn();
    expect(books(place)).toEqual({ writes: 0, unneeded: 1 });
    restore();
    place.blobs.close();
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });
});

describe('a file being written', () => {
  test.for(['before', 'during', 'after'] as const)('that is dropped %s its writing leaves nothing', async (when) => {
    const place = newPlace();
    const file = place.store.transact((tx) => place.blobs.beginWrite(ID, tx));
    if (when !== 'before') await file.write(bytesOf(3 * MIB));
    if (when === 'after') await file.finish();
    place.store.transact<void>((tx) => file.drop(tx));
    await nextTurn();
    place.blobs.close();
    expect(files(place)).toEqual([]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });

  test('of which the disk lost bytes is refused at its end, and leaves nothing', async () => {
    const place = newPlace();
    await failNextDatasync();
    const file = place.store.transact((tx) => place.blobs.beginWrite(ID, tx));
    for (let i = 0; i < 33; i++) await file.write(bytesOf(MIB));
    await expect(file.finish()).rejects.toMatchObject({ name: 'StoreError', cause: { code: 'EIO' } });
    expect(files(place)).toEqual([`${ID}.part`]);
    place.store.transact<void>((tx) => file.drop(tx));
    await nextTurn();
    place.blobs.close();
    expect(files(place)).toEqual([]);
  });

  test('that is dropped while it is being created leaves nothing', async () => {
    const place = newPlace();
    const file = place.store.transact((tx) => place.blobs.beginWrite(ID, tx));
    const writing = file.write(bytesOf(10));
    place.store.transact<void>((tx) => file.drop(tx));
    place.blobs.close();
    await expect(writing).rejects.toThrow('abandoned');
    expect(files(place)).toEqual([]);
  });

  test('that was never written has no file', () => {
    const place = newPlace();
    expect(() =>
      place.store.transact<void>((tx) => {
        place.blobs.beginWrite(ID, tx);
        throw new Error('undo');
      }),
    ).toThrow('undo');
    expect(files(place)).toEqual([]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
  });

  test('of a running process is left alone, that of an ended one is removed', async () => {
    const place = newPlace();
    const file = place.store.transact((tx) => place.blobs.beginWrite(ID, tx));
    await file.write(bytesOf(10));
    place.blobs.close();
    expect(files(place)).toEqual([`${ID}.part`]);

    const { pid } = spawnSync(process.execPath, ['--version']);
    place.store.transact<void>((tx) => tx.blobWrites.put([ID], { v: 1, process: { ...ownProcessMark(), pid } }));
    openBlobs(place.store).close();
    expect(files(place)).toEqual([]);
    expect(books(place)).toEqual({ writes: 0, unneeded: 0 });
    // This process has not ended: newer versions of Node refuse to have a file collected that nobody closed.
    place.store.transact<void>((tx) => file.drop(tx));
    await nextTurn();
  });
});

describe('a process', () => {
  const own = ownProcessMark();

  // Whether it is gone, and whether that would be known.
  test.for([
    ['itself', own, false, true],
    ['one that never existed', { ...own, pid: 2 ** 22 + 1 }, true, true],
    ['an earlier one with the same pid', { ...own, start: '1' }, true, true],
    ['one before the last boot', { ...own, boot: 'another' }, true, false],
    ['one with a pid of another container', { ...own, pid: 2 ** 22 + 1, namespace: 'pid:[1]' }, false, false],
    ['one of another boot and container', { ...own, boot: 'another', namespace: 'pid:[1]' }, true, false],
    ['one about which little is known', { pid: own.pid }, false, false],
  ] as const)('%s', ([, mark, gone, here]) => {
    expect([isGone(mark), isHere(mark)]).toEqual([gone, here]);
  });
});
