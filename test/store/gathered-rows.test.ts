import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { declarationOf, tableNames } from '../../src/store/databases.ts';
import type { KeyUse } from '../../src/store/records/kms.ts';
import type { Store } from '../../src/store/store.ts';
import type { Tx } from '../../src/store/tables.ts';
import { openStore } from '../support/open-store.ts';

function newStore(): Store {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-gathered-'));
  const store = openStore(folder);
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return store;
}

const undone = new Error('undone');
const id = fc.constantFrom('a', 'b', 'c');

type Step =
  | { readonly do: 'add' | 'add in place' | 'remove' | 'get'; readonly id: string }
  | { readonly do: 'list' | 'last' | 'fail' }
  | { readonly do: 'part'; readonly steps: readonly Step[]; readonly isUndone: boolean };

const { step } = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      do: fc.constantFrom('add' as const, 'add in place' as const, 'remove' as const, 'get' as const),
      id,
    }),
    fc.record({ do: fc.constantFrom('list' as const, 'last' as const, 'fail' as const) }),
    fc.record({
      do: fc.constant('part' as const),
      steps: fc.array(tie('step'), { maxLength: 6 }),
      isUndone: fc.boolean(),
    }),
  ),
}));

/** A counter in a table: the same steps on one of either kind. */
interface Counters {
  get(id: string): number | undefined;
  put(id: string, count: number): void;
  /** Adds to the row itself, if it may be changed in place. */
  addInPlace(id: string): void;
  remove(id: string): boolean;
  list(): readonly (readonly [string, number])[];
  last(): string | undefined;
}

const ACCOUNT = '111122223333';
const PLACE = [ACCOUNT, 'us-east-1'] as const;
const useOf = (count: number): KeyUse => ({ v: 1, operation: 'Encrypt', timeMs: count, requestId: '' });

const gatheredCounters = ({ kmsKeyUses }: Tx): Counters => ({
  get: (id) => kmsKeyUses.get([...PLACE, id])?.timeMs,
  put: (id, count) => kmsKeyUses.put([...PLACE, id], useOf(count)),
  addInPlace(id) {
    // Only this test changes one in place.
    const own = kmsKeyUses.owned?.([...PLACE, id])?.value as { timeMs: number } | undefined;
    if (own) own.timeMs += 1;
    else kmsKeyUses.put([...PLACE, id], useOf((kmsKeyUses.get([...PLACE, id])?.timeMs ?? 0) + 1));
  },
  remove: (id) => kmsKeyUses.remove([...PLACE, id]),
  list: () => Array.from(kmsKeyUses.range(), ({ key, value }) => [key[2], value.timeMs] as const),
  last: () => [...kmsKeyUses.under(PLACE, { reverse: true, limit: 1 })][0]?.key[2],
});

const plainCounters = ({ versionOrders }: Tx): Counters => ({
  get: (id) => versionOrders.get([...PLACE, id]),
  put: (id, count) => versionOrders.put([...PLACE, id], count),
  addInPlace: (id) => versionOrders.put([...PLACE, id], (versionOrders.get([...PLACE, id]) ?? 0) + 1),
  remove: (id) => versionOrders.remove([...PLACE, id]),
  list: () => Array.from(versionOrders.range(), ({ key, value }) => [key[2], value] as const),
  last: () => [...versionOrders.under(PLACE, { reverse: true, limit: 1 })][0]?.key[2],
});

/** Takes a step, and returns what it reads. */
function take(step: Step, counters: Counters, store: Store): unknown {
  switch (step.do) {
    case 'add':
      counters.put(step.id, (counters.get(step.id) ?? 0) + 1);
      return counters.get(step.id);
    case 'add in place':
      counters.addInPlace(step.id);
      return counters.get(step.id);
    case 'remove':
      return counters.remove(step.id);
    case 'get':
      return counters.get(step.id) ?? 'none';
    case 'list':
      return counters.list();
    case 'last':
      return counters.last() ?? 'none';
    case 'fail':
      throw undone;
    case 'part':
      return inPart(step, counters, store);
  }
}

function inPart(
  { steps, isUndone }: Extract<Step, { do: 'part' }>,
  counters: Counters,
  store: Store,
): readonly unknown[] {
  const read: unknown[] = [];
  try {
    store.nested<void>(() => {
      for (const inner of steps) read.push(take(inner, counters, store));
      if (isUndone) throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
  return read;
}

test('a gathered row is read, undone and kept as any other, in groups and alone', async () => {
  const [gathered, plain] = [newStore(), newStore()];
  const outcome = (work: Promise<unknown>) => work.catch((error: Error) => error.message);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const group = steps.map((one) =>
        outcome(gathered.transactGrouped<unknown>((tx) => take(one, gatheredCounters(tx), gathered))),
      );
      const alone = steps.map((one) =>
        outcome(Promise.resolve().then(() => plain.transact<unknown>((tx) => take(one, plainCounters(tx), plain)))),
      );
      expect(await Promise.all(group)).toEqual(await Promise.all(alone));
      const listed = gathered.transact((tx) => gatheredCounters(tx).list());
      expect(listed).toEqual(plain.transact((tx) => plainCounters(tx).list()));
    }),
    { numRuns: 150 },
  );
});

test('what is gathered is in the store once the transaction has committed, and counted', async () => {
  const store = newStore();
  const add = (tx: Tx) => void take({ do: 'add', id: 'a' }, gatheredCounters(tx), store);
  await Promise.all(Array.from({ length: 40 }, () => store.transactGrouped<void>(add)));
  const other = openStore(store.folder);
  expect(other.transact((tx) => gatheredCounters(tx).get('a'))).toBe(40);
  other.transact<void>(add);
  expect(store.transact((tx) => gatheredCounters(tx).get('a'))).toBe(41);
  expect(store.counts().kmsKeyUses).toBe(1);
  await other.close();
});

test('nothing is gathered from a rehearsal, nor from a transaction that fails', () => {
  const store = newStore();
  const add = (tx: Tx) => take({ do: 'add', id: 'a' }, gatheredCounters(tx), store);
  expect(store.rehearse<unknown>(add)).toBe(1);
  expect(() =>
    store.transact<void>((tx) => {
      add(tx);
      throw undone;
    }),
  ).toThrow(undone);
  expect(store.transact((tx) => gatheredCounters(tx).list())).toEqual([]);
});

test('work over several transactions that is undone as one leaves nothing gathered', async () => {
  const store = newStore();
  const add = () => store.transact<unknown>((tx) => take({ do: 'add', id: 'a' }, gatheredCounters(tx), store));
  const failed = store.together(async () => {
    add();
    add();
    throw undone;
  });
  await expect(failed).rejects.toThrow(undone);
  await store.together(async () => {
    add();
    add();
  });
  expect(store.transact((tx) => gatheredCounters(tx).list())).toEqual([['a', 2]]);
});

test('no table is both gathered and a log, whose rows are written once anyway', () => {
  for (const name of tableNames) {
    const { isGathered, isLog, isTransient } = declarationOf(name);
    expect([name, Boolean(isGathered) && (Boolean(isLog) || Boolean(isTransient))]).toEqual([name, false]);
  }
});
