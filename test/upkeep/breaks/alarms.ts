import { getFact, putFact } from '../../../src/store/facts.ts';
import type { AlarmsFact } from '../../../src/store/records/alarm.ts';
import type { Tx } from '../../../src/store/tables.ts';
import { type Breaks, rowIn } from './break.ts';

function factIn(tx: Tx): AlarmsFact {
  const fact = getFact(tx, 'alarms');
  if (!fact) throw new Error('there is no fact about alarms');
  return fact;
}

export const alarmBreaks: Breaks = {
  'every alarm is evaluated': (tx) => {
    const { nextMs: _, pass: __, ...others } = factIn(tx);
    putFact(tx, 'alarms', others);
    return ['the alarm "busy" is not evaluated'];
  },
  'every alarm has a term that has not ended': (tx) => {
    const { key, value } = rowIn(tx.alarmTerms);
    tx.alarmTerms.put(key, { ...value, end: { storeMs: 1, machineMs: 1 } });
    return ['the alarm "busy" is on no bill'];
  },
  'every term that has not ended is that of an alarm': (tx) => {
    const { key, value } = rowIn(tx.alarmTerms);
    tx.alarmTerms.put([key[0], key[1], 'ghost', key[3]], value);
    return ['a term of the alarm "ghost", which does not exist, has not ended'];
  },
  'no item is newer than the newest': (tx) => {
    putFact(tx, 'alarms', { ...factIn(tx), lastItem: 2 });
    return ['an item of the history of the alarm "busy" has a number that will be given again'];
  },
  'no message is newer than the newest': (tx) => {
    putFact(tx, 'alarms', { ...factIn(tx), lastMessage: 0 });
    return ['a message of the alarm "busy" has a number that will be given again'];
  },
};
