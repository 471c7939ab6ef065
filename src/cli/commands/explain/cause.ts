/** The cause of a refusal that no policy is to blame for, as the hint below the refusal has it. */

import { type AwsError, CallRefused } from '../../../api/errors.ts';
import type { RehearsedCall } from '../../../call/scope.ts';
import { hintOf } from '../../exit-codes.ts';
import { withNames } from '../../names-there.ts';
import type { Session } from '../../session.ts';
import { answerOf, type CallRefusal, type Explained } from './explained.ts';

/** The refusal of a call that was tried, with what it was called with. */
export const refusedCall = ({ refusal, made }: Pick<RehearsedCall, 'refusal' | 'made'>): AwsError | undefined =>
  refusal && made ? new CallRefused(refusal, made) : refusal;

/**
 * Adds the cause to a refusal that is not a denial, such as the names that there are instead of one that is not.
 * @param error the refusal as the call ended with it
 */
export async function withCause(
  explained: Explained,
  error: AwsError | undefined,
  session: Session,
): Promise<Explained> {
  const { refusal, calls } = explained;
  if (!refusal || !error || error.code !== refusal.code || answerOf(explained) !== 'other') return explained;
  // Of what hides an absence, the hint is to explain it.
  if (refusal.hidesAbsence) return explained;
  const cause = hintOf(await withNames(error, session));
  if (cause === undefined) return explained;
  const named = <T extends CallRefusal>(each: T): T =>
    each.code === refusal.code && each.message === refusal.message ? { ...each, cause } : each;
  return {
    ...explained,
    refusal: named(refusal),
    calls: calls.map((call) => (call.refusal ? { ...call, refusal: named(call.refusal) } : call)),
  };
}
