/** The header of a store has no tags of its own: whatever is written in it, a store opens as it is, or ends with 253. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { openRawStore } from '../../src/store/raw-store.ts';
import { HEADER_NAME } from '../../src/store/store-header.ts';
import { editStore } from '../support/edit-store.ts';
import { openStore } from '../support/open-store.ts';
import { editRaw } from '../support/raw-rows.ts';

let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ssebox-header-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const store = openStore(folder);
  store.transact<void>((tx) => tx.kmsNextDeadline.put(['next'], 5));
  await store.close();
});

/** What a command would read, or how it would end. */
async function readNow(): Promise<number | string | undefined> {
  try {
    const store = openStore(folder);
    try {
      return store.transact((tx) => tx.kmsNextDeadline.get(['next']));
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return error.message;
  }
}

async function copyNow(): Promise<void> {
  const raw = openRawStore(folder);
  try {
    raw.snapshot().close();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  } finally {
    await raw.close();
  }
}

const names = ['format', 'rootKey', 'sums'] as const;

test('every flipped bit of it is refused, or does not matter', async () => {
  let refused = 0;
  let trials = 0;
  for (const name of names) {
    let rows: { key: Buffer; value: Buffer }[] = [];
    await editRaw(folder, HEADER_NAME, (database) => {
      rows = [...database.getRange({})].map(({ key, value }) => ({ key: Buffer.from(key), value: Buffer.from(value) }));
    });
    const row = rows.find(({ key }) => key.toString('latin1').includes(name));
    if (!row) throw new Error(`there is no ${name}`);
    for (const part of ['key', 'value'] as const) {
      for (let at = 0; at < row[part].length; at++) {
        const flipped = { ...row, [part]: Buffer.from(row[part]) };
        flipped[part][at] = (flipped[part][at] ?? 0) ^ (1 << ((at * 5) % 8));
        await editRaw(folder, HEADER_NAME, (database) => {
          database.removeSync(row.key);
          database.putSync(flipped.key, flipped.value);
        });
        const answer = await readNow();
        trials += 1;
        if (answer !== 5) {
          refused += 1;
          expect(answer, `${name} ${part} ${at}`).toMatch(/store|root key/);
        }
        await copyNow();
        await editRaw(folder, HEADER_NAME, (database) => {
          database.removeSync(flipped.key);
          database.putSync(row.key, row.value);
        });
        expect(await readNow()).toBe(5);
      }
    }
  }
  expect(refused).toBeGreaterThan(trials * 0.9);
});

test.for([['format'], ['rootKey'], ['sums'], ['format', 'rootKey'], ['format', 'rootKey', 'sums']] as const)(
  'without %j it is damaged, never new',
  async (lost) => {
    await editStore(folder, ({ header }) => {
      for (const name of lost) header.remove(name);
    });
    const files = readdirSync(folder);
    expect(await readNow()).toMatch(/^cannot use the store ".*": (the header of "store.mdb" is damaged|its count of)/);
    expect(readdirSync(folder)).toEqual(files);
    rmSync(join(folder, 'root.key'));
    expect(await readNow()).toMatch(/damaged|missing/);
  },
);

test('a format number that is set back to 1 is damage, not an old store', async () => {
  await editStore(folder, ({ header }) => header.put('format', { version: 1 }));
  expect(await readNow()).toMatch(/"store.mdb" has format 1, but the root key belongs to a store of a later one$/);
});
