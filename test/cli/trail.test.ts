import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { MINUTE } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';

interface Events {
  readonly Events: readonly { readonly eventName: string; readonly eventID: string; readonly errorCode?: string }[];
}

async function lookup(line: CommandLine, ...words: readonly string[]): Promise<Events['Events']> {
  const { json } = await line.ok(['trail', 'lookup', ...words]);
  return (json as Events).Events;
}

const names = (events: Events['Events']) => events.map(({ eventName }) => eventName);

test("S3's calls to KMS are found by the key, with who they were for", async () => {
  const line = await newSample();
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', line.path('q1'), '--as', 'user/ana']);
  const events = await lookup(line, '--key', 'alias/app', '--event', 'Decrypt');
  expect(events).toMatchObject([
    {
      eventName: 'Decrypt',
      userIdentity: { userName: 'ana', invokedBy: 'fas.s3.amazonaws.com' },
      requestParameters: { encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::reports/2026/q1.csv' } },
    },
  ]);
});

test('filters narrow together what one attribute found', async () => {
  const line = await newSample();
  await line.ssebox(['kms', 'describe-key', '--key-id', 'alias/app', '--as', 'user/bob']);
  await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--as', 'user/ana']);
  expect(await lookup(line, '--user', 'bob', '--service', 'kms', '--errors')).toMatchObject([
    { eventName: 'DescribeKey', errorCode: 'AccessDenied', requestParameters: null },
  ]);
  expect(names(await lookup(line, '--service', 'iam', '--writes', '--limit', '2'))).toHaveLength(2);
  expect(await lookup(line, '--user', 'ana', '--errors')).toEqual([]);
});

test('times are the store’s clock', async () => {
  const line = await newSample();
  await line.ok(['clock', 'advance', '12h']);
  await line.ok(['kms', 'disable-key', '--key-id', await keyId(line)]);
  expect(names(await lookup(line, '--since', '15m', '--writes'))).toEqual(['DisableKey']);
  expect(names(await lookup(line, '--end-time', '2026-05-04T12:00:00Z', '--event', 'DisableKey'))).toEqual([]);
});

async function keyId(line: CommandLine): Promise<string> {
  const query = ['--query', 'KeyMetadata.KeyId', '--output', 'text'];
  return (await line.ok(['kms', 'describe-key', '--key-id', 'alias/app', ...query])).out.trim();
}

test('an event is shown by its id, and a missing one is named', async () => {
  const line = await newSample();
  const [event] = await lookup(line, '--event', 'CreateBucket', '--limit', '1');
  const { json } = await line.ok(['trail', 'show', event?.eventID ?? '']);
  expect(json).toEqual(event);
  const { code, err } = await line.ssebox(['trail', 'show', 'a3a1f6de-1c35-4a52-8a0c-5d8f6f3b9e77']);
  expect(code).toBe(252);
  expect(err).toContain('"a3a1f6de-1c35-4a52-8a0c-5d8f6f3b9e77"');
});

test('a put shows the KMS call with its own time, and that call the put', async () => {
  const line = await newSample();
  writeFileSync(line.path('q3'), 'month,revenue\n');
  await line.ok(['s3', 'put', line.path('q3'), 's3://reports/2026/q3.csv']);
  const store = openStore(line.store);
  const records = store.transact(allCalls);
  await store.close();
  const put = records.findLast(({ operation }) => operation === 'PutObject');
  const key = records.findLast(({ operation }) => operation === 'GenerateDataKey');
  if (!put || !key) throw new Error('a call is not recorded');
  expect(key.durationMs).toBeLessThan(put.durationMs);
  const took = ({ durationMs }: CallRecord) => `${durationMs.toFixed(2)} ms`;
  const { out } = await line.ok(['trail', 'show', put.eventId], { terminal: 200 });
  expect(out).toContain('"eventName": "PutObject"');
  const { encryptionMs, diskMs } = put.content ?? expect.fail('the object was not encrypted');
  const parts = `  encryption ${encryptionMs.toFixed(2)} ms, disk ${diskMs.toFixed(2)} ms\n`;
  expect(out).toContain(`\ntook ${took(put)}\n${parts}  kms GenerateDataKey  ${took(key)}  ${key.eventId}\n`);
  const inner = await line.ok(['trail', 'show', key.eventId], { terminal: 200 });
  expect(inner.out).toContain(`\ntook ${took(key)}, within s3 PutObject ${put.eventId} (${took(put)})\n`);
  // A script is given the event alone.
  expect((await line.ok(['trail', 'show', put.eventId])).json).toMatchObject({ eventName: 'PutObject' });
});

test('an event is not shown when it is too old for the event history', async () => {
  const line = await newSample();
  const { json } = await line.ok(['trail', 'lookup', '--event', 'CreateRole', '--query', 'Events[0].eventID']);
  line.advance(91 * 24 * 60 * MINUTE);
  const { code, err } = await line.ssebox(['trail', 'show', String(json)]);
  expect([code, err]).toEqual([252, expect.stringContaining('in the last 90 days')]);
});

test('the tail has the newest last, a line each', async () => {
  const line = await newSample();
  line.advance(MINUTE);
  await line.ok(['bucket', 'create', 'letters']);
  line.advance(MINUTE);
  await line.ssebox(['bucket', 'delete', 'letters', '--as', 'user/bob']);
  const lines = (await line.ok(['trail', 'tail', '--service', 's3', '--limit', '2'])).out.trim().split('\n');
  expect(lines[0]).toMatch(/^2026-05-04 09:01:00 {2}s3 CreateBucket {2}admin {2}ok {2}letters {2}[0-9a-f-]{36}$/);
  expect(lines[1]).toMatch(/^2026-05-04 09:02:00 {2}s3 DeleteBucket {2}bob {2}AccessDenied {2}letters {2}/);
});

test('a line names the service that called for the caller', async () => {
  const line = await newSample();
  line.advance(MINUTE);
  const create = ['kms', 'create-key', '--multi-region', '--query', 'KeyMetadata.KeyId', '--output', 'text'];
  const key = (await line.ok(create)).out.trim();
  await line.ok(['kms', 'replicate-key', '--key-id', key, '--replica-region', 'eu-west-1']);
  const there = (await line.ok(['trail', 'tail', '--limit', '1', '--region', 'eu-west-1'])).out;
  expect(there).toMatch(/ {2}kms CreateKey {2}admin via kms {2}ok {2}arn:aws:kms:eu-west-1:\d{12}:key\/mrk-/);
  writeFileSync(line.path('q4'), 'x');
  await line.ok(['s3', 'put', line.path('q4'), 's3://reports/2026/q4.csv']);
  const { out } = await line.ok(['trail', 'tail', '--event', 'GenerateDataKey', '--limit', '1']);
  expect(out).toMatch(/ {2}kms GenerateDataKey {2}admin via s3 {2}ok {2}/);
});

test("an export has the form of CloudTrail's log files and leaves data events out", async () => {
  const line = await newSample();
  const { json } = await line.ok(['trail', 'export']);
  const { Records } = json as { Records: readonly { readonly eventCategory: string; readonly eventName: string }[] };
  expect(Records.length).toBeGreaterThan(10);
  expect(new Set(Records.map(({ eventCategory }) => eventCategory))).toEqual(new Set(['Management']));
  expect(Records.map(({ eventName }) => eventName)).not.toContain('PutObject');
});

test('on a terminal the events are a table, and an invalid time is named', async () => {
  const line = await newSample();
  const { out } = await line.ok(['trail', 'lookup', '--event', 'CreateRole'], { terminal: 200 });
  expect(out).toMatch(/^TIME +CALL +CALLER +OUTCOME +RESOURCE +EVENT\n/);
  expect(out).toContain('iam CreateRole');
  const { code, err } = await line.ssebox(['trail', 'lookup', '--start-time', 'yesterday']);
  expect(code).toBe(252);
  expect(err).toContain('"yesterday"');
});

test('nothing stored in the trail is plaintext', async () => {
  const line = await newSample();
  await line.ok([
    'kms',
    'encrypt',
    '--key-id',
    'alias/app',
    '--plaintext',
    Buffer.from('a very secret text').toString('base64'),
  ]);
  const { out } = await line.ok(['trail', 'export']);
  expect(out).not.toContain('secret');
  const database = readFileSync(`${line.store}/store.mdb`);
  expect(database.includes('a very secret text')).toBe(false);
  expect(database.includes(Buffer.from('a very secret text').toString('base64'))).toBe(false);
});

test('trail show and explain take the end of an id, as a narrow terminal shows it', async () => {
  const line = await newSample();
  line.advance(MINUTE);
  await line.ssebox(['kms', 'describe-key', '--key-id', 'alias/app', '--as', 'user/bob']);
  const { out } = await line.ok(['trail', 'lookup', '--limit', '3'], { terminal: 80 });
  const shown = /DescribeKey .* (\S+)$/m.exec(out)?.[1] ?? expect.fail(out);
  expect(shown).toMatch(/^…[0-9a-f]{4,}$/);
  const [event] = await lookup(line, '--event', 'DescribeKey', '--limit', '1');
  for (const id of [
    shown,
    shown.slice(1),
    shown.slice(1).toUpperCase(),
    shown.replace('…', '...'),
    event?.eventID ?? '',
  ]) {
    expect((await line.ok(['trail', 'show', id])).json).toMatchObject({ eventID: event?.eventID });
    expect((await line.ok(['explain', 'event', id])).json).toMatchObject({ Call: 'kms DescribeKey' });
  }
  expect((await line.ok(['explain', shown])).json).toMatchObject({ Call: 'kms DescribeKey' });
});

test('the end of an id that several events have names them, and one that no event has is reported', async () => {
  const line = await newSample();
  const store = openStore(line.store);
  const ids = store.transact((tx) =>
    allCalls(tx).flatMap(({ eventId, region }) => (region === 'us-east-1' ? [eventId] : [])),
  );
  await store.close();
  // Of more than sixteen ids, two have their last digit in common.
  const last = (id: string) => id.slice(-1);
  const ending = ids.map(last).find((digit, i, all) => all.indexOf(digit) < i) ?? expect.fail('too few events');
  const several = await line.ssebox(['trail', 'show', ending]);
  expect([several.code, several.err]).toEqual([252, expect.stringContaining(` events end with "${ending}": `)]);
  const none = await line.ssebox(['trail', 'show', 'f'.repeat(20)]);
  expect([none.code, none.err]).toEqual([252, expect.stringContaining(`there is no event "${'f'.repeat(20)}"`)]);
});
