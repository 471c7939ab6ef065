/** What the options of IAM mean. IAM API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

const path = (of: string) => `the path of the ${of}, which becomes part of the ARN: /finance/ (default /)`;
const document = 'the policy, as JSON or from a file (file://policy.json)';

const policies = 'the policies to look at, each as JSON or from a file (file://policy.json)';

const inline = (of: string, max: number) => ({
  about: `${document}; all inline policies of the ${of} count together, without blanks`,
  max,
});

export const iamOptions = {
  everywhere: {
    AccessKeyId: 'the id of the access key, as list-access-keys prints it; not its secret',
    AccountAlias: 'the alias: lower-case letters, digits and single dashes',
    ActionNames: 'the actions to simulate, each as SERVICE:OPERATION, such as s3:GetObject',
    Arn: 'the user, group, role or managed policy to look at, by its ARN',
    AssumeRolePolicyDocument: {
      about: 'the trust policy that says who may assume the role, as JSON or from a file; blanks do not count',
      max: 2048,
    },
    CallerArn:
      'the user who makes the simulated calls, by the ARN; needed with --resource-policy (default: the user of the policies)',
    ContextEntries: 'the condition keys of the simulated calls with their values; a key that is not given has none',
    Description: 'a text that describes it; nothing secret, since it is shown and logged as it is',
    EntityFilter: 'list only the entities of this kind (default: users, groups and roles)',
    Granularity: 'whether to also look at operations: SERVICE_LEVEL or ACTION_LEVEL (default SERVICE_LEVEL)',
    GroupName: 'the name of the group, without its path',
    JobId: 'the job, by the id that generate-service-last-accessed-details returned',
    MaxSessionDuration: 'the longest session of the role that may be asked for, in seconds (default 3600)',
    NewPath: 'the new path of the user; with it the ARN of the user changes',
    NewUserName: 'the new name of the user; with it the ARN of the user changes',
    OnlyAttached: 'list only policies that are attached to somebody (default: all)',
    OrderedOrganizationPolicyInputList:
      'service control policies that also limit the calls, level by level from the root of an organization',
    PathPrefix: 'list only what has a path that begins with this text (default /, which is all)',
    PermissionsBoundary: 'the managed policy that limits what other policies can allow, by its ARN',
    PermissionsBoundaryPolicyInputList:
      'one policy that limits what the others allow, in place of the attached boundary',
    PolicyArn: 'the managed policy, by its ARN, such as arn:aws:iam::aws:policy/ReadOnlyAccess',
    PolicyExclusionList: 'policies of the principal to leave out, by their ARNs, their names or all of a type',
    PolicyInputList: 'policies that count besides, each as JSON or from a file (file://policy.json)',
    PolicyName: 'the name of the inline policy, one of those of the same user, group or role',
    PolicySourceArn: 'the user, group or role whose policies to look at, by its ARN; the path does not matter',
    PolicyUsageFilter: 'list only where the policy gives permissions, or only where it is a boundary (default: both)',
    ResourceArns:
      'the resources that the actions are about, by their ARNs (default *, which only policies about all match)',
    ResourceHandlingOption:
      'the scenario of EC2 that the simulation is about; ssebox has no EC2 and checks none of its resources',
    ResourceOwner:
      'the account of resources whose ARNs do not say it, as arn:aws:iam::ACCOUNT:root (default: the account of the caller)',
    ResourcePolicy: 'one policy that each resource has, as JSON or from a file; it does not count for sts:AssumeRole',
    RoleName: 'the name of the role, without its path',
    Scope: 'whether to list policies of AWS, those of the account, or both (default All)',
    ServiceNamespace: 'the service, as actions begin with it, such as kms',
    SetAsDefault: 'make the new version the one that counts (default: the present one stays)',
    TagKeys: 'the keys of the tags to remove; those that are not there are ignored',
    Tags: 'tags for it; policies can refer to them, so nothing secret',
    UserName: 'the name of the user, without its path',
    VersionId: 'the version of the policy, such as v2, as list-policy-versions prints it',
  },
  within: {
    CreateAccessKey: { UserName: 'the user to create the access key for (default: the user who calls)' },
    CreateGroup: {
      GroupName: 'the name of the new group, without its path, unique in the account',
      Path: path('group'),
    },
    CreatePolicy: {
      Description: 'a text that describes the policy, which cannot be changed later',
      Path: path('policy'),
      PolicyDocument: { about: `${document}; blanks do not count`, max: 6144 },
      PolicyName: 'the name of the new managed policy, without its path, unique in the account',
    },
    CreatePolicyVersion: {
      PolicyDocument: {
        about: 'the policy of the new version, as JSON or from a file; blanks do not count',
        max: 6144,
      },
    },
    CreateRole: {
      Path: path('role'),
      RoleName: 'the name of the new role, without its path, unique in the account',
      Tags: 'tags for the new role; policies can refer to them, so nothing secret',
    },
    CreateUser: {
      Path: path('user'),
      UserName: 'the name of the new user, without its path, unique in the account',
    },
    DeleteAccessKey: { UserName: 'the user whose access key to delete (default: the user who calls)' },
    GetAccountAuthorizationDetails: { Filter: 'list only these kinds of entities (default: all)' },
    GetContextKeysForCustomPolicy: { PolicyInputList: policies },
    GetServiceLastAccessedDetails: {
      Marker: 'where the list goes on: the marker that the answer before had',
      MaxItems: 'the number of services in one answer, at most (default 100)',
    },
    GetServiceLastAccessedDetailsWithEntities: {
      Marker: 'where the list goes on: the marker that the answer before had',
      MaxItems: 'the number of entities in one answer, at most (default 100)',
    },
    GetUser: { UserName: 'the user to show (default: the user who calls)' },
    ListAccessKeys: { UserName: 'the user whose access keys to list (default: the user who calls)' },
    ListEntitiesForPolicy: { PathPrefix: 'list only entities with a path that begins with this text (default /)' },
    PutGroupPolicy: {
      PolicyDocument: inline('group', 5120),
      PolicyName: 'the name of the inline policy; one of that name is replaced',
    },
    PutRolePolicy: {
      PolicyDocument: inline('role', 10_240),
      PolicyName: 'the name of the inline policy; one of that name is replaced',
    },
    PutUserPolicy: {
      PolicyDocument: inline('user', 2048),
      PolicyName: 'the name of the inline policy; one of that name is replaced',
    },
    SimulateCustomPolicy: {
      CallerArn: 'the user who makes the simulated calls, by the ARN; needed with --resource-policy (default: nobody)',
      PolicyInputList: policies,
    },
    UpdateAccessKey: {
      Status: 'whether the access key may be used from now on: Active, or Inactive until further notice',
      UserName: 'the user whose access key to change (default: the user who calls)',
    },
    UpdateAssumeRolePolicy: {
      PolicyDocument: {
        about: 'the new trust policy, which replaces the present one, as JSON or from a file; blanks do not count',
        max: 2048,
      },
    },
    UpdateRole: {
      Description: 'the new description of the role; an empty text removes the present one',
      MaxSessionDuration: 'the longest session of the role that may be asked for, in seconds (default: unchanged)',
    },
    UpdateUser: { UserName: 'the present name of the user to change, without its path' },
  },
} as const satisfies MeaningsOf<'iam'>;
