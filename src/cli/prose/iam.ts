/** What help and manual say of the operations of IAM. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

const reportsRead = 'arn:aws:iam::111122223333:policy/ReportsRead';
const kmsPowerUser = 'arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser';
const s3ReadOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';

const saveTrustPolicy = 'ssebox iam get-role --role-name reader --query Role.AssumeRolePolicyDocument > trust.json';
const newAccessKey = '$(ssebox iam create-access-key --user-name ana --query AccessKey.AccessKeyId --output text)';
const lastAccessedJob = `$(ssebox iam generate-service-last-accessed-details --arn ${reportsRead} --query JobId --output text)`;
const newVersion = `ssebox iam create-policy-version --policy-arn ${reportsRead} --policy-document file://policy.json`;

export const iamProse = {
  AddUserToGroup: {
    summary: 'Add a user to a group, whose policies then apply to the user',
    examples: [
      'ssebox iam add-user-to-group --group-name analysts --user-name bob',
      'ssebox iam add-user-to-group --group-name analysts --user-name bob && ssebox iam list-groups-for-user --user-name bob',
    ],
  },
  AttachGroupPolicy: {
    summary: 'Attach a managed policy to a group',
    examples: [
      `ssebox iam attach-group-policy --group-name analysts --policy-arn ${s3ReadOnly}`,
      `ssebox iam attach-group-policy --group-name analysts --policy-arn ${kmsPowerUser} && ssebox iam list-attached-group-policies --group-name analysts`,
    ],
  },
  AttachRolePolicy: {
    summary: 'Attach a managed policy to a role',
    examples: [
      `ssebox iam attach-role-policy --role-name reader --policy-arn ${reportsRead}`,
      `ssebox iam attach-role-policy --role-name reader --policy-arn ${s3ReadOnly}`,
    ],
  },
  AttachUserPolicy: {
    summary: 'Attach a managed policy to a user',
    examples: [
      `ssebox iam attach-user-policy --user-name bob --policy-arn ${reportsRead}`,
      `ssebox iam attach-user-policy --user-name bob --policy-arn ${s3ReadOnly} && ssebox s3 ls s3://photos --as user/bob`,
    ],
  },
  CreateAccessKey: {
    summary: 'Create an access key; its secret is shown only this once',
    examples: [
      'ssebox iam create-access-key --user-name ana',
      'ssebox iam create-access-key --user-name bob --query AccessKey.AccessKeyId --output text',
    ],
  },
  CreateAccountAlias: {
    summary: 'Give the account a name besides its number',
    description: 'An account has one alias: a new one takes the place of the old one.',
    examples: [
      'ssebox iam create-account-alias --account-alias acme-storage',
      'ssebox iam create-account-alias --account-alias acme-storage && ssebox iam list-account-aliases --query AccountAliases --output text',
    ],
  },
  CreateGroup: {
    summary: 'Create a group, empty and without policies',
    examples: [
      'ssebox iam create-group --group-name auditors',
      'ssebox iam create-group --group-name interns --path /web/',
    ],
  },
  CreatePolicy: {
    summary: 'Create a managed policy that can be attached to users, groups and roles',
    examples: [
      'ssebox iam create-policy --policy-name Quarterly --policy-document file://policy.json',
      'ssebox iam create-policy --policy-name Quarterly --policy-document file://policy.json --description "Read the reports" --query Policy.Arn --output text',
    ],
  },
  CreatePolicyVersion: {
    summary: 'Add a version to a managed policy, which keeps up to five',
    examples: [newVersion, `${newVersion} --set-as-default --query PolicyVersion.VersionId --output text`],
  },
  CreateRole: {
    summary: 'Create a role; its trust policy says who may assume it',
    examples: [
      `${saveTrustPolicy}\nssebox iam create-role --role-name auditor --assume-role-policy-document file://trust.json`,
      `${saveTrustPolicy}\nssebox iam create-role --role-name auditor --assume-role-policy-document file://trust.json --max-session-duration 7200 --permissions-boundary ${reportsRead}`,
    ],
  },
  CreateServiceLinkedRole: { summary: 'Create the role that an AWS service defines for itself', unavailable: true },
  CreateUser: {
    summary: 'Create a user, who has no permissions yet',
    examples: [
      'ssebox iam create-user --user-name eve',
      `ssebox iam create-user --user-name eve --path /finance/ --permissions-boundary ${reportsRead} --tags Key=team,Value=finance`,
    ],
  },
  DeleteAccessKey: {
    summary: 'Delete an access key of a user',
    description: 'From then on every service refuses it. The store keeps its id, and not its secret.',
    examples: [
      `ssebox iam delete-access-key --user-name ana --access-key-id ${newAccessKey}`,
      `KEY=${newAccessKey}\nssebox iam update-access-key --user-name ana --access-key-id $KEY --status Inactive && ssebox iam delete-access-key --user-name ana --access-key-id $KEY`,
    ],
  },
  DeleteAccountAlias: {
    summary: 'Take the alias from the account',
    examples: [
      'ssebox iam create-account-alias --account-alias acme-storage && ssebox iam delete-account-alias --account-alias acme-storage',
      'ssebox iam create-account-alias --account-alias acme && ssebox iam delete-account-alias --account-alias acme && ssebox iam list-account-aliases',
    ],
  },
  DeleteGroup: {
    summary: 'Delete a group that has no users and no policies',
    examples: [
      'ssebox iam create-group --group-name interns && ssebox iam delete-group --group-name interns',
      `ssebox iam remove-user-from-group --group-name analysts --user-name ana && ssebox iam detach-group-policy --group-name analysts --policy-arn ${reportsRead} && ssebox iam delete-group --group-name analysts`,
    ],
  },
  DeleteGroupPolicy: {
    summary: 'Delete an inline policy of a group',
    examples: [
      'ssebox iam put-group-policy --group-name analysts --policy-name quarterly --policy-document file://policy.json && ssebox iam delete-group-policy --group-name analysts --policy-name quarterly',
      'ssebox iam put-group-policy --group-name analysts --policy-name q --policy-document file://policy.json && ssebox iam delete-group-policy --group-name analysts --policy-name q && ssebox iam list-group-policies --group-name analysts',
    ],
  },
  DeletePolicy: {
    summary: 'Delete a managed policy that is not attached and has only one version',
    examples: [
      'ssebox iam delete-policy --policy-arn $(ssebox iam create-policy --policy-name Quarterly --policy-document file://policy.json --query Policy.Arn --output text)',
      `ssebox iam detach-group-policy --group-name analysts --policy-arn ${reportsRead} && ssebox iam delete-policy --policy-arn ${reportsRead}`,
    ],
  },
  DeletePolicyVersion: {
    summary: 'Delete a non-default version of a managed policy',
    examples: [
      `ssebox iam delete-policy-version --policy-arn ${reportsRead} --version-id $(${newVersion} --query PolicyVersion.VersionId --output text)`,
      `${newVersion} --set-as-default && ssebox iam delete-policy-version --policy-arn ${reportsRead} --version-id v1`,
    ],
  },
  DeleteRole: {
    summary: 'Delete a role that has no policies',
    examples: [
      'ssebox iam delete-role-policy --role-name reader --policy-name read-reports && ssebox iam delete-role --role-name reader',
      `${saveTrustPolicy}\nssebox iam create-role --role-name auditor --assume-role-policy-document file://trust.json && ssebox iam delete-role --role-name auditor`,
    ],
  },
  DeleteRolePermissionsBoundary: {
    summary: 'Remove the permissions boundary of a role',
    examples: [
      `ssebox iam put-role-permissions-boundary --role-name reader --permissions-boundary ${reportsRead} && ssebox iam delete-role-permissions-boundary --role-name reader`,
      `ssebox iam put-role-permissions-boundary --role-name reader --permissions-boundary ${s3ReadOnly} && ssebox iam delete-role-permissions-boundary --role-name reader && ssebox iam get-role --role-name reader --query Role.PermissionsBoundary`,
    ],
  },
  DeleteRolePolicy: {
    summary: 'Delete an inline policy of a role',
    examples: [
      'ssebox iam delete-role-policy --role-name reader --policy-name read-reports',
      'ssebox iam delete-role-policy --role-name reader --policy-name read-reports && ssebox iam list-role-policies --role-name reader',
    ],
  },
  DeleteUser: {
    summary: 'Delete a user that has no policies, groups or access keys left',
    examples: [
      'ssebox iam delete-user --user-name bob',
      'ssebox iam create-user --user-name eve && ssebox iam delete-user --user-name eve',
    ],
  },
  DeleteUserPermissionsBoundary: {
    summary: 'Remove the permissions boundary of a user',
    examples: [
      `ssebox iam put-user-permissions-boundary --user-name ana --permissions-boundary ${reportsRead} && ssebox iam delete-user-permissions-boundary --user-name ana`,
      `ssebox iam put-user-permissions-boundary --user-name ana --permissions-boundary ${s3ReadOnly} && ssebox iam delete-user-permissions-boundary --user-name ana && ssebox iam get-user --user-name ana --query User.PermissionsBoundary`,
    ],
  },
  DeleteUserPolicy: {
    summary: 'Delete an inline policy of a user',
    examples: [
      'ssebox iam delete-user-policy --user-name ana --policy-name read',
      'ssebox iam delete-user-policy --user-name ana --policy-name read && ssebox iam list-user-policies --user-name ana',
    ],
  },
  DetachGroupPolicy: {
    summary: 'Detach a managed policy from a group',
    examples: [
      `ssebox iam detach-group-policy --group-name analysts --policy-arn ${reportsRead}`,
      `ssebox iam detach-group-policy --group-name analysts --policy-arn ${reportsRead} && ssebox iam list-attached-group-policies --group-name analysts`,
    ],
  },
  DetachRolePolicy: {
    summary: 'Detach a managed policy from a role',
    examples: [
      `ssebox iam attach-role-policy --role-name reader --policy-arn ${reportsRead} && ssebox iam detach-role-policy --role-name reader --policy-arn ${reportsRead}`,
      `ssebox iam attach-role-policy --role-name reader --policy-arn ${s3ReadOnly} && ssebox iam detach-role-policy --role-name reader --policy-arn ${s3ReadOnly}`,
    ],
  },
  DetachUserPolicy: {
    summary: 'Detach a managed policy from a user',
    examples: [
      'ssebox iam detach-user-policy --user-name admin --policy-arn arn:aws:iam::aws:policy/AdministratorAccess',
      `ssebox iam attach-user-policy --user-name bob --policy-arn ${reportsRead} && ssebox iam detach-user-policy --user-name bob --policy-arn ${reportsRead}`,
    ],
  },
  GenerateCredentialReport: {
    summary: 'Make a report on the credentials of all users',
    description: `As in AWS, a report that is younger than four hours is not made anew. It knows when access keys were last used
from the calls that the store has records of.`,
    examples: [
      'ssebox iam generate-credential-report',
      'ssebox iam generate-credential-report --query State --output text',
    ],
  },
  GenerateServiceLastAccessedDetails: {
    summary: 'Find out which services a principal or the holders of a policy last used, and when',
    description: `It reads the records of calls that the store has, allowed or denied, of the last 400 days. The job is done at once,
and its answer can be read for a day.`,
    examples: [
      'ssebox iam generate-service-last-accessed-details --arn arn:aws:iam::111122223333:user/ana',
      `ssebox iam generate-service-last-accessed-details --arn ${reportsRead} --granularity ACTION_LEVEL --query JobId --output text`,
    ],
  },
  GetAccessKeyLastUsed: {
    summary: 'Show when, where and for which service an access key was last used',
    examples: [
      `ssebox iam get-access-key-last-used --access-key-id ${newAccessKey}`,
      `ssebox iam get-access-key-last-used --access-key-id ${newAccessKey} --query UserName --output text`,
    ],
  },
  GetAccountAuthorizationDetails: {
    summary: 'List the account’s users, groups, roles and policies in full detail',
    description: 'Of the policies of AWS it lists those that are attached to somebody.',
    examples: [
      'ssebox iam get-account-authorization-details',
      'ssebox iam get-account-authorization-details --filter User --query "UserDetailList[].[UserName,GroupList]"',
    ],
  },
  GetAccountSummary: {
    summary: 'Count the account’s IAM resources, with their limits',
    examples: [
      'ssebox iam get-account-summary',
      'ssebox iam get-account-summary --query "SummaryMap.[Users,Roles]" --output text',
    ],
  },
  GetContextKeysForCustomPolicy: {
    summary: 'List the condition keys that policies name',
    description: 'Their values are what simulate-custom-policy needs in --context-entries.',
    examples: [
      'ssebox iam get-context-keys-for-custom-policy --policy-input-list file://policy.json',
      `ssebox iam get-context-keys-for-custom-policy --policy-input-list '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}}' --query ContextKeyNames --output text`,
    ],
  },
  GetContextKeysForPrincipalPolicy: {
    summary: 'List the condition keys that the policies of a principal name',
    description: `Those of a user include the policies of its groups. Their values are what simulate-principal-policy needs in
--context-entries.`,
    examples: [
      'ssebox iam get-context-keys-for-principal-policy --policy-source-arn arn:aws:iam::111122223333:user/ana',
      'ssebox iam get-context-keys-for-principal-policy --policy-source-arn arn:aws:iam::111122223333:role/reader --policy-input-list file://policy.json',
    ],
  },
  GetCredentialReport: {
    summary: 'Get the newest credential report, as CSV',
    examples: [
      'ssebox iam generate-credential-report && ssebox iam get-credential-report --query GeneratedTime',
      'ssebox iam generate-credential-report --query State && ssebox iam get-credential-report --query Content --output text',
    ],
  },
  GetGroup: {
    summary: 'Show a group and the users in it',
    examples: [
      'ssebox iam get-group --group-name analysts',
      "ssebox iam get-group --group-name analysts --query 'Users[].UserName' --output text",
    ],
  },
  GetGroupPolicy: {
    summary: 'Show an inline policy of a group',
    examples: [
      'ssebox iam put-group-policy --group-name analysts --policy-name quarterly --policy-document file://policy.json && ssebox iam get-group-policy --group-name analysts --policy-name quarterly',
      'ssebox iam put-group-policy --group-name analysts --policy-name quarterly --policy-document file://policy.json && ssebox iam get-group-policy --group-name analysts --policy-name quarterly --query PolicyDocument.Statement',
    ],
  },
  GetPolicy: {
    summary: 'Show a managed policy: its default version, and how often it is attached',
    examples: [
      `ssebox iam get-policy --policy-arn ${reportsRead}`,
      `ssebox iam get-policy --policy-arn ${s3ReadOnly} --query Policy.DefaultVersionId --output text`,
    ],
  },
  GetPolicyVersion: {
    summary: 'Show the document of a managed policy’s version',
    examples: [
      `ssebox iam get-policy-version --policy-arn ${reportsRead} --version-id v1`,
      `ssebox iam get-policy-version --policy-arn ${reportsRead} --version-id v1 --query PolicyVersion.Document > reports-read.json`,
    ],
  },
  GetRole: {
    summary: 'Show a role and its trust policy',
    examples: [
      'ssebox iam get-role --role-name reader',
      'ssebox iam get-role --role-name reader --query Role.AssumeRolePolicyDocument.Statement',
    ],
  },
  GetRolePolicy: {
    summary: 'Show an inline policy of a role',
    examples: [
      'ssebox iam get-role-policy --role-name reader --policy-name read-reports',
      'ssebox iam get-role-policy --role-name reader --policy-name read-reports --query PolicyDocument > read-reports.json',
    ],
  },
  GetServiceLastAccessedDetails: {
    summary: 'Show which services a job found to be used, and when',
    description: 'It lists the services that the policies allow something of; those without a time were not used.',
    examples: [
      `ssebox iam get-service-last-accessed-details --job-id ${lastAccessedJob}`,
      `ssebox iam get-service-last-accessed-details --job-id ${lastAccessedJob} --query "ServicesLastAccessed[].[ServiceNamespace,LastAuthenticated]"`,
    ],
  },
  GetServiceLastAccessedDetailsWithEntities: {
    summary: 'Show which users and roles a job found to use a service, and when',
    examples: [
      `ssebox iam get-service-last-accessed-details-with-entities --job-id ${lastAccessedJob} --service-namespace s3`,
      `ssebox iam get-service-last-accessed-details-with-entities --job-id ${lastAccessedJob} --service-namespace s3 --query "EntityDetailsList[].EntityInfo.Name"`,
    ],
  },
  GetUser: {
    summary: 'Show a user; without a name, the caller',
    examples: ['ssebox iam get-user', 'ssebox iam get-user --user-name ana --query User.Arn --output text'],
  },
  GetUserPolicy: {
    summary: 'Show an inline policy of a user',
    examples: [
      'ssebox iam get-user-policy --user-name ana --policy-name read',
      "ssebox iam get-user-policy --user-name ana --policy-name read --query 'PolicyDocument.Statement[].Action'",
    ],
  },
  ListAccessKeys: {
    summary: 'List the access keys of a user, without their secrets',
    examples: [
      'ssebox iam list-access-keys --user-name ana',
      'ssebox iam create-access-key --user-name ana && ssebox iam list-access-keys --user-name ana --query "AccessKeyMetadata[].Status"',
    ],
  },
  ListAccountAliases: {
    summary: 'Show the alias of the account',
    examples: ['ssebox iam list-account-aliases', 'ssebox iam list-account-aliases --query AccountAliases'],
  },
  ListAttachedGroupPolicies: {
    summary: 'List the managed policies attached to a group',
    examples: [
      'ssebox iam list-attached-group-policies --group-name analysts',
      "ssebox iam list-attached-group-policies --group-name analysts --query 'AttachedPolicies[].PolicyArn' --output text",
    ],
  },
  ListAttachedRolePolicies: {
    summary: 'List the managed policies attached to a role',
    examples: [
      'ssebox iam list-attached-role-policies --role-name reader',
      `ssebox iam attach-role-policy --role-name reader --policy-arn ${s3ReadOnly} && ssebox iam list-attached-role-policies --role-name reader --output table`,
    ],
  },
  ListAttachedUserPolicies: {
    summary: 'List the managed policies attached to a user',
    examples: [
      'ssebox iam list-attached-user-policies --user-name admin',
      "ssebox iam list-attached-user-policies --user-name admin --query 'AttachedPolicies[].PolicyName' --output text",
    ],
  },
  ListEntitiesForPolicy: {
    summary: 'List the users, groups and roles to which a managed policy is attached',
    examples: [
      `ssebox iam list-entities-for-policy --policy-arn ${reportsRead}`,
      `ssebox iam list-entities-for-policy --policy-arn ${reportsRead} --entity-filter Group --query 'PolicyGroups[].GroupName'`,
    ],
  },
  ListGroupPolicies: {
    summary: 'List the names of a group’s inline policies',
    examples: [
      'ssebox iam list-group-policies --group-name analysts',
      'ssebox iam put-group-policy --group-name analysts --policy-name quarterly --policy-document file://policy.json && ssebox iam list-group-policies --group-name analysts --query PolicyNames',
    ],
  },
  ListGroups: {
    summary: 'List the groups of the account',
    examples: ['ssebox iam list-groups', "ssebox iam list-groups --query 'Groups[].GroupName' --output text"],
  },
  ListGroupsForUser: {
    summary: 'List the groups that a user is in',
    examples: [
      'ssebox iam list-groups-for-user --user-name ana',
      "ssebox iam list-groups-for-user --user-name ana --query 'Groups[].GroupName' --output text",
    ],
  },
  ListInstanceProfilesForRole: {
    summary: 'List the instance profiles that have a role',
    description: 'Nothing in ssebox runs on EC2, so there are none. Tools that delete a role ask for them before.',
    examples: [
      'ssebox iam list-instance-profiles-for-role --role-name reader',
      'ssebox iam list-instance-profiles-for-role --role-name reader --query "length(InstanceProfiles)"',
    ],
  },
  ListPolicies: {
    summary: 'List managed policies, the account’s own and AWS’s',
    examples: [
      'ssebox iam list-policies --scope Local',
      "ssebox iam list-policies --scope AWS --query 'Policies[].PolicyName'",
    ],
  },
  ListPolicyTags: {
    summary: 'List the tags of a managed policy',
    examples: [
      `ssebox iam list-policy-tags --policy-arn ${reportsRead}`,
      `ssebox iam tag-policy --policy-arn ${reportsRead} --tags Key=team,Value=finance && ssebox iam list-policy-tags --policy-arn ${reportsRead}`,
    ],
  },
  ListPolicyVersions: {
    summary: 'List the versions of a managed policy',
    examples: [
      `ssebox iam list-policy-versions --policy-arn ${reportsRead}`,
      `${newVersion} && ssebox iam list-policy-versions --policy-arn ${reportsRead} --query 'Versions[?IsDefaultVersion].VersionId'`,
    ],
  },
  ListRolePolicies: {
    summary: 'List the names of a role’s inline policies',
    examples: [
      'ssebox iam list-role-policies --role-name reader',
      'ssebox iam list-role-policies --role-name reader --query PolicyNames --output text',
    ],
  },
  ListRoles: {
    summary: 'List the roles of the account',
    examples: ['ssebox iam list-roles', "ssebox iam list-roles --query 'Roles[].Arn' --output text"],
  },
  ListRoleTags: {
    summary: 'List the tags of a role',
    examples: [
      'ssebox iam list-role-tags --role-name reader',
      'ssebox iam tag-role --role-name reader --tags Key=team,Value=finance && ssebox iam list-role-tags --role-name reader',
    ],
  },
  ListUserPolicies: {
    summary: 'List the names of a user’s inline policies',
    examples: [
      'ssebox iam list-user-policies --user-name ana',
      'ssebox iam list-user-policies --user-name bob --query "length(PolicyNames)"',
    ],
  },
  ListUsers: {
    summary: 'List the users of the account',
    examples: ['ssebox iam list-users', "ssebox iam list-users --query 'Users[].UserName' --output text"],
  },
  ListUserTags: {
    summary: 'List the tags of a user',
    examples: [
      'ssebox iam list-user-tags --user-name ana',
      'ssebox iam tag-user --user-name ana --tags Key=team,Value=finance && ssebox iam list-user-tags --user-name ana',
    ],
  },
  PutGroupPolicy: {
    summary: 'Write an inline policy of a group',
    examples: [
      'ssebox iam put-group-policy --group-name analysts --policy-name quarterly --policy-document file://policy.json',
      `ssebox iam put-group-policy --group-name analysts --policy-name list --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}'`,
    ],
  },
  PutRolePermissionsBoundary: {
    summary: 'Set the managed policy that limits what a role’s own policies can allow',
    examples: [
      `ssebox iam put-role-permissions-boundary --role-name reader --permissions-boundary ${reportsRead}`,
      `ssebox iam put-role-permissions-boundary --role-name reader --permissions-boundary ${s3ReadOnly}`,
    ],
  },
  PutRolePolicy: {
    summary: 'Write an inline policy of a role',
    examples: [
      'ssebox iam put-role-policy --role-name reader --policy-name quarterly --policy-document file://policy.json',
      `ssebox iam put-role-policy --role-name reader --policy-name read-reports --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"kms:Decrypt","Resource":"*"}]}'`,
    ],
  },
  PutUserPermissionsBoundary: {
    summary: 'Set the managed policy that limits what a user’s own policies can allow',
    examples: [
      `ssebox iam put-user-permissions-boundary --user-name ana --permissions-boundary ${reportsRead}`,
      `ssebox iam put-user-permissions-boundary --user-name bob --permissions-boundary ${s3ReadOnly}`,
    ],
  },
  PutUserPolicy: {
    summary: 'Write an inline policy of a user',
    examples: [
      'ssebox iam put-user-policy --user-name bob --policy-name quarterly --policy-document file://policy.json',
      `ssebox iam put-user-policy --user-name bob --policy-name list --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"}]}' && ssebox s3 ls --as user/bob`,
    ],
  },
  RemoveUserFromGroup: {
    summary: 'Remove a user from a group',
    examples: [
      'ssebox iam remove-user-from-group --group-name analysts --user-name ana',
      'ssebox iam remove-user-from-group --group-name analysts --user-name ana && ssebox iam get-group --group-name analysts --query Users',
    ],
  },
  SetDefaultPolicyVersion: {
    summary: 'Choose which version of a managed policy is in force',
    examples: [
      `ssebox iam set-default-policy-version --policy-arn ${reportsRead} --version-id v1`,
      `${newVersion} && ssebox iam set-default-policy-version --policy-arn ${reportsRead} --version-id v2`,
    ],
  },
  SimulateCustomPolicy: {
    summary: 'Simulate actions against policies given with the request',
    description: `It answers as AWS's policy simulator does, and sees no more: the policies that are given and the condition keys in
--context-entries. A key that is not given has no value, except for aws:RequestedRegion, which is us-east-1. ssebox explain
shows what really decides a call.`,
    examples: [
      'ssebox iam simulate-custom-policy --policy-input-list file://policy.json --action-names s3:GetObject --resource-arns arn:aws:s3:::photos/a.txt',
      'ssebox iam simulate-custom-policy --policy-input-list file://policy.json --action-names s3:GetObject s3:PutObject --query "EvaluationResults[].[EvalActionName,EvalDecision]" --output text',
    ],
  },
  SimulatePrincipalPolicy: {
    summary: 'Simulate actions against the policies of a principal',
    description: `It answers as AWS's policy simulator does, and sees no more: the policies of the user, group or role, its boundary,
service control policies without conditions, and what is given with the request. It knows no key policies, grants, bucket
policies, session policies and trust policies, and no condition keys but those in --context-entries. ssebox explain shows
what really decides a call.`,
    examples: [
      'ssebox iam simulate-principal-policy --policy-source-arn arn:aws:iam::111122223333:user/ana --action-names s3:GetObject --resource-arns arn:aws:s3:::photos/a.txt',
      'ssebox iam simulate-principal-policy --policy-source-arn arn:aws:iam::111122223333:role/reader --action-names kms:Decrypt --query "EvaluationResults[0].EvalDecision" --output text',
    ],
  },
  TagPolicy: {
    summary: 'Set tags on a managed policy',
    description: "Only the account's own policies have tags. Their keys are compared ignoring case.",
    examples: [
      `ssebox iam tag-policy --policy-arn ${reportsRead} --tags Key=team,Value=finance`,
      `ssebox iam tag-policy --policy-arn ${reportsRead} --tags Key=team,Value=finance Key=stage,Value=test`,
    ],
  },
  TagRole: {
    summary: 'Set tags on a role',
    examples: [
      'ssebox iam tag-role --role-name reader --tags Key=team,Value=finance',
      'ssebox iam tag-role --role-name reader --tags Key=team,Value=finance Key=stage,Value=test',
    ],
  },
  TagUser: {
    summary: 'Set tags on a user',
    examples: [
      'ssebox iam tag-user --user-name ana --tags Key=team,Value=finance',
      'ssebox iam tag-user --user-name bob --tags Key=team,Value=web Key=stage,Value=test',
    ],
  },
  UntagPolicy: {
    summary: 'Remove tags from a managed policy',
    examples: [
      `ssebox iam untag-policy --policy-arn ${reportsRead} --tag-keys team`,
      `ssebox iam tag-policy --policy-arn ${reportsRead} --tags Key=team,Value=finance && ssebox iam untag-policy --policy-arn ${reportsRead} --tag-keys team stage`,
    ],
  },
  UntagRole: {
    summary: 'Remove tags from a role',
    examples: [
      'ssebox iam untag-role --role-name reader --tag-keys team',
      'ssebox iam tag-role --role-name reader --tags Key=team,Value=finance && ssebox iam untag-role --role-name reader --tag-keys team stage',
    ],
  },
  UntagUser: {
    summary: 'Remove tags from a user',
    examples: [
      'ssebox iam untag-user --user-name ana --tag-keys team',
      'ssebox iam tag-user --user-name ana --tags Key=team,Value=finance && ssebox iam untag-user --user-name ana --tag-keys team stage',
    ],
  },
  UpdateAccessKey: {
    summary: 'Make an access key active or inactive',
    examples: [
      `ssebox iam update-access-key --user-name ana --access-key-id ${newAccessKey} --status Inactive`,
      `KEY=${newAccessKey}\nssebox iam update-access-key --user-name ana --access-key-id $KEY --status Inactive && ssebox iam update-access-key --user-name ana --access-key-id $KEY --status Active`,
    ],
  },
  UpdateAssumeRolePolicy: {
    summary: 'Replace a role’s trust policy',
    examples: [
      `${saveTrustPolicy}\nssebox iam update-assume-role-policy --role-name reader --policy-document file://trust.json`,
      `ssebox iam update-assume-role-policy --role-name reader --policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/ana"},"Action":"sts:AssumeRole"}]}'`,
    ],
  },
  UpdateRole: {
    summary: 'Change a role’s description and maximum session duration',
    examples: [
      'ssebox iam update-role --role-name reader --description "Reads the quarterly reports"',
      'ssebox iam update-role --role-name reader --max-session-duration 7200',
    ],
  },
  UpdateUser: {
    summary: 'Rename a user or move it to another path',
    examples: [
      'ssebox iam update-user --user-name bob --new-user-name robert',
      'ssebox iam update-user --user-name ana --new-path /finance/',
    ],
  },
} as const satisfies Record<OperationName<'iam'>, OperationProse>;
