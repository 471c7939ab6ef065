import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { StoredCall } from '../../src/store/records/call.ts';
import type { Store } from '../../src/store/store.ts';
import type { Tx } from '../../src/store/tables.ts';
import { editStore } from '../support/edit-store.ts';
import { openStore } from '../support/open-store.ts';

function newStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-rows-'));
  const store = openStore(folder);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return store;
}

const undone = new Error('undone');
const id = fc.constantFrom('a', 'b', '1:a', 'a\0');
const step = fc.oneof(
  fc.record({ do: fc.constant('get' as const), id }),
  fc.record({ do: fc.constant('put' as const), id, value: fc.nat(9) }),
  fc.record({ do: fc.constant('remove' as const), id }),
  fc.record({ do: fc.constant('undo' as const), id, value: fc.nat(9) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Does one step and answers what is read after it. */
function take(action: Step, tx: Tx, store: Store): unknown {
  const key: [string, string, string] = ['b', action.id, 'v'];
  const put = (order: number) => tx.versionOrders.put(key, order);
  switch (action.do) {
    case 'put':
      put(action.value);
      break;
    case 'remove':
      tx.versionOrders.remove(key);
      break;
    case 'undo':
      try {
        store.nested<void>(() => {
          put(action.value);
          tx.versionOrders.get(key);
          throw undone;
        });
      } catch (error) {
        if (error !== undone) throw error;
      }
      break;
    case 'get':
      break;
  }
  return tx.versionOrders.get(key);
}

test('a group of calls reads what single calls would read', async () => {
  const [grouped, alone] = [newStore(), newStore()];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const together = steps.map((action) => grouped.transactGrouped<unknown>((tx) => take(action, tx, grouped)));
      const one = steps.map((action) => alone.transact<unknown>((tx) => take(action, tx, alone)));
      expect(await Promise.all(together)).toEqual(one);
    }),
    { numRuns: 60 },
  );
});

test('changes by another process between two groups are read', async () => {
  const store = newStore();
  const other = openStore(store.folder);
  const read = () => store.transactGrouped<number | undefined>((tx) => tx.kmsNextDeadline.get(['next']));
  expect(await Promise.all([read(), read()])).toEqual([undefined, undefined]);
  other.transact<void>((tx) => tx.kmsNextDeadline.put(['next'], 5));
  expect(await Promise.all([read(), read()])).toEqual([5, 5]);
  await other.close();
});

test('a row of a log that was read in a part that was undone is not there', () => {
  const store = newStore();
  const key = ['111122223333', 'us-east-1', 5, 'event'] as const;
  const row = [1] as unknown as StoredCall;
  const seen = store.transact<unknown[]>((tx) => {
    const found: unknown[] = [];
    try {
      store.nested<void>(() => {
        tx.dataCalls.put(key, row);
        found.push(tx.dataCalls.get(key));
        throw undone;
      });
    } catch (error) {
      if (error !== undone) throw error;
    }
    return [...found, tx.dataCalls.get(key)];
  });
  expect(seen).toEqual([[1], undefined]);
});

test.for(['its own older state', 'other bytes'] as const)(
  'a row that this process has written, and %s in the file since, is damaged',
  async (kind) => {
    const store = newStore();
    const key: ['next'] = ['next'];
    const write = (time: number) => store.transact<void>((tx) => tx.kmsNextDeadline.put(key, time));
    const stored = async (edit: (bytes: Buffer) => Uint8Array) => {
      let before = Buffer.of();
      await editStore(store.folder, ({ databases: { kmsNextDeadline } }) => {
        before = Buffer.from(kmsNextDeadline.get(key) as Uint8Array);
        kmsNextDeadline.putSync(key, edit(before));
      });
      return before;
    };
    write(5);
    const older = await stored((bytes) => bytes);
    write(6);
    await stored((bytes) => (kind === 'other bytes' ? bytes.fill(7, 0, 1) : older));
    expect(() => store.transact((tx) => tx.kmsNextDeadline.get(key))).toThrow(
      /record of the due date "next" is damaged/,
    );
    // A write over it makes it whole.
    write(7);
    expect(store.transact((tx) => tx.kmsNextDeadline.get(key))).toBe(7);
  },
);
