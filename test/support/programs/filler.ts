/** A process that fills a store, rows or a blob file, until something refuses; it says what, and what is left. */

import { openBlobs } from '../../../src/store/blobs.ts';
import type { Tx } from '../../../src/store/tables.ts';
import { addOne, readLedger } from '../ledger.ts';
import { openStore } from '../open-store.ts';

const [folder = '', what = ''] = process.argv.slice(2);

async function fill(): Promise<void> {
  const store = openStore(folder);
  let turn = 0;
  let failure: unknown;
  try {
    if (what === 'rows') {
      const addTen = (tx: Tx) => {
        for (let i = 0; i < 10; i++) addOne(tx, 'filler', turn + i);
      };
      for (; turn < 10_000; turn += 10) store.transact<void>(addTen);
    } else {
      const file = store.transact((tx) => openBlobs(store).beginWrite('ab'.repeat(16), tx));
      try {
        for (; turn < 100; turn++) await file.write(new Uint8Array(1024 * 1024));
        await file.finish();
      } catch (error) {
        failure = error;
        store.transact<void>((tx) => file.drop(tx));
      }
    }
  } catch (error) {
    failure = error;
  }
  const { name, message } = failure instanceof Error ? failure : new Error('nothing refused');
  const { count, counts } = store.transact((tx) => readLedger(tx));
  openBlobs(store).close();
  process.stdout.write(JSON.stringify({ name, message, turn, count, rows: counts.length }));
  await store.close();
}

await fill();
