/** What holds between the rows about quotas and what they are about. */

import { getFact } from '../../store/facts.ts';
import { type Rule, rule } from './rule.ts';

export const quotaRules: readonly Rule[] = [
  rule('quotaValues', 'every value of a quota is looked for', ['facts'], function* ({ key, value }, { tx }) {
    if (getFact(tx, 'quotas')?.hasValues) return;
    const [account, region, service, name] = key;
    yield `the value ${value.value} of the quota ${name} of ${service} in ${account}, ${region}, is not looked for`;
  }),
];
