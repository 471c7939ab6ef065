import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdBlobs } from '../../src/store/blob-hold.ts';
import { lastState } from '../../src/store/lmdb-header.ts';
import { markName, ownProcessMark } from '../../src/store/process-mark.ts';
import type { Tx } from '../../src/store/tables.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { editStore } from '../support/edit-store.ts';
import { openStore } from '../support/open-store.ts';
import { seededRandom } from '../support/seeded-random.ts';

const PASSPHRASE = 'open sesame';
const sealed = { variables: { SSEBOX_PASSPHRASE: PASSPHRASE } };
const large = Buffer.alloc(3_000_000, 'large ');

/** The sample with an object in a blob file, and an unfinished upload whose part is in one. */
async function newSource(): Promise<CommandLine> {
  const line = await newSample();
  writeFileSync(line.path('large'), large);
  await line.ok(['s3', 'put', line.path('large'), 's3://photos/']);
  return line;
}

async function seal(line: CommandLine, store: string): Promise<void> {
  writeFileSync(line.path('passphrase'), PASSPHRASE);
  await line.ok(['store', 'passphrase', 'set', `file://${line.path('passphrase')}`, '--store', store]);
}

const backUp = (line: CommandLine) => line.ok(['store', 'backup', line.path('backup')]);
const names = (folder: string) => readdirSync(folder).sort();
const rowsOf = async (folder: string, count: (tx: Tx) => number): Promise<number> => {
  const store = openStore(folder);
  try {
    return store.transact<number>(count);
  } finally {
    await store.close();
  }
};

/** The one blob file of a folder. */
function blobIn(folder: string): string {
  const files = readdirSync(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
  const file = files.find((entry) => entry.isFile());
  if (!file) throw new Error('there is no blob file');
  return join(file.parentPath, file.name);
}

async function expectLarge(line: CommandLine, store: string): Promise<void> {
  await line.ok(['s3', 'get', 's3://photos/large', line.path('got'), '--store', store]);
  expect(readFileSync(line.path('got')).equals(large)).toBe(true);
  rmSync(line.path('got'));
}

describe('store backup', () => {
  test('makes a complete store that only its owner can read, and says what is in it', async () => {
    const line = await newSource();
    const folder = line.path('backup');
    const { json, err } = await backUp(line);
    expect(err).toBe('');
    expect(json).toEqual({
      Backup: folder,
      Store: line.store,
      Objects: 5,
      Bytes: expect.any(Number),
      RootKey: 'unsealed',
    });
    expect(names(folder)).toEqual(['blobs', 'root.key', 'store.mdb']);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'root.key')).mode & 0o777]).toEqual([0o700, 0o600]);
    const ofStore = await line.ok(['store', 'verify']);
    const ofBackup = await line.ok(['store', 'verify', '--store', folder]);
    expect(ofBackup.json).toEqual(ofStore.json);
    expect(ofBackup.json).toMatchObject({ Objects: 6, Damaged: [] });
    await expectLarge(line, folder);
    // They are two stores from now on.
    await line.ok(['s3', 'rm', 's3://photos/large']);
    await expectLarge(line, folder);
  });

  test('uses an empty folder, and closes it to others', async () => {
    const line = await newSource();
    mkdirSync(line.path('backup'), { mode: 0o755 });
    chmodSync(line.path('backup'), 0o755);
    await backUp(line);
    expect(statSync(line.path('backup')).mode & 0o777).toBe(0o700);
  });

  test('includes the parts of unfinished uploads, but nothing that others are still writing or have deleted', async () => {
    const line = await newSource();
    const at = ['--bucket', 'photos', '--key', 'in-parts'];
    const begun = await line.ok(['s3api', 'create-multipart-upload', ...at, '--query', 'UploadId', '--output', 'text']);
    const upload = [...at, '--upload-id', begun.out.trim()];
    await line.ok(['s3api', 'upload-part', ...upload, '--part-number', '1', '--body', line.path('large')]);
    const store = openStore(line.store);
    store.transact<void>((tx) => {
      tx.blobWrites.put(['ab'.repeat(16)], { v: 1, process: ownProcessMark() });
      tx.unneededBlobs.put(['cd'.repeat(16)], true);
    });
    await store.close();
    const hold = holdBlobs(line.store, seededRandom());
    const inStore = names(line.store);
    await backUp(line);
    const count = (tx: Tx) =>
      [tx.blobWrites, tx.unneededBlobs].reduce((sum, table) => sum + [...table.range()].length, 0);
    expect(await rowsOf(line.path('backup'), count)).toBe(0);
    expect(await rowsOf(line.store, count)).toBe(2);
    expect(names(line.store)).toEqual(inStore);
    hold.release();
    const parts = await line.ok(['s3api', 'list-parts', ...upload, '--store', line.path('backup')]);
    expect(parts.json).toMatchObject({ Parts: [{ PartNumber: 1, Size: large.length }] });
    const complete = `Parts=[{PartNumber=1,ETag=${JSON.stringify(JSON.parse(JSON.stringify(parts.json)).Parts[0].ETag)}}]`;
    await line.ok([
      's3api',
      'complete-multipart-upload',
      ...upload,
      '--multipart-upload',
      complete,
      '--store',
      line.path('backup'),
    ]);
    expect((await line.ok(['store', 'verify', '--store', line.path('backup')])).json).toMatchObject({ Damaged: [] });
  });

  test('of a sealed store is sealed, and needs no passphrase', async () => {
    const line = await newSource();
    await seal(line, line.store);
    expect((await backUp(line)).json).toMatchObject({ RootKey: 'sealed' });
    const at = ['--store', line.path('backup')];
    expect((await line.ssebox(['store', 'verify', ...at])).code).toBe(253);
    expect((await line.ok(['store', 'verify', ...at], sealed)).json).toMatchObject({ Objects: 6, Damaged: [] });
  });

  test('warns people that an unsealed root key opens everything', async () => {
    const line = await newSource();
    const { out } = await line.ok(['store', 'backup', line.path('backup')], { terminal: 100 });
    expect(out).toContain('not sealed: anyone who can read the folder can read everything');
  });

  test('is refused where it would be the store, in the store, in a file or among other files', async () => {
    const line = await newSource();
    symlinkSync(line.store, line.path('link'));
    mkdirSync(line.path('full'));
    writeFileSync(line.path('full/other'), '');
    const before = names(line.folder);
    for (const [folder, words] of [
      [line.store, 'is the store itself'],
      [line.path('link'), 'is the store itself'],
      [join(line.store, 'backup'), 'is inside the store'],
      [line.path('link/a/b'), 'is inside the store'],
      ['s3://reports/backup', '"s3://reports/backup" is an S3 URI: use a folder of this machine'],
      [line.path('large'), 'is not a folder'],
      [line.path('large/backup'), 'is not a folder'],
      [line.path('full'), 'is not empty'],
      [line.folder, 'is not empty'],
    ] as const) {
      const { code, err, out } = await line.ssebox(['store', 'backup', folder]);
      expect([code, err, out]).toEqual([252, expect.stringContaining(words), '']);
    }
    expect(names(line.folder)).toEqual(before);
    expect(names(line.path('full'))).toEqual(['other']);
    const nowhere = await line.ssebox(['store', 'backup', '/proc/nowhere/backup']);
    expect([nowhere.code, nowhere.err]).toEqual([253, expect.stringContaining('/proc')]);
  });

  test('of a missing store creates neither the store nor the backup', async () => {
    const line = newCommandLine();
    const { code, err } = await line.ssebox(['store', 'backup', line.path('backup')]);
    expect([code, err]).toEqual([253, `there is no store in "${line.store}"\n`]);
    expect(names(line.folder)).toEqual([]);
  });

  test.for([
    ['is not there', (path: string) => rmSync(path)],
    ['is cut', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -1))],
  ] as const)('of a store with a blob file that %s names the object and leaves nothing', async ([, damage]) => {
    const line = await newSource();
    damage(blobIn(line.store));
    const inStore = names(line.store);
    const { code, err } = await line.ssebox(['store', 'backup', line.path('a/b/backup')]);
    expect([code, err]).toEqual([253, expect.stringContaining('"s3://photos/large"')]);
    expect(existsSync(line.path('a'))).toBe(false);
    expect(names(line.store)).toEqual(inStore);
  });

  test.for([
    ['is gone', (path: string) => rmSync(path)],
    ['is another store’s', (path: string) => writeFileSync(path, Buffer.alloc(32, 1))],
  ] as const)('of a store whose root key %s is refused', async ([, damage]) => {
    const line = await newSource();
    damage(join(line.store, 'root.key'));
    const { code, err } = await line.ssebox(['store', 'backup', line.path('backup')]);
    expect([code, err]).toEqual([253, expect.stringContaining('root key')]);
    expect(existsSync(line.path('backup'))).toBe(false);
  });

  test('of a store without its data file names what is lost', async () => {
    const line = await newSource();
    rmSync(join(line.store, 'store.mdb'));
    const words = `cannot use the store "${line.store}": "store.mdb" is missing, though "root.key" is there\n`;
    for (const command of [['backup', line.path('backup')], ['compact']]) {
      const { code, err } = await line.ssebox(['store', ...command]);
      expect([code, err]).toEqual([253, words]);
    }
    expect(existsSync(line.path('backup'))).toBe(false);
  });

  test('of a store with a row that cannot be read names the store', async () => {
    const line = await newSource();
    const row = Buffer.concat([Uint8Array.of(0x82), Buffer.alloc(16)]);
    await editStore(line.store, ({ databases }) => databases.objects.putSync(['photos', 'zzz'], row));
    const { code, err } = await line.ssebox(['store', 'backup', line.path('backup')]);
    expect([code, err]).toEqual([
      253,
      `cannot use the store "${line.store}": its record of the object "photos/zzz" is damaged\n`,
    ]);
  });

  test('removes what a killed backup has left in its folder', async () => {
    const line = await newSource();
    const left = line.path(`backup/.staged-${markName({ ...ownProcessMark(), start: '1' })}`);
    mkdirSync(left, { recursive: true });
    await backUp(line);
    expect(names(line.path('backup'))).toEqual(['blobs', 'root.key', 'store.mdb']);
  });

  test('is refused while another process is making one', async () => {
    const line = await newSource();
    // The parent of the tests is another process, and alive.
    const other = `.staged-${process.ppid}~~${ownProcessMark().boot}~${ownProcessMark().namespace?.slice(4)}`;
    mkdirSync(line.path(`backup/${other}`), { recursive: true });
    const { code, err } = await line.ssebox(['store', 'backup', line.path('backup')]);
    expect([code, err]).toEqual([253, expect.stringContaining('another process')]);
    expect(names(line.path('backup'))).toEqual([other]);
  });
});

/** The roots of the lists that LMDB reads when it opens a file. */
function openingPages(path: string): (number | undefined)[] {
  const state = lastState(path);
  return [state?.main.root, state?.freePages.root];
}

describe('store restore', () => {
  const restore = (line: CommandLine, ...more: string[]) =>
    line.ssebox(['store', 'restore', line.path('backup'), ...more]);

  test('creates a store where there is none, in an empty folder, and in place of an empty store', async () => {
    const line = await newSource();
    await backUp(line);
    mkdirSync(line.path('empty'));
    await line.ok(['store', 'init', '--store', line.path('new')]);
    for (const name of ['a/b/absent', 'empty', 'new']) {
      const { code, json, err } = await restore(line, '--store', line.path(name));
      expect([code, err]).toEqual([0, '']);
      expect(json).toMatchObject({ Store: line.path(name), Replaced: false, Objects: 5, RootKey: 'unsealed' });
      await expectLarge(line, line.path(name));
      expect(names(line.path(name)).filter((each) => each !== 'store.mdb-lock')).toEqual([
        'blobs',
        'root.key',
        'store.mdb',
      ]);
    }
  });

  test('replaces a store only after confirmation, and then all of it', async () => {
    const line = await newSource();
    await backUp(line);
    await line.ok(['s3', 'rm', 's3://photos/large']);
    await line.ok(['s3', 'put', line.path('large'), 's3://photos/later']);
    const later = blobIn(line.store);
    const asked = await restore(line);
    expect([asked.code, asked.err]).toEqual([
      252,
      expect.stringMatching(/^to replace the store .*, confirm with --yes\n$/),
    ]);
    await line.ok(['s3api', 'head-object', '--bucket', 'photos', '--key', 'later']);

    expect(await restore(line, '--yes')).toMatchObject({ code: 0, err: '', json: { Replaced: true } });
    await expectLarge(line, line.store);
    expect((await line.ssebox(['s3api', 'head-object', '--bucket', 'photos', '--key', 'later'])).code).toBe(254);
    expect(existsSync(later)).toBe(false);
    expect(names(line.store).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('brings the root key along, even that of another store', async () => {
    const line = await newSource();
    await backUp(line);
    const other = line.path('other');
    await line.ok(['s3', 'mb', 's3://other-bucket', '--store', other]);
    await seal(line, other);
    expect((await restore(line, '--store', other, '--yes')).code).toBe(0);
    await expectLarge(line, other);
  });

  test('replaces a store that cannot be opened', async () => {
    const line = await newSource();
    await backUp(line);
    writeFileSync(join(line.store, 'store.mdb'), 'scribble');
    expect((await line.ssebox(['store', 'info'])).code).toBe(253);
    expect((await restore(line)).code).toBe(252);
    expect((await restore(line, '--yes')).code).toBe(0);
    await expectLarge(line, line.store);
  });

  test('follows a link to the folder that it points to', async () => {
    const line = await newSource();
    await backUp(line);
    symlinkSync(line.store, line.path('link'));
    expect((await restore(line, '--store', line.path('link'), '--yes')).code).toBe(0);
    await expectLarge(line, line.store);
  });

  test('only reads the backup', async () => {
    const line = await newSource();
    await backUp(line);
    const folder = line.path('backup');
    const content = () => names(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]);
    const before = content();
    expect((await restore(line, '--store', line.path('copy'), '--verify')).code).toBe(0);
    expect(content()).toEqual(before);
  });

  test('of a sealed backup is sealed, and needs the passphrase only to verify', async () => {
    const line = await newSource();
    await seal(line, line.store);
    await backUp(line);
    const verified = await restore(line, '--store', line.path('verified'), '--verify');
    expect([verified.code, verified.err]).toEqual([253, expect.stringContaining(`the store "${line.path('backup')}"`)]);
    expect(existsSync(line.path('verified'))).toBe(false);
    const words = ['store', 'restore', line.path('backup'), '--store', line.path('verified'), '--verify'];
    expect((await line.ok(words, sealed)).json).toMatchObject({ RootKey: 'sealed' });
    expect((await restore(line, '--store', line.path('copy'))).json).toMatchObject({ RootKey: 'sealed' });
    expect((await line.ok(['store', 'verify', '--store', line.path('copy')], sealed)).json).toMatchObject({
      Objects: 6,
      Damaged: [],
    });
  });

  test.for<[string, (folder: string) => void | Promise<void>, string | RegExp, string[]]>([
    ['without a blob file', (folder) => rmSync(blobIn(folder)), '"s3://photos/large"', []],
    [
      'with a blob file that is too long',
      (folder) => writeFileSync(blobIn(folder), '.', { flag: 'a' }),
      '"s3://photos/large"',
      [],
    ],
    [
      'with truncated rows',
      (folder) => truncateSync(join(folder, 'store.mdb'), 60_000),
      'store.mdb" is not an ssebox store, or is damaged',
      [],
    ],
    [
      'with a damaged row',
      async (folder) => {
        // A map that announces two entries but has none, and the place of a tag.
        const row = Buffer.concat([Uint8Array.of(0x82), Buffer.alloc(16)]);
        await editStore(folder, ({ databases }) => databases.objectData.putSync(['zzz', 'k', 'id'], row));
      },
      'backup": its record of the bytes of the object "zzz/k/id" is damaged',
      [],
    ],
    [
      'with a row that somebody has changed',
      (folder) => {
        const path = join(folder, 'store.mdb');
        const bytes = readFileSync(path);
        // What LMDB and the row's encoding hold together is left as it is.
        for (let at = bytes.indexOf('user/bob'); at >= 0; at = bytes.indexOf('user/bob', at + 1))
          bytes.write('bot', at + 5);
        writeFileSync(path, bytes);
      },
      /the backup ".*" is damaged: the record of the /,
      [],
    ],
    [
      'with an empty page',
      (folder) => {
        const path = join(folder, 'store.mdb');
        const bytes = readFileSync(path);
        // The page after the header is in use: a backup has no free pages before its last commits.
        bytes.fill(0, 2 * 4096, 3 * 4096);
        writeFileSync(path, bytes);
      },
      /"store.mdb" is damaged: page 2 of .* is empty/,
      [],
    ],
    [
      'that was never written',
      (folder) => truncateSync(join(folder, 'store.mdb')),
      'store.mdb" is not an ssebox store, or is damaged',
      [],
    ],
    ['without its root key', (folder) => rmSync(join(folder, 'root.key')), 'backup/root.key"', []],
    [
      'with another root key',
      (folder) => writeFileSync(join(folder, 'root.key'), Buffer.alloc(32, 1)),
      'backup/root.key"',
      [],
    ],
    [
      'with a changed byte',
      (folder) => {
        const bytes = readFileSync(blobIn(folder));
        bytes.writeUInt8(bytes.readUInt8(600_000) ^ 1, 600_000);
        writeFileSync(blobIn(folder), bytes);
      },
      'is damaged: s3://photos/large',
      ['--verify'],
    ],
  ])('of a backup %s changes nothing', async ([, damage, words, more]) => {
    const line = await newSource();
    await backUp(line);
    await damage(line.path('backup'));
    await line.ok(['s3', 'cp', 's3://photos/large', 's3://photos/later']);
    const { code, err } = await restore(line, '--yes', ...more);
    expect([code, err]).toEqual([
      253,
      typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words),
    ]);
    expect(err).not.toContain('.staged');
    expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Objects: 7, Damaged: [] });
    expect(names(line.store).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.for<[string, (folder: string) => void]>([
    ['lost its data file', (folder) => rmSync(join(folder, 'store.mdb'))],
    ['has an empty data file', (folder) => truncateSync(join(folder, 'store.mdb'))],
    ['lost the end of its data file', (folder) => truncateSync(join(folder, 'store.mdb'), 60_000)],
    [
      'has no good page',
      (folder) => {
        const path = join(folder, 'store.mdb');
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0, 2 * 4096));
      },
    ],
    [
      'has no good page but those that LMDB opens it with',
      (folder) => {
        const path = join(folder, 'store.mdb');
        const bytes = readFileSync(path);
        const lists = openingPages(path);
        for (let page = 2; page < bytes.length / 4096; page++) {
          if (!lists.includes(page)) bytes.fill(0, page * 4096, (page + 1) * 4096);
        }
        writeFileSync(path, bytes);
      },
    ],
  ])('brings back a store that %s', async ([, damage]) => {
    const line = await newSource();
    await backUp(line);
    damage(line.store);
    expect((await restore(line)).code).toBe(252);
    expect((await restore(line, '--yes')).json).toMatchObject({ Replaced: true });
    expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Objects: 6, Damaged: [] });
    await expectLarge(line, line.store);
  });

  test('of something that is not a backup, or over something that is not a store, is refused', async () => {
    const line = await newSource();
    await backUp(line);
    mkdirSync(line.path('full'));
    writeFileSync(line.path('full/store.txt'), '');
    for (const from of [line.path('nowhere'), line.path('large'), line.path('full')]) {
      const { code, err } = await line.ssebox(['store', 'restore', from, '--yes']);
      expect([code, err]).toEqual([252, expect.stringContaining(`"${from}" is not a `)]);
    }
    expect((await restore(line, '--store', line.path('backup'), '--yes')).code).toBe(252);
    expect((await restore(line, '--store', line.path('backup/copy'), '--yes')).code).toBe(252);
    const onto = await restore(line, '--store', line.path('full'), '--yes');
    expect([onto.code, onto.err]).toEqual([253, expect.stringContaining('is not an ssebox store and is not empty')]);
    expect(names(line.path('full'))).toEqual(['store.txt']);
    expect((await restore(line, '--store', line.path('large'), '--yes')).code).toBe(252);
    await expectLarge(line, line.store);
  });
});
