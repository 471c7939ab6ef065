/** What `store verify` compares: each rule is broken in a store with one of everything, and found as such. */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TableName, tableNames } from '../../src/store/databases.ts';
import { damage } from '../../src/store/store-error.ts';
import type { Table, TableKey } from '../../src/store/table.ts';
import type { Report } from '../../src/upkeep/verify/report.ts';
import { rules } from '../../src/upkeep/verify/rules.ts';
import { asVerdict, verifyStore } from '../../src/upkeep/verify.ts';
import { makeOneOfEverything, openCopy, removeStore } from '../support/one-of-everything.ts';
import type { StoreSession } from '../support/store-session.ts';
import { alarmBreaks } from './breaks/alarms.ts';
import type { Breaks } from './breaks/break.ts';
import { bucketBreaks } from './breaks/buckets.ts';
import { callBreaks } from './breaks/calls.ts';
import { keyBreaks } from './breaks/keys.ts';
import { objectBreaks } from './breaks/objects.ts';
import { organizationBreaks } from './breaks/organizations.ts';
import { principalBreaks } from './breaks/principals.ts';
import { quotaBreaks } from './breaks/quotas.ts';
import { tallyBreaks } from './breaks/tally.ts';
import { trailBreaks } from './breaks/trails.ts';

let folder: string;
beforeAll(async () => {
  folder = await makeOneOfEverything();
});
afterAll(() => removeStore(folder));

const verify = ({ assembly }: StoreSession): Promise<Report> =>
  verifyStore(assembly, () => {}, new AbortController().signal);

test('a store with one of everything has rows in every table, and nothing of it is damaged', async () => {
  const session = await openCopy(folder);
  const empty = session.assembly.store.transact<string[]>((tx) =>
    Object.entries(tx)
      .filter(([, table]) => [...(table as Table<TableKey, unknown>).range({ limit: 1 })].length === 0)
      .map(([name]) => name),
  );
  expect(empty).toEqual([]);
  expect(await verify(session)).toMatchObject({
    Keys: 6,
    Objects: 9,
    Damaged: [],
    Closed: [],
    UnderCustomerKeys: ['s3://private/large', 's3://private/small'],
    Unnamed: [],
  });
});

test('a store from when every caller was found by a digest is not damaged', async () => {
  const session = await openCopy(folder);
  session.assembly.store.transact<void>((tx) => {
    for (const { key, value } of [...tx.callerNumbers.range()]) {
      tx.callerNumbers.remove(key);
      const digest = createHash('sha256').update(key[0]).digest('base64url');
      tx.callerNumbers.put([digest], value);
    }
  });
  expect((await verify(session)).Damaged).toEqual([]);
});

const breaks: Breaks = {
  ...callBreaks,
  ...principalBreaks,
  ...organizationBreaks,
  ...keyBreaks,
  ...quotaBreaks,
  ...bucketBreaks,
  ...objectBreaks,
  ...tallyBreaks,
  ...trailBreaks,
  ...alarmBreaks,
};

describe('a store in which one thing contradicts another is damaged there and nowhere else', () => {
  const cases = rules.flatMap(({ holds }) =>
    [breaks[holds] ?? []].flat().map((each, i) => [holds, i + 1, each] as const),
  );

  test.for(cases)('not %s (%i)', async ([, , damage]) => {
    const session = await openCopy(folder);
    const { store } = session.assembly;
    const expected = store.transact<readonly string[]>((tx) => damage(tx, store.folder));
    const { Damaged } = await verify(session);
    expect([...Damaged].sort()).toEqual([...expected].sort());
  });
});

test('every rule is broken by one of these tests', () => {
  expect(rules.map(({ holds }) => holds).filter((holds) => !Object.hasOwn(breaks, holds))).toEqual([]);
  expect(new Set(rules.map(({ holds }) => holds)).size).toBe(rules.length);
});

/** Nothing else in the store has to agree with their rows. */
const alone: readonly TableName[] = [
  'ownEvents',
  'callsOfFormat1',
  'tallyUpkeep',
  'youngCalls',
  // Whom a report is about may have been deleted since.
  'iamReports',
  'refusals',
  'quotaUses',
  // A value that was granted can be reset, or set by hand.
  'quotaRequests',
  'quotaTags',
  'ownPrices',
  'deletedKeys',
  'accountPublicAccessBlocks',
  // Those of buckets that were deleted long ago are still in some stores.
  'bucketLevelKeys',
  'trailSigningKeys',
];

test('every other table is compared with another one', () => {
  const compared = new Set(rules.flatMap(({ table, against }) => (against.length > 0 ? [table, ...against] : [])));
  const rest = tableNames.filter((name) => !compared.has(name));
  expect(rest).toEqual(alone);
});

test('an error that stops the verification does not name the verification as the way out', () => {
  const error = damage('/store', 'its count of what it contains is damaged');
  expect(error.hint).toBe('ssebox store verify');
  expect(asVerdict(error)).toMatchObject({ message: error.message, hint: expect.stringContaining('store restore') });
  const other = new Error('another');
  expect(asVerdict(other)).toBe(other);
});
