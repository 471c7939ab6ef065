/** `ssebox explain last`: why the last refused call was refused. */

import { lastRefusal } from '../../../call/refusals.ts';
import { eventTime } from '../../../cloudtrail/event-time.ts';
import { decisionOf } from '../../../store/records/refusal.ts';
import { command, type Result } from '../../command.ts';
import { explainedCall, explanation, showOptions } from './page.ts';

export const last = command({
  name: 'last',
  summary: 'Explain why the last refused call was refused',
  description:
    'Shows every decision of the call as it was made then; policies may have changed since. Where S3 had a bucket-level key for the caller and did not call KMS, there is no decision, and the output says so.',
  options: showOptions,
  examples: ['ssebox explain last', 'ssebox explain last --fix', 'ssebox explain last --all --show-context'],
  async run(values, session): Promise<Result> {
    const refusal = await session.store.transact((tx) => lastRefusal(1, tx));
    if (!refusal) {
      session.tell('no call has been refused yet');
      return { kind: 'none' };
    }
    const { service, operation, caller, region, spared: skipped = [], code, message } = refusal;
    const decisions = refusal.decisions.map(decisionOf);
    session.tell(`${service} ${operation} by ${caller} in ${region} at ${eventTime(refusal.timeMs)}`);
    const call = { call: `${service} ${operation}`, decisions, skipped, refusal: { code, message } };
    return explanation(explainedCall(call), values);
  },
});
