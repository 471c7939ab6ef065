import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/store/lmdb-table.ts';
import { changePassphrase } from '../../src/store/root-key-change.ts';
import { rootKeyFacts } from '../../src/store/root-key-file.ts';
import { FORMAT } from '../../src/store/store-key.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { type Edited, editStore } from '../support/edit-store.ts';
import { makeOldStore, type OldFormat, oldFormats, oldRootKey } from '../support/old-store.ts';
import { openStore } from '../support/open-store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const PASSPHRASE = 'open sesame';
const given = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } };

const rootKey = ({ store }: CommandLine) => join(store, 'root.key');

/** A store as an old format left it. */
function oldStore(format: OldFormat): CommandLine {
  const line = newCommandLine();
  makeOldStore(line.store, format);
  return line;
}

/** What the header says of the format. */
async function formatOf({ store }: Pick<CommandLine, 'store'>): Promise<number | undefined> {
  let format: number | undefined;
  await editStore(store, ({ header }) => {
    format = header.get('format')?.version;
  });
  return format;
}

/** A sealed root key as the first format of its file has it. */
function sealedAsBefore(key: Uint8Array): Buffer {
  const random = seededRandom();
  const header = Buffer.concat([Buffer.from('ssebox sealed root key 1\n'), Buffer.of(15, 8, 3), random(16)]);
  const stretched = scryptSync(PASSPHRASE, header.subarray(-16), 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 28 });
  const nonce = random(12);
  const cipher = createCipheriv('aes-256-gcm', stretched, nonce).setAAD(header);
  return Buffer.concat([header, nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
}

describe.each(oldFormats)('a store of format %i', (format) => {
  test('is upgraded by the first command, and its root key says so', async () => {
    const line = oldStore(format);
    expect(rootKeyFacts(line.store)).toEqual({ isSealed: false, storeFormat: format });
    expect((await line.ok(['store', 'info'])).json).toMatchObject({ Format: FORMAT });
    expect(await formatOf(line)).toBe(FORMAT);
    expect(rootKeyFacts(line.store)).toEqual({ isSealed: false, storeFormat: FORMAT });
    await line.ok(['store', 'verify']);
  });

  test('that is sealed is upgraded only with its passphrase, and stays sealed', async () => {
    const line = oldStore(format);
    await seal(line, format);
    const sealed = readFileSync(rootKey(line));
    expect((await line.ok(['store', 'info'])).json).toMatchObject({ Format: format, Sealed: true });
    const { code, err } = await line.ssebox(['kms', 'list-keys']);
    expect([code, err]).toEqual([253, `the store "${line.store}" is sealed with a passphrase, and none was given\n`]);
    expect((await line.ssebox(['kms', 'list-keys'], { variables: { SSEBOX_PASSPHRASE: 'mine' } })).code).toBe(253);
    expect([await formatOf(line), readFileSync(rootKey(line)).equals(sealed)]).toEqual([format, true]);

    await line.ok(['store', 'verify'], given);
    expect([await formatOf(line), rootKeyFacts(line.store)]).toEqual([FORMAT, { isSealed: true, storeFormat: FORMAT }]);
    expect((await line.ok(['store', 'info'])).json).toMatchObject({ Format: FORMAT, Sealed: true });
  });

  test('whose upgrade was killed before its root key says so is completed by the next command', async () => {
    const line = oldStore(format);
    await line.ok(['kms', 'list-keys']);
    copyFileSync(oldRootKey(format), rootKey(line));
    await line.ok(['store', 'verify']);
    expect(rootKeyFacts(line.store)).toEqual({ isSealed: false, storeFormat: FORMAT });
  });

  test('is backed up as it is, and upgraded once it is restored', async () => {
    const line = oldStore(format);
    await line.ok(['store', 'backup', line.path('backup')]);
    expect(await formatOf({ store: line.path('backup') })).toBe(format);
    const copy = ['--store', line.path('copy')];
    await line.ok(['store', 'restore', line.path('backup'), '--yes', ...copy]);
    await line.ok(['store', 'verify', ...copy]);
    expect(await formatOf({ store: line.path('copy') })).toBe(FORMAT);
  });
});

/** Seals its root key as programs of the format did. */
async function seal(line: CommandLine, format: OldFormat): Promise<void> {
  if (format === 1) {
    writeFileSync(rootKey(line), sealedAsBefore(readFileSync(rootKey(line))));
    return;
  }
  let check: Uint8Array | undefined;
  await editStore(line.store, ({ header }) => {
    check = header.get('rootKey')?.check;
  });
  changePassphrase(line.store, randomBytes, { from: undefined, to: PASSPHRASE, check });
}

test('a store of format 2 gets the totals of its buckets, and bytes count from when the newest was written', async () => {
  const line = oldStore(2);
  await line.ok(['kms', 'list-keys']);
  const store = openStore(line.store);
  const rows = store.transact((tx) => Array.from(tx.bucketTotals.range(), ({ key, value }) => ({ key, value })));
  const newest = store.transact((tx) => {
    const [row] = tx.objects.under(['plain'], { reverse: true, limit: 1 });
    return row?.value.kind === 'object' ? row.value.fixed.lastModifiedMs : 0;
  });
  await store.close();
  const found = rows.map(({ key: [, , storageClass], value }) => {
    const { bucket, versions, deleteMarkers, parts, bytes } = value;
    return [bucket, storageClass, versions, deleteMarkers, parts, bytes];
  });
  expect(new Set(found)).toEqual(
    new Set([
      ['plain', 'STANDARD', 2, 0, 0, 1300],
      ['versioned', 'STANDARD', 4, 1, 0, 2600],
      ['classes', 'STANDARD', 1, 0, 0, 300],
      ['classes', 'STANDARD_IA', 1, 0, 0, 300],
      ['classes', 'GLACIER', 1, 0, 2, 2300],
    ]),
  );
  const plain = rows.find(({ value }) => value.bucket === 'plain')?.value;
  expect(plain).toMatchObject({ byteMs: 0, sinceMs: newest, region: 'us-east-1' });
});

test('in a store of format 2 the calls of each caller are counted', async () => {
  const line = oldStore(2);
  await line.ok(['kms', 'list-keys']);
  const store = openStore(line.store);
  const [uses, calls, callers] = store.transact<[number, number, number]>((tx) => [
    Array.from(tx.callerUses.range(), ({ value }) => value).reduce((sum, count) => sum + count, 0),
    [...tx.managementCalls.range(), ...tx.dataCalls.range()].length,
    [...tx.callers.range()].length - [...tx.callerUses.range()].length,
  ]);
  await store.close();
  expect(calls).toBeGreaterThan(5);
  expect([uses, callers]).toEqual([calls, 0]);
  expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Damaged: [] });
});

test('a damaged record of a call in a store of format 2 leaves its callers uncounted, and the store in use', async () => {
  const line = oldStore(2);
  await editStore(line.store, ({ databases: { managementCalls } }) => {
    const [row] = [...managementCalls.getRange({})];
    // The database was opened for bytes.
    if (row) managementCalls.putSync(keyOf(row.key), Buffer.from(row.value as Buffer).fill(0, 5, 6));
  });
  await line.ok(['kms', 'list-keys']);
  const store = openStore(line.store);
  const [before, callers] = store.transact<[number, number]>((tx) => [
    [...tx.callerUses.range()].length,
    [...tx.callers.range()].length,
  ]);
  await store.close();
  expect(before).toBe(0);
  expect(callers).toBeGreaterThan(0);
});

test('a format that is set back to 2 is damage, and nothing is changed', async () => {
  const line = await newSample();
  await editStore(line.store, ({ header }) => header.put('format', { version: 2 }));
  const before = readFileSync(rootKey(line));
  const { code, err } = await line.ssebox(['kms', 'list-keys']);
  expect([code, err]).toEqual([
    253,
    expect.stringContaining('"store.mdb" has format 2, but the root key belongs to a store of a later one'),
  ]);
  expect([await formatOf(line), readFileSync(rootKey(line)).equals(before)]).toEqual([2, true]);
});

test('a row that was changed in a store of format 2 is damage, and the store stays as it was', async () => {
  const line = oldStore(2);
  await editStore(line.store, ({ databases: { objects } }) => {
    const [row] = [...objects.getRange({})];
    // The database was opened for bytes.
    if (row) objects.putSync(keyOf(row.key), Buffer.from(row.value as Buffer).fill(0, 5, 6));
  });
  const { code, err } = await line.ssebox(['kms', 'list-keys']);
  expect([code, err]).toEqual([253, expect.stringContaining('is damaged')]);
  expect(await formatOf(line)).toBe(2);
});

/** Makes the rows look like those of format 1, as somebody without the key can. */
function withoutTags({ databases }: Edited): void {
  for (const database of Object.values(databases)) {
    for (const { key, value } of [...database.getRange({})]) {
      // The databases were opened for bytes.
      database.putSync(keyOf(key), (value as Buffer).subarray(0, -16));
    }
  }
}

const setBacks: readonly (readonly [string, (edited: Edited) => void])[] = [
  ['with rows as they are', () => {}],
  ['with rows without tags', withoutTags],
  [
    'with rows without tags and nothing else in the header',
    (edited) => {
      withoutTags(edited);
      edited.header.remove('rootKey');
      edited.header.remove('sums');
    },
  ],
];

test.for(setBacks)('a format that is set back is damage, %s, and nothing is changed', async ([, edit]) => {
  const line = await newSample();
  await editStore(line.store, (edited) => {
    edited.header.put('format', { version: 1 });
    edit(edited);
  });
  const before = readFileSync(rootKey(line));
  const { code, err } = await line.ssebox(['kms', 'list-keys']);
  expect([code, err]).toEqual([
    253,
    expect.stringContaining('"store.mdb" has format 1, but the root key belongs to a store of a later one'),
  ]);
  expect([await formatOf(line), readFileSync(rootKey(line)).equals(before)]).toEqual([1, true]);
});
