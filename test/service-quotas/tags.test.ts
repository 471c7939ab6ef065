import { expect, test } from 'vitest';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const service = 'service-quotas';
const ResourceARN = `arn:aws:servicequotas:us-east-1:${ACCOUNT}:kms/L-32B67F4A`;

const tagsOf = async (world: World) => (await world.call(service, 'ListTagsForResource', { ResourceARN })).Tags;

test('tags are set, replaced and removed', async () => {
  const world = newWorld();
  expect(await tagsOf(world)).toEqual([]);
  await world.call(service, 'TagResource', {
    ResourceARN,
    Tags: [
      { Key: 'team', Value: 'a' },
      { Key: 'stage', Value: '' },
    ],
  });
  await world.call(service, 'TagResource', { ResourceARN, Tags: [{ Key: 'team', Value: 'b' }] });
  await world.reopen();
  expect(await tagsOf(world)).toEqual([
    { Key: 'team', Value: 'b' },
    { Key: 'stage', Value: '' },
  ]);
  await world.call(service, 'UntagResource', { ResourceARN, TagKeys: ['stage', 'none'] });
  expect(await tagsOf(world)).toEqual([{ Key: 'team', Value: 'b' }]);
  await world.call(service, 'UntagResource', { ResourceARN, TagKeys: ['team'] });
  expect(await tagsOf(world)).toEqual([]);
});

const NO_QUOTA = 'NoSuchResourceException: The request failed because the specified quota does not exist.';

test.for<[string, string]>([
  [ResourceARN.replace('L-32B67F4A', 'L-00000000'), NO_QUOTA],
  [ResourceARN.replace('us-east-1', 'eu-west-1'), NO_QUOTA],
  [ResourceARN.replace(ACCOUNT, OTHER_ACCOUNT), NO_QUOTA],
  [`arn:aws:kms:us-east-1:${ACCOUNT}:key/none`, NO_QUOTA],
  [ResourceARN.replace('kms/', ''), NO_QUOTA.replace('quota', 'service')],
])('a quota that is not there has no tags: %s', async ([arn, refusal]) => {
  const world = newWorld();
  const Tags = [{ Key: 'team', Value: 'a' }];
  expect(await world.refusal(service, 'TagResource', { ResourceARN: arn, Tags })).toBe(refusal);
  expect(await world.refusal(service, 'UntagResource', { ResourceARN: arn, TagKeys: ['team'] })).toBe(refusal);
  expect(await world.refusal(service, 'ListTagsForResource', { ResourceARN: arn })).toBe(refusal);
});

const numbered = (count: number) => Array.from({ length: count }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));

test.for<[string, readonly { Key: string; Value: string }[], RegExp]>([
  ['a key of AWS’s', [{ Key: 'AWS:x', Value: '' }], /^IllegalArgumentException: aws: prefixed tag key names/],
  ['the same key twice', [...numbered(1), ...numbered(1)], /^IllegalArgumentException: Duplicate tag key: k0$/],
  ['more than 50', numbered(51), /^TooManyTagsException: A quota can have no more than 50 tags\.$/],
])('tags are refused, and none is set: %s', async ([, Tags, refusal]) => {
  const world = newWorld();
  expect(await world.refusal(service, 'TagResource', { ResourceARN, Tags })).toMatch(refusal);
  expect(await tagsOf(world)).toEqual([]);
});

test('policies see the tags of a quota and of a request', async () => {
  const world = newWorld();
  await world.call(service, 'TagResource', { ResourceARN, Tags: [{ Key: 'team', Value: 'a' }] });
  await world.call('iam', 'CreateUser', { UserName: 'ana' });
  await world.call('iam', 'PutUserPolicy', {
    UserName: 'ana',
    PolicyName: 'tag',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'servicequotas:*Tag*',
          Resource: ResourceARN,
          Condition: {
            StringEqualsIfExists: { 'aws:ResourceTag/team': 'a', 'aws:RequestTag/stage': 'test' },
          },
        },
      ],
    }),
  });
  const as = 'user/ana';
  const tag = (Value: string) => ({ ResourceARN, Tags: [{ Key: 'stage', Value }] });
  await world.call(service, 'TagResource', tag('test'), { as });
  expect(await world.refusal(service, 'TagResource', tag('live'), { as })).toMatch('servicequotas:TagResource');
  await world.call(service, 'TagResource', { ResourceARN, Tags: [{ Key: 'team', Value: 'b' }] });
  expect(await world.refusal(service, 'ListTagsForResource', { ResourceARN }, { as })).toMatch('AccessDenied');
});
