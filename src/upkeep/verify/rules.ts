/** Every rule about rows of several tables. */

import { alarmRules } from './alarm-rules.ts';
import { bucketRules } from './bucket-rules.ts';
import { callRules } from './call-rules.ts';
import { keyRules } from './key-rules.ts';
import { objectRules } from './object-rules.ts';
import { organizationRules } from './organization-rules.ts';
import { principalRules } from './principal-rules.ts';
import { quotaRules } from './quota-rules.ts';
import type { Rule } from './rule.ts';
import { tallyRules } from './tally-rules.ts';
import { trailRules } from './trail-rules.ts';

export const rules: readonly Rule[] = [
  ...callRules,
  ...principalRules,
  ...organizationRules,
  ...keyRules,
  ...quotaRules,
  ...bucketRules,
  ...objectRules,
  ...tallyRules,
  ...trailRules,
  ...alarmRules,
];
