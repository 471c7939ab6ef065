import { expect, test } from 'vitest';
import { newWorld } from '../support/harness.ts';
import { makeKey } from './made-keys.ts';

const tag = (TagKey: string, TagValue = '') => ({ TagKey, TagValue });
const many = (count: number, prefix = 't') => Array.from({ length: count }, (_, i) => tag(`${prefix}${i}`));

test('tags are added, replaced in place, and removed; unknown names are ignored', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { Tags: [tag('b', '1'), tag('a', '2')] });
  await world.call('kms', 'TagResource', { KeyId, Tags: [tag('c', '3'), tag('b', '4'), tag('A', '5')] });
  const list = async () => (await world.call('kms', 'ListResourceTags', { KeyId })).Tags;
  expect(await list()).toEqual([tag('b', '4'), tag('a', '2'), tag('c', '3'), tag('A', '5')]);
  await world.call('kms', 'UntagResource', { KeyId, TagKeys: ['b', 'none'] });
  expect(await list()).toEqual([tag('a', '2'), tag('c', '3'), tag('A', '5')]);
});

test('tags are listed in pages', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { Tags: many(5) });
  const first = await world.call('kms', 'ListResourceTags', { KeyId, Limit: 3 });
  expect([first.Tags, first.Truncated]).toEqual([many(3), true]);
  const { Tags, ...rest } = await world.call('kms', 'ListResourceTags', { KeyId, Limit: 3, Marker: first.NextMarker });
  expect([Tags, rest]).toEqual([many(5).slice(3), { Truncated: false }]);
});

// KMS API Reference, TagResource; the texts are recorded from AWS.
test.for([
  [[tag('a'), tag('a')], 'TagException: Duplicate tag keys'],
  [many(51), 'TagException: Too many tags'],
  [[tag('aws:x')], 'TagException: Tags beginning with aws: are reserved'],
  [[tag('AWS:x')], 'TagException: Tags beginning with aws: are reserved'],
  [
    [tag('k'.repeat(129))],
    `ValidationException: 1 validation error detected: Value '${'k'.repeat(129)}' at 'tags.1.member.tagKey' failed to satisfy ` +
      'constraint: Member must have length less than or equal to 128',
  ],
  [
    [tag('k', 'v'.repeat(257))],
    `ValidationException: 1 validation error detected: Value '${'v'.repeat(257)}' at 'tags.1.member.tagValue' failed to satisfy ` +
      'constraint: Member must have length less than or equal to 256',
  ],
] as const)('tags %#: %s', async ([Tags, refusal]) => {
  const world = newWorld();
  const KeyId = await makeKey(world);
  expect(await world.refusal('kms', 'TagResource', { KeyId, Tags })).toBe(refusal);
  expect(await world.refusal('kms', 'CreateKey', { Tags })).toBe(refusal);
});

test('a key has at most 50 tags', async () => {
  const world = newWorld();
  const KeyId = await makeKey(world, { Tags: many(50) });
  await world.call('kms', 'TagResource', { KeyId, Tags: [tag('t0', 'new')] });
  expect(await world.refusal('kms', 'TagResource', { KeyId, Tags: [tag('more')] })).toBe(
    'LimitExceededException: A KMS key can have no more than 50 tags',
  );
});
