/**
 * NotPrincipal in the safe reading: a Deny exempts only those whom its list certainly means, and an Allow lets in only
 * those whom its list certainly does not mean. IAM User Guide, "AWS JSON policy elements: NotPrincipal".
 */

import { type AccountId, parseArn, rootArn } from '../api/arn.ts';
import type { Caller } from './caller.ts';
import { type PrincipalBindings, type PrincipalPattern, principalStrength, strength } from './principal-pattern.ts';

type Effect = 'Allow' | 'Deny';

/**
 * What a list means for a caller. Only `listed` exempts from a Deny; only `unlisted` is let in by an Allow. The readings
 * that end in `-only` are of a Deny whose list is incomplete, and `unclear` is of an Allow.
 */
export type NotPrincipalReading =
  | 'listed'
  | 'unlisted'
  | 'account-only'
  | 'role-only'
  | 'session-only'
  | 'base-user-only'
  /** Listed, but the caller has a permissions boundary. */
  | 'bounded'
  | 'unclear';

/** The circumstances of a caller that decide how a list is read. */
interface Reader {
  readonly caller: Caller;
  readonly hasBoundary: boolean;
  readonly bindings: PrincipalBindings | undefined;
}

/** Reads the list of a statement for a caller. */
export function readNotPrincipal(
  effect: Effect,
  patterns: readonly PrincipalPattern[],
  reader: Reader,
): NotPrincipalReading {
  if (effect === 'Allow') return allowReading(patterns, reader);
  const reading = denyReading(patterns, reader);
  // A Deny applies to every caller with a permissions boundary, listed or not.
  return reading === 'listed' && reader.hasBoundary ? 'bounded' : reading;
}

/** Whether a statement with such a list applies, as far as its principals go. */
export const reaches = (effect: Effect, reading: NotPrincipalReading): boolean =>
  effect === 'Deny' ? reading !== 'listed' : reading === 'unlisted';

/**
 * A Deny exempts a listed user or root, and a session that is listed along with its role, since AWS may look at the
 * account, the role and the session one after the other. A list of only the account exempts nobody but its root user.
 */
function denyReading(patterns: readonly PrincipalPattern[], { caller, bindings }: Reader): NotPrincipalReading {
  // `{"AWS": "*"}` does not certainly mean services.
  const everyone = caller.kind === 'service' ? isEverything : isEveryone;
  if (patterns.some(everyone)) return 'listed';
  const found = new Set(patterns.map((pattern) => principalStrength(pattern, caller, bindings)));
  const isRoleListed = caller.kind !== 'role-session' || found.has(strength.role);
  if (found.has(strength.direct)) return isRoleListed ? 'listed' : 'session-only';
  if (found.has(strength.role)) return 'role-only';
  if (found.has(strength.baseUser)) return 'base-user-only';
  return found.has(strength.account) ? 'account-only' : 'unlisted';
}

/**
 * An Allow for everyone but those listed. No service accepts one any more, so a stored one is old or was made elsewhere,
 * where names were not bound to ids. Everyone is let in who is neither listed nor in a listed account, the anonymous
 * included, as AWS documents; but nobody who could be meant by what is listed: by an ARN with another path or another
 * spelling, by a name that was bound to a predecessor, or by words that the evaluator cannot interpret.
 */
function allowReading(patterns: readonly PrincipalPattern[], { caller, bindings }: Reader): NotPrincipalReading {
  if (patterns.some((pattern) => principalStrength(pattern, caller, bindings) !== strength.none)) return 'listed';
  return patterns.some((pattern) => couldMean(pattern, caller, bindings)) ? 'unclear' : 'unlisted';
}

/** Whether a principal that does not name the caller could have been meant to. */
function couldMean(pattern: PrincipalPattern, caller: Caller, bindings: PrincipalBindings | undefined): boolean {
  switch (pattern.kind) {
    case 'entity':
      // AWS takes no wildcards here, but the author meant somebody by them.
      return /[*?]/.test(pattern.arn) || arnsOf(caller).some((arn) => looseName(arn) === looseName(pattern.arn));
    case 'session':
      return arnsOf(caller).some((arn) => arn.toLowerCase() === pattern.arn.toLowerCase());
    case 'service':
      return caller.kind === 'service' && caller.name.toLowerCase() === pattern.name.toLowerCase();
    case 'canonical-user':
      return bindings?.[pattern.id] === undefined;
    case 'other':
      // Nobody calls as an identity provider here.
      return pattern.type !== 'Federated';
    case 'everyone':
    case 'everyone-but-services':
      return true;
    case 'account':
    case 'id':
      return false;
  }
}

/** The ARNs under which a list can have a caller. */
function arnsOf(caller: Caller): readonly string[] {
  switch (caller.kind) {
    case 'role-session':
      return [caller.arn, caller.roleArn];
    case 'federated-user':
      return [caller.arn, caller.baseUserArn];
    case 'user':
    case 'root':
      return [caller.arn];
    case 'service':
    case 'anonymous':
      return [];
  }
}

/** An ARN without its path, in lower case: no two users or roles of an account have the same name but for case. */
const looseName = (arn: string): string => arn.replace(/^([^/]+)\/(?:.*\/)?/s, '$1/').toLowerCase();

const isEverything = ({ kind }: PrincipalPattern): boolean => kind === 'everyone';
const isEveryone = (pattern: PrincipalPattern): boolean =>
  isEverything(pattern) || pattern.kind === 'everyone-but-services';

/** An account that a Deny's list does not have, though it has a principal of that account. */
export interface MissingAccount {
  /** The first such principal. */
  readonly principal: string;
  readonly account: AccountId;
}

/**
 * The accounts that are missing from the list of a Deny. AWS advises to list the account of whomever a Deny exempts:
 * "otherwise, the policy might deny access to the entire AWS account that contains the principal".
 */
export function missingAccounts(patterns: readonly PrincipalPattern[]): readonly MissingAccount[] {
  if (patterns.some(isEveryone)) return [];
  const seen = new Set(patterns.flatMap((pattern) => (pattern.kind === 'account' ? [pattern.account] : [])));
  return patterns.flatMap((pattern) => {
    if (pattern.kind !== 'entity' && pattern.kind !== 'session') return [];
    const account = parseArn(pattern.arn)?.account;
    if (account === undefined || seen.has(account)) return [];
    seen.add(account);
    return [{ principal: pattern.arn, account }];
  });
}

/** That an account is missing, for a person. */
export const missingAccountText = ({ principal, account }: MissingAccount): string =>
  `NotPrincipal lists ${principal} but not ${rootArn(account)}: AWS may then deny the whole account, the listed included`;
