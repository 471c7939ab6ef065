/** Requests to create accounts, which are done at once: AWS Organizations API Reference, CreateAccount. */

import type { AccountId } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { CreateAccountStatus } from '../api/model/organizations.types.ts';
import { DIGITS, randomName } from '../api/random-name.ts';
import { type Call, operation } from '../call/operation.ts';
import { putAccessRole } from '../iam/account-access-role.ts';
import { ensureAccount } from '../iam/accounts.ts';
import { auditFields } from '../iam/audit-text.ts';
import type { AccountRequestRecord, OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { attachFirst } from './attached.ts';
import { organizationsAccess, requireManagement } from './organization.ts';
import { pageOf } from './page.ts';
import { invalidInput } from './refusal.ts';
import { tagContext, withTags } from './tag-rules.ts';

const DEFAULT_ROLE = 'OrganizationAccountAccessRole';

/** The account is in the root, with its `user/admin` and the role by which the management account administers it. */
export const CreateAccount = operation('organizations', 'CreateAccount', {
  resolve(_input, call) {
    return requireManagement(call);
  },
  authorize(_organization, { Tags = [] }, call) {
    const context = tagContext(Tags);
    const access = (name: string) => organizationsAccess(name, call, '*', context);
    return [access('CreateAccount'), ...(Tags.length > 0 ? [access('TagResource')] : [])];
  },
  run(organization, { AccountName, Email, RoleName = DEFAULT_ROLE, Tags = [] }, call) {
    const { tx, now, random } = call;
    if (/^AWSServiceRoleFor/i.test(RoleName)) {
      throw invalidInput(
        'INVALID_ROLE_NAME',
        "You provided a role name that isn't valid. A role name can't begin with the reserved prefix AWSServiceRoleFor.",
        `the name "${RoleName}" begins with it`,
      );
    }
    const tags = withTags({}, Tags);
    const account = isEmailTaken(Email, tx) ? undefined : newAccountId(call);
    const request: AccountRequestRecord = {
      v: 1,
      id: `car-${Buffer.from(random(16)).toString('hex')}`,
      name: AccountName,
      requestedMs: now.getTime(),
      account,
      failure: account === undefined ? 'EMAIL_ALREADY_EXISTS' : undefined,
    };
    tx.accountRequests.put([organization.id, request.id], request);
    if (account !== undefined) {
      ensureAccount(account, call);
      putAccessRole(account, RoleName, organization.managementAccount, call);
      const member = { name: AccountName, email: Email, joinedMs: now.getTime(), joinedBy: 'CREATED', tags } as const;
      tx.organizationMembers.put([account], {
        v: 1,
        organization: organization.id,
        parent: organization.root,
        ...member,
      });
      tx.organizationChildren.put([organization.id, organization.root, 'ACCOUNT', account], true);
      attachFirst(account, organization, tx);
    }
    return { CreateAccountStatus: shownRequest(request) };
  },
  parameters: ({ AccountName: _name, Email: _email, ...shown }) => ({
    ...auditFields(shown),
    email: '****',
    accountName: '****',
  }),
  response: ({ CreateAccountStatus: shown }) => auditFields({ CreateAccountStatus: { ...shown, AccountName: '****' } }),
});

export const DescribeCreateAccountStatus = operation('organizations', 'DescribeCreateAccountStatus', {
  resolve({ CreateAccountRequestId }, call) {
    const organization = requireManagement(call);
    const request = call.tx.accountRequests.get([organization.id, CreateAccountRequestId]);
    if (request) return request;
    throw new AwsError(
      'CreateAccountStatusNotFoundException',
      "We can't find an create account request with the CreateAccountRequestId that you specified.",
    );
  },
  authorize: (_request, _input, call) => [organizationsAccess('DescribeCreateAccountStatus', call)],
  run: (request) => ({ CreateAccountStatus: shownRequest(request) }),
});

export const ListCreateAccountStatus = operation('organizations', 'ListCreateAccountStatus', {
  resolve: (_input, call) => requireManagement(call),
  authorize: (_organization, _input, call) => [organizationsAccess('ListCreateAccountStatus', call)],
  run(organization, input, { tx }) {
    const { States } = input;
    const { items, ...more } = pageOf(
      'ListCreateAccountStatus',
      input,
      (after) => requestsIn(organization, States, tx, after),
      ({ id }) => id,
    );
    return { CreateAccountStatuses: items.map(shownRequest), ...more };
  },
});

function* requestsIn(
  { id }: OrganizationRecord,
  states: readonly string[] | undefined,
  tx: Tx,
  after?: string,
): Generator<AccountRequestRecord> {
  const range = after === undefined ? {} : { start: [id, after], after: true };
  for (const { value } of tx.accountRequests.under([id], range)) {
    if (states === undefined || states.length === 0 || states.includes(stateOf(value))) yield value;
  }
}

/** Addresses are unique among all accounts, of other organizations too. */
function isEmailTaken(email: string, tx: Tx): boolean {
  for (const { value } of tx.organizationMembers.range()) {
    if (value.email.toLowerCase() === email.toLowerCase()) return true;
  }
  return false;
}

/** The id of an account that does not exist yet. It does not begin with a zero, which other programs may drop. */
function newAccountId({ tx, random }: Pick<Call, 'tx' | 'random'>): AccountId {
  for (;;) {
    const id = randomName(12, random, DIGITS);
    if (!id.startsWith('0') && !tx.accounts.get([id])) return id;
  }
}

const stateOf = ({ account }: AccountRequestRecord) => (account === undefined ? 'FAILED' : 'SUCCEEDED');

function shownRequest(request: AccountRequestRecord): CreateAccountStatus {
  const requested = new Date(request.requestedMs);
  return {
    Id: request.id,
    AccountName: request.name,
    State: stateOf(request),
    RequestedTimestamp: requested,
    CompletedTimestamp: requested,
    AccountId: request.account,
    FailureReason: request.failure,
  };
}
