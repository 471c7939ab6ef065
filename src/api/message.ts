/** The kinds of value in an input or an output, from any source. */

/** A structure or a map: not a list, bytes or a time. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof Uint8Array) && !(value instanceof Date);
}

/** Bytes that arrive in pieces. */
export const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Bytes of which every iteration starts from the beginning, so that whoever has to can send them again. */
export interface Rereadable extends AsyncIterable<Uint8Array> {
  readonly isRereadable: true;
  /** How many there are. */
  readonly size: number;
}

export const isRereadable = (value: unknown): value is Rereadable => isStream(value) && 'isRereadable' in value;

/** Whether nobody has the bytes of a stream any more once it has been read. */
export const isReadOnce = (value: unknown): boolean => isStream(value) && !isRereadable(value);

/** `KeyId` → `keyId`: the spelling of a member in validation messages and the audit log. */
export const lowerFirst = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1);
