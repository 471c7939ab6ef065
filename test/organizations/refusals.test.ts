/** What AWS Organizations refuses: AWS Organizations API Reference, "Errors" of each operation, and responses on record. */

import { expect, test } from 'vitest';
import type { OperationName } from '../../src/api/model/operations.ts';
import { ACCOUNT, DAY, newWorld, OTHER_ACCOUNT } from '../support/harness.ts';
import { newAccount, newOrganization, newPolicy, newUnit, type Organization, rcp, scp } from './tree.ts';

interface Place extends Organization {
  /** In the root, and empty. */
  readonly unit: string;
  /** In the root. */
  readonly member: string;
  /** Attached to nothing. */
  readonly policy: string;
}

async function newPlace(): Promise<Place> {
  const organization = await newOrganization(newWorld());
  const unit = await newUnit(organization, organization.root, 'prod');
  const member = await newAccount(organization, 'logs');
  return { ...organization, unit, member, policy: await newPolicy(organization, 'keep-keys') };
}

type Case = readonly [
  what: string,
  name: OperationName<'organizations'>,
  input: (place: Place) => object,
  refusal: string,
  /** What is done before. */
  before?: (place: Place) => Promise<unknown>,
];

const NONE = 'ou-none-00000000';
const NO_POLICY = 'p-00000000';
const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const MALFORMED =
  'MalformedPolicyDocumentException: The provided policy document does not meet the requirements of the specified policy type.';
const NO_TARGET = "TargetNotFoundException: You specified a target that doesn't exist.";
const NO_ACCOUNT = "AccountNotFoundException: You specified an account that doesn't exist.";
const NO_PARENT = "ParentNotFoundException: You specified a parent that doesn't exist.";
const NO_UNIT = "OrganizationalUnitNotFoundException: You specified an organizational unit that doesn't exist.";
const NO_SUCH_POLICY = "PolicyNotFoundException: You specified a policy that doesn't exist.";
const SAME_NAME = 'A policy with the specified name and type already exists.';
const IMMUTABLE = "InvalidInputException: You specified a policy that is managed by AWS and can't be modified.";
const NOT_ENABLED = 'PolicyTypeNotEnabledException: This operation can be performed only for enabled policy types.';

const create = (Content: string, Type: string) => () => ({ Name: 'new', Description: '', Type, Content });
const enable =
  (PolicyType: typeof SCP | typeof RCP) =>
  ({ world, root }: Place) =>
    world.call('organizations', 'EnablePolicyType', { RootId: root, PolicyType });
const attach = (target: 'root' | 'unit' | 'member') => (place: Place) =>
  place.world.call('organizations', 'AttachPolicy', { PolicyId: place.policy, TargetId: place[target] });

const cases: readonly Case[] = [
  [
    'a second organization of an account',
    'CreateOrganization',
    () => ({}),
    'AlreadyInOrganizationException: The provided account is already a member of an organization.',
  ],
  [
    'an organization with accounts',
    'DeleteOrganization',
    () => ({}),
    "OrganizationNotEmptyException: The organization isn't empty. To delete an organization, you must first remove all accounts except the management account.",
  ],
  ['a parent that is missing', 'CreateOrganizationalUnit', () => ({ ParentId: NONE, Name: 'x' }), NO_PARENT],
  ['a parent that is missing', 'ListChildren', () => ({ ParentId: NONE, ChildType: 'ACCOUNT' }), NO_PARENT],
  ['a parent that is missing', 'ListAccountsForParent', () => ({ ParentId: 'r-none' }), NO_PARENT],
  ['a parent that is missing', 'ListOrganizationalUnitsForParent', () => ({ ParentId: NONE }), NO_PARENT],
  [
    'a name that is taken',
    'CreateOrganizationalUnit',
    ({ root }) => ({ ParentId: root, Name: 'prod' }),
    'DuplicateOrganizationalUnitException: An OU with the same name already exists.',
  ],
  [
    'a name that is taken',
    'UpdateOrganizationalUnit',
    ({ unit }) => ({ OrganizationalUnitId: unit, Name: 'dev' }),
    'DuplicateOrganizationalUnitException: An OU with the same name already exists.',
    (place) => newUnit(place, place.root, 'dev'),
  ],
  ['a unit that is missing', 'UpdateOrganizationalUnit', () => ({ OrganizationalUnitId: NONE, Name: 'x' }), NO_UNIT],
  ['a unit that is missing', 'DescribeOrganizationalUnit', () => ({ OrganizationalUnitId: NONE }), NO_UNIT],
  ['a unit that is missing', 'DeleteOrganizationalUnit', () => ({ OrganizationalUnitId: NONE }), NO_UNIT],
  [
    'a unit with a unit in it',
    'DeleteOrganizationalUnit',
    ({ unit }) => ({ OrganizationalUnitId: unit }),
    'OrganizationalUnitNotEmptyException: The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.',
    (place) => newUnit(place, place.unit, 'eu'),
  ],
  ['an account that is missing', 'DescribeAccount', () => ({ AccountId: OTHER_ACCOUNT }), NO_ACCOUNT],
  ['an account that is missing', 'CloseAccount', () => ({ AccountId: OTHER_ACCOUNT }), NO_ACCOUNT],
  ['an account that is missing', 'RemoveAccountFromOrganization', () => ({ AccountId: OTHER_ACCOUNT }), NO_ACCOUNT],
  [
    'the management account',
    'CloseAccount',
    () => ({ AccountId: ACCOUNT }),
    'ConstraintViolationException: You attempted to close the management account.',
  ],
  [
    'an account that is closed',
    'CloseAccount',
    ({ member }) => ({ AccountId: member }),
    'AccountAlreadyClosedException: You attempted to close an account that is already closed.',
    ({ world, member }) => world.call('organizations', 'CloseAccount', { AccountId: member }),
  ],
  [
    'the management account',
    'RemoveAccountFromOrganization',
    () => ({ AccountId: ACCOUNT }),
    "MasterCannotLeaveOrganizationException: You can't remove a management account from an organization. If you want the management account to become a member account in another organization, you must first delete the current organization of the management account.",
  ],
  [
    'an account of today',
    'RemoveAccountFromOrganization',
    ({ member }) => ({ AccountId: member }),
    'ConstraintViolationException: This operation requires a wait period. Try again later.',
  ],
  [
    'an account of not quite four days',
    'RemoveAccountFromOrganization',
    ({ member }) => ({ AccountId: member }),
    'ConstraintViolationException: This operation requires a wait period. Try again later.',
    async ({ world }) => world.advance(4 * DAY - 1),
  ],
  [
    "a name of roles of AWS's own",
    'CreateAccount',
    () => ({ AccountName: 'x', Email: 'x@example.com', RoleName: 'AWSServiceRoleForX' }),
    "InvalidInputException: You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
  ],
  [
    'a request that is missing',
    'DescribeCreateAccountStatus',
    () => ({ CreateAccountRequestId: 'car-00000000' }),
    "CreateAccountStatusNotFoundException: We can't find an create account request with the CreateAccountRequestId that you specified.",
  ],
  [
    'a child that is missing',
    'ListParents',
    () => ({ ChildId: OTHER_ACCOUNT }),
    "ChildNotFoundException: You specified a child that doesn't exist.",
  ],
  [
    'an account that is missing',
    'MoveAccount',
    ({ root, unit }) => ({ AccountId: OTHER_ACCOUNT, SourceParentId: root, DestinationParentId: unit }),
    NO_ACCOUNT,
  ],
  [
    'an account that is elsewhere',
    'MoveAccount',
    ({ unit, root, member }) => ({ AccountId: member, SourceParentId: unit, DestinationParentId: root }),
    NO_ACCOUNT,
    async (place) => {
      const other = await newUnit(place, place.root, 'other');
      const move = { AccountId: place.member, SourceParentId: place.root, DestinationParentId: other };
      await place.world.call('organizations', 'MoveAccount', move);
    },
  ],
  [
    'a source that is missing',
    'MoveAccount',
    ({ root, member }) => ({ AccountId: member, SourceParentId: NONE, DestinationParentId: root }),
    "SourceParentNotFoundException: We can't find a source root or OU with the ParentId that you specified.",
  ],
  [
    'a destination that is missing',
    'MoveAccount',
    ({ root, member }) => ({ AccountId: member, SourceParentId: root, DestinationParentId: NONE }),
    "DestinationParentNotFoundException: We can't find the destination container (a root or OU) with the ParentId that you specified.",
  ],
  [
    'the place where the account is',
    'MoveAccount',
    ({ root, member }) => ({ AccountId: member, SourceParentId: root, DestinationParentId: root }),
    'DuplicateAccountException: That account is already present in the specified destination.',
  ],
  ['a policy that is missing', 'DescribePolicy', () => ({ PolicyId: NO_POLICY }), NO_SUCH_POLICY],
  ['a policy that is missing', 'UpdatePolicy', () => ({ PolicyId: NO_POLICY, Name: 'x' }), NO_SUCH_POLICY],
  ['a policy that is missing', 'DeletePolicy', () => ({ PolicyId: NO_POLICY }), NO_SUCH_POLICY],
  ['a policy that is missing', 'ListTargetsForPolicy', () => ({ PolicyId: NO_POLICY }), NO_SUCH_POLICY],
  ['a policy that is missing', 'AttachPolicy', ({ root }) => ({ PolicyId: NO_POLICY, TargetId: root }), NO_SUCH_POLICY],
  ['a policy that is missing', 'DetachPolicy', ({ root }) => ({ PolicyId: NO_POLICY, TargetId: root }), NO_SUCH_POLICY],
  ['a target that is missing', 'AttachPolicy', ({ policy }) => ({ PolicyId: policy, TargetId: NONE }), NO_TARGET],
  ['a target that is missing', 'DetachPolicy', ({ policy }) => ({ PolicyId: policy, TargetId: NONE }), NO_TARGET],
  ['a target that is missing', 'ListPoliciesForTarget', () => ({ TargetId: NONE, Filter: SCP }), NO_TARGET],
  [
    'a name that is taken',
    'CreatePolicy',
    () => ({ Name: 'keep-keys', Description: '', Type: SCP, Content: scp() }),
    `DuplicatePolicyException: ${SAME_NAME}`,
  ],
  [
    "the name of AWS's own",
    'CreatePolicy',
    () => ({ Name: 'FullAWSAccess', Description: '', Type: SCP, Content: scp() }),
    `DuplicatePolicyException: ${SAME_NAME}`,
  ],
  [
    'a name that is taken',
    'UpdatePolicy',
    ({ policy }) => ({ PolicyId: policy, Name: 'other' }),
    `DuplicatePolicyException: ${SAME_NAME}`,
    (place) => newPolicy(place, 'other'),
  ],
  [
    'a policy of another type',
    'CreatePolicy',
    create('{}', 'TAG_POLICY'),
    'NotImplemented: Policies of the type TAG_POLICY are not part of ssebox.',
  ],
  [
    'a policy of 5,121 characters',
    'CreatePolicy',
    create(`${scp()}${' '.repeat(5121 - scp().length)}`, SCP),
    'ConstraintViolationException: You have exceeded the maximum policy size.',
  ],
  ["AWS's own policy", 'UpdatePolicy', () => ({ PolicyId: 'p-FullAWSAccess', Name: 'x' }), IMMUTABLE],
  ["AWS's own policy", 'DeletePolicy', () => ({ PolicyId: 'p-FullAWSAccess' }), IMMUTABLE],
  ["AWS's own policy", 'DeletePolicy', () => ({ PolicyId: 'p-RCPFullAWSAccess' }), IMMUTABLE],
  [
    "AWS's own policy",
    'TagResource',
    () => ({ ResourceId: 'p-FullAWSAccess', Tags: [{ Key: 'a', Value: 'b' }] }),
    IMMUTABLE,
  ],
  [
    'a policy that is attached',
    'DeletePolicy',
    ({ policy }) => ({ PolicyId: policy }),
    'PolicyInUseException: The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.',
    attach('unit'),
  ],
  [
    'what is attached already',
    'AttachPolicy',
    ({ policy, unit }) => ({ PolicyId: policy, TargetId: unit }),
    `DuplicatePolicyAttachmentException: ${SAME_NAME}`,
    attach('unit'),
  ],
  [
    'a sixth policy',
    'AttachPolicy',
    ({ policy, unit }) => ({ PolicyId: policy, TargetId: unit }),
    'ConstraintViolationException: You have attached the maximum number of policies to the specified target.',
    async (place) => {
      for (const name of ['one', 'two', 'three', 'four']) {
        const PolicyId = await newPolicy(place, name);
        await place.world.call('organizations', 'AttachPolicy', { PolicyId, TargetId: place.unit });
      }
    },
  ],
  [
    'a type that is not enabled',
    'AttachPolicy',
    ({ root }) => ({ PolicyId: 'p-RCPFullAWSAccess', TargetId: root }),
    NOT_ENABLED,
  ],
  [
    'what is not attached',
    'DetachPolicy',
    ({ policy, root }) => ({ PolicyId: policy, TargetId: root }),
    "PolicyNotAttachedException: The policy isn't attached to the specified target in the specified root.",
  ],
  ...(['root', 'unit', 'member'] as const).map(
    (target): Case => [
      `the last policy of the ${target}`,
      'DetachPolicy',
      (place) => ({ PolicyId: 'p-FullAWSAccess', TargetId: place[target] }),
      'ConstraintViolationException: You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    ],
  ),
  [
    'RCPFullAWSAccess',
    'DetachPolicy',
    ({ root }) => ({ PolicyId: 'p-RCPFullAWSAccess', TargetId: root }),
    "InvalidInputException: You can't detach this AWS Managed Policy.",
    enable(RCP),
  ],
  [
    'a root that is missing',
    'EnablePolicyType',
    () => ({ RootId: 'r-none', PolicyType: RCP }),
    "RootNotFoundException: You specified a root that doesn't exist.",
  ],
  [
    'a type that is enabled',
    'EnablePolicyType',
    ({ root }) => ({ RootId: root, PolicyType: SCP }),
    'PolicyTypeAlreadyEnabledException: The specified policy type is already enabled.',
  ],
  ['a type that is not enabled', 'DisablePolicyType', ({ root }) => ({ RootId: root, PolicyType: RCP }), NOT_ENABLED],
  [
    'a type that does not decide',
    'EnablePolicyType',
    ({ root }) => ({ RootId: root, PolicyType: 'BACKUP_POLICY' }),
    'NotImplemented: Policies of the type BACKUP_POLICY are not part of ssebox.',
  ],
  [
    'a type that decides',
    'DescribeEffectivePolicy',
    () => ({ PolicyType: SCP }),
    'InvalidInputException: You specified an invalid value.',
  ],
  [
    'a type of which there is none',
    'DescribeEffectivePolicy',
    () => ({ PolicyType: 'TAG_POLICY' }),
    "EffectivePolicyNotFoundException: If you ran this action on the management account, this policy type is not enabled. If you ran the action on a member account, the account doesn't have an effective policy of this type. Contact the administrator of your organization about attaching a policy of this type to the account.",
  ],
  ['what is missing', 'ListTagsForResource', () => ({ ResourceId: NO_POLICY }), NO_TARGET],
  ['what is missing', 'UntagResource', () => ({ ResourceId: NONE, TagKeys: ['a'] }), NO_TARGET],
  [
    'a key that is given twice',
    'TagResource',
    ({ root }) => ({ ResourceId: root, Tags: ['1', '2'].map((Value) => ({ Key: 'a', Value })) }),
    'InvalidInputException: Tag keys must be unique among the tags attached to the same entity.',
  ],
  [
    "a key of AWS's own",
    'TagResource',
    ({ root }) => ({ ResourceId: root, Tags: [{ Key: 'AWS:a', Value: '' }] }),
    "InvalidInputException: You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because they're reserved for Amazon Web Services use.",
  ],
  [
    '51 tags',
    'TagResource',
    ({ root }) => ({ ResourceId: root, Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: '' })) }),
    'ConstraintViolationException: You have exceeded the number of tags allowed on this resource.',
  ],
  [
    'a token of nobody',
    'ListAccounts',
    () => ({ NextToken: 'b2gsIG5v' }),
    'InvalidInputException: Get the value for the NextToken parameter from the response to a previous call of the operation.',
  ],
  [
    'a page of 21',
    'ListAccounts',
    () => ({ MaxResults: 21 }),
    'InvalidInputException: You provided a numeric parameter that has a larger value than allowed.',
  ],
];

test.for(cases)('%s: %s refuses it', async ([, name, input, refusal, before]) => {
  const place = await newPlace();
  await before?.(place);
  expect(await place.world.refusal('organizations', name, input(place))).toBe(refusal);
});

/** AWS Organizations User Guide, "SCP syntax" and "RCP syntax"; each with what the reason says. */
const documents: readonly (readonly [type: string, content: string, reason: string])[] = [
  [SCP, '{', 'line 1, column 2'],
  [SCP, '[]', 'a policy must be a JSON object, not a list'],
  [SCP, '{}', 'the policy does not have a Statement'],
  [SCP, scp().replace('2012-10-17', '2008-10-17'), 'Version must be "2012-10-17"'],
  [SCP, scp({ Principal: '*' }), 'Principal belongs in the policies of keys'],
  [SCP, scp({ Effect: 'Maybe' }), 'Effect must be "Allow" or "Deny"'],
  [SCP, scp({ Action: undefined }), 'the statement does not have Action or NotAction'],
  [SCP, scp({ Resource: undefined }), 'the statement does not have Resource or NotResource'],
  [SCP, scp({ Action: 'ScheduleKeyDeletion' }), 'does not name a service'],
  [SCP, scp({ Actions: '*' }), '"Actions" is not an element of a statement'],
  [SCP, scp({ Condition: { StringLik: { 'aws:PrincipalArn': '*' } } }), '"StringLik" is not a condition operator'],
  [RCP, rcp({ Principal: undefined }), 'the statement does not have a Principal'],
  [RCP, rcp({ Principal: { AWS: ACCOUNT } }), 'Principal must be "*"'],
  [RCP, rcp({ Principal: undefined, NotPrincipal: '*' }), 'cannot have NotPrincipal'],
  [RCP, rcp({ Effect: 'Allow' }), 'Effect must be "Deny" in a resource control policy'],
  [RCP, rcp({ Action: undefined, NotAction: 's3:GetObject' }), 'cannot have NotAction'],
  [RCP, rcp({ Action: ['s3:GetObject', '*'] }), 'an action must name its service'],
  [RCP, rcp().replace('"Version":"2012-10-17",', ''), 'the policy does not have a Version'],
];

test.for(documents)('%s: %s is malformed', async ([Type, Content, reason]) => {
  const { world } = await newOrganization(newWorld());
  const input = { Type, Content, Name: 'x', Description: '' } as const;
  expect(await world.refusal('organizations', 'CreatePolicy', input)).toBe(MALFORMED);
  await expect(world.call('organizations', 'CreatePolicy', input as never)).rejects.toMatchObject({
    reason: expect.stringContaining(reason),
  });
});

/** Since September 2025 SCPs have IAM's whole language. */
const accepted: readonly (readonly [type: string, content: string])[] = [
  [SCP, scp({ Action: undefined, NotAction: ['iam:*', '*'] })],
  [SCP, scp({ Effect: 'Allow', Resource: 'arn:aws:s3:::b/*', Condition: { Bool: { 'aws:SecureTransport': true } } })],
  [SCP, scp({ Resource: undefined, NotResource: 'arn:aws:s3:::b' })],
  [SCP, scp({ Action: '*' })],
  [SCP, scp({ Action: 's3:*Object*' })],
  [SCP, `${scp()}${' '.repeat(5120 - scp().length)}`],
  [
    RCP,
    rcp({ Action: ['s3:Get*', 'kms:Decrypt'], Condition: { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } } }),
  ],
  [RCP, rcp({ Resource: undefined, NotResource: 'arn:aws:s3:::public/*' })],
];

test.for(accepted)('%s: %s is stored as it is', async ([Type, Content]) => {
  const organization = await newOrganization(newWorld());
  const PolicyId = await newPolicy(organization, 'x', Content, Type as typeof SCP);
  const { Policy } = await organization.world.call('organizations', 'DescribePolicy', { PolicyId });
  expect(Policy?.Content).toBe(Content);
});

test('units are five levels deep', async () => {
  const organization = await newOrganization(newWorld());
  let ParentId = organization.root;
  for (const name of ['1', '2', '3', '4', '5']) ParentId = await newUnit(organization, ParentId, name);
  expect(await organization.world.refusal('organizations', 'CreateOrganizationalUnit', { ParentId, Name: '6' })).toBe(
    'ConstraintViolationException: You attempted to create an OU tree that is too many levels deep.',
  );
});

test('the reason of a constraint or of an invalid input has its name', async () => {
  const place = await newPlace();
  const thrown = (name: OperationName<'organizations'>, input: object) =>
    place.world.call('organizations', name as 'AttachPolicy', input as never).then(
      () => expect.fail('it was not refused'),
      (error: unknown) => error,
    );
  expect(await thrown('DetachPolicy', { PolicyId: 'p-FullAWSAccess', TargetId: place.root })).toMatchObject({
    detail: { Reason: 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED' },
  });
  expect(await thrown('DeletePolicy', { PolicyId: 'p-FullAWSAccess' })).toMatchObject({
    detail: { Reason: 'IMMUTABLE_POLICY' },
  });
});
