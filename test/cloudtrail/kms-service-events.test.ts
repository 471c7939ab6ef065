import { expect, test } from 'vitest';
import { importedKey } from '../kms/imported-key.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, DAY, MINUTE, newWorld, type World } from '../support/harness.ts';
import { eventsOf, expectWhole, type Fields, keyEntry, type Told } from './whole-event.ts';

/** What an event of KMS's own shows; it has no request. */
const told = (eventName: string, keyId: string, details: Fields | undefined, more: Partial<Told> = {}): Told => ({
  service: 'kms',
  eventName,
  userIdentity: { accountId: ACCOUNT, invokedBy: 'AWS Internal' },
  by: 'AWS Internal',
  requestParameters: null,
  readOnly: false,
  resources: [keyEntry(keyId, more.awsRegion)],
  serviceEvent: { eventType: 'AwsServiceEvent', ...(details && { serviceEventDetails: details }) },
  ...more,
});

const named = (world: World, name: string) => eventsOf(world).filter(({ eventName }) => eventName === name);

const material = async (world: World, KeyId: string) =>
  (await world.call('kms', 'DescribeKey', { KeyId })).KeyMetadata?.CurrentKeyMaterialId ?? expect.fail();

// AWS KMS Developer Guide, "RotateKey" log entry.
test('an automatic rotation', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  const previousKeyMaterialId = await material(world, keyId);
  await world.call('kms', 'EnableKeyRotation', { KeyId: keyId, RotationPeriodInDays: 90 });
  world.advance(91 * DAY);
  const currentKeyMaterialId = await material(world, keyId);
  const [event, ...others] = named(world, 'RotateKey');
  expect(others).toEqual([]);
  const details = { rotationType: 'AUTOMATIC', keyOrigin: 'AWS_KMS', previousKeyMaterialId, currentKeyMaterialId };
  expectWhole(event, told('RotateKey', keyId, { keyId, ...details }, { eventTime: '2026-08-02T09:00:00Z' }));
});

test('a rotation on demand, of a key of KMS and of one with imported material', async () => {
  const world = newWorld();
  const own = await makeKey(world);
  const { keyId: external, keyMaterialId } = await importedKey(world, {
    ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  });
  const second = {
    KeyId: external,
    ImportType: 'NEW_KEY_MATERIAL',
    ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  } as const;
  const { keyMaterialId: newer } = await importedKey(world, { ...second, fill: 8 });
  const before = await material(world, own);
  for (const KeyId of [own, external]) await world.call('kms', 'RotateKeyOnDemand', { KeyId });
  world.advance(MINUTE);
  const after = await material(world, own);
  const events = named(world, 'RotateKey');
  const common = { rotationType: 'ON_DEMAND' };
  const wanted = [
    [own, { keyOrigin: 'AWS_KMS', previousKeyMaterialId: before, currentKeyMaterialId: after }],
    [external, { keyOrigin: 'EXTERNAL', previousKeyMaterialId: keyMaterialId, currentKeyMaterialId: newer }],
  ] as const;
  expect(events).toHaveLength(wanted.length);
  for (const [keyId, details] of wanted) {
    const event = events.find(({ serviceEventDetails }) => Object(serviceEventDetails).keyId === keyId);
    expectWhole(
      event,
      told('RotateKey', keyId, { keyId, ...common, ...details }, { eventTime: String(event?.eventTime) }),
    );
  }
});

// AWS KMS Developer Guide, "DeleteKey" log entry.
test('the end of a waiting period', async () => {
  const world = newWorld();
  const keyId = await makeKey(world);
  await world.call('kms', 'ScheduleKeyDeletion', { KeyId: keyId, PendingWindowInDays: 7 });
  world.advance(8 * DAY);
  await world.call('kms', 'ListKeys', {});
  const [event, ...others] = named(world, 'DeleteKey');
  expect(others).toEqual([]);
  expectWhole(event, told('DeleteKey', keyId, undefined, { eventTime: '2026-05-11T09:00:00Z' }));
});

// AWS KMS Developer Guide, "DeleteExpiredKeyMaterial" log entry.
test('the expiry of imported material', async () => {
  const world = newWorld();
  const ValidTo = new Date('2026-05-10T00:00:00Z');
  const { keyId, keyMaterialId } = await importedKey(world, { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo });
  world.advance(8 * DAY);
  await world.call('kms', 'ListKeys', {});
  const [event, ...others] = named(world, 'DeleteExpiredKeyMaterial');
  expect(others).toEqual([]);
  expectWhole(
    event,
    told('DeleteExpiredKeyMaterial', keyId, { keyId, keyMaterialId }, { eventTime: '2026-05-10T00:00:00Z' }),
  );
});

// AWS KMS Developer Guide, "SynchronizeMultiRegionKey" log entry: it is typed as a call, and has the key's ARN.
test('a shared property that is copied to a replica', async () => {
  const world = newWorld();
  const keyId = await makeKey(world, { MultiRegion: true });
  await world.call('kms', 'ReplicateKey', { KeyId: keyId, ReplicaRegion: 'eu-west-1' });
  await world.call('kms', 'EnableKeyRotation', { KeyId: keyId, RotationPeriodInDays: 90 });
  world.advance(91 * DAY);
  await world.call('kms', 'ListKeys', {});
  const [event, ...others] = named(world, 'SynchronizeMultiRegionKey');
  expect(others).toEqual([]);
  expectWhole(
    event,
    told('SynchronizeMultiRegionKey', keyId, undefined, {
      awsRegion: 'eu-west-1',
      eventTime: '2026-08-02T09:00:00Z',
      responseElements: { keyId: arnFor(keyId, 'eu-west-1') },
      serviceEvent: { eventType: 'AwsApiCall' },
    }),
  );
});
