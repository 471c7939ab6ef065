/** What a store has, besides what it knows of the calls that were made. */

import { type TableName, tableNames } from '../../src/store/databases.ts';
import { filesBelow } from './at-rest.ts';
import type { World } from './harness.ts';

/** What every call leaves, refused or not: that it was made, what it adds up to, and when old rows are looked for. */
const ofCalls: ReadonlySet<TableName> = new Set<TableName>([
  'facts',
  'managementCalls',
  'dataCalls',
  'callers',
  'callerNumbers',
  'callerUses',
  'series',
  'seriesNames',
  'points',
  'levels',
  'tallyUpkeep',
  'youngCalls',
  'refusals',
  'quotaUses',
]);

/** A line for every row that is not about calls, and for every file: equal for equal stores. */
export function stateOf(world: World): readonly string[] {
  const rows = world.transact((tx) =>
    tableNames
      .filter((name) => !ofCalls.has(name))
      .flatMap((name) => [...tx[name].range()].map(({ key, value }) => `${name} ${JSON.stringify([key, value])}`)),
  );
  return [...rows, ...[...filesBelow(world.folder).keys()].sort()];
}
