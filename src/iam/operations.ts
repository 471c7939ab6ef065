/** The IAM operations in ssebox. */

import { eachOnDemand, type OperationTable } from '../call/operation.ts';
import { deniedFirst } from './absent-entity.ts';
import {
  CreateAccessKey,
  DeleteAccessKey,
  GetAccessKeyLastUsed,
  ListAccessKeys,
  UpdateAccessKey,
} from './access-keys.ts';
import { CreateAccountAlias, DeleteAccountAlias, ListAccountAliases } from './account-alias.ts';
import { GetAccountAuthorizationDetails, GetAccountSummary } from './account-details.ts';
import { GenerateCredentialReport, GetCredentialReport } from './credential-report.ts';
import { ListRoleTags, ListUserTags, TagRole, TagUser, UntagRole, UntagUser } from './entity-tags.ts';
import {
  AddUserToGroup,
  CreateGroup,
  DeleteGroup,
  GetGroup,
  ListGroups,
  ListGroupsForUser,
  RemoveUserFromGroup,
} from './groups.ts';
import {
  DeleteGroupPolicy,
  DeleteRolePolicy,
  DeleteUserPolicy,
  GetGroupPolicy,
  GetRolePolicy,
  GetUserPolicy,
  ListGroupPolicies,
  ListRolePolicies,
  ListUserPolicies,
  PutGroupPolicy,
  PutRolePolicy,
  PutUserPolicy,
} from './inline-policies.ts';
import {
  GenerateServiceLastAccessedDetails,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
} from './last-accessed.ts';
import { CreatePolicy, DeletePolicy, GetPolicy, ListPolicies } from './managed-policies.ts';
import {
  DeleteRolePermissionsBoundary,
  DeleteUserPermissionsBoundary,
  PutRolePermissionsBoundary,
  PutUserPermissionsBoundary,
} from './permissions-boundaries.ts';
import {
  AttachGroupPolicy,
  AttachRolePolicy,
  AttachUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  DetachUserPolicy,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
  ListEntitiesForPolicy,
} from './policy-attachments.ts';
import {
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
} from './policy-simulator.ts';
import { ListPolicyTags, TagPolicy, UntagPolicy } from './policy-tags.ts';
import {
  CreatePolicyVersion,
  DeletePolicyVersion,
  GetPolicyVersion,
  ListPolicyVersions,
  SetDefaultPolicyVersion,
} from './policy-versions.ts';
import {
  CreateRole,
  DeleteRole,
  GetRole,
  ListInstanceProfilesForRole,
  ListRoles,
  UpdateAssumeRolePolicy,
  UpdateRole,
} from './roles.ts';
import { CreateUser, DeleteUser, GetUser, ListUsers, UpdateUser } from './users.ts';

const operations: OperationTable = {
  AddUserToGroup,
  AttachGroupPolicy,
  AttachRolePolicy,
  AttachUserPolicy,
  CreateAccessKey,
  CreateAccountAlias,
  CreateGroup,
  CreatePolicy,
  CreatePolicyVersion,
  CreateRole,
  CreateUser,
  DeleteAccessKey,
  DeleteAccountAlias,
  DeleteGroup,
  DeleteGroupPolicy,
  DeletePolicy,
  DeletePolicyVersion,
  DeleteRole,
  DeleteRolePermissionsBoundary,
  DeleteRolePolicy,
  DeleteUser,
  DeleteUserPermissionsBoundary,
  DeleteUserPolicy,
  DetachGroupPolicy,
  DetachRolePolicy,
  DetachUserPolicy,
  GenerateCredentialReport,
  GenerateServiceLastAccessedDetails,
  GetAccessKeyLastUsed,
  GetAccountAuthorizationDetails,
  GetAccountSummary,
  GetContextKeysForCustomPolicy,
  GetContextKeysForPrincipalPolicy,
  GetCredentialReport,
  GetGroup,
  GetGroupPolicy,
  GetPolicy,
  GetPolicyVersion,
  GetRole,
  GetRolePolicy,
  GetServiceLastAccessedDetails,
  GetServiceLastAccessedDetailsWithEntities,
  GetUser,
  GetUserPolicy,
  ListAccessKeys,
  ListAccountAliases,
  ListAttachedGroupPolicies,
  ListAttachedRolePolicies,
  ListAttachedUserPolicies,
  ListEntitiesForPolicy,
  ListGroupPolicies,
  ListGroups,
  ListGroupsForUser,
  ListInstanceProfilesForRole,
  ListPolicies,
  ListPolicyTags,
  ListPolicyVersions,
  ListRolePolicies,
  ListRoleTags,
  ListRoles,
  ListUserPolicies,
  ListUserTags,
  ListUsers,
  PutGroupPolicy,
  PutRolePermissionsBoundary,
  PutRolePolicy,
  PutUserPermissionsBoundary,
  PutUserPolicy,
  RemoveUserFromGroup,
  SetDefaultPolicyVersion,
  SimulateCustomPolicy,
  SimulatePrincipalPolicy,
  TagPolicy,
  TagRole,
  TagUser,
  UntagPolicy,
  UntagRole,
  UntagUser,
  UpdateAccessKey,
  UpdateAssumeRolePolicy,
  UpdateRole,
  UpdateUser,
};

export const iamOperations: OperationTable = eachOnDemand(operations, deniedFirst);
