/** What `store verify` finds in objects: bytes, parts and records that are not what was written. */

import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StoreError } from '../../src/api/errors.ts';
import { removeGrants } from '../../src/kms/grant.ts';
import { destroyKey } from '../../src/kms/key-deletion.ts';
import { fileOf, wholePiece } from '../../src/s3/content/object-record.ts';
import { blobPath } from '../../src/store/blobs.ts';
import type { ObjectVersion, Piece, VersionRecord } from '../../src/store/records/s3.ts';
import type { Tx } from '../../src/store/tables.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { makeOneOfEverything, openCopy, removeStore } from '../support/one-of-everything.ts';
import { rowIn } from './breaks/break.ts';

let folder: string;
beforeAll(async () => {
  folder = await makeOneOfEverything();
});
afterAll(() => removeStore(folder));

type Kind = 'small' | 'large' | 'in-parts' | 'private';

/** An object of each kind: in a row, in a file, in parts of both, and in a file under a customer's key. */
function versionOf(kind: Kind, tx: Tx): ObjectVersion {
  const { value } =
    kind === 'large'
      ? rowIn(tx.olderVersions, ({ key }) => key[1] === 'large')
      : kind === 'private'
        ? rowIn(tx.objects, ({ key }) => key[0] === 'private' && key[1] === 'large')
        : rowIn(tx.objects, ({ key }) => key[0] === 'photos' && key[1] === kind);
  if (value.kind !== 'object') throw new Error('it is a delete marker');
  return value;
}

const nameOf = (kind: Kind, { versionId }: ObjectVersion): string =>
  kind === 'private' ? 's3://private/large' : `s3://photos/${kind} (version ${versionId})`;

function pieceOf(kind: Kind, tx: Tx): Piece {
  const piece = wholePiece(versionOf(kind, tx)) ?? rowIn(tx.objectParts).value.piece;
  if (!piece) throw new Error('it has no bytes');
  return piece;
}

/** Verifies a copy of the store after a change to one object. @returns what is damaged, and what should be. */
async function damageAfter(kind: Kind, change: (tx: Tx, file: string) => readonly string[] | undefined) {
  const { assembly } = await openCopy(folder);
  const { store } = assembly;
  const expected = store.transact<readonly string[]>((tx) => {
    const version = versionOf(kind, tx);
    const more = change(tx, blobPath(store.folder, fileOf(pieceOf(kind, tx)))) ?? [];
    return [nameOf(kind, version), ...more];
  });
  const { Damaged } = await verifyStore(assembly, () => {}, new AbortController().signal);
  return { found: [...Damaged].sort(), expected: [...expected].sort() };
}

const files: Readonly<Record<string, (file: string) => void>> = {
  missing: (file) => rmSync(file),
  'behind a file in place of its folder': (file) => {
    rmSync(dirname(file), { recursive: true });
    writeFileSync(dirname(file), '');
  },
  'a folder': (file) => {
    rmSync(file);
    mkdirSync(file);
  },
  'a link to itself': (file) => {
    rmSync(file);
    symlinkSync(file, file);
  },
  empty: (file) => truncateSync(file),
  'a byte too short': (file) => truncateSync(file, readFileSync(file).length - 1),
  'a byte too long': (file) => appendFileSync(file, 'x'),
};

for (const kind of ['large', 'in-parts', 'private'] as const) {
  test.for(Object.entries(files))(`an object (${kind}) is damaged whose file is %s`, async ([, damage]) => {
    const { found, expected } = await damageAfter(kind, (_tx, file) => {
      damage(file);
    });
    expect(found).toEqual(expected);
  });
}

function flipBit(file: string): undefined {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 4, bytes.length >> 1);
  writeFileSync(file, bytes);
}

test.for(['large', 'in-parts'] as const)(
  'an object (%s) is damaged if one bit of its file is another',
  async (kind) => {
    const { found, expected } = await damageAfter(kind, (_tx, file) => {
      const bytes = readFileSync(file);
      bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 4, bytes.length >> 1);
      writeFileSync(file, bytes);
    });
    expect(found).toEqual(expected);
  },
);

test('a part of an unfinished upload is damaged if one bit of its file or row is another', async () => {
  const { assembly } = await openCopy(folder);
  const { store } = assembly;
  store.transact<void>((tx) => {
    const [inFile, inRow] = Array.from(tx.multipartParts.under(['photos', 'unfinished']), ({ value }) => value.piece);
    if (!inFile || !inRow) throw new Error('there are no parts');
    flipBit(blobPath(store.folder, inFile.id));
    const row: [string, string, string] = ['photos', 'unfinished', inRow.id];
    const bytes = Uint8Array.from(tx.objectData.get(row) ?? []);
    const changed = bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte));
    tx.objectData.put(row, changed);
  });
  const { Damaged } = await verifyStore(assembly, () => {}, new AbortController().signal);
  expect(Damaged).toEqual([1, 2].map((number) => `part ${number} of the unfinished upload of s3://photos/unfinished`));
});

const place = (kind: Kind, tx: Tx): [string, string, string] => ['photos', kind, pieceOf(kind, tx).id];

const rows: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>> = {
  missing: () => undefined,
  'a byte too short': (bytes) => bytes.subarray(1),
  'not what was written': (bytes) => bytes.map((byte, i) => (i === 50 ? byte ^ 1 : byte)),
};

test.for(Object.entries(rows))('an object is damaged whose row of bytes is %s', async ([, damage]) => {
  const { found, expected } = await damageAfter('small', (tx) => {
    const row = place('small', tx);
    const bytes = damage(Uint8Array.from(tx.objectData.get(row) ?? []));
    if (bytes) tx.objectData.put(row, bytes);
    else tx.objectData.remove(row);
  });
  expect(found).toEqual(expected);
});

test('an object is damaged that lacks a part, even if the others follow one another', async () => {
  const { found, expected } = await damageAfter('in-parts', (tx) => {
    const last = rowIn(tx.objectParts, ({ key }) => key[3] === 1);
    tx.objectParts.remove(last.key);
    return ['bytes of a version of s3://photos/in-parts that does not exist'];
  });
  expect(found).toEqual(expected);
});

test('an object is damaged whose parts have changed places', async () => {
  const { found, expected } = await damageAfter('in-parts', (tx) => {
    const [first, second] = [...tx.objectParts.range()];
    if (!first || !second) throw new Error('there are no parts');
    tx.objectParts.put(first.key, second.value);
    tx.objectParts.put(second.key, first.value);
  });
  expect(found).toEqual(expected);
});

const records: Readonly<Record<string, (version: ObjectVersion) => VersionRecord>> = {
  size: (version) => ({ ...version, fixed: { ...version.fixed, size: version.fixed.size + 1 } }),
  metadata: (version) => ({ ...version, fixed: { ...version.fixed, metadata: { of: 'another' } } }),
};

test.for(Object.entries(records))('an object is damaged whose %s was changed in its row', async ([what, change]) => {
  const { found, expected } = await damageAfter('small', (tx) => {
    tx.objects.put(['photos', 'small'], change(versionOf('small', tx)));
    return what === 'size' ? ['the totals of the bucket "photos"'] : [];
  });
  expect(found).toEqual(expected);
});

test('an object under a deleted KMS key is closed and not damaged, unless its bytes are missing', async () => {
  const { assembly } = await openCopy(folder);
  const { store } = assembly;
  const [kept, lost] = store.transact<[ObjectVersion, ObjectVersion]>((tx) => {
    const { value: appKey } = rowIn(tx.kmsKeys, ({ value }) => value.aliases.includes('alias/app'));
    removeGrants(appKey, { tx, isTimeUp: () => false });
    destroyKey(appKey, 0, tx);
    const inFile = rowIn(tx.objects, ({ key }) => key[1] === 'twice').value;
    const inRow = rowIn(tx.objects, ({ key }) => key[1] === 'under-key').value;
    if (inFile.kind !== 'object' || inRow.kind !== 'object') throw new Error('they are delete markers');
    const piece = wholePiece(inFile);
    if (piece) rmSync(blobPath(store.folder, piece.id));
    return [inRow, inFile];
  });
  expect(await verifyStore(assembly, () => {}, new AbortController().signal)).toMatchObject({
    Damaged: [`s3://photos/twice (version ${lost.versionId})`],
    Closed: [`s3://photos/under-key (version ${kept.versionId})`],
  });
});

test('an object under a customer key is damaged whose row of bytes is missing', async () => {
  const { assembly } = await openCopy(folder);
  assembly.store.transact<void>((tx) => {
    for (const { key } of [...tx.objectData.under(['private', 'small'])]) tx.objectData.remove(key);
  });
  const report = await verifyStore(assembly, () => {}, new AbortController().signal);
  expect(report).toMatchObject({ Damaged: ['s3://private/small'], UnderCustomerKeys: ['s3://private/large'] });
});

test('a verification that is interrupted ends, and leaves the store to others', async () => {
  const { assembly } = await openCopy(folder);
  for (const isAtOnce of [true, false]) {
    const interrupt = new AbortController();
    if (isAtOnce) interrupt.abort();
    const verified = verifyStore(assembly, () => interrupt.abort(), interrupt.signal);
    await expect(verified).rejects.toMatchObject({ name: 'AbortError' });
    expect(assembly.store.transact((tx) => tx.buckets.get(['photos'])?.name)).toBe('photos');
  }
});

test.for(['EACCES', 'EMFILE'])(
  'a file that this process may not read (%s) is not damage, but ends the verification',
  async (code) => {
    const { assembly } = await openCopy(folder);
    const { store, blobs, rootKey } = assembly;
    const open = () => {
      throw Object.assign(new Error(code), { code });
    };
    const verified = verifyStore({ store, rootKey, blobs: { ...blobs, open } }, () => {}, new AbortController().signal);
    await expect(verified).rejects.toThrow(StoreError);
    await expect(verified).rejects.toThrow(/^cannot read the store: (permission denied|too many open files)$/);
  },
);
