/** The role by which one account administers another: AWS Organizations User Guide, "OrganizationAccountAccessRole". */

import { type AccountId, rootArn } from '../api/arn.ts';
import { ADMINISTRATOR_ACCESS, type Birth } from './accounts.ts';
import { putRole } from './entities.ts';
import { newEntityId } from './entity-id.ts';
import { acceptTrustPolicy } from './trust-policy.ts';

const SESSION_SECONDS = 3600;

/** Puts a role into a new account that the principals of another one can assume, as far as their policies allow it. */
export function putAccessRole(account: AccountId, name: string, trusted: AccountId, { tx, now, random }: Birth): void {
  const id = newEntityId('AROA', random);
  putRole(tx, {
    v: 1,
    account,
    name,
    path: '/',
    id,
    createdMs: now.getTime(),
    inlinePolicies: {},
    attachedPolicies: [ADMINISTRATOR_ACCESS],
    tags: {},
    trustPolicy: acceptTrustPolicy(trustIn(trusted), tx),
    maxSessionSeconds: SESSION_SECONDS,
  });
  tx.principalIds.put([id], { kind: 'role', account, name });
  tx.policyUses.put([ADMINISTRATOR_ACCESS, 'role', `${account}/${name.toLowerCase()}`], { account, as: 'policy' });
}

const trustIn = (account: AccountId): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: rootArn(account) }, Action: 'sts:AssumeRole' }],
  });
