/** What `ssebox store verify` finds. */

import type { TableName } from '../../store/databases.ts';
import type { TableKey } from '../../store/table.ts';

export interface Report {
  /** Rows of all tables. */
  readonly Rows: number;
  readonly Keys: number;
  /** Generations of material that were opened. */
  readonly BackingKeys: number;
  /** Versions that were read to the end. */
  readonly Objects: number;
  readonly Bytes: number;
  /** Names of what differs from what was written, or sentences about it. */
  readonly Damaged: readonly string[];
  /** Names of objects that nobody can read, because their KMS key is deleted or has no material. */
  readonly Closed: readonly string[];
  /** Names of objects under customer-provided keys: their bytes are there, but only their records were checked. */
  readonly UnderCustomerKeys: readonly string[];
  /** Names of files in the store's folder of blob files that no row names. They take up space and harm nothing. */
  readonly Unnamed: readonly string[];
}

/** A report in the making. */
export interface Findings {
  readonly counts: { rows: number; keys: number; backingKeys: number; objects: number; bytes: number };
  /** Each is reported once. */
  readonly damaged: Set<string>;
  readonly closed: Set<string>;
  readonly underCustomerKeys: Set<string>;
  readonly unnamed: Set<string>;
  /** The keys of the rows of a table that cannot be read, in their order. */
  readonly unreadable: Map<TableName, readonly TableKey[]>;
}

export const newFindings = (): Findings => ({
  counts: { rows: 0, keys: 0, backingKeys: 0, objects: 0, bytes: 0 },
  damaged: new Set(),
  closed: new Set(),
  underCustomerKeys: new Set(),
  unnamed: new Set(),
  unreadable: new Map(),
});

export const reportOf = ({ counts, damaged, closed, underCustomerKeys, unnamed }: Findings): Report => ({
  Rows: counts.rows,
  Keys: counts.keys,
  BackingKeys: counts.backingKeys,
  Objects: counts.objects,
  Bytes: counts.bytes,
  Damaged: [...damaged],
  Closed: [...closed],
  UnderCustomerKeys: [...underCustomerKeys],
  Unnamed: [...unnamed],
});
