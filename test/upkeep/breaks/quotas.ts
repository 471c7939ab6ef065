import { ACCOUNT } from '../../support/one-of-everything.ts';
import type { Breaks } from './break.ts';

export const quotaBreaks: Breaks = {
  'every value of a quota is looked for': (tx) => {
    tx.facts.remove(['quotas']);
    return [`the value 400 of the quota ListKeys of kms in ${ACCOUNT}, us-east-1, is not looked for`];
  },
};
