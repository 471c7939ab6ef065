/** What a value of an input or an output is, whoever gave it. */

/** A structure or a map: neither a list nor bytes nor a time. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof Uint8Array) && !(value instanceof Date);
}

/** Bytes that come piece by piece. */
export const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** `KeyId` → `keyId`: how messages of validation and the audit log spell a member. */
export const lowerFirst = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);
