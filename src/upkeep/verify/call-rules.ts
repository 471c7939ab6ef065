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
];

function* callerFindings({ key, value }: Row<CallKey, StoredCall>, { tx }: Evidence): Iterable<string> {
  const [, number, service, operation] = value;
  if (tx.callers.get([number]) !== undefined) return;
  yield `the event ${key[3]}, ${operation} of ${service}, lacks its caller`;
}
