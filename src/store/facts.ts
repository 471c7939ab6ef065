/** Facts about the store as a whole, each with its own name and type. */

import type { FactRows, Tx } from './tables.ts';

export function getFact<Name extends keyof FactRows>(tx: Tx, name: Name): FactRows[Name] | undefined {
  // Only putFact writes these rows, and it ties the name to the type.
  return tx.facts.get([name]) as FactRows[Name] | undefined;
}

export function putFact<Name extends keyof FactRows>(tx: Tx, name: Name, value: FactRows[Name]): void {
  tx.facts.put([name], value);
}

export function removeFact(tx: Tx, name: keyof FactRows): void {
  tx.facts.remove([name]);
}
