/** Who is in whom: AWS Organizations API Reference, ListChildren, ListParents, MoveAccount. */

import { AwsError } from '../api/errors.ts';
import { operation } from '../call/operation.ts';
import type { OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { organizationsAccess, requireManagement, resourceTags } from './organization.ts';
import { pageOf } from './page.ts';
import { accountNotFound, findParent, findTarget, requireMember, requireParent } from './target.ts';

type ChildType = 'ACCOUNT' | 'ORGANIZATIONAL_UNIT';

export const ListChildren = operation('organizations', 'ListChildren', {
  resolve({ ParentId }, call) {
    const organization = requireManagement(call);
    return { organization, parent: requireParent(ParentId, organization, call.tx) };
  },
  authorize: ({ parent }, _input, call) => [
    organizationsAccess('ListChildren', call, parent.arn, resourceTags(parent.tags)),
  ],
  run({ organization, parent }, input, { tx }) {
    const { ChildType: type } = input;
    const { items, ...more } = pageOf(
      'ListChildren',
      input,
      (after) => childrenOf(parent.id, type, organization, tx, after),
      (id) => id,
    );
    return { Children: items.map((Id) => ({ Id, Type: type })), ...more };
  },
});

function* childrenOf(parent: string, type: ChildType, { id }: OrganizationRecord, tx: Tx, after?: string) {
  const range = after === undefined ? {} : { start: [id, parent, type, after], after: true };
  for (const { key } of tx.organizationChildren.under([id, parent, type], range)) yield key[3];
}

export const ListParents = operation('organizations', 'ListParents', {
  resolve({ ChildId }, call) {
    const organization = requireManagement(call);
    const child = findTarget(ChildId, organization, call.tx);
    if (child && child.kind !== 'ROOT') return { organization, child };
    throw new AwsError(
      'ChildNotFoundException',
      "You specified a child that doesn't exist.",
      {},
      `${ChildId} is not a unit or an account of the organization ${organization.id}`,
    );
  },
  authorize: ({ child }, _input, call) => [
    organizationsAccess('ListParents', call, child.arn, resourceTags(child.tags)),
  ],
  run({ organization, child }, input) {
    const { parent } = child.record;
    const parents = [
      { Id: parent, Type: parent === organization.root ? ('ROOT' as const) : ('ORGANIZATIONAL_UNIT' as const) },
    ];
    const { items, ...more } = pageOf(
      'ListParents',
      input,
      (after) => (after === undefined ? parents : []),
      ({ Id }) => Id,
    );
    return { Parents: items, ...more };
  },
});

/** The account keeps its own policies, and inherits those of its new place from now on. */
export const MoveAccount = operation('organizations', 'MoveAccount', {
  resolve({ AccountId, SourceParentId, DestinationParentId }, call) {
    const { tx } = call;
    const organization = requireManagement(call);
    const member = requireMember(AccountId, organization, tx);
    const source = findParent(SourceParentId, organization, tx);
    if (!source) {
      throw new AwsError(
        'SourceParentNotFoundException',
        "We can't find a source root or OU with the ParentId that you specified.",
        {},
        noParent(SourceParentId, organization),
      );
    }
    const destination = findParent(DestinationParentId, organization, tx);
    if (!destination) {
      throw new AwsError(
        'DestinationParentNotFoundException',
        "We can't find the destination container (a root or OU) with the ParentId that you specified.",
        {},
        noParent(DestinationParentId, organization),
      );
    }
    return { organization, member, source, destination };
  },
  authorize: ({ member, source, destination }, _input, call) =>
    [member, source, destination].map(({ arn, tags }) =>
      organizationsAccess('MoveAccount', call, arn, resourceTags(tags)),
    ),
  run({ organization, member, source, destination }, _input, { tx }) {
    const { id } = organization;
    if (member.record.parent === destination.id) {
      throw new AwsError(
        'DuplicateAccountException',
        'That account is already present in the specified destination.',
        {},
        `the account ${member.id} is in ${destination.id}`,
      );
    }
    // In AWS's words the account does not exist: it is not where the request says.
    if (member.record.parent !== source.id) {
      throw accountNotFound(`the account ${member.id} is in ${member.record.parent}, not in ${source.id}`);
    }
    tx.organizationChildren.remove([id, source.id, 'ACCOUNT', member.id]);
    tx.organizationChildren.put([id, destination.id, 'ACCOUNT', member.id], true);
    tx.organizationMembers.put([member.id], { ...member.record, parent: destination.id });
  },
});

const noParent = (parent: string, { id, root }: OrganizationRecord): string =>
  `${parent} is neither the root of the organization ${id}, ${root}, nor one of its units`;
