import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TableName } from '../../src/store/databases.ts';
import { type CommandLine, newCommandLine, newSample } from '../support/command-line.ts';
import { DAY } from '../support/harness.ts';
import { allRows } from '../support/stored-rows.ts';

const q1 = ['s3', 'get', 's3://reports/2026/q1.csv'];

async function appKey(line: CommandLine): Promise<string> {
  const query = ['--query', 'KeyMetadata.KeyId', '--output', 'text'];
  return (await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', ...query])).out.trim();
}

test('the sample has what its description says, and is not mixed with existing data', async () => {
  const line = await newSample();
  expect((await line.ok(['store', 'info'])).json).toMatchObject({
    Store: line.store,
    Format: 3,
    Counts: { Users: 3, Roles: 1, Keys: 2, Buckets: 3, Objects: 4 },
  });
  await line.ok([...q1, line.path('ana'), '--as', 'user/ana']);
  await line.ok([...q1, line.path('reader'), '--as', 'role/reader']);
  expect((await line.ssebox([...q1, line.path('bob'), '--as', 'user/bob'])).code).toBe(254);
  const again = await line.ssebox(['store', 'init', '--sample']);
  expect([again.code, again.err]).toEqual([252, expect.stringContaining('already has keys or buckets')]);
});

test('on a terminal store init --sample says what there is to try, and each of it runs as it stands', async () => {
  const line = newCommandLine();
  const store = line.path('with a blank');
  const { out } = await line.ok(['store', 'init', '--sample', '--store', store], { terminal: 80 });
  const commands = [...out.matchAll(/^ {2}\$ ssebox (.*)$/gm)].map(([, words = '']) =>
    JSON.parse(execFileSync('sh', ['-c', `printf '"%s",' ${words}`], { encoding: 'utf8' }).replace(/^(.*),$/s, '[$1]')),
  );
  const codes = [];
  for (const words of commands) codes.push((await line.ssebox(words)).code);
  // user/ana may read, user/bob may not.
  expect(codes).toEqual([0, 254, 0, 0]);
});

test('a store is created empty, with a root key that only its owner can read', async () => {
  const line = newCommandLine();
  expect((await line.ok(['store', 'init'])).json).toEqual({ Store: line.store, Sample: false });
  expect(readdirSync(line.store)).toContain('root.key');
  expect((await line.ok(['kms', 'ls'])).json).toEqual({ Keys: [] });
});

test('an intact store verifies, with every version read to the end', async () => {
  const line = await newSample();
  const large = line.path('large');
  writeFileSync(large, Buffer.alloc(700_000, 5));
  await line.ok(['s3', 'put', large, 's3://reports/']);
  await line.ok(['bucket', 'bucket-key', 'enable', 'reports']);
  await line.ok(['s3', 'put', large, 's3://reports/under-bucket-key']);
  await line.ok(['s3', 'put', large, 's3://photos/', '--sse', 'aws:kms:dsse', '--sse-kms-key-id', 'alias/app']);
  await line.ok(['s3', 'rm', 's3://reports/2026/q2.csv']);
  const { json } = await line.ok(['store', 'verify']);
  // Four objects, an older version, three large ones; the delete marker has nothing to read.
  expect(json).toMatchObject({ Keys: 2, BackingKeys: 2, Objects: 8, Damaged: [], Closed: [] });
});

test('store info shows the rows and bytes of each table that has any, as they are', async () => {
  const line = await newSample();
  const { Tables } = (await line.ok(['store', 'info'])).json as {
    Tables: readonly { readonly Name: TableName; readonly Rows: number; readonly Bytes: number }[];
  };
  const rows = new Map<string, number>();
  for (const { table } of await allRows(line.store)) rows.set(table, (rows.get(table) ?? 0) + 1);
  expect(Object.fromEntries(Tables.map(({ Name, Rows }) => [Name, Rows]))).toEqual(Object.fromEntries(rows));
  for (const { Bytes } of Tables) expect(Bytes % 4096).toBe(0);
  const { size } = statSync(join(line.store, 'store.mdb'));
  expect(Tables.reduce((sum, { Bytes }) => sum + Bytes, 0)).toBeLessThan(size);
  expect(Tables.map(({ Bytes }) => Bytes)).toEqual(Tables.map(({ Bytes }) => Bytes).toSorted((a, b) => b - a));
  const { out } = await line.ok(['store', 'info'], { terminal: 80 });
  expect(out).toMatch(/^ *TABLE +ROWS +SIZE\n( *\w+ +\d+ +\d[\d.]* \w+\n)+/m);
  expect(out).toMatch(new RegExp(`^ *kmsKeys +${rows.get('kmsKeys')} `, 'm'));
});

test.for([
  [0o700, []],
  [0o755, []],
  [0o770, ['its group']],
  [0o777, ['its group', 'everybody']],
  [0o1702, ['everybody']],
] as const)('a folder of mode %o is reported if others can replace its files: %j', async ([mode, others]) => {
  const line = await newSample();
  chmodSync(line.store, mode);
  const shown = (mode & 0o777).toString(8);
  const warning = `the folder "${line.store}" has mode ${shown}, so ${others.join(' and ')} can replace files in it: chmod 700 ${line.store}`;
  const Warnings = others.length > 0 ? [warning] : [];
  for (const words of [
    ['store', 'info'],
    ['store', 'verify'],
  ]) {
    expect((await line.ok(words)).json).toMatchObject({ Warnings });
    const { out } = await line.ok(words, { terminal: 400 });
    expect(out.split('\n').filter((each) => each.includes('can replace files'))).toEqual(Warnings);
  }
});

test('the command that closes a folder can be copied, whatever its name is', async () => {
  const line = await newSample();
  const store = line.path("it's $(here)");
  await line.ok(['store', 'init', '--store', store]);
  chmodSync(store, 0o777);
  const { Warnings } = (await line.ok(['store', 'info', '--store', store])).json as { Warnings: string[] };
  const [, command = ''] = Warnings[0]?.split('in it: ') ?? [];
  execFileSync('sh', ['-c', command]);
  expect(statSync(store).mode & 0o777).toBe(0o700);
});

test.runIf(process.getuid?.() === 0)('a folder of another user is reported', async () => {
  const line = await newSample();
  chownSync(line.store, 1234, 0);
  const warning = `the folder "${line.store}" belongs to another user (1234), who can read and change everything in it`;
  for (const verb of ['info', 'verify']) {
    expect((await line.ok(['store', verb])).json).toMatchObject({ Warnings: [warning] });
    expect((await line.ok(['store', verb], { terminal: 400 })).out).toContain(`${warning}\n`);
  }
});

test('one changed byte in a blob file is found and named', async () => {
  const line = await newSample();
  const large = line.path('large');
  writeFileSync(large, Buffer.alloc(700_000, 5));
  await line.ok(['s3', 'put', large, 's3://photos/']);
  const blobs = readdirSync(join(line.store, 'blobs'), { recursive: true, withFileTypes: true });
  const blob = blobs.find((entry) => entry.isFile());
  if (!blob) throw new Error('there is no blob file');
  const path = join(blob.parentPath, blob.name);
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(600_000) ^ 1, 600_000);
  writeFileSync(path, bytes);
  const { code, json, err } = await line.ssebox(['store', 'verify']);
  expect([code, err]).toEqual([253, `the store "${line.store}" is damaged: s3://photos/large\n`]);
  expect(json).toMatchObject({ Damaged: ['s3://photos/large'] });
  rmSync(path);
  expect((await line.ssebox(['store', 'verify'])).json).toMatchObject({ Damaged: ['s3://photos/large'] });
});

test('several things that are damaged are all reported, and counted where one is named', async () => {
  const line = await newSample();
  const large = line.path('large');
  writeFileSync(large, Buffer.alloc(700_000, 5));
  for (const name of ['a', 'b', 'c']) await line.ok(['s3', 'put', large, `s3://photos/${name}`]);
  rmSync(join(line.store, 'blobs'), { recursive: true });
  const { code, json, err } = await line.ssebox(['store', 'verify']);
  expect(json).toMatchObject({ Objects: 5, Damaged: ['s3://photos/a', 's3://photos/b', 's3://photos/c'] });
  expect([code, err]).toEqual([253, `the store "${line.store}" is damaged: s3://photos/a and 2 more\n`]);
  const asJson = await line.ssebox(['store', 'verify', '--error-format', 'json']);
  expect(JSON.parse(asJson.err)).toMatchObject({ Error: { Code: 'StoreError' } });
});

test('a file that no row names is reported, but is not damage', async () => {
  const line = await newSample();
  mkdirSync(join(line.store, 'blobs/zz'), { recursive: true });
  writeFileSync(join(line.store, 'blobs/zz/stray'), 'of nobody');
  const { json } = await line.ok(['store', 'verify']);
  expect(json).toMatchObject({ Damaged: [], Unnamed: ['blobs/zz/stray'] });
});

test('a key policy hides nothing from verification, and a deleted key makes its objects unreadable for good', async () => {
  const line = await newSample();
  const key = await appKey(line);
  await line.ok(['kms', 'disable-key', '--key-id', key]);
  expect((await line.ok(['store', 'verify'])).json).toMatchObject({ Objects: 5, Closed: [] });
  await line.ok(['kms', 'schedule-key-deletion', '--key-id', key, '--pending-window-in-days', '7']);
  await line.ok(['clock', 'advance', '8d']);
  // The next call of KMS that works does what time has brought.
  await line.ok(['kms', 'ls']);
  const { json } = await line.ok(['store', 'verify']);
  expect(json).toMatchObject({ Objects: 2, Damaged: [] });
  expect(json).toHaveProperty('Closed.length', 3);
});

test('the clock goes forward, to a time, and back to the machine’s', async () => {
  const line = newCommandLine();
  expect((await line.ok(['clock', 'advance', '30d'])).json).toMatchObject({
    Now: '2026-06-03T09:00:00+00:00',
    MachineTime: '2026-05-04T09:00:00+00:00',
    AheadSeconds: (30 * DAY) / 1000,
  });
  line.advance(DAY);
  expect((await line.ok(['clock', 'show'])).json).toMatchObject({ Now: '2026-06-04T09:00:00+00:00' });
  expect((await line.ok(['clock', 'set', '2030-01-01'])).json).toMatchObject({ Now: '2030-01-01T00:00:00+00:00' });
  expect((await line.ok(['clock', 'reset'])).json).toMatchObject({ AheadSeconds: 0 });
});

test.for([
  [['clock', 'advance', 'tomorrow'], '"tomorrow"'],
  [['clock', 'set', 'noon'], '"noon"'],
  [['clock', 'advance', '9000y'], '9999'],
] as const)('%o is refused and leaves the clock', async ([words, named], { expect }) => {
  const line = newCommandLine();
  const { code, err } = await line.ssebox(words);
  expect([code, err]).toEqual([252, expect.stringContaining(named)]);
  expect((await line.ok(['clock', 'show'])).json).toMatchObject({ AheadSeconds: 0 });
});
