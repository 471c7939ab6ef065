/** Explanations of calls that were made, from what is kept about them. */

import { eventTime } from '../../../cloudtrail/event-time.ts';
import { decisionOf, type Refusal } from '../../../store/records/refusal.ts';
import { type Explained, type ExplainedCall, explainedCall, type PastEvent } from './explained.ts';

/** An explanation of a call that was made. */
export interface ExplainedPast extends Explained {
  readonly event: PastEvent;
}

/** A refused call with the decisions that were made then. */
export const explainedRefusal = (refusal: Refusal): ExplainedPast => ({
  ...explainedCall(callOfRefusal(refusal)),
  event: eventOf(refusal),
});

/** A refusal as one of the calls of a command. */
export function callOfRefusal(refusal: Refusal): ExplainedCall {
  const { service, operation, spared: skipped = [], code, message, hidesAbsence, reason } = refusal;
  return {
    call: `${service} ${operation}`,
    decisions: refusal.decisions.map(decisionOf),
    skipped,
    refusal: { code, message, hidesAbsence, reason },
  };
}

const eventOf = ({ eventId: id, timeMs, caller, region, about }: Refusal): PastEvent => ({
  id,
  timeMs,
  caller,
  region,
  about,
});

/** Who made which call, where and when; and what about, where no decision names it. */
export function eventLine({ title, calls, event }: ExplainedPast): string {
  const { caller, region, timeMs, about } = event;
  const isNamed = calls.some(({ decisions }) => decisions.some(({ resource }) => resource === about));
  const what = about === undefined || isNamed ? '' : `, about ${about}`;
  return `${title} by ${caller} in ${region} at ${eventTime(timeMs)}${what}`;
}
