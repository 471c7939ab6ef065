/** Condition keys that somebody who asks for an explanation states, in place of what the request itself would show. */

import type { ConditionContext } from './access.ts';

/** Spelled as AWS spells them; a key that is there with an undefined value is absent from the request. */
export interface StatedContext {
  /** Of the caller's own request: where it comes from and how. A service that calls on the caller's behalf has others. */
  readonly ofRequest: ConditionContext;
  /** Of the caller's credentials, and of the time: the same for what a service asks on the caller's behalf. */
  readonly always: ConditionContext;
}

/** What is stated for a decision about an action; `isOwn`: no service asks on the caller's behalf. */
export function statedFor(
  action: string,
  { ofRequest, always }: StatedContext,
  { isOwn }: { readonly isOwn: boolean },
): ConditionContext {
  if (!isOwn) return always;
  if (action.startsWith('s3:')) return { ...ofRequest, ...always };
  // S3's own keys are in requests to S3 alone.
  const others = Object.entries(ofRequest).filter(([name]) => !name.startsWith('s3:'));
  return { ...Object.fromEntries(others), ...always };
}
