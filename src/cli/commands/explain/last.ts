/** `ssebox explain last`: why the last refused call was refused. */

import { UsageError } from '../../../api/errors.ts';
import { countRefusals, lastRefusal } from '../../../call/refusals.ts';
import { findCall } from '../../../call/refused-call.ts';
import { command, type Result } from '../../command.ts';
import { reasonWithNames } from '../../names-there.ts';
import { withAliasKeys } from './alias-keys.ts';
import { askedAgain } from './asked-again.ts';
import { withWhoMay } from './cause.ts';
import { requireContents } from './expectation.ts';
import { explanation, showOptions } from './page.ts';
import { eventLine, explainedRefusal } from './past.ts';
import { statedIn, statedOptions } from './stated.ts';

export const last = command({
  name: 'last',
  hasPage: true,
  summary: 'Explain why the last refused call, or an earlier one, was refused',
  args: { n: { about: 'which of the refused calls: 1 is the last, 2 the one before it', optional: true } },
  description:
    'Shows every decision of the call as it was made then; policies may have changed since. Refusals that no command showed do not count, such as one of the cleanup after a failed upload; ssebox explain event finds them. Where S3 had a bucket-level key for the caller and did not call KMS, there is no decision, and the output says so. With --context, what was denied is decided again, with the policies of that time.',
  options: { ...statedOptions('s3'), ...showOptions },
  examples: [
    'ssebox explain last',
    'ssebox explain last 1 --fix',
    'ssebox explain last --all --show-context',
    'ssebox explain last --context aws:SourceIp=203.0.113.9',
  ],
  async run(values, session): Promise<Result> {
    const which = whichOf(values.args.n);
    const stated = await statedIn(values, 's3');
    requireContents(values, session);
    const { refusal, call, kept } = await session.store.transact((tx) => {
      const refusal = lastRefusal(which, tx);
      return { refusal, call: refusal && findCall(refusal.eventId, tx)?.call, kept: countRefusals(tx) };
    });
    if (!refusal) {
      if (kept > 0) throw tooFew(values.args.n, kept);
      session.tell('no call has been refused yet');
      return { kind: 'none', failed: values.options.expect !== undefined };
    }
    const reason = await reasonWithNames(refusal, call, session);
    const refused = explainedRefusal({ ...refusal, ...(reason !== undefined && { reason }) });
    session.tell(eventLine(refused));
    const explained = await withWhoMay(askedAgain(refused, stated), session);
    return explanation(values.options.fix ? await withAliasKeys(explained, session) : explained, values);
  },
});

/** @throws UsageError */
function whichOf(text = '1'): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UsageError(`explain last takes a whole number from 1 on, not "${text}"`);
  return Number(text);
}

function tooFew(text: string | undefined, kept: number): UsageError {
  const all = kept === 1 ? 'only 1 refused call is kept' : `only ${kept} refused calls are kept`;
  return new UsageError(`explain last takes a number up to ${kept}, not "${text}": ${all}`);
}
