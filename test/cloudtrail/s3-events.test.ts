import { expect, test } from 'vitest';
import { allCalls } from '../../src/call/call-log.ts';
import { cloudTrailEvent } from '../../src/cloudtrail/event.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const Bucket = 'photos';
const bucketEntry = { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${Bucket}` };

const eventsOf = (world: World, operation: string) =>
  world
    .transact(allCalls)
    .filter((record) => record.operation === operation)
    .map(cloudTrailEvent);

// Amazon S3 User Guide, "Example: Amazon S3 log file entries"; CloudTrail User Guide, "Amazon S3 data events".
test('deleting several objects is an event of their bucket, in its region, besides one for each', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
  const Delete = { Objects: [{ Key: 'a' }, { Key: 'b' }] };
  await world.call('s3', 'DeleteObjects', { Bucket, Delete });
  expect(eventsOf(world, 'DeleteObjects')).toMatchObject([
    {
      awsRegion: 'eu-west-1',
      recipientAccountId: ACCOUNT,
      requestParameters: { bucketName: Bucket, delete: '' },
      resources: [bucketEntry],
      managementEvent: false,
    },
  ]);
  expect(eventsOf(world, 'DeleteObjects')[0]?.resources).toEqual([bucketEntry]);
  expect(eventsOf(world, 'DeleteObject').map(({ awsRegion }) => awsRegion)).toEqual(['eu-west-1', 'eu-west-1']);
});

test('deleting several objects of another account is an event for both accounts, refused or not', async () => {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  const as = `${OTHER_ACCOUNT}:user/admin`;
  await world.call('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [{ Key: 'a' }] } }, { as });
  expect(await world.refusal('s3', 'DeleteObjects', { Bucket, Delete: { Objects: [] } }, { as })).toMatch(/^Malformed/);
  const seen = eventsOf(world, 'DeleteObjects').map(({ recipientAccountId, resources }) => [
    recipientAccountId,
    resources,
  ]);
  expect(seen).toHaveLength(4);
  for (const account of [ACCOUNT, OTHER_ACCOUNT]) {
    expect(seen.filter(([recipient]) => recipient === account)).toEqual([
      [account, [bucketEntry]],
      [account, [bucketEntry]],
    ]);
  }
});
