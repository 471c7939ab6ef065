/** KMS's data as the audit log shows it: AWS KMS Developer Guide, "Logging AWS KMS API calls with AWS CloudTrail". */

import { dayAndTime } from '../api/log-time.ts';
import { lowerFirst } from '../api/message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names with a lower-case first letter, dates as text, without binary and absent members. */
export function auditFields(value: object): Fields {
  const fields: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) addField(fields, name, member);
  return fields;
}

/** The named members of a request, as they were sent. */
export function auditMembers<T extends object, N extends keyof T & string>(input: T, ...names: readonly N[]): Fields {
  const fields: Record<string, unknown> = {};
  for (const name of names) addField(fields, name, input[name]);
  return fields;
}

function addField(fields: Record<string, unknown>, name: string, member: unknown): void {
  if (member === undefined || member instanceof Uint8Array) return;
  // The names in a context are the caller's, not members: AWS KMS Developer Guide, "CreateGrant" log entry.
  fields[lowerFirst(name)] = name.includes('EncryptionContext') ? member : auditValue(member);
}

function auditValue(value: unknown): unknown {
  // `Aug 10, 2022, 10:38:27 PM`.
  if (value instanceof Date) return dayAndTime(value).join(', ');
  if (Array.isArray(value)) return value.map(auditValue);
  return typeof value === 'object' && value !== null ? auditFields(value) : value;
}
