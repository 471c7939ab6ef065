/** Choices for prompts and completion: the parts of the caller's organization by id, each with its name. */

import { organizationOf } from '../organizations/organization.ts';
import { awsOrganizationPolicies } from '../policy/organization-policies.ts';
import type { OrganizationRecord } from '../store/records/organizations.ts';
import type { Tx } from '../store/tables.ts';
import { fromNothing, namesIn, take } from './choices.ts';
import type { Choices } from './command.ts';
import type { Choice } from './session.ts';

type Part = 'account' | 'policy' | 'root' | 'unit';

/** What there is of a part, in the order of ids. */
const partsOf: Readonly<Record<Part, (organization: OrganizationRecord, tx: Tx) => Iterable<Choice>>> = {
  root: ({ root }) => [{ value: root, about: 'Root' }],
  *unit({ id }, tx) {
    for (const { value } of tx.organizationUnits.under([id])) yield { value: value.id, about: value.name };
  },
  *account({ id }, tx) {
    for (const { key, value } of tx.organizationMembers.range()) {
      if (value.organization === id) yield { value: key[0], about: value.name };
    }
  },
  *policy({ id }, tx) {
    for (const { id: value, name } of awsOrganizationPolicies) yield { value, about: name };
    for (const { value } of tx.organizationPolicies.under([id])) yield { value: value.id, about: value.name };
  },
};

/** The choices that are some parts of the organization. */
const choicesOf =
  (...parts: readonly Part[]): Choices =>
  async (session, at = fromNothing) => {
    const found = parts.map((part) =>
      namesIn(NAMES[part], session, at, (tx, account) => {
        const organization = organizationOf(account, tx);
        return organization ? take(partsOf[part](organization, tx), at, (choice) => choice) : [];
      }),
    );
    return (await Promise.all(found)).flat();
  };

const NAMES = { account: 'accounts', policy: 'policies', root: 'roots', unit: 'units' } as const;

export const rootChoices = choicesOf('root');
export const unitChoices = choicesOf('unit');
export const memberChoices = choicesOf('account');
export const organizationPolicyChoices = choicesOf('policy');
/** What accounts and units can be in. */
export const parentChoices = choicesOf('root', 'unit');
/** What is in something. */
export const childChoices = choicesOf('unit', 'account');
/** What policies can be attached to. */
export const targetChoices = choicesOf('root', 'unit', 'account');
export const taggedChoices = choicesOf('root', 'unit', 'account', 'policy');
