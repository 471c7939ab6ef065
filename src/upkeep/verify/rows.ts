/** Reads every row of every table in one state of the store, and compares them with one another. */

import { declarationOf, type TableName, tableNames } from '../../store/databases.ts';
import { nextTurn } from '../../store/long-work.ts';
import type { TableAudit } from '../../store/row-audit.ts';
import type { Snapshot } from '../../store/store.ts';
import { rowName } from '../../store/store-error.ts';
import type { Row, TableKey } from '../../store/table.ts';
import { isRowDamage } from './readable.ts';
import type { Findings } from './report.ts';
import type { Evidence, Rule } from './rule.ts';
import { rules } from './rules.ts';

/** Adds what is found to the findings. */
export async function compareRows(
  snapshot: Pick<Snapshot, 'audit'>,
  evidence: Evidence,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  const compare = (name: TableName) => {
    const own = rules.filter(({ table }) => table === name);
    const isUnfinished = name === 'blobWrites' || name === 'unneededBlobs';
    return (row: Row<TableKey, unknown>) => {
      if (isUnfinished) evidence.files.nameUnfinished(String(row.key[0]));
      for (const rule of own) for (const finding of contradictions(rule, row, evidence)) findings.damaged.add(finding);
    };
  };
  await auditRows(snapshot, compare, findings, signal);
}

/** Checks only whether the rows are those that were written, and adds what is found to the findings. */
export async function auditRows(
  snapshot: Pick<Snapshot, 'audit'>,
  eachOf: (table: TableName) => (row: Row<TableKey, unknown>) => void,
  findings: Findings,
  signal: AbortSignal,
): Promise<void> {
  for (const name of tableNames) {
    const audit = snapshot.audit(name, eachOf(name));
    let step = audit.next();
    while (!step.done) {
      await nextTurn(signal);
      step = audit.next();
    }
    note(name, step.value, findings);
  }
}

function* contradictions(rule: Rule, row: Row<TableKey, unknown>, evidence: Evidence): Iterable<string> {
  try {
    yield* rule.check(row, evidence);
  } catch (error) {
    // A row of another table cannot be read: that is found where it is reached.
    if (!isRowDamage(error)) throw error;
  }
}

function note(table: TableName, audit: TableAudit, { counts, damaged, unreadable }: Findings): void {
  const { noun } = declarationOf(table);
  counts.rows += audit.count;
  if (table === 'kmsKeys') counts.keys = audit.count;
  for (const key of audit.damaged) damaged.add(`the record of the ${rowName(noun, key)}`);
  unreadable.set(table, audit.damaged);
  if (!audit.isWhole) for (const loss of lossOf(noun, audit)) damaged.add(loss);
}

/** What is said of a table whose rows are not just those that were written last. */
function lossOf(noun: string, { count, expected, damaged }: TableAudit): string[] {
  const kind = `of the kind "${noun}"`;
  const are = Math.abs(count - expected) === 1 ? 'is' : 'are';
  if (count < expected) return [`${expected - count} of ${expected} records ${kind} ${are} missing`];
  if (count > expected) return [`of ${count} records ${kind}, ${count - expected} ${are} too many`];
  // Damaged ones, which have been named, do not add up.
  return damaged.length > 0 ? [] : [`a record ${kind} is not the last one that was written`];
}
