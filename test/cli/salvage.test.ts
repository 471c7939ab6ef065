/** `store verify --salvage`: what is whole of a damaged store becomes a store. */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastState } from '../../src/store/lmdb-header.ts';
import { type CommandLine, type Ended, newCommandLine } from '../support/command-line.ts';
import { contentOf } from '../support/content.ts';
import { treesIn } from '../support/pages.ts';
import { openSession } from '../support/store-session.ts';

const PAGE = 4096;
const Bucket = 'photos';
const OBJECTS = 80;

let genuine = '';

/** A store whose table of objects has several pages, and one object in a blob file. */
beforeAll(async () => {
  genuine = mkdtempSync(join(tmpdir(), 'ssebox-salvage-'));
  const session = await openSession(genuine, { grouped: true });
  const { call } = session;
  await call('s3', 'CreateBucket', { Bucket });
  await call('kms', 'CreateKey', {});
  const put = (Key: string, size: number) => call('s3', 'PutObject', { Bucket, Key, Body: contentOf(Key, size) });
  await Promise.all(Array.from({ length: OBJECTS }, (_, i) => put(`object-${i}`, i % 4 === 0 ? 9000 : 200)));
  await put('large', 400_000);
  for (let i = 0; i < 10; i++) await call('s3', 'DeleteObject', { Bucket, Key: `object-${i}` });
  await session.close();
});

afterAll(() => rmSync(genuine, { recursive: true, force: true }));

function newStore(): CommandLine {
  const line = newCommandLine();
  cpSync(genuine, line.store, { recursive: true });
  rmSync(join(line.store, 'store.mdb-lock'), { force: true });
  return line;
}

const dataFile = (line: CommandLine) => join(line.store, 'store.mdb');

function emptyPage(line: CommandLine, page: number | undefined): void {
  const bytes = readFileSync(dataFile(line));
  if (page === undefined) throw new Error('the tree is empty');
  bytes.fill(0, page * PAGE, (page + 1) * PAGE);
  writeFileSync(dataFile(line), bytes);
}

interface Report {
  readonly Tables: readonly { readonly Table: string; readonly Kept: number; readonly Lost: number | null }[];
  readonly LostObjects: readonly string[];
}

const salvage = (line: CommandLine, more: Parameters<CommandLine['ssebox']>[1] = {}) =>
  line.ssebox(['store', 'verify', '--salvage', line.path('saved')], more);
const reportOf = ({ json }: Ended) => json as Report;
const lossesOf = (ended: Ended) => reportOf(ended).Tables.filter(({ Lost }) => Lost !== 0);
const keysIn = async (line: CommandLine, store: string) =>
  (await line.ok(['s3api', 'list-objects-v2', '--bucket', Bucket, '--query', 'Contents[].Key', '--store', store])).json;

/** Whether the saved store is as good as the one that it was saved from. */
async function expectWhole(line: CommandLine): Promise<void> {
  const saved = line.path('saved');
  expect((await line.ok(['store', 'verify', '--store', saved])).json).toMatchObject({ Damaged: [], Unnamed: [] });
  expect(await keysIn(line, saved)).toEqual(await keysIn(line, genuine));
  const { bytes } = await line.ok(['s3', 'cp', `s3://${Bucket}/large`, '-', '--store', saved]);
  expect(bytes.equals(contentOf('large', 400_000))).toBe(true);
}

describe('everything is saved', () => {
  test.for<[string, (line: CommandLine) => void]>([
    ['nothing is damaged', () => {}],
    [
      'the page above all rows of a table is empty',
      (line) => {
        const tree = treesIn(dataFile(line)).get('objects');
        expect(tree?.depth).toBeGreaterThan(1);
        emptyPage(line, tree?.root);
      },
    ],
    ['the list of tables is empty', (line) => emptyPage(line, lastState(dataFile(line))?.main.root)],
    ['the header’s rows are empty', (line) => emptyPage(line, treesIn(dataFile(line)).get('meta')?.root)],
    ['the list of free pages is empty', (line) => emptyPage(line, lastState(dataFile(line))?.freePages.root)],
  ])('when %s', async ([, damage]) => {
    const line = newStore();
    damage(line);
    const ended = await salvage(line);
    expect([ended.code, lossesOf(ended), ended.err]).toEqual([0, [], '']);
    await expectWhole(line);
  });

  test('of a sealed store, with its passphrase', async () => {
    const line = newStore();
    await line.ok(['store', 'passphrase', 'set', '-'], { stdin: 'open sesame' });
    emptyPage(line, treesIn(dataFile(line)).get('objects')?.root);
    const refused = await salvage(line);
    expect([refused.code, refused.err]).toEqual([253, expect.stringContaining('is sealed with a passphrase')]);
    expect(existsSync(line.path('saved'))).toBe(false);
    const variables = { SSEBOX_PASSPHRASE: 'open sesame' };
    expect((await salvage(line, { variables })).code).toBe(0);
    const verified = await line.ssebox(['store', 'verify', '--store', line.path('saved')], { variables });
    expect(verified.json).toMatchObject({ Damaged: [] });
  });
});

describe('what is lost is counted', () => {
  test('when a page with rows is empty', async () => {
    const line = newStore();
    const trees = treesIn(dataFile(line));
    const root = trees.get('kmsKeys')?.root;
    emptyPage(line, root);
    const ended = await salvage(line);
    expect([ended.code, lossesOf(ended)]).toEqual([
      1,
      [{ Table: 'kmsKeys', Kept: 0, Lost: trees.get('kmsKeys')?.entries }],
    ]);
    expect(await keysIn(line, line.path('saved'))).toEqual(await keysIn(line, genuine));
  });

  test.for([3, 12, 25, 40, 60, 90])('when only %i pages of the file are left', async (pages) => {
    const line = newStore();
    const before = reportOf(await salvage(line)).Tables;
    rmSync(line.path('saved'), { recursive: true });
    truncateSync(dataFile(line), pages * PAGE);
    const ended = await salvage(line);
    expect(ended.code).toBe(1);
    for (const { Table, Kept, Lost } of reportOf(ended).Tables) {
      const all = before.find((each) => each.Table === Table)?.Kept ?? 0;
      if (Lost === null) expect(Kept).toBeLessThanOrEqual(all);
      else expect([Table, Kept + Lost]).toEqual([Table, all]);
    }
    expect(lossesOf(ended).length).toBeGreaterThan(0);
  });

  test('when the file of an object is missing', async () => {
    const line = newStore();
    rmSync(join(line.store, 'blobs'), { recursive: true });
    const ended = await salvage(line);
    expect([ended.code, reportOf(ended).LostObjects, lossesOf(ended)]).toEqual([1, [`s3://${Bucket}/large`], []]);
  });

  test('and shown on a terminal', async () => {
    const line = newStore();
    emptyPage(line, treesIn(dataFile(line)).get('kmsKeys')?.root);
    const { out } = await salvage(line, { terminal: 80 });
    expect(out).toMatch(/^ {2}kmsKeys +0 kept +\d lost$/m);
    expect(out).toMatch(/^lost: \d rows and the bytes of 0 objects$/m);
  });
});

test('a folder that is not empty, or the store itself, is refused, and a store without a header, too', async () => {
  const line = newStore();
  mkdirSync(line.path('saved'));
  writeFileSync(line.path('saved/note'), '');
  const inUse = await salvage(line);
  const words = `the folder "${line.path('saved')}" is not empty: what is saved needs a folder of its own\n`;
  expect([inUse.code, inUse.err]).toEqual([252, words]);
  const itself = await line.ssebox(['store', 'verify', '--salvage', line.store]);
  expect([itself.code, itself.err]).toEqual([252, expect.stringContaining('what is saved needs a folder elsewhere')]);
  rmSync(line.path('saved'), { recursive: true });
  const bytes = readFileSync(dataFile(line));
  writeFileSync(dataFile(line), bytes.fill(0, 0, 2 * PAGE));
  const ended = await salvage(line);
  expect([ended.code, ended.err]).toEqual([253, expect.stringContaining('is not an ssebox store, or is damaged')]);
  expect(readdirSync(line.folder)).not.toContain('saved');
});

test('a row that was removed does not come back', async () => {
  const line = newStore();
  emptyPage(line, treesIn(dataFile(line)).get('objects')?.root);
  await salvage(line);
  expect(await keysIn(line, line.path('saved'))).not.toContain('object-3');
});
