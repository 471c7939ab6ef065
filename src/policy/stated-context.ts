/** Condition keys that a user states for an explanation, in place of those that the request itself would have. */

import type { ConditionContext } from './access.ts';

/** Spelled as AWS spells them; a key with an undefined value is absent from the request. */
export interface StatedContext {
  /**
   * Keys of the caller's own request: its origin and transport. A call that a service makes for the caller has others.
   */
  readonly ofRequest: ConditionContext;
  /** Keys of the caller's credentials and the time: they also apply to a call by a service on the caller's behalf. */
  readonly always: ConditionContext;
}

/** The stated keys for a decision about an action; `isOwn`: the caller calls, not a service on the caller's behalf. */
export function statedFor(
  action: string,
  { ofRequest, always }: StatedContext,
  { isOwn }: { readonly isOwn: boolean },
): ConditionContext {
  if (!isOwn) return always;
  if (action.startsWith('s3:')) return { ...ofRequest, ...always };
  // Only requests to S3 have S3's own keys.
  const others = Object.entries(ofRequest).filter(([name]) => !name.startsWith('s3:'));
  return { ...Object.fromEntries(others), ...always };
}

/** Whether they are about a caller with a second factor; nobody has one otherwise. */
export const saysMfa = (stated: StatedContext | undefined): boolean =>
  String(stated?.always['aws:MultiFactorAuthPresent']).toLowerCase() === 'true';
