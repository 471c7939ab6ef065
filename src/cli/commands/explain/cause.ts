/** The cause of a refusal that no policy is to blame for, as the hint below the refusal has it. */

import { parseArn } from '../../../api/arn.ts';
import { type AwsError, CallRefused } from '../../../api/errors.ts';
import { isRegion } from '../../../api/regions.ts';
import type { RehearsedCall } from '../../../call/scope.ts';
import { hintOf } from '../../exit-codes.ts';
import { withNames } from '../../names-there.ts';
import type { Session } from '../../session.ts';
import { answerOf, type CallRefusal, type Explained } from './explained.ts';
import { tryCall } from './one-call.ts';

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
  const { refusal } = explained;
  if (!refusal || !error || error.code !== refusal.code || answerOf(explained) !== 'other') return explained;
  // Of what hides an absence, the hint is to explain it.
  const hint = refusal.hidesAbsence ? undefined : hintOf(await withNames(error, session));
  return withWhoMay(hint === undefined ? explained : caused(explained, hint), session);
}

/** Adds whether the caller may enable a key that is disabled: `enable it with …, which ARN may`. */
export async function withWhoMay<E extends Explained>(explained: E, session: Session): Promise<E> {
  const { refusal } = explained;
  const cause = refusal?.cause ?? refusal?.reason;
  const [, key] = /^(arn:aws:kms:\S+) is disabled\.$/.exec(refusal?.message ?? '') ?? [];
  const region = parseArn(key ?? '')?.region ?? '';
  if (cause === undefined || key === undefined || !isRegion(region)) return explained;
  const { decisions } = await tryCall('kms', 'EnableKey', { KeyId: key }, session, { region });
  const [decision] = decisions;
  return decision
    ? caused(
        explained,
        `${cause}, which ${decision.caller} may${decision.allowed ? '' : ' not'}; for others: ssebox who-can kms:EnableKey ${key}`,
      )
    : explained;
}

function caused<E extends Explained>(explained: E, cause: string): E {
  const { refusal, calls } = explained;
  const named = <T extends CallRefusal>(each: T): T =>
    each.code === refusal?.code && each.message === refusal.message ? { ...each, cause } : each;
  return {
    ...explained,
    refusal: refusal && named(refusal),
    calls: calls.map((call) => (call.refusal ? { ...call, refusal: named(call.refusal) } : call)),
  };
}
