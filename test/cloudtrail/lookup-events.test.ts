import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event, LookupEventsRequest } from '../../src/api/model/cloudtrail.types.ts';
import { keepRecord } from '../../src/call/call-log.ts';
import { eventIds } from '../../src/call/event-id.ts';
import type { CallRecord } from '../../src/store/records/call.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, START, type World } from '../support/harness.ts';

const SECOND = 1000;
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/6f0c2f1e-58c3-4b2b-9a3d-2d6d5b1f7a10`;

type Facts = Partial<CallRecord> & Pick<CallRecord, 'operation'>;

/** Writes records as the pipeline would have, at so many milliseconds before now. */
function happened(world: World, ...facts: readonly (Facts & { readonly agoMs?: number })[]): readonly string[] {
  const idAt = eventIds(world.environment.random);
  return world.transact((tx) =>
    facts.map(({ agoMs = 0, ...rest }) => {
      const timeMs = START - agoMs;
      const record: CallRecord = {
        eventId: idAt(timeMs),
        requestId: 'r',
        timeMs,
        recipient: ACCOUNT,
        region: 'us-east-1',
        service: 'kms',
        caller: { type: 'IAMUser', accountId: ACCOUNT, userName: 'ana', accessKeyId: 'AKIAEXAMPLE8KEYID9GH' },
        parameters: null,
        response: null,
        resources: [],
        durationMs: 0,
        ...rest,
      };
      keepRecord(record, tx, { machineMs: record.timeMs });
      return record.eventId;
    }),
  );
}

async function lookup(world: World, request: LookupEventsRequest = {}): Promise<readonly Event[]> {
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', request);
  // Looking is an event too, of the next lookup.
  return Events.filter(({ EventName }) => EventName !== 'LookupEvents');
}

const names = (events: readonly Event[]) => events.map(({ EventName }) => EventName);

const by = (
  AttributeKey:
    | 'EventName'
    | 'EventId'
    | 'ReadOnly'
    | 'Username'
    | 'ResourceType'
    | 'ResourceName'
    | 'EventSource'
    | 'AccessKeyId',
  AttributeValue: string,
) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});

test('an event has the whole record as text, and the attributes that find it', async () => {
  const world = newWorld();
  const resources = [{ arn: KEY, type: 'AWS::KMS::Key', account: ACCOUNT }];
  const [EventId] = happened(world, { operation: 'Decrypt', resources });
  const [event] = await lookup(world);
  expect(event).toMatchObject({
    EventId,
    EventName: 'Decrypt',
    ReadOnly: 'true',
    AccessKeyId: 'AKIAEXAMPLE8KEYID9GH',
    EventTime: new Date(START),
    EventSource: 'kms.amazonaws.com',
    Username: 'ana',
    Resources: [{ ResourceType: 'AWS::KMS::Key', ResourceName: KEY }],
  });
  expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({ eventID: EventId, eventName: 'Decrypt' });
});

test('the newest comes first, and data events never', async () => {
  const world = newWorld();
  happened(
    world,
    { operation: 'CreateKey', agoMs: 3 * MINUTE },
    { operation: 'PutObject', service: 's3', agoMs: 2 * MINUTE },
    { operation: 'HeadBucket', service: 's3', agoMs: 2 * MINUTE },
    { operation: 'CreateBucket', service: 's3', agoMs: MINUTE },
  );
  expect(names(await lookup(world))).toEqual(['CreateBucket', 'CreateKey']);
});

test('other regions and accounts are not included, nor events older than 90 days', async () => {
  const world = newWorld();
  happened(
    world,
    { operation: 'EnableKey', region: 'eu-west-1' },
    { operation: 'DisableKey', recipient: '444455556666' },
    { operation: 'DeleteAlias', agoMs: 90 * DAY + SECOND },
    { operation: 'CreateAlias', agoMs: 90 * DAY - SECOND },
  );
  expect(names(await lookup(world))).toEqual(['CreateAlias']);
  expect(names(await lookup(world, { StartTime: new Date(0) }))).toEqual(['CreateAlias']);
});

// CloudTrail API Reference, LookupEvents: StartTime and EndTime include the second that they name.
test('a time range includes both ends, in whole seconds', async () => {
  const world = newWorld();
  happened(world, { operation: 'A', agoMs: 4000 }, { operation: 'B', agoMs: 2100 }, { operation: 'C', agoMs: 1000 });
  const at = (agoMs: number) => new Date(START - agoMs);
  expect(names(await lookup(world, { StartTime: at(4000), EndTime: at(3000) }))).toEqual(['B', 'A']);
  expect(names(await lookup(world, { StartTime: at(3000), EndTime: at(3000) }))).toEqual(['B']);
  expect(names(await lookup(world, { StartTime: at(2000) }))).toEqual(['C']);
});

// CloudTrail API Reference, LookupAttribute.
const attributes = [
  ['EventName', 'Decrypt', ['Decrypt']],
  ['EventName', 'decrypt', []],
  ['ReadOnly', 'false', ['CreateBucket', 'CreateUser']],
  ['Username', 'ana', ['CreateBucket', 'CreateUser']],
  ['Username', 'app-7', ['Decrypt']],
  ['EventSource', 'kms.amazonaws.com', ['Decrypt']],
  ['AccessKeyId', 'ASIAEXAMPLE4KEYID5CD', ['Decrypt']],
  ['ResourceType', 'AWS::KMS::Key', ['Decrypt']],
  ['ResourceName', KEY, ['Decrypt']],
  ['ResourceName', '6f0c2f1e-58c3-4b2b-9a3d-2d6d5b1f7a10', ['Decrypt']],
  ['ResourceName', 'photos', ['CreateBucket']],
  ['ResourceName', 'bob', ['CreateUser']],
] as const;

test('each attribute matches its exact value', async () => {
  const world = newWorld();
  happened(
    world,
    {
      operation: 'Decrypt',
      caller: { type: 'AssumedRole', accountId: ACCOUNT, userName: 'app-7', accessKeyId: 'ASIAEXAMPLE4KEYID5CD' },
      resources: [{ arn: KEY, type: 'AWS::KMS::Key', account: ACCOUNT }],
    },
    {
      operation: 'CreateUser',
      service: 'iam',
      agoMs: 2000,
      resources: [{ arn: `arn:aws:iam::${ACCOUNT}:user/team/bob`, type: 'AWS::IAM::User' }],
    },
    {
      operation: 'CreateBucket',
      service: 's3',
      agoMs: 1000,
      resources: [{ arn: 'arn:aws:s3:::photos', type: 'AWS::S3::Bucket', account: ACCOUNT }],
    },
  );
  for (const [key, value, found] of attributes) {
    expect(names(await lookup(world, by(key, value))), `${key} ${value}`).toEqual(found);
  }
});

test('an event is found by its id, unless it is a data event or outside the time range', async () => {
  const world = newWorld();
  const [management = '', data = ''] = happened(
    world,
    { operation: 'CreateKey', agoMs: MINUTE },
    { operation: 'GetObject', service: 's3', agoMs: MINUTE },
  );
  expect(names(await lookup(world, by('EventId', management)))).toEqual(['CreateKey']);
  expect(await lookup(world, by('EventId', data))).toEqual([]);
  expect(await lookup(world, by('EventId', 'a3a1f6de-1c35-4a52-8a0c-5d8f6f3b9e77'))).toEqual([]);
  expect(await lookup(world, { ...by('EventId', management), StartTime: new Date(START) })).toEqual([]);
});

test('a service event has no user name', async () => {
  const world = newWorld();
  happened(world, {
    operation: 'RotateKey',
    caller: { type: 'AWSService', principalId: 'AWS Internal', accountId: ACCOUNT },
    serviceEvent: { keyId: 'k' },
  });
  const [event] = await lookup(world);
  expect(event).toMatchObject({ EventName: 'RotateKey', ReadOnly: 'false', Resources: [] });
  expect(event).not.toHaveProperty('Username');
  expect(event).not.toHaveProperty('AccessKeyId');
});

describe('what is refused', () => {
  const two = [
    { AttributeKey: 'EventName', AttributeValue: 'Decrypt' },
    { AttributeKey: 'Username', AttributeValue: 'ana' },
  ] as const;
  // CloudTrail API Reference, LookupEvents, Errors.
  const refusals = [
    [{ LookupAttributes: two }, 'InvalidLookupAttributesException'],
    [{ MaxResults: 0 }, 'InvalidMaxResultsException'],
    [{ MaxResults: 51 }, 'InvalidMaxResultsException'],
    [{ StartTime: new Date(START), EndTime: new Date(START - SECOND) }, 'InvalidTimeRangeException'],
    [{ NextToken: 'nonsense' }, 'InvalidNextTokenException'],
  ] as const;

  test('two attributes, too many results, reversed times, an invalid token', async () => {
    const world = newWorld();
    for (const [request, code] of refusals) {
      expect(await world.refusal('cloudtrail', 'LookupEvents', request)).toMatch(new RegExp(`^${code}: `));
    }
  });

  test('a token from another lookup', async () => {
    const world = newWorld();
    happened(world, { operation: 'A' }, { operation: 'B' });
    const { NextToken } = await world.call('cloudtrail', 'LookupEvents', { MaxResults: 1 });
    const other = { ...by('EventName', 'A'), NextToken };
    expect(await world.refusal('cloudtrail', 'LookupEvents', other)).toMatch(/^InvalidNextTokenException/);
  });
});

test('pages of any size together have every event once, in order', async () => {
  const world = newWorld();
  const EndTime = new Date(START - SECOND);
  const times = [9000, 8000, 8000, 8000, 5000, 4000, 4000, 3000, 2000, 2000, 1000, 1000];
  happened(world, ...times.map((agoMs, i) => ({ operation: `Op${i}`, agoMs, service: i % 3 ? 'kms' : 's3' })));
  const whole = names(await lookup(world, { EndTime }));
  expect(whole).toHaveLength(times.length);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }), async (sizes) => {
      const read: (string | undefined)[] = [];
      let NextToken: string | undefined;
      for (const MaxResults of sizes) {
        const request = { EndTime, MaxResults, ...(NextToken !== undefined && { NextToken }) };
        const page = await world.call('cloudtrail', 'LookupEvents', request);
        read.push(...names(page.Events ?? []));
        NextToken = page.NextToken;
        if (NextToken === undefined) break;
      }
      expect(NextToken).toBeUndefined();
      expect(read).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});

const manyOf = (facts: Facts) => Array.from({ length: 10_000 }, () => ({ ...facts, agoMs: MINUTE }));

test('rare events are found beyond the records that one call reads', async () => {
  const world = newWorld();
  happened(world, { operation: 'CreateKey', agoMs: DAY }, ...manyOf({ operation: 'Encrypt' }));
  const rare = by('EventName', 'CreateKey');
  const first = await world.call('cloudtrail', 'LookupEvents', rare);
  expect(first).toMatchObject({ Events: [], NextToken: expect.any(String) });
  const second = await world.call('cloudtrail', 'LookupEvents', { ...rare, NextToken: first.NextToken });
  expect(names(second.Events ?? [])).toEqual(['CreateKey']);
  expect(second).not.toHaveProperty('NextToken');
});

test('data events do not get in between the others, however many there are', async () => {
  const world = newWorld();
  happened(world, { operation: 'CreateKey', agoMs: DAY }, ...manyOf({ operation: 'GetObject', service: 's3' }));
  const { Events = [], NextToken } = await world.call('cloudtrail', 'LookupEvents', {});
  expect(names(Events)).toEqual(['CreateKey']);
  expect(NextToken).toBeUndefined();
});

test("S3's call to KMS is in the event history with the user's identity", async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket: 'photos' });
  const Body = Buffer.from('x');
  await world.call('s3', 'PutObject', { Bucket: 'photos', Key: 'a', Body, ServerSideEncryption: 'aws:kms' });
  const [event] = await lookup(world, by('EventName', 'GenerateDataKey'));
  expect(event?.Username).toBe('admin');
  expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({
    userIdentity: { type: 'IAMUser', invokedBy: 'fas.s3.amazonaws.com' },
    sourceIPAddress: 'fas.s3.amazonaws.com',
    requestParameters: {
      keyId: 'alias/aws/s3',
      encryptionContext: { 'aws:s3:arn': 'arn:aws:s3:::photos/a' },
      keySpec: 'AES_256',
    },
    additionalEventData: { keyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
});
