/** Facts about the store as a whole, each with its own name and type. */

import type { MetaRows, Tx } from './tables.ts';

export function getMeta<Name extends keyof MetaRows>(tx: Tx, name: Name): MetaRows[Name] | undefined {
  // Only putMeta writes these rows, and it ties the name to the type.
  return tx.meta.get([name]) as MetaRows[Name] | undefined;
}

export function putMeta<Name extends keyof MetaRows>(tx: Tx, name: Name, value: MetaRows[Name]): void {
  tx.meta.put([name], value);
}

export function removeMeta(tx: Tx, name: keyof MetaRows): void {
  tx.meta.remove([name]);
}
