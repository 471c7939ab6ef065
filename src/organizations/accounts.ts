/** The accounts of an organization: AWS Organizations User Guide, "Managing accounts in an organization". */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { Account } from '../api/model/organizations.types.ts';
import { type Call, operation } from '../call/operation.ts';
import type { OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { detachFrom } from './attached.ts';
import { organizationsAccess, requireManagement, resourceTags } from './organization.ts';
import { pageOf } from './page.ts';
import { constraintViolation } from './refusal.ts';
import { findMember, type Member, pathOf, requireMember, requireParent } from './target.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a created account has to stay: AWS Organizations API Reference, RemoveAccountFromOrganization, WAIT_PERIOD_ACTIVE. */
const DAYS_TO_STAY = 4;

export const DescribeAccount = operation('organizations', 'DescribeAccount', {
  resolve: ({ AccountId }, call) => resolveMember(AccountId, call),
  authorize: (found, _input, call) => accountAccess('DescribeAccount', found, call),
  run: ({ organization, member }, _input, { tx }) => ({ Account: shownAccount(member, organization, tx) }),
});

export const ListAccounts = operation('organizations', 'ListAccounts', {
  resolve: (_input, call) => requireManagement(call),
  authorize: (_organization, _input, call) => [organizationsAccess('ListAccounts', call)],
  run(organization, input, { tx }) {
    const { items, ...more } = pageOf(
      'ListAccounts',
      input,
      (after) => membersOf(organization, tx, after),
      ({ id }) => id,
    );
    return { Accounts: items.map((member) => shownAccount(member, organization, tx)), ...more };
  },
});

export const ListAccountsForParent = operation('organizations', 'ListAccountsForParent', {
  resolve({ ParentId }, call) {
    const organization = requireManagement(call);
    return { organization, parent: requireParent(ParentId, organization, call.tx) };
  },
  authorize: ({ parent }, _input, call) => [
    organizationsAccess('ListAccountsForParent', call, parent.arn, resourceTags(parent.tags)),
  ],
  run({ organization, parent }, input, { tx }) {
    const { items, ...more } = pageOf(
      'ListAccountsForParent',
      input,
      (after) => membersIn(parent.id, organization, tx, after),
      ({ id }) => id,
    );
    return { Accounts: items.map((member) => shownAccount(member, organization, tx)), ...more };
  },
});

/** The account stays in the organization, and in the store. */
export const CloseAccount = operation('organizations', 'CloseAccount', {
  resolve: ({ AccountId }, call) => resolveMember(AccountId, call),
  authorize: (found, _input, call) => accountAccess('CloseAccount', found, call),
  run({ organization, member }, _input, { tx, now }) {
    if (member.id === organization.managementAccount) {
      throw constraintViolation(
        'CANNOT_CLOSE_MANAGEMENT_ACCOUNT',
        'You attempted to close the management account.',
        `${member.id} is the management account of the organization`,
      );
    }
    if (member.record.closedMs !== undefined) {
      throw new AwsError('AccountAlreadyClosedException', 'You attempted to close an account that is already closed.');
    }
    tx.organizationMembers.put([member.id], { ...member.record, closedMs: now.getTime() });
  },
});

export const RemoveAccountFromOrganization = operation('organizations', 'RemoveAccountFromOrganization', {
  resolve: ({ AccountId }, call) => resolveMember(AccountId, call),
  authorize: (found, _input, call) => accountAccess('RemoveAccountFromOrganization', found, call),
  run({ organization, member }, _input, { tx, now }) {
    const { parent, joinedBy, joinedMs } = member.record;
    if (member.id === organization.managementAccount) {
      throw new AwsError(
        'MasterCannotLeaveOrganizationException',
        "You can't remove a management account from an organization. If you want the management account to become a member account in another organization, you must first delete the current organization of the management account.",
      );
    }
    const atMs = joinedMs + DAYS_TO_STAY * DAY_MS;
    if (joinedBy === 'CREATED' && now.getTime() < atMs) {
      throw constraintViolation(
        'WAIT_PERIOD_ACTIVE',
        'This operation requires a wait period. Try again later.',
        `an account that was created in an organization stays for ${DAYS_TO_STAY} days, this one until ${new Date(atMs).toISOString()}`,
      );
    }
    detachFrom(member.id, organization, tx);
    tx.organizationChildren.remove([organization.id, parent, 'ACCOUNT', member.id]);
    tx.organizationMembers.remove([member.id]);
  },
});

interface FoundMember {
  readonly organization: OrganizationRecord;
  readonly member: Member;
}

function resolveMember(account: AccountId, call: Call): FoundMember {
  const organization = requireManagement(call);
  return { organization, member: requireMember(account, organization, call.tx) };
}

const accountAccess = (name: string, { member }: FoundMember, call: Call) => [
  organizationsAccess(name, call, member.arn, resourceTags(member.tags)),
];

/** The accounts of an organization, by id. */
function* membersOf(organization: OrganizationRecord, tx: Tx, after?: AccountId): Generator<Member> {
  const range = after === undefined ? {} : { start: [after], after: true };
  for (const { key } of tx.organizationMembers.range(range)) {
    const member = findMember(key[0], organization, tx);
    if (member) yield member;
  }
}

function* membersIn(parent: string, organization: OrganizationRecord, tx: Tx, after?: AccountId): Generator<Member> {
  const place = [organization.id, parent, 'ACCOUNT'] as const;
  const range = after === undefined ? {} : { start: [...place, after], after: true };
  for (const { key } of tx.organizationChildren.under(place, range)) yield requireMember(key[3], organization, tx);
}

const shownAccount = ({ id, arn, record }: Member, organization: OrganizationRecord, tx: Tx): Account => ({
  Id: id,
  Arn: arn,
  Email: record.email,
  Name: record.name,
  Status: record.closedMs === undefined ? 'ACTIVE' : 'SUSPENDED',
  State: record.closedMs === undefined ? 'ACTIVE' : 'CLOSED',
  Paths: [pathOf(record.parent, organization, tx, id)],
  JoinedMethod: record.joinedBy,
  JoinedTimestamp: new Date(record.joinedMs),
});
