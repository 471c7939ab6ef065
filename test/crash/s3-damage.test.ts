import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { fileOf, wholePiece } from '../../src/s3/content/object-record.ts';
import type { ObjectVersion } from '../../src/store/records/s3.ts';
import type { Tx } from '../../src/store/tables.ts';
import { contentOf } from '../support/content.ts';
import { openSession, type StoreSession } from '../support/store-session.ts';

const Bucket = 'photos';
const MiB = 1024 * 1024;
const contents = {
  row: contentOf('row', 30_000),
  file: contentOf('file', 700_000),
  parts: contentOf('parts', 5 * MiB + 100),
} as const;
type Name = keyof typeof contents;

let genuine = '';
let keyId = '';

/** A store with one object of each kind, under a KMS key and with a context and metadata of its own. */
beforeAll(async () => {
  genuine = mkdtempSync(join(tmpdir(), 'ssebox-genuine-'));
  const session = await openSession(join(genuine, 'store'));
  await session.call('s3', 'CreateBucket', { Bucket });
  const { KeyMetadata } = await session.call('kms', 'CreateKey', {});
  keyId = KeyMetadata?.KeyId ?? '';
  const more = {
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KeyMetadata?.Arn ?? '',
    SSEKMSEncryptionContext: Buffer.from('{"team":"harbour-master"}').toString('base64'),
    Metadata: { note: 'lighthouse-keeper' },
    ContentType: 'image/x-foghorn',
  } as const;
  await session.call('s3', 'PutObject', { Bucket, Key: 'row', Body: contents.row, ...more });
  await session.call('s3', 'PutObject', { Bucket, Key: 'file', Body: contents.file, ...more });
  await putParts(session, more);
  await session.close();
});

afterAll(() => rmSync(genuine, { recursive: true, force: true }));

async function putParts({ call }: StoreSession, more: object): Promise<void> {
  const Key = 'parts';
  const { UploadId = '' } = await call('s3', 'CreateMultipartUpload', { Bucket, Key, ...more });
  const Parts = [];
  for (const [i, Body] of [contents.parts.subarray(0, 5 * MiB), contents.parts.subarray(5 * MiB)].entries()) {
    const { ETag = '' } = await call('s3', 'UploadPart', { Bucket, Key, UploadId, PartNumber: i + 1, Body });
    Parts.push({ PartNumber: i + 1, ETag });
  }
  await call('s3', 'CompleteMultipartUpload', { Bucket, Key, UploadId, MultipartUpload: { Parts } });
}

interface Ended {
  readonly code: number | null;
  readonly out: Buffer;
  readonly err: string;
}

function ssebox(folder: string, words: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [resolve('bin/ssebox.js'), ...words], {
    cwd: folder,
    env: { HOME: folder, SSEBOX_STORE: join(folder, 'store') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return Promise.all([buffer(child.stdout), text(child.stderr), ended]).then(([out, err, code]) => ({
    out,
    err,
    code,
  }));
}

/** A copy of the store, and a folder for what is read from it. */
function newCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ssebox-damage-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(genuine, folder, { recursive: true });
  mkdirSync(join(folder, 'got'));
  return folder;
}

/** What a row of the store holds, for finding it in the file. */
async function inStore<T>(folder: string, look: (tx: Tx, version: (name: Name) => ObjectVersion) => T): Promise<T> {
  const { assembly, close } = await openSession(join(folder, 'store'));
  const found = assembly.store.transact<unknown>((tx) =>
    look(tx, (name) => {
      const version = tx.objects.get([Bucket, name]);
      if (version?.kind !== 'object') throw new Error(`there is no object ${name}`);
      return version;
    }),
  );
  await close();
  return found as T;
}

type Damage = (folder: string, name: Name) => Promise<void>;

function flipAt(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

/** Flips a bit of a value in the database file, wherever it stands. */
function inDatabase(valueIn: (version: ObjectVersion, tx: Tx) => Uint8Array | string | undefined): Damage {
  return async (folder, name) => {
    const value = await inStore(folder, (tx, version) => Buffer.from(valueIn(version(name), tx) ?? ''));
    expect(value.length).toBeGreaterThan(0);
    const path = join(folder, 'store', 'store.mdb');
    const bytes = readFileSync(path);
    // A long value does not stand in one piece.
    const needle = value.subarray(0, 1000);
    let found = 0;
    for (let at = bytes.indexOf(needle); at >= 0; at = bytes.indexOf(needle, at + 1), found++) {
      bytes[at + 3] = (bytes[at + 3] ?? 0) ^ 0x10;
    }
    expect(found).toBeGreaterThan(0);
    writeFileSync(path, bytes);
  };
}

/** Damages the file that holds an object's first bytes. */
function inBlob(damage: (path: string) => void): Damage {
  return async (folder, name) => {
    const id = await inStore(folder, (tx, version) => {
      const { writeId } = version(name);
      const piece = wholePiece(version(name)) ?? tx.objectParts.get([Bucket, name, writeId, 0])?.piece;
      return piece ? fileOf(piece) : '';
    });
    damage(join(folder, 'store', 'blobs', id.slice(0, 2), id));
  };
}

const kmsOf = ({ encryption }: ObjectVersion) => (encryption.kind === 'SSE-KMS' ? encryption : undefined);

// Each names its object, and gives nothing away.
const inFiles: readonly (readonly [string, Name, Damage])[] = [
  ['the first segment of a blob file', 'file', inBlob((path) => flipAt(path, 5))],
  ['the tag of the first segment', 'file', inBlob((path) => flipAt(path, 256 * 1024 + 8))],
  ['a blob file of a part', 'parts', inBlob((path) => flipAt(path, 5))],
  ['a blob file that is gone', 'file', inBlob((path) => rmSync(path))],
  ['a blob file that was cut to nothing', 'file', inBlob((path) => writeFileSync(path, ''))],
];

test.for(inFiles)('damage to %s: one line names the object, and nothing is returned', async ([, name, damage]) => {
  const line = `the object "s3://${Bucket}/${name}" cannot be authenticated: the stored bytes are not those that were written\n`;
  const { folder, ended } = await getsAfter(damage, name);
  expect(ended).toEqual(Array(2).fill({ code: 253, out: 0, err: line }));
  expect(readdirSync(join(folder, 'got'))).toEqual([]);
});

const ofObject = (name: Name) => `object "${Bucket}/${name}"`;

// What holds the bit, the object, and what the row is said to be about.
const inRows: readonly (readonly [string, Name, Damage, RegExp | string])[] = [
  [
    'a row of ciphertext',
    'row',
    inDatabase(({ fixed: { content } }, tx) =>
      content.kind === 'whole' ? tx.objectData.get([Bucket, 'row', content.piece.id]) : undefined,
    ),
    /^bytes of the object "photos\/row\/[0-9a-f]{32}"$/,
  ],
  [
    'the row of a part',
    'parts',
    inDatabase(({ writeId }, tx) => tx.objectParts.tagOf([Bucket, 'parts', writeId, 0])),
    /^part of the object "photos\/parts\/.*\/0"$/,
  ],
  [
    'the salt of a part',
    'parts',
    inDatabase(({ writeId }, tx) => tx.objectParts.get([Bucket, 'parts', writeId, 1])?.piece.salts[0]),
    /^part of the object "photos\/parts\/.*\/1"$/,
  ],
  ['the wrapped data key', 'file', inDatabase((version) => kmsOf(version)?.ciphertext.slice(-40)), ofObject('file')],
  ['the encryption context', 'row', inDatabase(() => 'harbour-master'), ofObject('row')],
  ['the name of the KMS key', 'file', inDatabase((version) => kmsOf(version)?.keyArn.slice(-36)), ofObject('file')],
  ['the metadata', 'row', inDatabase(() => 'lighthouse-keeper'), ofObject('row')],
  ['the content type', 'file', inDatabase(() => 'image/x-foghorn'), ofObject('file')],
  ['the ETag', 'row', inDatabase(({ fixed }) => fixed.etag), ofObject('row')],
  ['the checksum', 'file', inDatabase(({ fixed }) => fixed.checksum?.value), ofObject('file')],
  ['the tag of the fixed fields', 'file', inDatabase(({ fixedTag }) => fixedTag), ofObject('file')],
  ['the tag of the record', 'row', inDatabase((_version, tx) => tx.objects.tagOf([Bucket, 'row'])), ofObject('row')],
];

test.for(inRows)(
  'a flipped bit in %s: one line names the row, and nothing is returned',
  async ([, name, damage, row]) => {
    const { folder, ended } = await getsAfter(damage, name);
    for (const { code, out, err } of ended) {
      expect([code, out]).toEqual([253, 0]);
      const [, said] = /^cannot use the store ".*": its record of the (.*) is damaged\n$/.exec(err) ?? [];
      expect(said, err).toMatch(row);
    }
    expect(readdirSync(join(folder, 'got'))).toEqual([]);
  },
);

/** How reading a damaged object into a file and onto standard output ends. */
async function getsAfter(damage: Damage, name: Name) {
  const folder = newCopy();
  await damage(folder, name);
  const source = `s3://${Bucket}/${name}`;
  const ended = await Promise.all([
    ssebox(folder, ['s3', 'get', source, 'got/file']),
    ssebox(folder, ['s3', 'get', source, '-']),
  ]);
  return { folder, ended: ended.map(({ code, out, err }) => ({ code, out: out.length, err })) };
}

test('a flipped bit that makes a row unreadable is reported as damage to that row', async () => {
  const folder = newCopy();
  // MessagePack: what was a string of eight bytes becomes a map of eight members.
  const path = join(folder, 'store', 'store.mdb');
  const bytes = readFileSync(path);
  const name = Buffer.from('\xa8fixedTag', 'latin1');
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) bytes[at] = 0x88;
  writeFileSync(path, bytes);
  const line = `cannot use the store "${join(folder, 'store')}": its record of the object "photos/file" is damaged\n`;
  expect(await ssebox(folder, ['s3', 'get', 's3://photos/file', '-'])).toEqual({
    code: 253,
    out: Buffer.of(),
    err: line,
  });
  expect(await ssebox(folder, ['s3', 'ls', 's3://photos'])).toEqual({ code: 253, out: Buffer.of(), err: line });
});

test('a flipped bit in the last segment leaves the old file, and only what was already authenticated on standard output', async () => {
  const folder = newCopy();
  await inBlob((path) => flipAt(path, readFileSync(path).length - 1))(folder, 'file');
  writeFileSync(join(folder, 'got', 'file'), 'old');
  const [toFile, toPipe] = await Promise.all([
    ssebox(folder, ['s3', 'get', 's3://photos/file', 'got/file']),
    ssebox(folder, ['s3', 'get', 's3://photos/file', '-']),
  ]);
  expect([toFile.code, toPipe.code]).toEqual([253, 253]);
  expect(toFile.err).toContain('the object "s3://photos/file" cannot be authenticated');
  expect(readdirSync(join(folder, 'got'))).toEqual(['file']);
  expect(readFileSync(join(folder, 'got', 'file'), 'utf8')).toBe('old');
  expect(toPipe.out.equals(contents.file.subarray(0, 512 * 1024))).toBe(true);
});

const inMaterial: Damage = inDatabase((_version, tx) => {
  for (const { value } of tx.kmsBackingKeys.range()) if (value.wrapped) return Buffer.from(value.wrapped).subarray(-32);
  return undefined;
});
const inRootKey: Damage = async (folder) => flipAt(join(folder, 'store', 'root.key'), 27);
const withoutRootKey: Damage = async (folder) => rmSync(join(folder, 'store', 'root.key'));

const inMaterialWords =
  /: its record of the material of the KMS key "111122223333\/us-east-1\/[0-9a-f-]+\/1" is damaged\n$/;

test.for([
  ['a flipped bit in the material of a KMS key', inMaterial, inMaterialWords],
  ['a flipped bit in the root key', inRootKey, /^the root key "[^"]+" is damaged\n$/],
  ['a lost root key', withoutRootKey, /^the root key "[^"]+" is missing\n$/],
] as const)('%s opens nothing, and is reported in one line', async ([, damage, words]) => {
  const folder = newCopy();
  await damage(folder, 'row');
  const ended = await Promise.all([
    ssebox(folder, ['s3', 'get', 's3://photos/row', 'got/row']),
    ssebox(folder, ['s3', 'get', 's3://photos/file', '-']),
    ssebox(folder, ['kms', 'encrypt', '--key-id', keyId, '--plaintext', 'aGk=']),
  ]);
  for (const { code, out, err } of ended) {
    expect(err).toMatch(words);
    expect(code).toBe(253);
    expect(out.length).toBe(0);
  }
  expect(readdirSync(join(folder, 'got'))).toEqual([]);
});
