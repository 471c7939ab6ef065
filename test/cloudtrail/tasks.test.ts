import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { operationModel } from '../../src/api/model/loader.ts';
import { operationFacts } from '../../src/api/operation-facts.ts';
import { allCalls } from '../../src/call/call-log.ts';
import { dataEventPage } from '../../src/cloudtrail/data-events.ts';
import { isEvent } from '../../src/cloudtrail/event.ts';
import { ACCOUNT, newWorld, START } from '../support/harness.ts';
import { newSetting, queueExisting, replicate, SOURCE } from '../support/replication-setting.ts';

const SOURCES = new URL('../../src/', import.meta.url).pathname;

/** Every task that the sources make, by its service and name. */
const tasks = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap((path) => [...readFileSync(join(SOURCES, path), 'utf8').matchAll(/= task\('(\w+)', '(\w+)'/g)])
  .map(([, service = '', name = '']) => [service, name] as const);

test('there are tasks, and none has the name of an operation of AWS', () => {
  const names = ['DeliverDigest', 'DeliverLogFile', 'QueueExistingObjects', 'ReplicateObject'];
  expect(tasks.map(([, name]) => name).sort()).toEqual(names);
  for (const [service, name] of tasks) {
    expect(operationModel(service as 's3', name)).toBeUndefined();
    expect(operationFacts(service, name)).toMatchObject({ isTask: true, isData: true });
  }
});

test('tasks are recorded, but are no events, neither done nor failed; their calls to KMS are', async () => {
  const world = newWorld();
  await newSetting(world);
  await world.call('s3', 'PutObject', {
    Bucket: SOURCE,
    Key: 'k',
    Body: Buffer.from('x'),
    ServerSideEncryption: 'aws:kms',
  });
  await replicate(world);
  await queueExisting(world);
  await world.call('s3', 'PutObject', { Bucket: SOURCE, Key: 'k', Body: Buffer.from('y') });
  await world.call('iam', 'DeleteRolePolicy', { RoleName: 'replicator', PolicyName: 'replicate' });
  await replicate(world);
  const records = world.transact(allCalls);
  const done = records.filter((record) => !isEvent(record));
  expect(new Set(done.map(({ operation }) => operation))).toEqual(new Set(['ReplicateObject', 'QueueExistingObjects']));
  const shown: (string | undefined)[] = [];
  for (const region of ['us-east-1', 'eu-west-1'] as const) {
    const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {}, { region });
    shown.push(...Events.map(({ EventName }) => EventName));
    const query = { account: ACCOUNT, region, startMs: 0, endMs: START, attributes: [], isRefused: false };
    const { events } = world.transact((tx) => dataEventPage(query, undefined, tx));
    shown.push(...events.map(({ EventName }) => EventName));
    for (const { eventId: AttributeValue } of done) {
      const LookupAttributes = [{ AttributeKey: 'EventId', AttributeValue }] as const;
      expect((await world.call('cloudtrail', 'LookupEvents', { LookupAttributes }, { region })).Events).toEqual([]);
    }
  }
  for (const [, name] of tasks) expect(shown).not.toContain(name);
  for (const name of ['Decrypt', 'PutObject']) expect(shown).toContain(name);
});
