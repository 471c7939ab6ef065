import { type TableName, tableNames } from '../../src/store/databases.ts';
import type { Store } from '../../src/store/store.ts';

/** The tables whose rows are not all and only those that were written, as `store verify` finds them. */
export function damagedTables(store: Store, among = tableNames): TableName[] {
  const snapshot = store.snapshot();
  try {
    return among.filter((name) => {
      const audit = snapshot.audit(name, () => {});
      for (;;) {
        const next = audit.next();
        if (next.done) return !next.value.isWhole;
      }
    });
  } finally {
    snapshot.close();
  }
}
