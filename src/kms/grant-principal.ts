/** The principals that a grant can name: AWS KMS API Reference, CreateGrant, GranteePrincipal and RetiringPrincipal. */

import { type AccountId, isAccountId, parseArn, rootArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import { findRole, findUser, roleArn, userArn } from '../iam/entities.ts';
import { presentArn } from '../iam/principal-bindings.ts';
import type { Caller } from '../policy/caller.ts';
import type { GrantPrincipal } from '../store/records/kms.ts';
import type { Tx } from '../store/tables.ts';

/**
 * Reads a principal's ARN: the account, a user, a role, an assumed role or a federated user. A user or role is bound to
 * its current unique id.
 * @throws InvalidArnException if there is no such principal.
 */
export function grantPrincipal(text: string, tx: Tx): GrantPrincipal {
  const principal = findPrincipal(text, tx);
  if (!principal)
    throw new AwsError(
      'InvalidArnException',
      `ARN does not refer to a valid principal: ${text}`,
      {},
      `"${text}" is not the ARN of an account, user, role or session that exists`,
    );
  return principal;
}

/** The same, but undefined if there is no such principal. */
export function findPrincipal(text: string, tx: Tx): GrantPrincipal | undefined {
  const arn = parseArn(text);
  if (arn?.partition !== 'aws' || !isAccountId(arn.account)) return undefined;
  const [kind, ...path] = arn.resource.split('/');
  const name = path.at(-1) ?? '';
  if (arn.service === 'iam' && arn.resource === 'root') return { kind: 'principal', arn: text };
  if (arn.service === 'iam' && kind === 'user') return entity(text, findUser(tx, arn.account, name), userArn);
  if (arn.service === 'iam' && kind === 'role') return entity(text, findRole(tx, arn.account, name), roleArn);
  if (arn.service !== 'sts' || !name) return undefined;
  if (kind === 'federated-user' && path.length === 1) return { kind: 'principal', arn: text };
  const isSession = kind === 'assumed-role' && path.length === 2 && findRole(tx, arn.account, path[0] ?? '');
  return isSession ? { kind: 'principal', arn: text } : undefined;
}

function entity<T extends { readonly id: string }>(
  text: string,
  found: T | undefined,
  arnOfEntity: (entity: T) => string,
): GrantPrincipal | undefined {
  return found && arnOfEntity(found) === text ? { kind: 'principal', arn: text, id: found.id } : undefined;
}

/**
 * A principal as the API shows it: a user or role under the ARN that it has now, and one that no longer exists as its
 * unique id.
 */
export function principalText(principal: GrantPrincipal, tx: Tx): string {
  if (principal.kind === 'service') return principal.name;
  const { id, arn } = principal;
  return id === undefined ? arn : (presentArn(id, tx) ?? id);
}

/** A name under which the indexes of grants can list a caller, and the principal's ARN or name as it is now. */
export interface GranteeName {
  readonly name: string;
  readonly arn: string;
}

/**
 * All such names of a caller, those first by which a grant lets in the furthest. The ARN of a user or role is one, too:
 * imported grants that name somebody of an account that was not imported are bound to no unique id.
 */
export function namesOf(caller: Caller): readonly GranteeName[] {
  switch (caller.kind) {
    case 'user':
      return [{ name: caller.userId, arn: caller.arn }, itself(caller.arn), accountOf(caller)];
    case 'role-session':
      return [
        itself(caller.arn),
        { name: caller.roleId, arn: caller.roleArn },
        itself(caller.roleArn),
        accountOf(caller),
      ];
    case 'federated-user':
      return [
        itself(caller.arn),
        { name: caller.baseUserId, arn: caller.baseUserArn },
        itself(caller.baseUserArn),
        accountOf(caller),
      ];
    case 'root':
      return [accountOf(caller)];
    case 'service':
      return [itself(caller.name)];
    case 'anonymous':
      return [];
  }
}

const itself = (arn: string): GranteeName => ({ name: arn, arn });

const accountOf = ({ account }: { readonly account: AccountId }): GranteeName => itself(rootArn(account));
