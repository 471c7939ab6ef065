/**
 * How a resource-based policy names a caller: IAM User Guide, "IAM JSON policy elements: Principal" and "NotPrincipal",
 * and "Evaluating policies within a single account", where the kind of name decides what else must allow.
 */

import type { Caller } from '../../../src/policy/caller.ts';
import { type Bindings, type GrantJson, listOf, type StatementJson } from './situation.ts';

/** The ways of naming a caller, from the weakest to the strongest. */
const KINDS = ['account', 'role', 'base-user', 'direct'] as const;
export type Kind = (typeof KINDS)[number];

/** The strongest of several ways. */
export const strongest = (kinds: readonly (Kind | undefined)[]): Kind | undefined =>
  KINDS.findLast((kind) => kinds.includes(kind));

/** How a statement names the caller; undefined if it does not. */
export function naming(
  { Effect, Principal, NotPrincipal }: StatementJson,
  caller: Caller,
  bindings: Bindings,
  hasBoundary: boolean,
): Kind | undefined {
  if (Principal !== undefined) return strongest(kindsIn(Principal, caller, bindings));
  if (NotPrincipal === undefined) return undefined;
  if (Effect === 'Deny') return isExempt(NotPrincipal, caller, bindings, hasBoundary) ? undefined : 'direct';
  return mayBeMeant(NotPrincipal, caller, bindings) ? undefined : 'direct';
}

/** AWS KMS Developer Guide, "Grants in AWS KMS": how a grant names the caller as its grantee. */
export const grantNaming = ({ granteePrincipal, granteeId }: GrantJson, caller: Caller): Kind | undefined =>
  kindOf('AWS', granteePrincipal, caller, granteeId === undefined ? {} : { [granteePrincipal]: granteeId });

type Principals = NonNullable<StatementJson['Principal']>;

/** `"*"` is everyone: anonymous callers and AWS services as well. */
const kindsIn = (principals: Principals, caller: Caller, bindings: Bindings): readonly (Kind | undefined)[] =>
  principals === '*'
    ? ['direct']
    : Object.entries(principals).flatMap(([type, names]) =>
        listOf(names).map((name) => kindOf(type, name, caller, bindings)),
      );

function kindOf(type: string, name: string, caller: Caller, bindings: Bindings): Kind | undefined {
  if (type === 'Service') return caller.kind === 'service' && caller.name === name ? 'direct' : undefined;
  // The account with this canonical user id: Amazon S3 User Guide, "Finding the canonical user ID".
  if (type === 'CanonicalUser')
    return bindings[name] === undefined ? undefined : kindOf('AWS', bindings[name], caller, {});
  if (type !== 'AWS' || caller.kind === 'service') return undefined;
  if (name === '*') return 'direct';
  if (caller.kind === 'anonymous') return undefined;
  if (name === caller.account || name === `arn:aws:iam::${caller.account}:root`)
    return caller.kind === 'root' ? 'direct' : 'account';
  // "IAM transforms the principal ARN into the unique principal ID": whoever has the id is meant, whatever the ARN.
  const is = (arn: string, id: string) =>
    bindings[name] === undefined ? name === arn || name === id : bindings[name] === id;
  switch (caller.kind) {
    case 'root':
      return undefined;
    case 'user':
      return is(caller.arn, caller.userId) ? 'direct' : undefined;
    case 'role-session':
      return name === caller.arn ? 'direct' : is(caller.roleArn, caller.roleId) ? 'role' : undefined;
    case 'federated-user':
      return name === caller.arn ? 'direct' : is(caller.baseUserArn, caller.baseUserId) ? 'base-user' : undefined;
  }
}

/**
 * "NotPrincipal with Deny": who is listed is exempt. A session needs its role and itself in the list, and a principal
 * with a permissions boundary is never exempt.
 */
function isExempt(listed: Principals, caller: Caller, bindings: Bindings, hasBoundary: boolean): boolean {
  if (hasBoundary) return false;
  const kinds = kindsIn(listed, caller, bindings);
  return kinds.includes('direct') && (caller.kind !== 'role-session' || isEveryone(listed) || kinds.includes('role'));
}

/**
 * "You must use NotPrincipal with Deny": an old policy with Allow lets in only those whom none of its names can mean, by
 * what is bound to it or as it is written. A canonical user id that was not bound can be anybody's, and so can a name that
 * AWS does not have.
 */
const mayBeMeant = (listed: Principals, caller: Caller, bindings: Bindings): boolean =>
  isEveryone(listed) ||
  listOf(listed.CanonicalUser).some((id) => bindings[id] === undefined) ||
  listOf(listed.AWS).some((name) => !/^(\d{12}|A(IDA|ROA)\w+|arn:aws:(iam|sts)::\d{12}:.+)$/.test(name)) ||
  [bindings, {}].some((known) => strongest(kindsIn(listed, caller, known)) !== undefined);

const isEveryone = (listed: Principals): listed is '*' => listed === '*' || listOf(listed.AWS).includes('*');
