/** `explain event ID` and `explain ID`: calls in the audit log, with the decisions that were made then. */

import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { newCommandLine } from '../support/command-line.ts';
import { MINUTE } from '../support/harness.ts';
import { makeOldStore } from '../support/old-store.ts';
import { type Place, samplePlace } from '../support/place.ts';

const BOB = 'arn:aws:iam::111122223333:user/bob';
const NONE = '01a22230-029d-7000-b96d-e5cc78017f41';

const json = async (place: Place, words: readonly string[]): Promise<unknown> =>
  JSON.parse((await place.ok(words)).out);

async function allow(place: Place, Action: string | readonly string[], Resource = '*'): Promise<void> {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource } });
  await place.ok([...'iam put-user-policy --user-name bob --policy-name p --policy-document'.split(' '), document]);
}

interface Event {
  readonly eventName: string;
  readonly eventID: string;
  readonly requestID: string;
}

/** The ids of the newest events of an operation, in the history or among the data events. */
async function idOf(place: Place, eventName: string, ...more: readonly string[]): Promise<string> {
  const { Events } = (await json(place, ['trail', 'lookup', '--event', eventName, ...more])) as { Events: Event[] };
  return Events[0]?.eventID ?? expect.fail(`no event ${eventName}`);
}

const explain = (place: Place, id: string, ...more: readonly string[]) => place.ssebox(['explain', id, ...more]);

test('a refused call is explained by its id, in both forms', async () => {
  const place = await samplePlace();
  await place.ssebox(['kms', 'describe-key', '--key-id', 'alias/app', '--as', 'user/bob']);
  await place.ssebox(['kms', 'describe-key', '--key-id', 'alias/none']);
  const id = await idOf(place, 'DescribeKey', '--user', 'bob');
  const { code, out, err } = await explain(place, id);
  expect(code).toBe(0);
  expect(err).toMatch(new RegExp(`^kms DescribeKey by ${BOB} in us-east-1 at \\S+\n$`));
  const Resource = expect.stringMatching(/^arn:aws:kms:us-east-1:111122223333:key\//) as unknown;
  expect(JSON.parse(out)).toMatchObject({
    Call: 'kms DescribeKey',
    Event: { Id: id, Caller: BOB, Region: 'us-east-1', Resource },
    Allowed: false,
    Refusal: { Code: 'AccessDeniedException' },
    Decisions: [{ Allowed: false, Caller: BOB, Action: 'kms:DescribeKey', Resource }],
  });
  expect(await place.ok(['explain', 'event', id])).toEqual({ code: 0, out, err });
  expect(await explain(place, id.toUpperCase())).toEqual({ code: 0, out, err });
  expect((await explain(place, id, '--expect', 'deny')).code).toBe(0);
  expect((await explain(place, id, '--expect', 'allow')).code).toBe(1);
  // An explanation is no call, and the id stays what it was.
  expect((await explain(place, id)).out).toBe(out);
});

test("the id of S3's call to KMS explains the call that it ended, with both decisions", async () => {
  const place = await samplePlace();
  await allow(place, 's3:*');
  await place.ssebox(['s3', 'get', 's3://reports/2026/q1.csv', 'q1', '--as', 'user/bob']);
  const { out, err, code } = await explain(place, await idOf(place, 'Decrypt', '--errors'));
  expect(code).toBe(0);
  expect(err).toContain('kms Decrypt was called by s3 GetObject, which was refused because of it\n');
  expect(JSON.parse(out)).toMatchObject({
    Call: 's3 GetObject',
    Event: { Resource: 'arn:aws:s3:::reports/2026/q1.csv' },
    Refusal: { Code: 'AccessDenied' },
    Decisions: [
      { Allowed: true, Action: 's3:GetObject' },
      { Allowed: false, Action: 'kms:Decrypt' },
    ],
  });
  expect(await json(place, ['explain', 'last'])).toEqual(JSON.parse(out));
});

// CloudTrail User Guide, "CloudTrail record contents", sharedEventID: each account receives a copy with an id of its own.
test('the copy that the bucket owner received explains the same call', async () => {
  const place = await samplePlace();
  await place.ssebox(['s3api', 'get-bucket-policy', '--bucket', 'reports', '--as', '444455556666:user/admin']);
  const last = (await json(place, ['explain', 'last'])) as { Event: { Id: string } };
  const id = await idOf(place, 'GetBucketPolicy', '--errors');
  expect(id).not.toBe(last.Event.Id);
  expect(last).toMatchObject({ Event: { Caller: 'arn:aws:iam::444455556666:user/admin' } });
  expect(await json(place, ['explain', id])).toEqual(last);
});

// S3 API Reference, DeleteObjects: denied keys are listed in a response of status 200.
test('DeleteObjects is explained by the keys that it left, and each of them by its own id', async () => {
  const place = await samplePlace();
  await allow(place, 's3:DeleteObject', 'arn:aws:s3:::photos/harbour.txt');
  const keys = 'Objects=[{Key=harbour.txt},{Key=2026/pier.txt},{Key=2026/bridge.txt}]';
  await place.ok(['s3api', 'delete-objects', '--bucket', 'photos', '--delete', keys, '--as', 'user/bob']);
  const last = (await json(place, ['explain', 'last'])) as { Event: { Id: string } };
  const resource = 'arn:aws:s3:::photos/2026/bridge.txt';
  expect(last).toMatchObject({
    Call: 's3 DeleteObject',
    Event: { Resource: resource },
    Refusal: { Code: 'AccessDenied' },
    Decisions: [{ Allowed: false, Action: 's3:DeleteObject', Resource: resource }],
  });
  expect(await json(place, ['explain', last.Event.Id])).toEqual(last);
  const outer = await place.terminal(['trail', 'show', last.Event.Id], { columns: 200 }).ended;
  const [, id = ''] = /, within s3 DeleteObjects (\S+) /.exec(outer.text) ?? [];
  expect(outer.text).toContain(`why it was refused: ssebox explain ${last.Event.Id}`);
  expect(await json(place, ['explain', id])).toMatchObject({
    Call: 's3 DeleteObjects',
    Allowed: false,
    Calls: [{ Operation: 's3 DeleteObject' }, { Operation: 's3 DeleteObject' }],
    Decisions: [{ Resource: 'arn:aws:s3:::photos/2026/pier.txt' }, { Resource: resource }],
  });
  const { text } = await place.terminal(['explain', id], { columns: 200 }).ended;
  expect(text).toContain('\ns3 DeleteObjects was not refused, but left out what was denied.\n');
});

test('a call that was not refused is said to be so', async () => {
  const place = await samplePlace();
  await place.ok(['kms', 'describe-key', '--key-id', 'alias/app', '--as', 'user/ana']);
  const id = await idOf(place, 'DescribeKey');
  const { code, out, err } = await explain(place, id);
  expect(code).toBe(0);
  expect(err).toMatch(
    /^kms DescribeKey by \S+ in us-east-1 at \S+, about \S+; it was not refused, so its decisions are not kept\n$/,
  );
  expect(JSON.parse(out)).toMatchObject({ Call: 'kms DescribeKey', Event: { Id: id }, Allowed: true, Decisions: [] });
  expect(await explain(place, id, '--expect', 'deny')).toMatchObject({
    code: 1,
    err: expect.stringContaining('expected deny, but allowed: it was not refused\n'),
  });
  const { text } = await place.terminal(['explain', id]).ended;
  expect(text).toMatch(/\nkms DescribeKey was not refused\.\n$/);
  // Nothing to explain is offered for it either.
  expect((await place.terminal(['trail', 'show', id]).ended).text).not.toContain('why it was refused');
});

test('of a refusal that is not kept any more, what the audit log knows is shown', async () => {
  const place = await samplePlace();
  const Objects = Array.from({ length: 101 }, (_, i) => ({ Key: `k${i}` }));
  writeFileSync(place.path('keys'), JSON.stringify({ Objects }));
  await place.ok(['s3api', 'delete-objects', '--bucket', 'photos', '--delete', 'file://keys', '--as', 'user/bob']);
  const last = (await json(place, ['explain', 'last'])) as { Event: { Id: string } };
  const outer = await place.terminal(['trail', 'show', last.Event.Id], { columns: 200 }).ended;
  const [, outerId = ''] = /, within s3 DeleteObjects (\S+) /.exec(outer.text) ?? [];
  expect((await explain(place, outerId)).err).toContain(
    '; of the refusals that one call reports, the last 100 are kept\n',
  );
  const inner = await place.terminal(['trail', 'show', outerId], { columns: 200 }).ended;
  const [, firstId = ''] = / {2}s3 DeleteObject {2}\S+ ms {2}(\S+)/.exec(inner.text) ?? [];
  const { code, out, err } = await explain(place, firstId);
  expect(code).toBe(0);
  expect(err).toMatch(/^s3 DeleteObject by \S+ in us-east-1 at \S+, about \S+; its decisions are not kept any more\n$/);
  expect(JSON.parse(out)).toMatchObject({
    Call: 's3 DeleteObject',
    Event: { Resource: 'arn:aws:s3:::photos/k0' },
    Allowed: false,
    Refusal: { Code: 'AccessDenied', Message: expect.stringContaining('arn:aws:s3:::photos/k0') },
    Decisions: [],
  });
});

test.for<readonly [string, readonly string[], string]>([
  ['an unknown id', ['explain', NONE], `there is no event "${NONE}" in this store`],
  ['an unknown id, in the long form', ['explain', 'event', NONE], `there is no event "${NONE}" in this store`],
  ['no id', ['explain', 'event', 'x'], 'there is no event "x" in this store'],
  ['an empty id', ['explain', 'event', ''], 'there is no event "" in this store'],
  ['a word that is not an id', ['explain', 'x'], "unknown command 'x'"],
  ['two ids', ['explain', NONE, NONE], `too many arguments for '${NONE}'. Expected 0 arguments but got 1.`],
  ['an id that is not given', ['explain', 'event'], 'the following arguments are required: id'],
])('%s is a mistake in the command line', async ([, words, message]) => {
  const place = await samplePlace();
  expect(await place.ssebox(words)).toEqual({ code: 252, out: '', err: `${message}\n` });
});

test('what a service did by itself is not a call', async () => {
  const place = await samplePlace();
  const key = await place.ok(['kms', 'create-key', '--query', 'KeyMetadata.KeyId', '--output', 'text']);
  const named = ['--key-id', key.out.trim()];
  await place.ok(['kms', 'schedule-key-deletion', ...named, '--pending-window-in-days', '7']);
  await place.ok(['clock', 'advance', '8d']);
  await place.ssebox(['kms', 'describe-key', ...named]);
  const id = await idOf(place, 'DeleteKey');
  const { code, err } = await explain(place, id);
  expect(code).toBe(252);
  expect(err).toMatch(`the event "${id}" is not a call: kms DeleteKey is what the service did by itself at `);
});

test('refused calls are offered, newest first', async () => {
  const place = await samplePlace();
  for (const name of ['alias/a', 'alias/b']) await place.ssebox(['kms', 'describe-key', '--key-id', name]);
  const { out } = await place.ok(['completion', 'query', '--', 'explain', 'event', '']);
  const ids = out
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t')[0] ?? '');
  expect(ids).toHaveLength(2);
  for (const [i, name] of ['alias/b', 'alias/a'].entries()) {
    expect(await json(place, ['explain', ids[i] ?? ''])).toMatchObject({
      Refusal: { Message: expect.stringContaining(name) },
    });
  }
});

test('refusals of a store of the first format are explained', async () => {
  const line = newCommandLine();
  makeOldStore(line.store);
  // The store was written at the time at which the clock of a command line begins.
  line.advance(MINUTE);
  const { Events } = (await line.ok(['trail', 'lookup', '--errors', '--limit', '100'])).json as { Events: Event[] };
  const explained = await Promise.all(Events.map(async ({ eventID }) => (await line.ok(['explain', eventID])).json));
  const denial = { Allowed: false, Refusal: { Code: expect.any(String) as string } };
  expect(explained.length).toBeGreaterThan(1);
  for (const each of explained) expect(each).toMatchObject(denial);
  expect((await line.ok(['explain', 'last'])).json).toMatchObject(denial);
});
