import { type Breaks, rowIn } from './break.ts';

export const callBreaks: Breaks = {
  'every call has its caller': (tx) => {
    const { key, value } = rowIn(tx.managementCalls);
    tx.managementCalls.put(key, [2, 999, value[2], value[3], value[4], value[5], value[6], value[7]]);
    return [`the event ${key[3]}, ${value[3]} of ${value[2]}, lacks its caller`];
  },
  'every call of data has its caller': (tx) => {
    const { key, value } = rowIn(tx.dataCalls);
    tx.dataCalls.put(key, [2, 999, value[2], value[3], value[4], value[5], value[6], value[7]]);
    return [`the event ${key[3]}, ${value[3]} of ${value[2]}, lacks its caller`];
  },
  'every caller is found by its description': (tx) => {
    const { key, value } = rowIn(tx.callerNumbers);
    tx.callerNumbers.remove(key);
    return [`the caller ${value} is not found by its description`];
  },
  'every number is that of a caller': [
    (tx) => {
      tx.callerNumbers.put(['{"type":"Root"}'], 77);
      return ['the caller 77 is not the one that is described'];
    },
    (tx) => {
      tx.callerNumbers.put(['{"type":"Root"}'], 1);
      return ['the caller 1 is not the one that is described'];
    },
  ],
  'no call of a caller is left out of their number': [
    (tx) => {
      const { key, value } = rowIn(tx.callerUses);
      tx.callerUses.put(key, value - 1);
      return [`the caller ${key[0]} has ${value} calls, of which ${value - 1} are counted`];
    },
    (tx) => {
      tx.callerUses.put([77], 1);
      return ['the caller 77, who is counted, is missing'];
    },
  ],
};
