/** Facts about the store as a whole, each under its name with its own type. */

import type { MetaRows, Tx } from './tables.ts';

export function getMeta<Name extends keyof MetaRows>(tx: Tx, name: Name): MetaRows[Name] | undefined {
  // A row is only ever written by putMeta, which ties the name to the type.
  return tx.meta.get([name]) as MetaRows[Name] | undefined;
}

export function putMeta<Name extends keyof MetaRows>(tx: Tx, name: Name, value: MetaRows[Name]): void {
  tx.meta.put([name], value);
}

export function removeMeta(tx: Tx, name: keyof MetaRows): void {
  tx.meta.remove([name]);
}
