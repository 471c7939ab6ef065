/** What CloudTrail logs of its own operations: CloudTrail User Guide, "Logging AWS CloudTrail API calls with AWS CloudTrail". */

import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { ACCOUNT, newWorld } from '../support/harness.ts';
import { newLogBucket } from '../support/trail-bucket.ts';
import { eventsOf, expectWhole, type Fields } from './whole-event.ts';

const service = 'cloudtrail';
const ARN = `arn:aws:cloudtrail:us-east-1:${ACCOUNT}:trail/audit`;
const settings = {
  name: 'audit',
  s3BucketName: 'logs',
  includeGlobalServiceEvents: true,
  isMultiRegionTrail: false,
  trailARN: ARN,
  logFileValidationEnabled: false,
  isOrganizationTrail: false,
};
const named = { Name: 'audit' };
const logged = { name: 'audit' };
const TagsList = [{ Key: 'team', Value: 'red' }];
const tagsList = [{ key: 'team', value: 'red' }];
const arns = { StartsWith: ['arn:aws:s3:::photos/'] };
const isData = { Field: 'eventCategory', Equals: ['Data'] };
const ofObjects = { Field: 'resources.type', Equals: ['AWS::S3::Object'] };
const advanced = [{ Name: 'photos', FieldSelectors: [isData, ofObjects, { Field: 'resources.ARN', ...arns }] }];

type Golden = readonly [
  input: object,
  readOnly: boolean,
  requestParameters: Fields | null,
  responseElements: Fields | null,
];

type Others = 'CreateTrail' | 'ListPublicKeys' | 'LookupEvents';

const golden: Readonly<Record<Exclude<OperationName<'cloudtrail'>, Others>, Golden>> = {
  AddTags: [{ ResourceId: ARN, TagsList }, false, { resourceId: ARN, tagsList }, null],
  DeleteTrail: [named, false, logged, null],
  DescribeTrails: [
    { trailNameList: ['audit'], includeShadowTrails: false },
    true,
    { trailNameList: ['audit'], includeShadowTrails: false },
    null,
  ],
  GetEventSelectors: [{ TrailName: ARN }, true, { trailName: ARN }, null],
  GetTrail: [named, true, logged, null],
  GetTrailStatus: [named, true, logged, null],
  ListTags: [{ ResourceIdList: [ARN] }, true, { resourceIdList: [ARN] }, null],
  ListTrails: [{}, true, null, null],
  PutEventSelectors: [
    { TrailName: 'audit', AdvancedEventSelectors: advanced },
    false,
    {
      trailName: 'audit',
      advancedEventSelectors: [
        {
          name: 'photos',
          fieldSelectors: [
            { field: 'eventCategory', equals: ['Data'] },
            { field: 'resources.type', equals: ['AWS::S3::Object'] },
            { field: 'resources.ARN', startsWith: ['arn:aws:s3:::photos/'] },
          ],
        },
      ],
    },
    {
      trailARN: ARN,
      advancedEventSelectors: [
        {
          name: 'photos',
          fieldSelectors: [
            { field: 'eventCategory', equals: ['Data'] },
            { field: 'resources.type', equals: ['AWS::S3::Object'] },
            { field: 'resources.ARN', startsWith: ['arn:aws:s3:::photos/'] },
          ],
        },
      ],
    },
  ],
  RemoveTags: [{ ResourceId: ARN, TagsList }, false, { resourceId: ARN, tagsList }, null],
  StartLogging: [named, false, logged, null],
  StopLogging: [named, false, logged, null],
  UpdateTrail: [
    { ...named, EnableLogFileValidation: true },
    false,
    { ...logged, enableLogFileValidation: true },
    { ...settings, logFileValidationEnabled: true },
  ],
};

async function newPlace() {
  const world = newWorld();
  await newLogBucket(world, 'logs');
  await world.call(service, 'CreateTrail', { ...named, S3BucketName: 'logs', TagsList });
  return world;
}

test.for(Object.entries(golden))('%s', async ([name, [input, readOnly, requestParameters, responseElements]]) => {
  const world = await newPlace();
  await world.call(service, name as 'ListTrails', input);
  const event = eventsOf(world).find(({ eventName }) => eventName === name);
  expectWhole(event, { service, eventName: name, readOnly, requestParameters, responseElements });
});

test('CreateTrail, for which CloudTrail looks at the bucket', async () => {
  const world = await newPlace();
  const events = eventsOf(world);
  expectWhole(
    events.find(({ eventName }) => eventName === 'CreateTrail'),
    {
      service,
      eventName: 'CreateTrail',
      readOnly: false,
      requestParameters: { ...logged, s3BucketName: 'logs', tagsList },
      responseElements: settings,
    },
  );
  expectWhole(
    events.find(({ eventName }) => eventName === 'GetBucketAcl'),
    {
      service: 's3',
      eventName: 'GetBucketAcl',
      userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' },
      by: 'cloudtrail.amazonaws.com',
      readOnly: true,
      requestParameters: { bucketName: 'logs', acl: '' },
      resources: [{ accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: 'arn:aws:s3:::logs' }],
    },
  );
});

test('a refused request has its error and no answer', async () => {
  const world = await newPlace();
  const message = await world.refusal(service, 'StopLogging', { Name: 'other' });
  const [, code = '', text = ''] = /^(\w+): (.*)$/.exec(message) ?? [];
  expectWhole(
    eventsOf(world).find(({ eventName }) => eventName === 'StopLogging'),
    { service, eventName: 'StopLogging', error: [code, text], requestParameters: { name: 'other' }, readOnly: false },
  );
  expect(code).toBe('TrailNotFoundException');
});
