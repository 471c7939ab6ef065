/** What `store verify` finds in tables that somebody with an editor for LMDB files has changed. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { declarationOf, type TableName, tableNames } from '../../src/store/databases.ts';
import { keyOf } from '../../src/store/lmdb-table.ts';
import type { TableKey } from '../../src/store/table.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { editStore } from '../support/edit-store.ts';
import { copyOf, makeOneOfEverything, removeStore } from '../support/one-of-everything.ts';
import { openSession } from '../support/store-session.ts';

let folder: string;
beforeAll(async () => {
  folder = await makeOneOfEverything();
});
afterAll(() => removeStore(folder));

interface RawRow {
  readonly key: TableKey;
  readonly bytes: Buffer;
}

interface RawTable {
  readonly rows: readonly RawRow[];
  put(key: TableKey, bytes: Buffer): void;
  remove(key: TableKey): void;
}

/** Edits one table of a copy of the store. @returns what the edit says of it, and what is then found. */
async function afterEdit<T>(table: TableName, edit: (table: RawTable) => T) {
  const copy = copyOf(folder);
  let said: { readonly value: T } | undefined;
  await editStore(copy, ({ databases }) => {
    const database = databases[table];
    const rows = Array.from(database.getRange({}), ({ key, value }) => ({
      key: keyOf(key),
      // The database was opened for bytes.
      bytes: Buffer.from(value as Uint8Array),
    }));
    const put = (key: TableKey, bytes: Buffer) => void database.putSync(key, bytes);
    said = { value: edit({ rows, put, remove: (key) => void database.removeSync(key) }) };
  });
  if (!said) throw new Error('nothing was edited');
  const session = await openSession(copy);
  try {
    const { Damaged } = await verifyStore(session.assembly, () => {}, new AbortController().signal);
    return { said: said.value, found: Damaged };
  } finally {
    // Not the session, which would use the rows about files once more.
    await session.assembly.store.close();
  }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(at) ^ 16, at);
  return changed;
}

/** What cannot be read because of a damaged row. */
const isObject = (name: string) => name.startsWith('s3://');

const counted = tableNames.filter((name) => !declarationOf(name).isTransient);
const nounOf = (table: TableName): string => declarationOf(table).noun;

/** Changes a byte of a table's first row, counted from its beginning or, below 0, from its end. */
const afterFlip = (table: TableName, at: number) =>
  afterEdit(table, ({ rows, put }) => {
    const row = rows[0];
    if (!row) throw new Error('the table is empty');
    put(row.key, flipped(row.bytes, at < 0 ? row.bytes.length + at : at));
    return `the record of the ${nounOf(table)} "${row.key.join('/')}"`;
  });

test.for([...counted, 'blobWrites'] as const)(
  'a changed byte in a row of %s is found there and nowhere else',
  async (table) => {
    const { said, found } = await afterFlip(table, 0);
    expect(found.filter((name) => !isObject(name))).toEqual([said]);
  },
);

test.for([-1, -16])('a changed byte in the tag of a row is found (%i)', async (at) => {
  const { said, found } = await afterFlip('users', at);
  expect(found).toEqual([said]);
});

test.for(counted)('a row of %s that is gone is missing', async (table) => {
  const { said: count, found } = await afterEdit(table, ({ rows, remove }) => {
    const row = rows.at(-1);
    if (!row) throw new Error('the table is empty');
    remove(row.key);
    return rows.length;
  });
  expect(found).toContain(`1 of ${count} records of the kind "${nounOf(table)}" is missing`);
});

test.for(counted)('a row of %s that stands in the place of another is found', async (table) => {
  const { said: key, found } = await afterEdit(table, ({ rows, put }) => {
    const row = rows[0];
    if (!row) throw new Error('the table is empty');
    const place = [...row.key.slice(0, -1), typeof row.key.at(-1) === 'number' ? 123_456 : 'elsewhere'];
    put(place, row.bytes);
    return place;
  });
  expect(found).toContain(`the record of the ${nounOf(table)} "${key.join('/')}"`);
  expect(found).toContainEqual(expect.stringMatching(/^of \d+ records of the kind ".*", 1 is too many$/));
});

test('a row that was put back from an older state is found, although it once was genuine', async () => {
  const copy = copyOf(folder);
  const key = ['photos', 'small'];
  let before: Buffer | undefined;
  await editStore(copy, ({ databases }) => {
    const [row] = databases.objects.getRange({ start: key, limit: 1 });
    // The database was opened for bytes.
    before = Buffer.from(row?.value as Uint8Array);
  });
  const session = await openSession(copy);
  const Tagging = { TagSet: [{ Key: 'class', Value: 'secret' }] };
  await session.call('s3', 'PutObjectTagging', { Bucket: 'photos', Key: 'small', Tagging });
  await session.close();
  await editStore(copy, ({ databases }) => void databases.objects.putSync(key, before));
  const later = await openSession(copy);
  try {
    const { Damaged } = await verifyStore(later.assembly, () => {}, new AbortController().signal);
    expect(Damaged).toEqual(['a record of the kind "object" is not the last one that was written']);
  } finally {
    await later.close();
  }
});

test('one damaged object hides no other, whichever of its versions it is', async () => {
  const { found } = await afterEdit('objects', ({ rows, put }) => {
    for (const { key, bytes } of rows) if (key[1] === 'small' || key[1] === 'q1') put(key, flipped(bytes, 5));
  });
  expect(found).toEqual(
    ['photos/small', 'private/small', 'reports/q1'].map((key) => `the record of the object "${key}"`),
  );
});

/** What LMDB's keys can be besides texts and numbers, and keys with too few or too many parts. */
const oddKeys: readonly (readonly unknown[])[] = [
  [null],
  [true],
  [12n ** 20n],
  [Buffer.from([1, 200, 255])],
  ['photos', null],
  ['photos', 'small', 'more', 'and', 'more'],
  ['\ud800'],
];

test.for(counted)('rows of %s with keys that no row has are damaged, and end nothing', async (table) => {
  const { found } = await afterEdit(table, ({ rows, put }) => {
    const bytes = rows[0]?.bytes ?? Buffer.of();
    for (const key of oddKeys) put(key as TableKey, bytes);
  });
  expect(found.filter((name) => name.startsWith(`the record of the ${nounOf(table)} `))).not.toEqual([]);
  expect(found).toContainEqual(expect.stringMatching(/^of \d+ records of the kind ".*", \d are too many$/));
});
