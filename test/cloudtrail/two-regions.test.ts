import { expect, test } from 'vitest';
import type { Region } from '../../src/api/regions.ts';
import { callRows } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { arnFor, makeKey } from '../kms/made-keys.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const inRegion = (world: World, region: Region, name: string) =>
  world.transact((tx) =>
    Array.from(callRows({ under: [ACCOUNT, region] }, tx), ({ value }) => value)
      .filter(({ operation }) => operation === name)
      .map((record) => ({ record, event: cloudTrailEvent(record) })),
  );

const keyEntry = (keyId: string, region: Region) => ({
  accountId: ACCOUNT,
  type: 'AWS::KMS::Key',
  ARN: arnFor(keyId, region),
});

// AWS KMS Developer Guide, "ReplicateKey" log entry: it results in a ReplicateKey and a CreateKey operation.
test('ReplicateKey is also a CreateKey in the region of the replica', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { MultiRegion: true });
  const Tags = [{ TagKey: 'team', TagValue: 'red' }];
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1', Description: 'copy', Tags });
  const [asked] = inRegion(world, 'us-east-1', 'ReplicateKey');
  expect(asked?.event.resources).toEqual([keyEntry(KeyId, 'us-east-1')]);
  expect(asked?.event.userIdentity).not.toHaveProperty('invokedBy');
  expect(inRegion(world, 'eu-west-1', 'ReplicateKey')).toEqual([]);
  const [made, ...others] = inRegion(world, 'eu-west-1', 'CreateKey');
  expect(others).toEqual([]);
  expect(made?.event).toEqual({
    eventVersion: '1.11',
    userIdentity: { ...Object(asked?.event.userIdentity), invokedBy: 'kms.amazonaws.com' },
    eventTime: asked?.event.eventTime,
    eventSource: 'kms.amazonaws.com',
    eventName: 'CreateKey',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: 'AWS Internal',
    requestParameters: {
      bypassPolicyLockoutSafetyCheck: false,
      customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      description: 'copy',
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      multiRegion: true,
      origin: 'AWS_KMS',
      tags: [{ tagKey: 'team', tagValue: 'red' }],
    },
    responseElements: {
      keyMetadata: expect.objectContaining({
        aWSAccountId: ACCOUNT,
        arn: arnFor(KeyId, 'eu-west-1'),
        creationDate: 'May 4, 2026, 9:00:00 AM',
        keyState: 'Creating',
        multiRegionConfiguration: expect.objectContaining({ multiRegionKeyType: 'REPLICA' }),
      }),
    },
    requestID: asked?.event.requestID,
    eventID: made?.record.eventId,
    readOnly: false,
    resources: [keyEntry(KeyId, 'eu-west-1')],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  });
  expect(made?.event.eventID).not.toBe(asked?.event.eventID);
  // The call counts against the rates of both regions once.
  expect(made?.record.rates).toBeUndefined();
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {}, { region: 'eu-west-1' });
  expect(Events.map(({ EventName, Resources }) => [EventName, Resources])).toEqual([
    ['CreateKey', [{ ResourceType: 'AWS::KMS::Key', ResourceName: arnFor(KeyId, 'eu-west-1') }]],
  ]);
});

// AWS KMS Developer Guide, "UpdatePrimaryRegion" log entry: the second entry does not name the former primary's region.
test('UpdatePrimaryRegion is an event in each of its regions', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { MultiRegion: true });
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  world.advance(60_000);
  await world.call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'eu-west-1' });
  const [former] = inRegion(world, 'us-east-1', 'UpdatePrimaryRegion');
  const [heir, ...others] = inRegion(world, 'eu-west-1', 'UpdatePrimaryRegion');
  expect(others).toEqual([]);
  expect(former?.event).toMatchObject({
    requestParameters: { keyId: KeyId, primaryRegion: 'eu-west-1' },
    responseElements: { keyId: arnFor(KeyId) },
    resources: [keyEntry(KeyId, 'us-east-1')],
  });
  expect(heir?.event).toEqual({
    eventVersion: '1.11',
    userIdentity: { ...Object(former?.event.userIdentity), invokedBy: 'kms.amazonaws.com' },
    eventTime: former?.event.eventTime,
    eventSource: 'kms.amazonaws.com',
    eventName: 'UpdatePrimaryRegion',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: 'AWS Internal',
    requestParameters: { keyId: arnFor(KeyId, 'eu-west-1'), primaryRegion: 'eu-west-1' },
    responseElements: { keyId: arnFor(KeyId, 'eu-west-1') },
    requestID: former?.event.requestID,
    eventID: heir?.record.eventId,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  });
  expect(heir?.record.rates).toBeUndefined();
});

test('a change that is refused, or changes nothing, is an event in its own region only', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { MultiRegion: true });
  await world.call('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' });
  expect(await world.refusal('kms', 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' })).toMatch(/^AlreadyExists/);
  expect(inRegion(world, 'eu-west-1', 'CreateKey')).toHaveLength(1);
  await world.call('kms', 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: 'us-east-1' });
  const stranger = { as: `${OTHER_ACCOUNT}:user/admin` };
  await world.refusal('kms', 'UpdatePrimaryRegion', { KeyId: arnFor(KeyId), PrimaryRegion: 'eu-west-1' }, stranger);
  expect(inRegion(world, 'eu-west-1', 'UpdatePrimaryRegion')).toEqual([]);
});
