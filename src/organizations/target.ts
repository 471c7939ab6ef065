/** The root, the units and the accounts of an organization, which form a tree and which policies are attached to. */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Tags } from '../policy/caller.ts';
import type { MemberRecord, OrganizationRecord, UnitRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { accountArn, arnIn } from './organization.ts';

interface Named {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly tags: Tags;
}

export interface Root extends Named {
  readonly kind: 'ROOT';
}

export interface Unit extends Named {
  readonly kind: 'ORGANIZATIONAL_UNIT';
  readonly record: UnitRecord;
}

export interface Member extends Named {
  readonly kind: 'ACCOUNT';
  readonly record: MemberRecord;
}

/** What accounts and units may be in. */
export type Parent = Root | Unit;

export type Target = Parent | Member;

export const rootOf = (organization: OrganizationRecord): Root => ({
  kind: 'ROOT',
  id: organization.root,
  arn: arnIn(organization, 'root', organization.root),
  name: 'Root',
  tags: organization.rootTags,
});

export const asUnit = (record: UnitRecord, organization: OrganizationRecord): Unit => ({
  kind: 'ORGANIZATIONAL_UNIT',
  id: record.id,
  arn: arnIn(organization, 'ou', record.id),
  name: record.name,
  tags: record.tags,
  record,
});

const asMember = (account: AccountId, record: MemberRecord, organization: OrganizationRecord): Member => ({
  kind: 'ACCOUNT',
  id: account,
  arn: accountArn(organization, account),
  name: record.name,
  tags: record.tags,
  record,
});

export function findParent(id: string, organization: OrganizationRecord, tx: Tx): Parent | undefined {
  if (id === organization.root) return rootOf(organization);
  return findUnit(id, organization, tx);
}

function findUnit(id: string, organization: OrganizationRecord, tx: Tx): Unit | undefined {
  const unit = tx.organizationUnits.get([organization.id, id]);
  return unit && asUnit(unit, organization);
}

export function findMember(account: AccountId, organization: OrganizationRecord, tx: Tx): Member | undefined {
  const member = tx.organizationMembers.get([account]);
  return member?.organization === organization.id ? asMember(account, member, organization) : undefined;
}

export const findTarget = (id: string, organization: OrganizationRecord, tx: Tx): Target | undefined =>
  findParent(id, organization, tx) ?? findMember(id, organization, tx);

/** @throws ParentNotFoundException */
export function requireParent(id: string, organization: OrganizationRecord, tx: Tx): Parent {
  const parent = findParent(id, organization, tx);
  if (parent) return parent;
  throw new AwsError(
    'ParentNotFoundException',
    "You specified a parent that doesn't exist.",
    {},
    `${id} is neither the root of the organization, ${organization.root}, nor one of its units`,
  );
}

/** @throws OrganizationalUnitNotFoundException */
export function requireUnit(id: string, organization: OrganizationRecord, tx: Tx): Unit {
  const unit = findUnit(id, organization, tx);
  if (unit) return unit;
  throw new AwsError(
    'OrganizationalUnitNotFoundException',
    "You specified an organizational unit that doesn't exist.",
    {},
    `${id} is not a unit of the organization ${organization.id}`,
  );
}

/** @throws AccountNotFoundException */
export function requireMember(account: AccountId, organization: OrganizationRecord, tx: Tx): Member {
  const member = findMember(account, organization, tx);
  if (member) return member;
  throw accountNotFound(`the account ${account} is not in the organization ${organization.id}`);
}

export const accountNotFound = (reason: string) =>
  new AwsError('AccountNotFoundException', "You specified an account that doesn't exist.", {}, reason);

/** @throws TargetNotFoundException */
export function requireTarget(id: string, organization: OrganizationRecord, tx: Tx): Target {
  const target = findTarget(id, organization, tx);
  if (target) return target;
  throw targetNotFound(id, organization);
}

export const targetNotFound = (id: string, organization: OrganizationRecord) =>
  new AwsError(
    'TargetNotFoundException',
    "You specified a target that doesn't exist.",
    {},
    `${id} is not a root, a unit or an account of the organization ${organization.id}`,
  );

/** The root and the units that something is in, from the root down to itself if it is one of them. */
export function parentsDownTo(id: string, organization: OrganizationRecord, tx: Tx): readonly string[] {
  const ids: string[] = [];
  for (let at: string | undefined = id; at !== undefined; ) {
    ids.unshift(at);
    at = at === organization.root ? undefined : tx.organizationUnits.get([organization.id, at])?.parent;
  }
  return ids;
}

/** `o-…/r-…/ou-…/`, with the account as its last part if there is one. */
export const pathOf = (
  parent: string,
  organization: OrganizationRecord,
  tx: Tx,
  ...rest: readonly AccountId[]
): string => `${[organization.id, ...parentsDownTo(parent, organization, tx), ...rest].join('/')}/`;

/** The root, then every unit and account of an organization. */
export function* everyTarget(organization: OrganizationRecord, tx: Tx): Generator<string> {
  yield organization.root;
  for (const { key } of tx.organizationChildren.under([organization.id])) yield key[3];
}
