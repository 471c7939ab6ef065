/** Every operation of AWS Organizations that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { CreateAccount, DescribeCreateAccountStatus, ListCreateAccountStatus } from './account-requests.ts';
import {
  CloseAccount,
  DescribeAccount,
  ListAccounts,
  ListAccountsForParent,
  RemoveAccountFromOrganization,
} from './accounts.ts';
import {
  AttachPolicy,
  DescribeEffectivePolicy,
  DetachPolicy,
  ListPoliciesForTarget,
  ListTargetsForPolicy,
} from './attachments.ts';
import {
  CreateOrganization,
  DeleteOrganization,
  DescribeOrganization,
  DisablePolicyType,
  EnablePolicyType,
  ListRoots,
} from './organizations.ts';
import { CreatePolicy, DeletePolicy, DescribePolicy, ListPolicies, UpdatePolicy } from './policies.ts';
import { ListTagsForResource, TagResource, UntagResource } from './tags.ts';
import { ListChildren, ListParents, MoveAccount } from './tree.ts';
import {
  CreateOrganizationalUnit,
  DeleteOrganizationalUnit,
  DescribeOrganizationalUnit,
  ListOrganizationalUnitsForParent,
  UpdateOrganizationalUnit,
} from './units.ts';

export const organizationsOperations: OperationTable = {
  AttachPolicy,
  CloseAccount,
  CreateAccount,
  CreateOrganization,
  CreateOrganizationalUnit,
  CreatePolicy,
  DeleteOrganization,
  DeleteOrganizationalUnit,
  DeletePolicy,
  DescribeAccount,
  DescribeCreateAccountStatus,
  DescribeEffectivePolicy,
  DescribeOrganization,
  DescribeOrganizationalUnit,
  DescribePolicy,
  DetachPolicy,
  DisablePolicyType,
  EnablePolicyType,
  ListAccounts,
  ListAccountsForParent,
  ListChildren,
  ListCreateAccountStatus,
  ListOrganizationalUnitsForParent,
  ListParents,
  ListPolicies,
  ListPoliciesForTarget,
  ListRoots,
  ListTagsForResource,
  ListTargetsForPolicy,
  MoveAccount,
  RemoveAccountFromOrganization,
  TagResource,
  UntagResource,
  UpdateOrganizationalUnit,
  UpdatePolicy,
};
