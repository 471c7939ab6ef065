/** Whose organization a call is about: AWS Organizations User Guide, "Terminology and concepts". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Call } from '../call/operation.ts';
import type { Access, ConditionContext } from '../policy/access.ts';
import { callerAccount, type Tags } from '../policy/caller.ts';
import type { MemberRecord, OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';

/** The caller's account. @throws AccessDeniedException for a caller without an account. */
export function accountOf({ caller }: Pick<Call, 'caller'>): AccountId {
  const account = callerAccount(caller);
  if (account === undefined) throw accessDenied('only an account can be in an organization');
  return account;
}

/** The organization that an account is in. */
export function organizationOf(account: AccountId, tx: Tx): OrganizationRecord | undefined {
  const member = tx.organizationMembers.get([account]);
  return member && tx.organizations.get([member.organization]);
}

/** The organization of the caller's account. @throws AWSOrganizationsNotInUseException if it is in none. */
export function requireOrganization(call: Pick<Call, 'caller' | 'tx'>): OrganizationRecord {
  const account = accountOf(call);
  const organization = organizationOf(account, call.tx);
  if (organization) return organization;
  throw new AwsError(
    'AWSOrganizationsNotInUseException',
    'Your account is not a member of an organization.',
    {},
    `the account ${account} is not in an organization: create one with organizations create-organization`,
  );
}

/**
 * The same for what only the management account may do.
 * @throws AccessDeniedException for a member account, whatever its policies say
 */
export function requireManagement(call: Pick<Call, 'caller' | 'tx'>): OrganizationRecord {
  const organization = requireOrganization(call);
  if (organization.managementAccount === accountOf(call)) return organization;
  throw accessDenied(
    `only the management account of the organization, ${organization.managementAccount}, may do this, and the caller's is ${accountOf(call)}`,
  );
}

/** What only the management account may do is refused in these words. */
export const accessDenied = (reason: string) =>
  new AwsError('AccessDeniedException', "You don't have permissions to access this resource.", {}, reason);

/** The ARN of a part of an organization, such as `root/o-…/r-…`: Service Authorization Reference, "AWS Organizations". */
export const arnIn = (
  { managementAccount, id }: Pick<OrganizationRecord, 'managementAccount' | 'id'>,
  kind: 'account' | 'organization' | 'ou' | 'policy' | 'root',
  ...rest: readonly string[]
): string => `arn:aws:organizations::${managementAccount}:${[kind, id, ...rest].join('/')}`;

export const accountArn = (organization: OrganizationRecord, account: AccountId): string =>
  arnIn(organization, 'account', account);

/** The member of a management account. @throws Error if the store does not have it. */
export function managementMember(organization: OrganizationRecord, tx: Tx): MemberRecord {
  const member = tx.organizationMembers.get([organization.managementAccount]);
  if (!member) throw new Error(`the organization ${organization.id} lacks its management account`);
  return member;
}

/** What the operations ask permission for: the same page. */
export const organizationsAccess = (
  name: string,
  call: Pick<Call, 'caller'>,
  resource = '*',
  context: ConditionContext = {},
): Access => ({ action: `organizations:${name}`, resource, owner: accountOf(call), context });

/** The condition keys of a resource with tags. */
export const resourceTags = (tags: Tags): ConditionContext =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
