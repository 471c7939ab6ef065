/** An answer in the form of the audit log. */

import { isRecord, lowerFirst } from '../api/message.ts';

/** The members of an answer, at any depth, with a lower-case first letter. */
export function deepLowerFirst(answer: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [lowerFirst(name), lowered(value)]));
}

function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  return isRecord(value) ? deepLowerFirst(value) : value;
}
