/** What CloudTrail shows of S3 Control: Amazon S3 User Guide, "Amazon S3 CloudTrail events". */

import { expect, test } from 'vitest';
import { s3controlOperations } from '../../src/s3control/operations.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT } from '../support/harness.ts';

const Bucket = 'photos';
const ResourceArn = `arn:aws:s3:::${Bucket}`;
const photos = { AccountId: ACCOUNT, ResourceArn };
const xmlns = 'http://awss3control.amazonaws.com/doc/2018-08-20/';

const logged = {
  resourceArn: ResourceArn,
  'x-amz-account-id': ACCOUNT,
  Host: `${ACCOUNT}.s3-control.eu-west-1.amazonaws.com`,
};

const golden = {
  ListTagsForResource: [photos, true, logged],
  TagResource: [
    {
      ...photos,
      Tags: [
        { Key: 'a', Value: 'b' },
        { Key: 'c', Value: '' },
      ],
    },
    false,
    {
      ...logged,
      TagResourceRequest: {
        xmlns,
        Tags: {
          Tag: [
            { Key: 'a', Value: 'b' },
            { Key: 'c', Value: '' },
          ],
        },
      },
    },
  ],
  UntagResource: [{ ...photos, TagKeys: ['a', 'c'] }, false, { ...logged, tagKeys: ['a', 'c'] }],
} as const;

/** The newest event of a name in an account's history of the bucket's region. */
async function eventOf(world: ReturnType<typeof newWorld>, name: string, as = 'user/admin'): Promise<unknown> {
  const { Events = [] } = await world.call('cloudtrail', 'LookupEvents', {}, { as, region: 'eu-west-1' });
  return JSON.parse(Events.find(({ EventName }) => EventName === name)?.CloudTrailEvent ?? '{}');
}

async function withBucket() {
  const world = newWorld();
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
  await world.call('s3', 'CreateBucket', { Bucket, CreateBucketConfiguration }, { region: 'eu-west-1' });
  return world;
}

test('every operation has a golden event', () => {
  expect(Object.keys(golden).sort()).toEqual(Object.keys(s3controlOperations).sort());
});

test.for(Object.entries(golden))('%s', async ([name, [input, readOnly, requestParameters]]) => {
  const world = await withBucket();
  await world.call('s3control', name as 'TagResource', input as never);
  const event = await eventOf(world, name);
  expect(event).toMatchObject({
    eventSource: 's3.amazonaws.com',
    eventName: name,
    // Of the bucket, wherever the call was made.
    awsRegion: 'eu-west-1',
    readOnly,
    requestParameters,
    responseElements: null,
    additionalEventData: {
      SignatureVersion: 'SigV4',
      AuthenticationMethod: 'AuthHeader',
      bytesTransferredIn: 0,
      bytesTransferredOut: 0,
      'x-amz-id-2': expect.stringMatching(/^[\w+/]{75}=$/),
    },
    userAgent: '[ssebox]',
    resources: [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: ResourceArn }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    tlsDetails: { clientProvidedHostHeader: logged.Host },
  });
  expect(Object.keys((event as { requestParameters: object }).requestParameters).sort()).toEqual(
    Object.keys(requestParameters).sort(),
  );
});

test('a refused call of another account is logged for the owner of the bucket, too', async () => {
  const world = await withBucket();
  const as = `${OTHER_ACCOUNT}:user/admin`;
  const input = { AccountId: OTHER_ACCOUNT, ResourceArn };
  expect(await world.refusal('s3control', 'ListTagsForResource', input, { as })).toBe('AccessDenied: Access Denied');
  for (const reader of [as, 'user/admin']) {
    expect(await eventOf(world, 'ListTagsForResource', reader)).toMatchObject({
      errorCode: 'AccessDenied',
      requestParameters: { resourceArn: ResourceArn, 'x-amz-account-id': OTHER_ACCOUNT },
    });
  }
});

test('a refused request is logged as it was sent', async () => {
  const world = await withBucket();
  const Tags = [{ Key: 'aws:a', Value: 'b' }];
  await world.refusal('s3control', 'TagResource', { ...photos, Tags });
  expect(await eventOf(world, 'TagResource')).toMatchObject({
    errorCode: 'InvalidTag',
    requestParameters: { TagResourceRequest: { xmlns, Tags: { Tag: { Key: 'aws:a', Value: 'b' } } } },
  });
});
