/** `store rekey`: everything stays as it was for whoever uses the store, and nothing opens under the old root key. */

import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Assembly } from '../../src/assemble.ts';
import { callerByAccessKey } from '../../src/iam/credentials.ts';
import { readGrantToken } from '../../src/kms/grant-token.ts';
import { type TableName, tableNames } from '../../src/store/databases.ts';
import { changePassphrase } from '../../src/store/root-key-change.ts';
import { rootKeyCheck } from '../../src/store/root-key-file.ts';
import type { TableKey } from '../../src/store/table.ts';
import type { Tx } from '../../src/store/tables.ts';
import { rekey } from '../../src/upkeep/rekey.ts';
import { verifyStore } from '../../src/upkeep/verify.ts';
import { newCommandLine } from '../support/command-line.ts';
import { bytesOf, contentOf } from '../support/content.ts';
import { editStore } from '../support/edit-store.ts';
import { START, testEnvironment } from '../support/harness.ts';
import { ACCOUNT, makeOneOfEverything, openCopy, removeStore } from '../support/one-of-everything.ts';
import { openStore } from '../support/open-store.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';

let folder: string;
beforeAll(async () => {
  folder = await makeOneOfEverything();
});
afterAll(() => removeStore(folder));

async function open(store: string): Promise<StoreSession> {
  const session = await openSession(store, { environment: testEnvironment(() => START, store) });
  onTestFinished(() => session.close());
  return session;
}

/** Gives a store a new root key. @returns a session of it afterwards. */
async function rekeyed({ assembly }: StoreSession): Promise<StoreSession> {
  await rekey(assembly, START);
  return open(assembly.store.folder);
}

/** All bytes in all files of a folder, by path. */
const filesOf = (store: string): (readonly [string, Buffer])[] =>
  readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(store, name)).isFile())
    .map((name) => [name, readFileSync(join(store, name))]);

/** The key in a root key's file with one unsealed record. */
const keyIn = (store: string): Buffer => readFileSync(join(store, 'root.key')).subarray(20, 52);

type Members = Readonly<Record<string, unknown>>;

/** Every row, by table and key. */
function rowsOf(tx: Tx): Map<string, { readonly table: TableName; readonly value: unknown }> {
  const rows = new Map<string, { readonly table: TableName; readonly value: unknown }>();
  for (const table of tableNames) {
    for (const { key, value } of tx[table].range() as Iterable<{ key: TableKey; value: unknown }>) {
      rows.set(`${table} ${JSON.stringify(key)}`, { table, value });
    }
  }
  return rows;
}

/** The members of a row in which two of its states differ. */
function changesIn(before: unknown, after: unknown): string[] {
  if (typeof before !== 'object' || before === null) return Object.is(before, after) ? [] : ['value'];
  const [one, other] = [before as Members, after as Members];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => !isEqual(one[name], other[name]));
}

const isEqual = (one: unknown, other: unknown): boolean => {
  try {
    expect(other).toEqual(one);
    return true;
  } catch {
    return false;
  }
};

test('rows differ in what the root key has wrapped or tagged, in each of them, and in nothing else', async () => {
  const session = await openCopy(folder);
  const before = session.assembly.store.transact((tx) => {
    // Closing the store would remove it.
    tx.unneededBlobs.remove(['bb-to-be-removed']);
    return rowsOf(tx);
  });
  const { assembly } = await rekeyed(session);
  const after = assembly.store.transact(rowsOf);
  const changed = new Map<string, Set<string>>();
  for (const [name, { table, value }] of before) {
    const changes = changesIn(value, after.get(name)?.value);
    changed.set(table, new Set([...(changed.get(table) ?? []), ...changes]));
  }
  const expected: Partial<Record<TableName, readonly string[]>> = {
    accessKeys: ['wrappedSecret'],
    kmsBackingKeys: ['wrapped'],
    buckets: ['s3Key'],
    bucketLevelKeys: ['wrapped'],
    multipartUploads: ['metadataKey'],
    trailSigningKeys: ['wrapped'],
  };
  for (const [table, members] of changed) {
    expect([table, ...[...members].sort()]).toEqual([table, ...(expected[table as TableName] ?? [])]);
  }
  // A file being written is forgotten once its process has ended.
  const added = [...after.keys()].filter((name) => !before.has(name));
  expect(added).toEqual(['facts ["identifierKeys"]', 'ownEvents [2]']);
  expect([...before.keys()].filter((name) => !after.has(name))).toEqual([]);
});

async function verify(assembly: Assembly): Promise<void> {
  const report = await verifyStore(assembly, () => {}, new AbortController().signal);
  expect([...report.Damaged, ...report.Closed, ...report.Unnamed]).toEqual([]);
}

describe('after two new root keys', () => {
  let session: StoreSession;

  /** What a test learns before them. */
  async function acrossTwo<T>(learn: (session: StoreSession) => Promise<T>): Promise<T> {
    session = await openCopy(folder);
    const learned = await learn(session);
    session = await rekeyed(await rekeyed(session));
    return learned;
  }

  test('nothing is damaged', async () => {
    await acrossTwo(async () => {});
    await verify(session.assembly);
  });

  test('objects of every encryption are read, in all versions', async () => {
    const key = contentOf('key', 32);
    const customerKey = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    };
    const readAll = async ({ call }: StoreSession) => {
      const all: [string, string][] = [];
      for (const Bucket of ['photos', 'reports', 'private']) {
        const { Versions = [] } = await call('s3', 'ListObjectVersions', { Bucket });
        for (const { Key = '', VersionId = '' } of Versions) {
          const extra = Bucket === 'private' ? customerKey : {};
          const { Body } = await call('s3', 'GetObject', { Bucket, Key, VersionId, ...extra });
          all.push([`${Bucket}/${Key} ${VersionId}`, (await bytesOf(Body)).toString('base64')]);
        }
      }
      return all;
    };
    const before = await acrossTwo(readAll);
    expect(before).toHaveLength(11);
    expect(await readAll(session)).toEqual(before);
  });

  test('versions are listed from a version id that was given out before, also of one that is gone', async () => {
    const list = async ({ call }: StoreSession, VersionIdMarker: string) => {
      const { Versions = [], DeleteMarkers = [] } = await call('s3', 'ListObjectVersions', {
        Bucket: 'photos',
        KeyMarker: 'small',
        VersionIdMarker,
      });
      return [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => [Key, VersionId]);
    };
    const { marker, before } = await acrossTwo(async (session) => {
      const { Versions = [] } = await session.call('s3', 'ListObjectVersions', { Bucket: 'photos', Prefix: 'small' });
      const [, { VersionId: marker = '' } = {}] = Versions;
      await session.call('s3', 'DeleteObject', { Bucket: 'photos', Key: 'small', VersionId: marker });
      return { marker, before: await list(session, marker) };
    });
    expect(before.filter(([Key]) => Key === 'small')).toHaveLength(1);
    expect(await list(session, marker)).toEqual(before);
  });

  test('KMS decrypts what it encrypted, and material keeps its id', async () => {
    const idOf = async ({ call }: StoreSession) => {
      const { KeyMetadata } = await call('kms', 'DescribeKey', { KeyId: 'alias/app' });
      return KeyMetadata?.CurrentKeyMaterialId;
    };
    const { CiphertextBlob, id } = await acrossTwo(async (session) => {
      const { CiphertextBlob } = await session.call('kms', 'Encrypt', {
        KeyId: 'alias/app',
        Plaintext: Buffer.from('a secret'),
        EncryptionContext: { case: '7' },
      });
      return { CiphertextBlob, id: await idOf(session) };
    });
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const decrypted = await session.call('kms', 'Decrypt', {
      CiphertextBlob: CiphertextBlob ?? Buffer.of(),
      EncryptionContext: { case: '7' },
    });
    expect(Buffer.from(decrypted.Plaintext ?? []).toString()).toBe('a secret');
    expect(decrypted.KeyMaterialId).toBe(id);
    expect(await idOf(session)).toBe(id);
    // A key that is made now has an id of its own from the same hash.
    const { KeyMetadata } = await session.call('kms', 'DescribeKey', { KeyId: 'alias/app' });
    await session.call('kms', 'RotateKeyOnDemand', { KeyId: KeyMetadata?.KeyId ?? '' });
    await verify(session.assembly);
  });

  test('access keys and grant tokens that were given out are valid', async () => {
    const { key, token } = await acrossTwo(async ({ call }) => {
      const { AccessKey } = await call('iam', 'CreateAccessKey', { UserName: 'Ana' });
      const { GrantToken = '' } = await call('kms', 'CreateGrant', {
        KeyId: (await call('kms', 'DescribeKey', { KeyId: 'alias/app' })).KeyMetadata?.KeyId ?? '',
        GranteePrincipal: `arn:aws:iam::${ACCOUNT}:user/Ana`,
        Operations: ['Encrypt'],
      });
      return { key: AccessKey, token: GrantToken };
    });
    const { store, rootKey } = session.assembly;
    const caller = store.transact((tx) =>
      callerByAccessKey(key?.AccessKeyId ?? '', key?.SecretAccessKey ?? '', undefined, {
        tx,
        now: new Date(START),
        rootKey,
        service: 'kms',
      }),
    );
    expect(caller).toMatchObject({ kind: 'user', name: 'Ana' });
    expect(readGrantToken(token, { rootKey })).toMatchObject({ keyArn: expect.any(String) });
  });

  test('an unfinished upload is continued and completed, also under a customer’s key', async () => {
    await acrossTwo(async () => {});
    const key = contentOf('key', 32);
    const customerKey = {
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKey: key.toString('base64'),
      SSECustomerKeyMD5: createHash('md5').update(key).digest('base64'),
    };
    for (const [Bucket, extra] of [
      ['photos', {}],
      ['private', customerKey],
    ] as const) {
      const { Uploads = [] } = await session.call('s3', 'ListMultipartUploads', { Bucket });
      const [{ Key = '', UploadId = '' } = {}] = Uploads;
      const at = { Bucket, Key, UploadId };
      const last = contentOf('last', 5 * 1024 * 1024);
      const { ETag } = await session.call('s3', 'UploadPart', { ...at, PartNumber: 1, Body: last, ...extra });
      await session.call('s3', 'CompleteMultipartUpload', {
        ...at,
        MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
      });
      const { Body } = await session.call('s3', 'GetObject', { Bucket, Key, ...extra });
      expect((await bytesOf(Body)).equals(last)).toBe(true);
    }
    await verify(session.assembly);
  });
});

test('the old root key is in no file, and does not open the store', async () => {
  const session = await openCopy(folder);
  const store = session.assembly.store.folder;
  const [old, file] = [keyIn(store), readFileSync(join(store, 'root.key'))];
  expect(filesOf(store).filter(([, bytes]) => bytes.includes(old))).toHaveLength(1);
  const after = await rekeyed(session);
  expect(keyIn(store).equals(old)).toBe(false);
  expect(filesOf(store).filter(([, bytes]) => bytes.includes(old))).toEqual([]);
  await after.close();
  writeFileSync(join(store, 'root.key'), file);
  expect(() => openStore(store)).toThrow('is not the one that this store was written with');
});

test('a sealed store stays sealed with its passphrase, and needs it', async () => {
  const session = await openCopy(folder);
  const store = session.assembly.store.folder;
  const random = testEnvironment(() => START, 'seal').random;
  changePassphrase(store, random, { from: undefined, to: 'open sesame' });
  const before = readFileSync(join(store, 'root.key'));
  await expect(rekey(session.assembly, START)).rejects.toThrow('is sealed with a passphrase, and none was given');
  expect(readFileSync(join(store, 'root.key'))).toEqual(before);
  const old = openStore(store, 'open sesame');
  const oldCheck = rootKeyCheck(old.rootKey);
  await old.close();

  const environment = testEnvironment(() => START, 'unseal');
  const { assemble } = await import('../../src/assemble.ts');
  await rekey(assemble({ folder: store, environment, passphrase: 'open sesame' }), START);
  expect(() => openStore(store)).toThrow('is sealed with a passphrase, and none was given');
  const opened = openStore(store, 'open sesame');
  expect(rootKeyCheck(opened.rootKey)).not.toEqual(oldCheck);
  await opened.close();
});

test('whoever has the store open is told to run the command again, and changes nothing', async () => {
  const session = await openCopy(folder);
  const store = session.assembly.store.folder;
  const other = join(store, '..', 'other');
  cpSync(store, other, { recursive: true });
  onTestFinished(() => removeStore(other));
  const bystander = openStore(store);
  onTestFinished(() => bystander.close());
  bystander.transact<void>((tx) => tx.unneededBlobs.put(['cc'], true));
  await rekey(session.assembly, START);
  const message = `cannot use the store "${store}": it has just been given a new root key by "ssebox store rekey"; run the command again`;
  expect(() => bystander.transact<void>((tx) => tx.unneededBlobs.put(['dd'], true))).toThrow(message);
  expect(() => bystander.snapshot()).toThrow(message);
  expect(() => bystander.rootKey.derive('ssebox kms grant token')).toThrow(message);
});

describe('a store with damage keeps its root key', () => {
  const damages: Readonly<Record<string, (store: string) => Promise<void>>> = {
    'a row that was changed': (store) =>
      editStore(store, ({ databases: { users } }) => {
        const [row] = [...users.getRange({ limit: 1 })];
        const { key, value } = row as { key: string[]; value: Buffer };
        users.putSync(key, Buffer.from(value.map((byte, i) => (i === 5 ? byte ^ 1 : byte))));
      }),
    'a row that is lost': (store) =>
      editStore(store, ({ databases: { kmsAliases } }) => {
        const [row] = [...kmsAliases.getRange({ limit: 1 })];
        kmsAliases.removeSync((row as { key: string[] }).key);
      }),
  };

  test.for(Object.keys(damages))('%s', async (name) => {
    const session = await openCopy(folder);
    const store = session.assembly.store.folder;
    await session.close();
    await damages[name]?.(store);
    const before = readFileSync(join(store, 'root.key'));
    await expect(rekey((await open(store)).assembly, START)).rejects.toThrow('are not what was written');
    expect(readFileSync(join(store, 'root.key'))).toEqual(before);
    expect(readdirSync(store).sort()).toEqual(['blobs', 'root.key', 'store.mdb', 'store.mdb-lock']);
  });
});

test('what the old root key has wrapped is in no file after the command', async () => {
  const line = newCommandLine();
  await line.ok(['kms', 'create-key']);
  const before = openStore(line.store);
  const [wrapped] = before.transact((tx) => Array.from(tx.kmsBackingKeys.range(), ({ value }) => value.wrapped));
  await before.close();
  const filesWith = () => filesOf(line.store).filter(([, bytes]) => bytes.includes(Buffer.from(wrapped ?? [])));
  expect(wrapped).toHaveLength(60);
  expect(filesWith()).toHaveLength(1);
  await line.ok(['store', 'rekey', '--yes']);
  expect(filesWith()).toEqual([]);
  await line.ok(['store', 'verify']);
});
