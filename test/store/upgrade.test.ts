import { createCipheriv, scryptSync } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyOf } from '../../src/store/lmdb-table.ts';
import { rootKeyFacts } from '../../src/store/root-key-file.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { type Edited, editStore } from '../support/edit-store.ts';
import { makeOldStore, OLD_ROOT_KEY } from '../support/old-store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const PASSPHRASE = 'open sesame';
const given = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } };

const rootKey = ({ store }: CommandLine) => join(store, 'root.key');

/** A store as format 1 left it. */
function oldStore(): CommandLine {
  const line = newCommandLine();
  makeOldStore(line.store);
  return line;
}

/** What the header says of the format. */
async function formatOf({ store }: CommandLine): Promise<number | undefined> {
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

describe('a store of format 1', () => {
  test('is upgraded by the first command, and its root key says so', async () => {
    const line = oldStore();
    expect(rootKeyFacts(line.store)).toEqual({ isSealed: false, storeFormat: 1 });
    await line.ok(['kms', 'list-keys']);
    expect(await formatOf(line)).toBe(2);
    expect(rootKeyFacts(line.store)).toEqual({ isSealed: false, storeFormat: 2 });
  });

  test('that is sealed is upgraded only with its passphrase, and stays sealed', async () => {
    const line = oldStore();
    const sealed = sealedAsBefore(readFileSync(rootKey(line)));
    writeFileSync(rootKey(line), sealed);
    expect((await line.ok(['store', 'info'])).json).toMatchObject({ Format: 1, Sealed: true });
    const { code, err } = await line.ssebox(['kms', 'list-keys']);
    expect([code, err]).toEqual([253, `the store "${line.store}" is sealed with a passphrase, and none was given\n`]);
    expect((await line.ssebox(['kms', 'list-keys'], { variables: { SSEBOX_PASSPHRASE: 'mine' } })).code).toBe(253);
    expect([await formatOf(line), readFileSync(rootKey(line)).equals(sealed)]).toEqual([1, true]);

    await line.ok(['store', 'verify'], given);
    expect([await formatOf(line), rootKeyFacts(line.store)]).toEqual([2, { isSealed: true, storeFormat: 2 }]);
    expect((await line.ok(['store', 'info'])).json).toMatchObject({ Format: 2, Sealed: true });
  });

  test('whose upgrade was killed before its root key says so is completed by the next command', async () => {
    const line = oldStore();
    await line.ok(['kms', 'list-keys']);
    copyFileSync(OLD_ROOT_KEY, rootKey(line));
    await line.ok(['store', 'verify']);
    expect(rootKeyFacts(line.store)).toEqual({ isSealed: false, storeFormat: 2 });
  });
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
