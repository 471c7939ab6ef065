/** What holds between the records of calls and their callers. */

import { isFoundCaller, isNameOf } from '../../call/callers.ts';
import type { StoredCall } from '../../store/records/call.ts';
import type { Row } from '../../store/table.ts';
import type { CallKey } from '../../store/tables.ts';
import { type Evidence, type Rule, rule } from './rule.ts';

export const callRules: readonly Rule[] = [
  rule('managementCalls', 'every call has its caller', ['callers'], callerFindings),
  rule('dataCalls', 'every call of data has its caller', ['callers'], callerFindings),
  rule('callers', 'every caller is found by its description', ['callerNumbers'], function* ({ key, value }, { tx }) {
    if (!isFoundCaller(value, key[0], tx)) yield `the caller ${key[0]} is not found by its description`;
  }),
  rule('callerNumbers', 'every number is that of a caller', ['callers'], function* ({ key: [name], value }, { tx }) {
    const text = tx.callers.get([value]);
    if (text === undefined || !isNameOf(name, text)) yield `the caller ${value} is not the one that is described`;
  }),
  // With fewer it would go too early. Salvage may leave more: it goes later, or never.
  rule(
    'callerUses',
    'no call of a caller is left out of their number',
    ['callers', 'managementCalls', 'dataCalls'],
    function* ({ key: [number], value }, evidence) {
      const calls = countsOf(evidence).get(number) ?? 0;
      if (evidence.tx.callers.get([number]) === undefined) yield `the caller ${number}, who is counted, is missing`;
      else if (value < calls) yield `the caller ${number} has ${calls} calls, of which ${value} are counted`;
    },
  ),
];

/** How many calls of each caller have been seen; their tables come before that of the numbers. */
const counts = new WeakMap<Evidence, Map<number, number>>();

function countsOf(evidence: Evidence): Map<number, number> {
  const known = counts.get(evidence) ?? new Map<number, number>();
  counts.set(evidence, known);
  return known;
}

function* callerFindings({ key, value }: Row<CallKey, StoredCall>, evidence: Evidence): Iterable<string> {
  const [, number, service, operation] = value;
  const seen = countsOf(evidence);
  seen.set(number, (seen.get(number) ?? 0) + 1);
  if (evidence.tx.callers.get([number]) !== undefined) return;
  yield `the event ${key[3]}, ${operation} of ${service}, lacks its caller`;
}
