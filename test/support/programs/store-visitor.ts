/**
 * A process that opens a store again and again, and writes a row each time. It says how many it wrote, and what it was
 * refused with.
 */

import { writeSync } from 'node:fs';
import { processEnvironment } from '../../../src/env.ts';
import { openStore } from '../../../src/store/store.ts';

/** What such a process says. */
export interface Visits {
  /** The numbers of the rows that are durable. */
  readonly written: readonly number[];
  readonly refusals: readonly string[];
}

const [folder = '', visitor = '', count = ''] = process.argv.slice(2);
const written: number[] = [];
const refusals: string[] = [];
for (let i = 0; i < Number(count); i++) {
  try {
    const store = openStore(folder, { random: processEnvironment().random });
    try {
      store.transact<void>((tx) => tx.objectData.put([visitor, String(i), ''], Buffer.from(`row ${i}`)));
      written.push(i);
    } finally {
      await store.close();
    }
  } catch (error) {
    refusals.push(error instanceof Error ? error.message : String(error));
  }
}
const visits: Visits = { written, refusals };
writeSync(1, JSON.stringify(visits));
