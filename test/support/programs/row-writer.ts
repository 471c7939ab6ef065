/** A process that changes rows in transactions of every kind until it is killed, and tells its parent of each turn. */

import { openStore } from '../open-store.ts';
import { doParts, type Part, type RowId, rowsIn, UNDONE } from '../row-work.ts';
import { seededRandom } from '../seeded-random.ts';

const [folder = '', seed = ''] = process.argv.slice(2);
const store = openStore(folder);
const random = seededRandom(seed);
const number = (below: number): number => Buffer.from(random(4)).readUInt32LE() % below;

const kinds = ['order', 'bytes', 'call', 'write'] as const;
const row = (): RowId => `${kinds[number(4)] ?? 'order'} ${number(40)}`;

function part(depth: number): Part {
  if (depth > 0 && number(5) === 0) {
    return { do: 'part', parts: Array.from({ length: number(4) }, () => part(depth - 1)), isUndone: number(2) === 0 };
  }
  return number(3) === 0 ? { do: 'remove', row: row() } : { do: 'put', row: row(), value: number(3000) };
}

const parts = (): Part[] => Array.from({ length: 1 + number(5) }, () => part(2));

function work(tx: Parameters<typeof rowsIn>[0]): void {
  doParts(parts(), rowsIn(tx, store));
  if (number(6) === 0) throw UNDONE;
}

for (;;) {
  const ended = await Promise.allSettled(
    number(2) === 0
      ? Array.from({ length: 5 }, () => store.transactGrouped<void>(work))
      : [Promise.resolve().then(() => store.transact<void>(work))],
  );
  for (const each of ended) if (each.status === 'rejected' && each.reason !== UNDONE) throw each.reason;
  process.send?.('turn');
  // Lets the message go.
  await new Promise((resolve) => setImmediate(resolve));
}
