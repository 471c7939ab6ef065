import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { type CommandLine, newSample } from '../support/command-line.ts';
import { ACCOUNT, MINUTE } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';
import { keys, samplePlace } from '../support/place.ts';

interface Event {
  readonly eventName: string;
  readonly eventID: string;
  readonly eventCategory: string;
}

async function lookup(line: CommandLine, ...words: readonly string[]): Promise<readonly Event[]> {
  const { json } = await line.ok(['trail', 'lookup', '--data-events', ...words]);
  return (json as { readonly Events: readonly Event[] }).Events;
}

const names = async (line: CommandLine, ...words: readonly string[]) =>
  (await lookup(line, ...words)).map(({ eventName }) => eventName);

/** The sample store, after a denied read and two reads of which one needs a key. */
async function newScene(): Promise<CommandLine> {
  const line = await newSample();
  line.advance(MINUTE);
  await line.ssebox(['s3', 'get', 's3://photos/harbour.txt', '-', '--as', 'user/bob']);
  line.advance(MINUTE);
  await line.ok(['s3', 'get', 's3://photos/harbour.txt', '-', '--as', 'user/ana']);
  line.advance(MINUTE);
  await line.ok(['s3', 'get', 's3://reports/2026/q1.csv', '-', '--as', 'user/ana']);
  return line;
}

test('a read that was denied under SSE-S3 is found only with data events', async () => {
  const line = await newScene();
  const denied = ['--user', 'bob', '--errors'];
  expect(await lookup(line, ...denied)).toMatchObject([
    {
      eventName: 'GetObject',
      eventCategory: 'Data',
      errorCode: 'AccessDenied',
      resources: [
        { type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::photos/harbour.txt' },
        { type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::photos' },
      ],
    },
  ]);
  expect((await line.ok(['trail', 'lookup', ...denied])).json).toEqual({ Events: [] });
});

test('events of both kinds stand in the order in which they were recorded, newest first', async () => {
  const line = await newScene();
  expect(await names(line, '--limit', '4')).toEqual(['GetObject', 'Decrypt', 'GetObject', 'GetObject']);
  const found = await lookup(line, '--limit', '1000');
  const store = openStore(line.store);
  const records = store.transact(allCalls);
  await store.close();
  // The lookup before is one of them; it is of the same millisecond as what was looked for.
  const others = found.filter(({ eventName }) => eventName !== 'LookupEvents');
  expect(others.map(({ eventID }) => eventID)).toEqual(
    records
      .filter(
        ({ recipient, region, operation }) =>
          recipient === ACCOUNT && region === 'us-east-1' && operation !== 'LookupEvents',
      )
      .map(({ eventId }) => eventId)
      .reverse(),
  );
});

test.for([
  [['--event', 'GetObject'], 3],
  [['--event', 'GetObject', '--user', 'ana'], 2],
  [['--event', 'GetObject', '--since', '90s'], 2],
  [['--event', 'GetObject', '--end-time', '2026-05-04T09:01:59Z'], 1],
  [['--event', 'GetObject', '--start-time', '2026-05-04T09:03:00Z'], 1],
  [['--event', 'GetObject', '--service', 's3'], 3],
  [['--event', 'GetObject', '--service', 'kms'], 0],
  [['--event', 'GetObject', '--writes'], 0],
  [['--event', 'GetObject', '--errors'], 1],
  [['--event', 'GetObject', '--resource', 'photos'], 2],
  [['--event', 'GetObject', '--resource', 'arn:aws:s3:::photos/harbour.txt'], 2],
  [['--event', 'GetObject', '--resource', 'reports'], 1],
  [['--event', 'GetObject', '--resource', 'report'], 0],
  // Of objects that are encrypted under the key.
  [['--event', 'GetObject', '--key', 'alias/app'], 1],
  [['--user', 'ana', '--key', 'alias/app'], 2],
  [['--event', 'GetObject', '--region', 'eu-west-1'], 0],
] as const)('filters apply to data events: %j', async ([words, count]) => {
  const line = await newScene();
  expect(await lookup(line, ...words)).toHaveLength(count);
});

test('who may not look up events is shown no data event, and none of another account', async () => {
  const line = await newScene();
  for (const words of [['lookup'], ['tail'], ['export']]) {
    const { code, out, err } = await line.ssebox(['trail', ...words, '--data-events', '--as', 'user/bob']);
    expect([code, out]).toEqual([254, '']);
    expect(err).toContain('not authorized to perform: cloudtrail:LookupEvents');
  }
  const other = ['--as', 'arn:aws:iam::444455556666:root'];
  await line.ssebox(['s3', 'get', 's3://photos/harbour.txt', '-', ...other]);
  const { json } = await line.ok(['trail', 'lookup', '--data-events', '--service', 's3', ...other]);
  expect(json).toMatchObject({ Events: [{ eventName: 'GetObject', userIdentity: { accountId: '444455556666' } }] });
});

test('the key of a lookup is found without a call that the lookup would find', async () => {
  const line = await newScene();
  const words = ['trail', 'lookup', '--key', 'alias/app', '--event', 'DescribeKey', '--expect', '0'];
  await line.ok(words);
  await line.ok(words);
  const denied = await line.ssebox([...words, '--as', 'user/bob']);
  expect(denied.err).toContain('kms:DescribeKey');
  expect((await line.ok(['explain', 'last'])).json).toMatchObject({ Call: 'kms DescribeKey' });
});

test('an export has data events, and the tail a line of each', async () => {
  const line = await newScene();
  const lines = (await line.ok(['trail', 'tail', '--data-events', '--limit', '4'])).out.trim().split('\n');
  expect(lines.map((each) => each.split('  ').slice(1, 4).join(', '))).toEqual(
    [
      's3 GetObject, bob, AccessDenied',
      's3 GetObject, ana, ok',
      'kms Decrypt, ana via s3, ok',
      's3 GetObject, ana, ok',
    ].slice(0, 4),
  );
  const { json } = await line.ok(['trail', 'export', '--data-events', '--resource', 'photos']);
  const { Records } = json as { readonly Records: readonly Event[] };
  expect(Records.map(({ eventName }) => eventName)).toEqual([
    'GetObject',
    'GetObject',
    'PutObject',
    'PutObject',
    'CreateBucket',
  ]);
});

test('an export longer than a piece of it is one whole document', async () => {
  const line = await newScene();
  line.advance(MINUTE);
  for (let i = 0; i < 60; i += 1) await line.ok(['s3', 'get', 's3://photos/harbour.txt', '-']);
  const all = ['--data-events', '--event', 'GetObject', '--limit', '1000'];
  const { json, out } = await line.ok(['trail', 'export', ...all]);
  expect(out).toMatch(/^\{"Records":\[\{[^\n]*\}\]\}\n$/);
  expect(out.length).toBeGreaterThan(64 * 1024);
  expect((json as { readonly Records: readonly Event[] }).Records).toEqual(await lookup(line, ...all.slice(1)));
});

test('a line that is too long for a narrow terminal keeps the outcome', async () => {
  const line = await newScene();
  const { out } = await line.ok(['trail', 'lookup', '--data-events', '--errors'], { terminal: 80 });
  for (const each of out.split('\n')) expect(each.length).toBeLessThanOrEqual(80);
  expect(out).toMatch(/ s3 GetObject +bob +AccessDenied /);
});

test('on a terminal of 80 columns and 24 lines a data event is chosen among the newest', async () => {
  const { terminal, ssebox } = await samplePlace();
  const { code } = await ssebox(['s3', 'get', 's3://photos/harbour.txt', '-', '--as', 'user/bob']);
  expect(code).toBe(254);
  const { shows, type, ended } = terminal(['trail', 'show', '--data-events'], { columns: 80, rows: 24 });
  await shows(/s3 GetObject/);
  type('AccessDenied');
  await shows(/❯ [^\n]*\n?[^\n]*AccessDenied/);
  type(keys.enter);
  const { text } = await ended;
  expect(text).toMatch(/"eventName": "GetObject"/);
  expect(text).toMatch(/why it was refused: ssebox explain /);
});
