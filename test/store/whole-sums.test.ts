/** Whatever is done to rows, in whatever transactions, by whom and until when: the sums are those of a recount. */

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { bundled } from '../support/bundled.ts';
import { damagedTables } from '../support/damaged-tables.ts';
import { openStore } from '../support/open-store.ts';
import { doParts, type Part, type RowId, type Rows, rowsIn, UNDONE, unlessUndone } from '../support/row-work.ts';

/** A transaction. */
interface Piece {
  readonly parts: readonly Part[];
  readonly isUndone: boolean;
}

interface Step {
  /** Which of two processes does it. */
  readonly store: 0 | 1;
  readonly how: 'alone' | 'soon' | 'grouped' | 'rehearsed' | 'together';
  readonly pieces: readonly Piece[];
  /** Of work that is committed together: whether all of it is undone. */
  readonly isUndone: boolean;
}

const row = fc
  .tuple(fc.constantFrom('order', 'bytes', 'call', 'write'), fc.nat(2))
  .map(([kind, id]): RowId => `${kind as 'order'} ${id}`);
const isUndone = fc.boolean();
const { part } = fc.letrec<{ part: Part }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3 },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), row, value: fc.nat(3000) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('get' as const, 'remove' as const), row }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('part' as const),
        parts: fc.array(tie('part'), { maxLength: 5 }),
        isUndone,
      }),
    },
  ),
}));
const piece: fc.Arbitrary<Piece> = fc.record({
  parts: fc.array(part, { maxLength: 6 }),
  isUndone: fc.nat(3).map((n) => n === 0),
});
const step: fc.Arbitrary<Step> = fc.record({
  store: fc.constantFrom(0 as const, 1 as const),
  how: fc.constantFrom('alone', 'soon', 'grouped', 'rehearsed', 'together'),
  pieces: fc.array(piece, { minLength: 1, maxLength: 4 }),
  isUndone,
});

type Reads = readonly (readonly (number | undefined)[] | 'undone')[];

/** Rows as they should be. */
class Model implements Rows {
  rows = new Map<RowId, number>();
  get = (row: RowId) => this.rows.get(row);
  put = (row: RowId, value: number) => void this.rows.set(row, value);
  remove = (row: RowId) => void this.rows.delete(row);
  nested(work: () => void): void {
    const before = new Map(this.rows);
    try {
      work();
    } catch (error) {
      this.rows = before;
      throw error;
    }
  }
}

const ran = ({ parts, isUndone }: Piece, rows: Rows) => {
  const read = doParts(parts, rows);
  if (isUndone) throw UNDONE;
  return read;
};

function wanted({ how, pieces, isUndone }: Step, model: Model): Reads {
  const reads: Reads[number][] = [];
  unlessUndone(() =>
    model.nested(() => {
      for (const piece of pieces) {
        let read: Reads[number] = 'undone';
        unlessUndone(() =>
          model.nested(() => {
            read = ran(piece, model);
            if (how === 'rehearsed') throw UNDONE;
          }),
        );
        reads.push(read);
      }
      if (how === 'together' && isUndone) throw UNDONE;
    }),
  );
  return reads;
}

async function taken({ how, pieces, isUndone }: Step, store: Store): Promise<Reads> {
  const reads: Reads[number][] = [];
  const one = (run: (piece: Piece) => Reads[number]) => {
    for (const piece of pieces) {
      let read: Reads[number] = 'undone';
      unlessUndone(() => {
        read = run(piece);
      });
      reads.push(read);
    }
  };
  switch (how) {
    case 'alone':
      one((piece) => store.transact<(number | undefined)[]>((tx) => ran(piece, rowsIn(tx, store))));
      return reads;
    case 'soon':
      one((piece) => store.transactSoon<(number | undefined)[]>((tx) => ran(piece, rowsIn(tx, store))));
      return reads;
    case 'rehearsed':
      one((piece) => store.rehearse<(number | undefined)[]>((tx) => ran(piece, rowsIn(tx, store))));
      return reads;
    case 'grouped': {
      const ended = await Promise.allSettled(
        pieces.map((piece) => store.transactGrouped<(number | undefined)[]>((tx) => ran(piece, rowsIn(tx, store)))),
      );
      return ended.map((each) => {
        if (each.status === 'fulfilled') return each.value;
        if (each.reason !== UNDONE) throw each.reason;
        return 'undone';
      });
    }
    case 'together':
      try {
        await store.together(async () => {
          one((piece) => store.transact<(number | undefined)[]>((tx) => ran(piece, rowsIn(tx, store))));
          if (isUndone) throw UNDONE;
        });
      } catch (error) {
        if (error !== UNDONE) throw error;
      }
      return reads;
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-sums-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const everyRow = ['order', 'bytes', 'call', 'write'].flatMap((kind) => [0, 1, 2].map((id) => `${kind} ${id}` as RowId));

test('the sums are those of a recount, and both processes read what was written, after any transactions', async () => {
  const folder = newFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const stores = [openStore(folder), openStore(folder)] as const;
      const model = new Model();
      for (const each of everyRow) {
        stores[0].transact<void>((tx) => rowsIn(tx, stores[0]).remove(each));
      }
      for (const each of steps) {
        expect(await taken(each, stores[each.store])).toEqual(wanted(each, model));
        for (const store of stores) {
          const read = store.transact<(number | undefined)[]>((tx) =>
            everyRow.map((row) => rowsIn(tx, store).get(row)),
          );
          expect(read).toEqual(everyRow.map((row) => model.get(row)));
          expect(store.counts()).toMatchObject({
            versionOrders: [...model.rows.keys()].filter((row) => row.startsWith('order')).length,
            objectData: [...model.rows.keys()].filter((row) => row.startsWith('bytes')).length,
            dataCalls: [...model.rows.keys()].filter((row) => row.startsWith('call')).length,
          });
        }
      }
      for (const store of stores) expect(damagedTables(store)).toEqual([]);
      await Promise.all(stores.map((store) => store.close()));
    }),
    { numRuns: 40 },
  );
});

/** Runs a program, and kills it after so many of its turns. */
function runAndKill(program: string, folder: string, seed: string, turns: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(program, [folder, seed]);
    let heard = 0;
    child.on('message', () => {
      if (++heard === turns) child.kill('SIGKILL');
    });
    child.once('error', reject);
    child.once('exit', (_code, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error('it has ended'))));
  });
}

test('the sums are those of a recount after processes were killed while they wrote', async () => {
  const program = await bundled('test/support/programs/row-writer.ts');
  const folder = newFolder();
  for (let round = 0; round < 6; round++) {
    const kills = [0, 1, 2].map((writer) =>
      runAndKill(program, folder, `${round} ${writer}`, 1 + ((round * 37 + writer * 23) % 31)),
    );
    await Promise.all(kills);
    const store = openStore(folder);
    expect(damagedTables(store)).toEqual([]);
    await store.close();
  }
});
