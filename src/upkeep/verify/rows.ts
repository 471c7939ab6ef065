/** Reads every row of every table in one state of the store, and compares them with one another. */

import { StoreError } from '../../api/errors.ts';
import type { TableName } from '../../store/databases.ts';
import type { Row, Table, TableKey } from '../../store/table.ts';
import { tables } from '../../store/tables.ts';
import type { Findings } from './report.ts';
import type { Evidence, Rule } from './rule.ts';
import { rules } from './rules.ts';

/** Adds what is found to the findings. */
export function compareRows(evidence: Evidence, findings: Findings): void {
  for (const name of Object.keys(tables) as TableName[]) {
    const own = rules.filter(({ table }) => table === name);
    // Each table has its own types; a rule is applied to the rows that it is about.
    const table = evidence.tx[name] as Table<TableKey, unknown>;
    for (const row of table.range()) {
      findings.counts.rows += 1;
      if (name === 'kmsKeys') findings.counts.keys += 1;
      for (const rule of own) for (const finding of contradictions(rule, row, evidence)) findings.damaged.add(finding);
    }
  }
}

function* contradictions(rule: Rule, row: Row<TableKey, unknown>, evidence: Evidence): Iterable<string> {
  try {
    yield* rule.check(row, evidence);
  } catch (error) {
    // A row of another table cannot be read: that is found where it is reached.
    if (!(error instanceof StoreError)) throw error;
  }
}
