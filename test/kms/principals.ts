/** Users for tests, with one inline policy each. */

import { ensureAccount } from '../../src/iam/accounts.ts';
import { putUser } from '../../src/iam/entities.ts';
import { ACCOUNT, START, type World } from '../support/harness.ts';

let made = 0;

/** Makes a user, or makes it anew under its old name. @returns its ARN. */
export function makeUser(world: World, name: string, statements: readonly object[] = [], account = ACCOUNT): string {
  made += 1;
  const id = `AIDA${String(made).padStart(17, '0')}`;
  world.transact((tx) => {
    ensureAccount(account, { tx, now: new Date(START), random: world.environment.random });
    putUser(tx, {
      v: 1,
      account,
      name,
      path: '/',
      id,
      createdMs: START,
      inlinePolicies:
        statements.length > 0 ? { own: JSON.stringify({ Version: '2012-10-17', Statement: statements }) } : {},
      attachedPolicies: [],
      tags: {},
      groups: [],
    });
    tx.principalIds.put([id], { kind: 'user', account, name });
  });
  return `arn:aws:iam::${account}:user/${name}`;
}

export const allow = (Action: string | readonly string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource });
export const deny = (Action: string | readonly string[], Resource = '*') => ({ Effect: 'Deny', Action, Resource });
