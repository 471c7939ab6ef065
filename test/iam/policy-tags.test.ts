// IAM User Guide, "Tag customer managed policies"; IAM API Reference, TagPolicy, UntagPolicy, ListPolicyTags and
// ListInstanceProfilesForRole; Service Authorization Reference, AWS Identity and Access Management.

import { describe, expect, test } from 'vitest';
import { ACCOUNT, newWorld, OTHER_ACCOUNT, type World } from '../support/harness.ts';

const allow = (Action: string, Condition = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*', Condition }] });

const PolicyArn = `arn:aws:iam::${ACCOUNT}:policy/Keys`;
const ofAws = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const team = (Value: string) => [{ Key: 'team', Value }];

/** A world with a policy that may have tags, and a user with a policy of its own. */
async function withPolicy(Tags?: readonly { readonly Key: string; readonly Value: string }[], document?: string) {
  const world = newWorld();
  await world.call('iam', 'CreatePolicy', { PolicyName: 'Keys', PolicyDocument: allow('kms:ListKeys'), Tags });
  await world.call('iam', 'CreateUser', { UserName: 'ann' });
  if (document !== undefined) {
    await world.call('iam', 'PutUserPolicy', { UserName: 'ann', PolicyName: 'own', PolicyDocument: document });
  }
  return world;
}

const tagsOf = async (world: World, arn = PolicyArn) =>
  (await world.call('iam', 'ListPolicyTags', { PolicyArn: arn })).Tags;

test('tags of a policy are added, replaced ignoring the case of their keys, and removed', async () => {
  const world = await withPolicy([{ Key: 'Team', Value: 'red' }]);
  await world.call('iam', 'TagPolicy', { PolicyArn, Tags: team('blue') });
  await world.call('iam', 'TagPolicy', { PolicyArn, Tags: [{ Key: 'desk', Value: '' }] });
  expect(await tagsOf(world)).toEqual([...team('blue'), { Key: 'desk', Value: '' }]);
  await world.call('iam', 'UntagPolicy', { PolicyArn, TagKeys: ['TEAM', 'none'] });
  expect(await tagsOf(world)).toEqual([{ Key: 'desk', Value: '' }]);
  await world.call('iam', 'UntagPolicy', { PolicyArn, TagKeys: ['desk'] });
  expect(await tagsOf(world)).toEqual([]);
});

test('GetPolicy shows the tags, a list of policies and the account’s details do not', async () => {
  const world = await withPolicy(team('red'));
  const { Policy } = await world.call('iam', 'GetPolicy', { PolicyArn });
  expect(Policy?.Tags).toEqual(team('red'));
  const { Policies } = await world.call('iam', 'ListPolicies', { Scope: 'Local' });
  expect(Policies?.map(({ Arn, Tags }) => ({ Arn, Tags }))).toEqual([{ Arn: PolicyArn, Tags: undefined }]);
  const details = await world.call('iam', 'GetAccountAuthorizationDetails', { Filter: ['LocalManagedPolicy'] });
  expect(details.Policies?.map((policy) => 'Tags' in policy)).toEqual([false]);
});

test('tagging changes neither the versions of a policy nor its date', async () => {
  const world = await withPolicy();
  const before = (await world.call('iam', 'GetPolicy', { PolicyArn })).Policy;
  world.advance(60_000);
  await world.call('iam', 'TagPolicy', { PolicyArn, Tags: team('red') });
  const after = (await world.call('iam', 'GetPolicy', { PolicyArn })).Policy;
  expect(after).toEqual({ ...before, Tags: team('red') });
});

test('tags are listed page by page', async () => {
  const Tags = Array.from({ length: 5 }, (_, i) => ({ Key: `key${i}`, Value: `${i}` }));
  const world = await withPolicy(Tags);
  const listed: unknown[] = [];
  for (let Marker: string | undefined; ; ) {
    const page = await world.call('iam', 'ListPolicyTags', { PolicyArn, MaxItems: 2, Marker });
    listed.push(...page.Tags);
    if (!page.IsTruncated) break;
    Marker = page.Marker;
  }
  expect(listed).toEqual(Tags);
  expect(await world.refusal('iam', 'ListPolicyTags', { PolicyArn, Marker: 'x' })).toBe(
    'InvalidInput: Invalid Marker: x',
  );
});

test('AWS’s own policies have no tags, and get none', async () => {
  const world = newWorld();
  expect(await tagsOf(world, ofAws)).toEqual([]);
  const changes = [
    ['TagPolicy', { PolicyArn: ofAws, Tags: team('red') }],
    ['UntagPolicy', { PolicyArn: ofAws, TagKeys: ['team'] }],
  ] as const;
  for (const [name, input] of changes) {
    expect(await world.refusal('iam', name, input)).toBe(
      `AccessDenied: Policy ${ofAws} is managed by AWS and cannot be changed`,
    );
  }
});

const absent = `arn:aws:iam::${ACCOUNT}:policy/None`;
const foreign = `arn:aws:iam::${OTHER_ACCOUNT}:policy/Keys`;

test.for([absent, foreign])('there is no policy %s in the account', async (arn) => {
  const world = await withPolicy();
  const calls = [
    ['TagPolicy', { PolicyArn: arn, Tags: team('red') }],
    ['UntagPolicy', { PolicyArn: arn, TagKeys: ['team'] }],
    ['ListPolicyTags', { PolicyArn: arn }],
  ] as const;
  for (const [name, input] of calls) {
    expect(await world.refusal('iam', name, input), name).toBe(`NoSuchEntity: Policy ${arn} was not found.`);
  }
});

describe('conditions on tags', () => {
  const red = { StringEquals: { 'aws:ResourceTag/team': 'red' } };
  const redByIam = { StringEquals: { 'iam:ResourceTag/team': 'red' } };
  const requested = { StringEquals: { 'aws:RequestTag/team': 'red' } };
  const teamOnly = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] }, Null: { 'aws:TagKeys': 'false' } };

  test.for([
    ['GetPolicy', { PolicyArn }, red, true],
    ['GetPolicy', { PolicyArn }, redByIam, true],
    ['ListPolicyTags', { PolicyArn }, red, true],
    ['ListPolicyVersions', { PolicyArn }, red, true],
    ['DeletePolicy', { PolicyArn }, red, true],
    ['CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') }, redByIam, true],
    ['TagPolicy', { PolicyArn, Tags: [{ Key: 'desk', Value: '7' }] }, red, true],
    ['TagPolicy', { PolicyArn, Tags: team('red') }, requested, true],
    ['TagPolicy', { PolicyArn, Tags: team('blue') }, requested, false],
    ['TagPolicy', { PolicyArn, Tags: team('blue') }, teamOnly, true],
    ['TagPolicy', { PolicyArn, Tags: [...team('red'), { Key: 'desk', Value: '7' }] }, teamOnly, false],
    ['UntagPolicy', { PolicyArn, TagKeys: ['team'] }, teamOnly, true],
    ['UntagPolicy', { PolicyArn, TagKeys: ['team', 'desk'] }, teamOnly, false],
    ['UntagPolicy', { PolicyArn, TagKeys: ['desk'] }, red, true],
  ] as const)('%s %j under %j: %s', async ([name, input, condition, isAllowed]) => {
    const world = await withPolicy(team('red'), allow(`iam:${name}`, condition));
    const options = { as: 'user/ann' };
    if (isAllowed) await world.call('iam', name, input, options);
    else expect(await world.refusal('iam', name, input, options)).toMatch(/^AccessDenied: /);
    // Whatever depends on the tag of the policy ends with it.
    if (!isAllowed || (condition !== red && condition !== redByIam)) return;
    const untagged = await withPolicy([], allow(`iam:${name}`, condition));
    expect(await untagged.refusal('iam', name, input, options)).toContain(
      `AccessDenied: User: arn:aws:iam::${ACCOUNT}:user/ann is not authorized to perform: iam:${name} on resource: ${PolicyArn} because`,
    );
  });
});

describe('ListInstanceProfilesForRole', () => {
  test('a role has none, and a missing role is an error', async () => {
    const world = newWorld();
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await world.call('iam', 'CreateRole', { RoleName: 'reader', AssumeRolePolicyDocument });
    expect(await world.call('iam', 'ListInstanceProfilesForRole', { RoleName: 'reader' })).toEqual({
      InstanceProfiles: [],
      IsTruncated: false,
    });
    expect(await world.refusal('iam', 'ListInstanceProfilesForRole', { RoleName: 'zoe' })).toBe(
      'NoSuchEntity: The role with name zoe cannot be found.',
    );
    await world.call('iam', 'CreateUser', { UserName: 'ann' });
    expect(
      await world.refusal('iam', 'ListInstanceProfilesForRole', { RoleName: 'reader' }, { as: 'user/ann' }),
    ).toMatch(
      /^AccessDenied: .* is not authorized to perform: iam:ListInstanceProfilesForRole on resource: role reader/,
    );
  });
});
