import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allCalls, callAt, callRows, callsSince, keepRecord, newestCall } from '../../src/call/call-log.ts';
import { eventIds } from '../../src/call/event-id.ts';
import type { CallerIdentity, CallRecord, RecordedResource } from '../../src/store/records/call.ts';
import type { CallKey } from '../../src/store/tables.ts';
import { anyCharacter } from '../support/any-character.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, START, type World } from '../support/harness.ts';
import { openStore } from '../support/open-store.ts';

const text = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), fc.constantFrom('', '0', '__proto__'));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

// Names that an object has before anybody gives it one, and one that MessagePack's reader gives back under another.
const name = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', 'v', '7'));
const members = fc.dictionary(name, fc.jsonValue());

const caller: fc.Arbitrary<CallerIdentity> = fc.record({
  type: fc.constantFrom('Root', 'IAMUser', 'AssumedRole', 'FederatedUser', 'AWSAccount', 'AWSService'),
  principalId: maybe(text),
  arn: maybe(text),
  accountId: maybe(fc.oneof(text, fc.constant(ACCOUNT))),
  accessKeyId: maybe(text),
  userName: maybe(text),
  issuer: maybe(fc.record({ principalId: text, arn: text, userName: text, issuedAtMs: fc.nat() })),
});

const resource: fc.Arbitrary<RecordedResource> = fc.record({
  arn: fc.oneof(text, fc.constant('arn:key')),
  type: fc.oneof(text, fc.constantFrom('AWS::KMS::Key', 'AWS::S3::Object', 'AWS::IAM::ManagedPolicy')),
  account: maybe(fc.constantFrom(ACCOUNT, OTHER_ACCOUNT, '', '1', '0')),
});

// By the time alone, two records of one millisecond would have one id, with others between them.
let made = 0;
const idAt = eventIds((size) => {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32BE(made++, size - 4);
  return bytes;
});

const record: fc.Arbitrary<CallRecord> = fc
  .record({
    requestId: text,
    timeMs: fc.integer({ min: 0, max: 4 * START }),
    recipient: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT),
    region: fc.constantFrom('us-east-1', 'eu-west-1'),
    service: fc.oneof(text, fc.constantFrom('kms', 's3')),
    operation: fc.oneof(text, fc.constantFrom('GetObject', 'Encrypt')),
    caller,
    viaService: maybe(text),
    origin: maybe(
      fc.record({
        kind: fc.constant('http' as const),
        sourceIp: text,
        userAgent: maybe(text),
        isTls: fc.boolean(),
        host: text,
        auth: fc.constantFrom('header', 'query', 'none'),
      }),
    ),
    parameters: fc.option(members),
    response: fc.option(members),
    extra: maybe(members),
    bytesIn: maybe(fc.nat()),
    bytesOut: maybe(fc.nat()),
    body: maybe(fc.constantFrom('planned', 'whole', 'broken-off', 'failed')),
    answeredMs: maybe(fc.nat().map((us) => us / 1000)),
    content: maybe(
      fc.record({
        encryptionMs: fc.nat().map((us) => us / 1000),
        diskMs: fc.nat().map((us) => us / 1000),
      }),
    ),
    keyArn: maybe(fc.oneof(text, fc.constant('arn:key'))),
    rates: maybe(
      fc.array(
        fc.record({
          quota: fc.oneof(text, fc.constantFrom('symmetric', 'rsa', 'ml-dsa', 'Encrypt')),
          region: fc.constantFrom('us-east-1', 'eu-west-1'),
          account: fc.constantFrom(ACCOUNT, ''),
          spec: maybe(fc.constantFrom('RSA_2048', 'RSA_4096', 'ECC_NIST_P256')),
          isOver: maybe(fc.constant(true)),
        }),
        { maxLength: 3 },
      ),
    ),
    filters: maybe(
      fc.record({
        bucket: text,
        account: fc.constantFrom(ACCOUNT, OTHER_ACCOUNT),
        region: fc.constantFrom('us-east-1', 'eu-west-1'),
        ids: fc.array(text, { minLength: 1, maxLength: 3 }),
      }),
    ),
    httpStatus: maybe(fc.integer({ min: 200, max: 599 })),
    serviceEvent: maybe(members),
    resources: fc.array(resource, { maxLength: 3 }),
    error: maybe(fc.record({ code: text, message: text })),
    sharedEventId: maybe(text),
    within: maybe(text),
    // Whole microseconds are kept.
    durationMs: fc.nat().map((us) => us / 1000),
  })
  // What is known once a body was read, only a call with a body has.
  .map(({ answeredMs, ...facts }) => ({
    ...facts,
    ...(facts.body !== undefined && { answeredMs }),
    eventId: idAt(facts.timeMs),
  }));

/** Each member as text: what compares objects passes over some names. */
const textsOf = (call: CallRecord | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(call ?? {}).flatMap(([member, value]) =>
      value === undefined ? [] : [[member, JSON.stringify(value)]],
    ),
  );

const keyOf = ({ recipient, region, timeMs, eventId }: CallRecord): CallKey => [recipient, region, timeMs, eventId];

test('any record is read back as it was written', () => {
  const world = newWorld();
  world.transact((tx) =>
    fc.assert(
      fc.property(record, (written) => {
        const key = keyOf(written);
        keepRecord(written, tx, { machineMs: written.timeMs });
        const read = callAt(key, tx);
        // The next record may have the same key, and be of the other table.
        for (const table of [tx.managementCalls, tx.dataCalls]) table.remove(key);
        expect(textsOf(read)).toEqual(textsOf(written));
      }),
      { numRuns: 300 },
    ),
  );
});

const plain: CallRecord = {
  eventId: '',
  requestId: 'r',
  timeMs: START,
  recipient: ACCOUNT,
  region: 'us-east-1',
  service: 'kms',
  operation: 'Encrypt',
  caller: { type: 'IAMUser', accountId: ACCOUNT, userName: 'ana' },
  parameters: null,
  response: null,
  resources: [],
  durationMs: 0,
};

/** Calls one after the other, a second apart. */
function happened(world: World, ...facts: readonly Partial<CallRecord>[]): readonly string[] {
  const idAt = eventIds(world.environment.random);
  return world.transact((tx) =>
    facts.map((each, i) => {
      const timeMs = START + i * 1000;
      const call = { ...plain, ...each, timeMs, eventId: idAt(timeMs) };
      keepRecord(call, tx, { machineMs: call.timeMs });
      return call.eventId;
    }),
  );
}

const ids = (calls: readonly CallRecord[]) => calls.map(({ eventId }) => eventId);

test('both kinds of events and records of the first format form one log, in either direction', () => {
  const world = newWorld();
  const made = happened(
    world,
    {},
    { service: 's3', operation: 'GetObject' },
    { operation: 'Decrypt' },
    { service: 's3', operation: 'PutObject' },
  );
  const [first = '', get = ''] = made;
  const old: CallRecord = { ...plain, timeMs: START + 500, eventId: eventIds(world.environment.random)(START + 500) };
  world.transact((tx) => tx.callsOfFormat1.put(keyOf(old), { v: 1, ...old }));
  const log = [first, old.eventId, ...made.slice(1)];
  expect(ids(world.transact(allCalls))).toEqual(log);
  const under = [ACCOUNT, 'us-east-1'] as const;
  const backwards = world.transact((tx) => Array.from(callRows({ under, reverse: true }, tx), ({ value }) => value));
  expect(ids(backwards)).toEqual(log.toReversed());
  expect(world.transact((tx) => newestCall(under, tx))).toBe(made.at(-1));
  expect(ids(world.transact((tx) => callsSince(get, under, tx)))).toEqual(made.slice(2).toReversed());
  expect(world.transact((tx) => callAt(keyOf(old), tx))).toMatchObject({ eventId: old.eventId });
});

test.each([
  ['a short', 'bob'],
  ['a long', 'b'.repeat(4000)],
  ['a foreign', 'ボブ'.repeat(300)],
])('a caller with %s name is stored once, and gets a number again after it was removed', (_, userName) => {
  const world = newWorld();
  const bob = { ...plain.caller, userName };
  happened(world, {}, { caller: bob }, {}, { caller: bob });
  const callers = () => world.transact((tx) => Array.from(tx.callers.range(), ({ value }) => JSON.parse(value)));
  expect(callers()).toEqual([plain.caller, bob]);
  world.transact((tx) => {
    for (const table of [tx.dataCalls, tx.managementCalls]) for (const { key } of [...table.range()]) table.remove(key);
    for (const { key } of [...tx.callers.range()]) tx.callers.remove(key);
    for (const { key } of [...tx.callerNumbers.range()]) tx.callerNumbers.remove(key);
  });
  happened(world, { caller: bob });
  expect(callers()).toEqual([bob]);
  expect(world.transact(allCalls)).toMatchObject([{ caller: bob }]);
});

test('callers of one ARN that differ in anything else are two', () => {
  const world = newWorld();
  const arn = `arn:aws:iam::${ACCOUNT}:user/ana`;
  const issuer = { principalId: 'p', arn: 'a', userName: 'u', issuedAtMs: 1 };
  const one = { ...plain.caller, arn, principalId: 'AIDA', accessKeyId: 'AKIA', issuer };
  const others = [
    { ...one, type: 'AssumedRole' as const },
    { ...one, principalId: 'AROA' },
    { ...one, accountId: OTHER_ACCOUNT },
    { ...one, accessKeyId: 'ASIA' },
    { ...one, userName: 'bob' },
    { ...one, issuer: undefined },
    { ...one, issuer: { ...issuer, principalId: 'q' } },
    { ...one, issuer: { ...issuer, arn: 'b' } },
    { ...one, issuer: { ...issuer, userName: 'v' } },
    { ...one, issuer: { ...issuer, issuedAtMs: 2 } },
  ];
  const made = others.flatMap((other) => [one, other]);
  happened(world, ...made.map((caller) => ({ caller })));
  expect(world.transact(allCalls).map(({ caller }) => caller)).toEqual(made);
  expect(world.transact((tx) => [...tx.callers.range()].length)).toBe(1 + others.length);
});

test('a caller whose first call was undone is stored with the next', () => {
  const world = newWorld();
  const undone = new Error('undone');
  const undo = () =>
    world.transact((tx) => {
      keepRecord({ ...plain, eventId: 'a' }, tx, { machineMs: START });
      throw undone;
    });
  expect(undo).toThrow(undone);
  happened(world, {});
  expect(world.transact(allCalls)).toMatchObject([{ caller: plain.caller }]);
});

test('a damaged row, and a caller that is not there, are damage of the store', async () => {
  const world = newWorld();
  const folder = join(world.folder, 'other');
  const store = openStore(folder);
  store.transact<void>((tx) => keepRecord({ ...plain, eventId: 'a' }, tx, { machineMs: START }));
  await store.close();
  const file = join(folder, 'store.mdb');
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('[2,1,"kms"')] = 0x78;
  writeFileSync(file, bytes);
  const damaged = openStore(folder);
  expect(() => damaged.transact(allCalls)).toThrow(/its record of the call "111122223333\/.*\/a" is damaged$/);
  await damaged.close();

  happened(world, {});
  world.transact((tx) => tx.callers.remove([1]));
  expect(() => world.transact(allCalls)).toThrow('the store is damaged: it does not have the caller 1 of a call');
});
