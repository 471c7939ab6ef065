/** What holds between the rows of alarms. */

import { openTerm } from '../../cloudwatch/alarm-terms.ts';
import { getFact } from '../../store/facts.ts';
import { type Rule, rule } from './rule.ts';

export const alarmRules: readonly Rule[] = [
  rule('alarms', 'every alarm is evaluated', ['facts'], function* ({ key }, { tx }) {
    const fact = getFact(tx, 'alarms');
    if (fact?.nextMs === undefined && !fact?.pass) yield `the alarm "${key[2]}" is not evaluated`;
  }),
  rule('alarms', 'every alarm has a term that has not ended', ['alarmTerms'], function* ({ key }, { tx }) {
    if (!openTerm(key, tx)) yield `the alarm "${key[2]}" is on no bill`;
  }),
  rule('alarmTerms', 'every term that has not ended is that of an alarm', ['alarms'], function* (row, { tx }) {
    const [account, region, name] = row.key;
    if (row.value.end || tx.alarms.get([account, region, name])) return;
    yield `a term of the alarm "${name}", which does not exist, has not ended`;
  }),
  rule('alarmHistory', 'no item is newer than the newest', ['facts'], function* ({ key, value }, { tx }) {
    const [, , , number] = key;
    if (number > (getFact(tx, 'alarms')?.lastItem ?? 0)) {
      yield `an item of the history of the alarm "${value.alarm}" has a number that will be given again`;
    }
  }),
  rule('alarmMessages', 'no message is newer than the newest', ['facts'], function* ({ key, value }, { tx }) {
    if (key[0] > (getFact(tx, 'alarms')?.lastMessage ?? 0)) {
      yield `a message of the alarm "${value.alarm}" has a number that will be given again`;
    }
  }),
];
