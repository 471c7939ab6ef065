// S3 API Reference, TagResource, UntagResource, ListTagsForResource and "List of Tagging-related error codes"; Service
// Authorization Reference, "Actions, resources, and condition keys for Amazon S3".

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const Bucket = 'photos';
const photos = { AccountId: ACCOUNT, ResourceArn: `arn:aws:s3:::${Bucket}` };
const tag = (Key: string, Value = '') => ({ Key, Value });

const INVALID =
  "InvalidTag: This request contains a tag key or value that isn't valid. Valid characters include the following: [a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.";
const RESERVED =
  'InvalidTag: User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. Remove "aws:" from your tag keys and try again.';
const DUPLICATE =
  'InvalidTag: There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.';
const NONE = 'InvalidTag: At least one tag is required.';
const ABSENT = "NoSuchResource: The specified resource doesn't exist.";
const MALFORMED = "InvalidURI: Couldn't parse the specified URI.";

/** A world with a bucket, and tags of it. */
async function withBucket(tags: readonly { readonly Key: string; readonly Value: string }[] = []): Promise<World> {
  const world = newWorld();
  await world.call('s3', 'CreateBucket', { Bucket });
  if (tags.length > 0) await world.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: tags } });
  return world;
}

const tagsOf = async (world: World) => (await world.call('s3control', 'ListTagsForResource', photos)).Tags;

test('tags are added one by one, get new values in their place, and are removed', async () => {
  const world = await withBucket();
  expect(await tagsOf(world)).toEqual([]);
  await world.call('s3control', 'TagResource', { ...photos, Tags: [tag('key1', 'value1'), tag('key2', 'value2')] });
  await world.call('s3control', 'TagResource', { ...photos, Tags: [tag('key3', 'value3'), tag('key1', 'new')] });
  expect(await tagsOf(world)).toEqual([tag('key1', 'new'), tag('key2', 'value2'), tag('key3', 'value3')]);
  await world.call('s3control', 'UntagResource', { ...photos, TagKeys: ['key1', 'none'] });
  expect(await tagsOf(world)).toEqual([tag('key2', 'value2'), tag('key3', 'value3')]);
});

test('they are the tags of PutBucketTagging, in both directions', async () => {
  const world = await withBucket([tag('team', 'red')]);
  expect(await tagsOf(world)).toEqual([tag('team', 'red')]);
  await world.call('s3control', 'TagResource', { ...photos, Tags: [tag('Team', 'blue')] });
  expect((await world.call('s3', 'GetBucketTagging', { Bucket })).TagSet).toEqual([
    tag('team', 'red'),
    tag('Team', 'blue'),
  ]);
  await world.call('s3control', 'UntagResource', { ...photos, TagKeys: ['team', 'Team'] });
  expect(await world.refusal('s3', 'GetBucketTagging', { Bucket })).toBe('NoSuchTagSet: The TagSet does not exist');
  await world.call('s3', 'PutBucketTagging', { Bucket, Tagging: { TagSet: [tag('a')] } });
  await world.call('s3', 'DeleteBucketTagging', { Bucket });
  expect(await tagsOf(world)).toEqual([]);
});

test('nothing else of a bucket changes', async () => {
  const world = await withBucket();
  await world.call('s3', 'PutBucketVersioning', { Bucket, VersioningConfiguration: { Status: 'Enabled' } });
  const before = world.transact((tx) => tx.buckets.get([Bucket]));
  await world.call('s3control', 'TagResource', { ...photos, Tags: [tag('a', 'b')] });
  expect(world.transact((tx) => tx.buckets.get([Bucket]))).toEqual({ ...before, tags: [tag('a', 'b')] });
  await world.call('s3control', 'UntagResource', { ...photos, TagKeys: ['a'] });
  expect(world.transact((tx) => tx.buckets.get([Bucket]))).toEqual(before);
});

test('whatever is added and removed, both doors show what a map would have', async () => {
  const key = fc.constantFrom('a', 'A', 'b', 'constructor', '__proto__', 'toString');
  const step = fc.oneof(
    fc.record({
      add: fc.uniqueArray(fc.tuple(key, fc.constantFrom('', 'x', 'y')), { minLength: 1, selector: ([k]) => k }),
    }),
    fc.record({ remove: fc.uniqueArray(key, { minLength: 1 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      const world = await withBucket();
      const model = new Map<string, string>();
      for (const each of steps) {
        if ('add' in each) {
          for (const [k, v] of each.add) model.set(k, v);
          await world.call('s3control', 'TagResource', { ...photos, Tags: each.add.map(([k, v]) => tag(k, v)) });
        } else {
          for (const k of each.remove) model.delete(k);
          await world.call('s3control', 'UntagResource', { ...photos, TagKeys: each.remove });
        }
      }
      const expected = Array.from(model, ([k, v]) => tag(k, v));
      expect(await tagsOf(world)).toEqual(expected);
      const seen = world.call('s3', 'GetBucketTagging', { Bucket }).then(({ TagSet }) => TagSet);
      expect(await seen.catch(() => [])).toEqual(expected);
    }),
    { numRuns: 20 },
  );
});

describe('the resource', () => {
  const in2 = 'us-east-1';
  test.for([
    ['arn:aws:s3:::none', ABSENT],
    ['arn:aws:s3:::Not_A_Name', ABSENT],
    [`arn:aws:s3:${in2}:${ACCOUNT}:accesspoint/mine`, ABSENT],
    [`arn:aws:s3:${in2}:${ACCOUNT}:storage-lens-group/mine`, ABSENT],
    [`arn:aws:s3:${in2}:${ACCOUNT}:access-grants/default`, ABSENT],
    [`arn:aws:s3express:${in2}:${ACCOUNT}:bucket/mine--use1-az4--x-s3`, ABSENT],
    ['not-an-arn', MALFORMED],
    ['', MALFORMED],
    ['arn:aws:s3:::', MALFORMED],
    [`arn:aws:s3:::${Bucket}/a.txt`, MALFORMED],
    [`arn:aws:s3:::${'x'.repeat(5000)}`, MALFORMED],
    [`arn:aws:s3:${in2}::${Bucket}`, MALFORMED],
    [`arn:aws:s3:${in2}:${ACCOUNT}:job/mine`, MALFORMED],
    [`arn:aws:iam::${ACCOUNT}:role/reader`, MALFORMED],
    [`arn:aws:__proto__:${in2}:${ACCOUNT}:bucket/x`, MALFORMED],
    [`arn:aws-cn:s3:::${Bucket}`, 'InvalidRequest: The AWS partition in the resourceArn is invalid.'],
    [
      `arn:aws:s3:eu-west-1:${ACCOUNT}:accesspoint/mine`,
      "InvalidRequest: The AWS Region in the resource ARN doesn't match the Region that's specified in this request.",
    ],
    [
      `arn:aws:s3:${in2}:${OTHER_ACCOUNT}:accesspoint/mine`,
      "InvalidRequest: The AWS account in the resource ARN doesn't match the account ID that's specified in this request.",
    ],
  ])('%s: %s', async ([ResourceArn, refusal]) => {
    const world = await withBucket();
    const input = { AccountId: ACCOUNT, ResourceArn };
    const calls = [
      ['ListTagsForResource', input],
      ['TagResource', { ...input, Tags: [tag('a')] }],
      ['UntagResource', { ...input, TagKeys: ['a'] }],
    ] as const;
    for (const [name, each] of calls) expect(await world.refusal('s3control', name, each), name).toBe(refusal);
  });

  test('a bucket of another region is found as well', async () => {
    const world = await withBucket();
    const options = { region: 'eu-west-1' } as const;
    await world.call('s3control', 'TagResource', { ...photos, Tags: [tag('a', 'b')] }, options);
    expect(await tagsOf(world)).toEqual([tag('a', 'b')]);
  });
});

describe('the account', () => {
  test.for([OTHER_ACCOUNT, '', 'mine', '1', `${ACCOUNT} `])(
    '"%s" is neither the caller’s nor the owner’s',
    async (AccountId) => {
      const world = await withBucket();
      for (const ResourceArn of [photos.ResourceArn, 'arn:aws:s3:::none']) {
        const refused = await world.refusal('s3control', 'ListTagsForResource', { AccountId, ResourceArn });
        expect(refused).toBe('AccessDenied: Access Denied');
      }
    },
  );

  test('a caller of another account names either, and the bucket policy decides', async () => {
    const world = await withBucket([tag('team', 'red')]);
    const as = `${OTHER_ACCOUNT}:user/admin`;
    for (const AccountId of [ACCOUNT, OTHER_ACCOUNT]) {
      const input = { ...photos, AccountId };
      expect(await world.refusal('s3control', 'ListTagsForResource', input, { as })).toMatch(/^AccessDenied: /);
    }
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
          Action: 's3:ListTagsForResource',
          Resource: photos.ResourceArn,
        },
      ],
    });
    await world.call('s3', 'PutBucketPolicy', { Bucket, Policy });
    for (const AccountId of [ACCOUNT, OTHER_ACCOUNT]) {
      const input = { ...photos, AccountId };
      expect((await world.call('s3control', 'ListTagsForResource', input, { as })).Tags).toEqual([tag('team', 'red')]);
      expect(await world.refusal('s3control', 'TagResource', { ...input, Tags: [tag('a')] }, { as })).toMatch(
        /^AccessDenied: /,
      );
    }
  });
});

describe('what is wrong with tags', () => {
  test.for([
    ['no tag', [], NONE],
    ['a key twice', [tag('a', '1'), tag('a', '2')], DUPLICATE],
    ['a reserved key', [tag('aws:team')], RESERVED],
    ['a reserved key in capitals', [tag('AWS:team')], INVALID],
    ['an empty key', [tag('')], INVALID],
    ['a key of 129 characters', [tag('k'.repeat(129))], INVALID],
    ['a value of 257 characters', [tag('k', 'v'.repeat(257))], INVALID],
    ['a key of 65 characters of two units', [tag('\u{10400}'.repeat(65))], INVALID],
    ['a value of 129 characters of two units', [tag('k', '\u{10400}'.repeat(129))], INVALID],
    ['an exclamation mark in a key', [tag('a!')], INVALID],
    ['an exclamation mark in a value', [tag('a', 'b!')], INVALID],
    ['a combining mark', [tag('key-\u0345')], INVALID],
    [
      '51 tags',
      Array.from({ length: 51 }, (_, i) => tag(`k${i}`)),
      'TooManyTags: The number of tags exceeds the limit of 50 tags.',
    ],
  ] as const)('%s', async ([, Tags, refusal]) => {
    const world = await withBucket([tag('kept', 'yes')]);
    const input = { ...photos, Tags };
    expect(await world.refusal('s3control', 'TagResource', input)).toBe(refusal);
    expect(await tagsOf(world)).toEqual([tag('kept', 'yes')]);
  });

  test.for([
    tag('space key', 'with space'),
    tag('punctuation+-=._:/@', '+-=._:/@'),
    tag('環境', '本番'),
    tag('digit-١', 'number-Ⅷ-²'),
    tag('key\u00a0inside', 'value\u2028inside'),
    tag('\u{10400}'.repeat(64), '\u{10400}'.repeat(128)),
    tag('k'.repeat(128), 'v'.repeat(256)),
    tag('no value', ''),
  ])('$Key is accepted, listed and removed', async (each) => {
    const world = await withBucket();
    await world.call('s3control', 'TagResource', { ...photos, Tags: [each] });
    expect(await tagsOf(world)).toEqual([each]);
    await world.call('s3control', 'UntagResource', { ...photos, TagKeys: [each.Key] });
    expect(await tagsOf(world)).toEqual([]);
  });

  test('a bucket has at most 50 tags, those that it had included', async () => {
    const world = await withBucket(Array.from({ length: 49 }, (_, i) => tag(`k${i}`)));
    await world.call('s3control', 'TagResource', { ...photos, Tags: [tag('k0', 'new'), tag('last')] });
    expect(await world.refusal('s3control', 'TagResource', { ...photos, Tags: [tag('more')] })).toBe(
      'TooManyTags: The number of tags exceeds the limit of 50 tags.',
    );
  });

  test.for([
    ['no key', [], NONE, NONE],
    ['an empty key', [''], INVALID, INVALID],
    ['51 keys', Array.from({ length: 51 }, (_, i) => `k${i}`), INVALID, INVALID],
    ['a bad character', ['!'], undefined, INVALID],
    ['a key too long', ['k'.repeat(129)], undefined, INVALID],
    ['a reserved key', ['aws:team'], undefined, RESERVED],
    ['a reserved key in capitals', ['AWS:team'], undefined, undefined],
    ['a key twice', ['a', 'a'], undefined, 'InvalidTag: Duplicate tag keys are not supported.'],
    ['keys that are not there', ['a', 'b'], undefined, undefined],
  ] as const)('untag with %s', async ([, TagKeys, untagged, tagged]) => {
    for (const [tags, refusal] of [
      [[], untagged],
      [[tag('kept', 'yes')], tagged],
    ] as const) {
      const world = await withBucket(tags);
      const input = { ...photos, TagKeys };
      if (refusal === undefined) await world.call('s3control', 'UntagResource', input);
      else expect(await world.refusal('s3control', 'UntagResource', input)).toBe(refusal);
      expect(await tagsOf(world)).toEqual(tags);
    }
  });
});

describe('permissions', () => {
  const allow = (Action: string, Condition = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: photos.ResourceArn, Condition }],
    });
  const isRed = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const asksRed = { StringEquals: { 'aws:RequestTag/team': 'red' } };
  const asksEmpty = { StringEquals: { 'aws:RequestTag/team': '' } };
  const onlyTeam = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] }, Null: { 'aws:TagKeys': 'false' } };

  const list = ['ListTagsForResource', photos] as const;
  const add = (...Tags: ReturnType<typeof tag>[]) => ['TagResource', { ...photos, Tags }] as const;
  const remove = (...TagKeys: string[]) => ['UntagResource', { ...photos, TagKeys }] as const;

  test.for<[call: readonly [OperationName<'s3control'>, object], policy: string, isAllowed: boolean]>([
    [list, allow('s3:ListTagsForResource'), true],
    [list, allow('s3:GetBucketTagging'), false],
    [list, allow('s3:ListTagsForResource', isRed), true],
    [list, allow('s3:ListTagsForResource', asksRed), false],
    [add(tag('a')), allow('s3:TagResource'), true],
    [add(tag('a')), allow('s3:PutBucketTagging'), false],
    [add(tag('a')), allow('s3:UntagResource'), false],
    [add(tag('a')), allow('s3:TagResource', isRed), true],
    [add(tag('team', 'red')), allow('s3:TagResource', asksRed), true],
    [add(tag('team', 'blue')), allow('s3:TagResource', asksRed), false],
    [add(tag('team', 'blue')), allow('s3:TagResource', onlyTeam), true],
    [add(tag('team', 'blue'), tag('a')), allow('s3:TagResource', onlyTeam), false],
    [remove('team'), allow('s3:UntagResource'), true],
    [remove('team'), allow('s3:TagResource'), false],
    [remove('team'), allow('s3:UntagResource', isRed), true],
    [remove('team'), allow('s3:UntagResource', onlyTeam), true],
    [remove('team', 'a'), allow('s3:UntagResource', onlyTeam), false],
    [remove('team'), allow('s3:UntagResource', asksRed), false],
    [remove('team'), allow('s3:UntagResource', asksEmpty), true],
    [remove('a'), allow('s3:UntagResource', asksEmpty), false],
  ])('%j with %s: %s', async ([[name, input], PolicyDocument, isAllowed]) => {
    const world = await withBucket([tag('team', 'red')]);
    await world.call('iam', 'CreateUser', { UserName: 'ann' });
    await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument });
    const call = [name, input] as unknown as readonly [
      'TagResource',
      { AccountId: string; ResourceArn: string; Tags: [] },
    ];
    const options = { as: 'user/ann' };
    if (isAllowed) await world.call('s3control', ...call, options);
    else {
      expect(await world.refusal('s3control', ...call, options)).toBe(
        `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: s3:${name} on resource: "${photos.ResourceArn}" because no identity-based policy allows the s3:${name} action`,
      );
    }
  });

  test('a caller who may not is not told how many tags there are', async () => {
    const world = await withBucket(Array.from({ length: 49 }, (_, i) => tag(`k${i}`)));
    await world.call('iam', 'CreateUser', { UserName: 'ann' });
    const [name, input] = add(tag('one'), tag('two'));
    expect(await world.refusal('s3control', name, input, { as: 'user/ann' })).toMatch(/^AccessDenied: /);
  });

  test('an anonymous caller is refused', async () => {
    const world = await withBucket();
    expect(
      await world.refusal('s3control', 'ListTagsForResource', photos, { caller: () => ({ kind: 'anonymous' }) }),
    ).toMatch(/^MissingAuthenticationTokenException: /);
  });
});
