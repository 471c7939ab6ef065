/** A rule about rows of several tables, which holds in every store where nothing is damaged. */

import { StoreError } from '../../api/errors.ts';
import { AuthenticationError } from '../../crypto/authentication-error.ts';
import type { RootKey } from '../../crypto/root-key.ts';
import type { TableName } from '../../store/databases.ts';
import type { Row, TableKey } from '../../store/table.ts';
import type { RowOf, Tx } from '../../store/tables.ts';
import type { FileCensus } from './blob-files.ts';

/** What a rule may look at. */
export interface Evidence {
  readonly tx: Tx;
  readonly rootKey: RootKey;
  readonly files: FileCensus;
  /** Called for each generation of material that opens under the root key. */
  readonly onOpened: () => void;
}

export interface Rule {
  /** The table whose rows it is about, each of which is checked. */
  readonly table: TableName;
  /** What holds. */
  readonly holds: string;
  /** The tables that the rows are compared with. */
  readonly against: readonly TableName[];
  /**
   * Says in a person's words what in a row contradicts the rule. A row of another table that cannot be read ends it
   * with a StoreError.
   */
  readonly check: (row: Row<TableKey, unknown>, evidence: Evidence) => Iterable<string>;
}

/** A rule about the rows of a table. */
export function rule<Name extends TableName>(
  table: Name,
  holds: string,
  against: readonly TableName[],
  check: (row: RowOf<Name>, evidence: Evidence) => Iterable<string>,
): Rule {
  // Whoever applies it passes rows of this table.
  return { table, holds, against, check: check as Rule['check'] };
}

/** Whether something authenticates. */
export function opens(open: () => unknown): boolean {
  try {
    open();
    return true;
  } catch (error) {
    if (error instanceof AuthenticationError || error instanceof StoreError) return false;
    throw error;
  }
}

/** A value made for each place, and kept until the next one is asked for: rules see the rows of a place together. */
export function perPlace<P extends TableKey, V>(
  make: (place: P, evidence: Evidence) => V,
): (place: P, evidence: Evidence) => V {
  const last = new WeakMap<Evidence, { readonly place: string; readonly value: V }>();
  return (place, evidence) => {
    const name = JSON.stringify(place);
    const known = last.get(evidence);
    if (known?.place === name) return known.value;
    const value = make(place, evidence);
    last.set(evidence, { place: name, value });
    return value;
  };
}
