import { expect, test } from 'vitest';
import { setQuota } from '../../src/quotas/settings.ts';
import { ACCOUNT, newWorld, type World } from '../support/harness.ts';
import { newLogBucket } from '../support/trail-bucket.ts';

const selector = (...Values: string[]) => ({ DataResources: [{ Type: 'AWS::S3::Object', Values }] });
const management = { Field: 'eventCategory', Equals: ['Management'] };

const put = (world: World, members: object) =>
  world.refusal('cloudtrail', 'PutEventSelectors', { TrailName: 'audit', ...members });

test.each([
  [
    'trails',
    (world: World) => world.refusal('cloudtrail', 'CreateTrail', { Name: 'other', S3BucketName: 'logs' }),
    `MaximumNumberOfTrailsExceededException: User: ${ACCOUNT} already has 1 trails in us-east-1.`,
  ],
  [
    'event-selectors-per-trail',
    (world: World) => put(world, { EventSelectors: [{}, {}] }),
    'InvalidEventSelectorsException: A trail can have up to 1 event selectors.',
  ],
  [
    'data-resources-per-trail',
    (world: World) => put(world, { EventSelectors: [selector('arn:aws:s3:::a-1/', 'arn:aws:s3:::a-2/')] }),
    'InvalidEventSelectorsException: A trail can have up to 1 data resources.',
  ],
  [
    'selector-conditions-per-trail',
    (world: World) =>
      put(world, { AdvancedEventSelectors: [{ FieldSelectors: [management] }, { FieldSelectors: [management] }] }),
    'InvalidEventSelectorsException: A trail can have up to 1 values for all conditions in advanced event selectors.',
  ],
])('a value of %s that somebody sets holds', async (name, refusal, expected) => {
  const world = newWorld();
  await newLogBucket(world, 'logs');
  await world.call('cloudtrail', 'CreateTrail', { Name: 'audit', S3BucketName: 'logs' });
  const place = { account: ACCOUNT, region: 'us-east-1' } as const;
  world.transact((tx) => setQuota({ ...place, service: 'cloudtrail', name }, 1, tx));
  expect(await refusal(world)).toBe(expected);
});
