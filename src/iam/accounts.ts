/** Accounts: each is created, with its own `user/admin`, when it is first named, or imported without one. */

import type { AccountId } from '../api/arn.ts';
import type { UserRecord } from '../store/records/iam.ts';
import type { Tx } from '../store/tables.ts';
import { putUser } from './entities.ts';
import { newEntityId } from './entity-id.ts';

const FIRST_USER = 'admin';
export const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** The parts of a call that creating an account needs. */
export interface Birth {
  readonly tx: Tx;
  readonly now: Date;
  readonly random: (size: number) => Uint8Array;
}

/**
 * Ensures that an account exists. Its `user/admin` has AdministratorAccess and no other privilege: a Deny or a key
 * policy can stop it.
 */
export function ensureAccount(account: AccountId, { tx, now, random }: Birth): void {
  if (tx.accounts.get([account])) return;
  const createdMs = now.getTime();
  tx.accounts.put([account], { v: 1, account, createdMs });
  const id = newEntityId('AIDA', random);
  putUser(tx, {
    v: 1,
    account,
    name: FIRST_USER,
    path: '/',
    id,
    createdMs,
    inlinePolicies: {},
    attachedPolicies: [ADMINISTRATOR_ACCESS],
    tags: {},
    groups: [],
  });
  tx.principalIds.put([id], { kind: 'user', account, name: FIRST_USER });
  tx.policyUses.put([ADMINISTRATOR_ACCESS, 'user', `${account}/${FIRST_USER}`], { account, as: 'policy' });
}

/** The accounts that were imported, by number. */
export function* importedAccounts(tx: Tx): Iterable<AccountId> {
  for (const { value } of tx.accounts.range()) if (value.importedMs !== undefined) yield value.account;
}

/** Whether a user is an account's first one, with the permissions that it was created with. */
export const isFirstUser = ({ name, inlinePolicies, attachedPolicies, boundary }: UserRecord): boolean =>
  name === FIRST_USER &&
  boundary === undefined &&
  Object.keys(inlinePolicies).length === 0 &&
  attachedPolicies.length === 1 &&
  attachedPolicies[0] === ADMINISTRATOR_ACCESS;
