/**
 * What IAM and STS answer, as the audit log shows it: CloudTrail User Guide, "CloudTrail log file examples"; IAM User
 * Guide, "Logging IAM and AWS STS API calls with AWS CloudTrail".
 */

import { dayAndTime } from '../api/log-time.ts';
import { lowerFirst } from '../api/message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names with a lower-case first letter, times as `Mar 24, 2014 9:11:59 PM`, without absent members. */
export function auditFields(value: object): Fields {
  const shown = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(shown.map(([name, member]) => [lowerFirst(name), auditValue(member)]));
}

function auditValue(value: unknown): unknown {
  if (value instanceof Date) return dayAndTime(value).join(' ');
  if (Array.isArray(value)) return value.map(auditValue);
  return typeof value === 'object' && value !== null ? auditFields(value) : value;
}
