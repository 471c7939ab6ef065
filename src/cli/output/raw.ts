/** `--raw`: the binary member of a result as bytes, so that one call's output can be another's input. */

import { UsageError } from '../../api/errors.ts';

type Bytes = Uint8Array | AsyncIterable<Uint8Array>;

/**
 * The bytes of a result: its only binary member, or the one that the query names.
 * @throws UsageError when there is none, or when there are several and the query names none of them.
 */
export function rawBytes(result: unknown, query?: string): Bytes {
  const members = Object.entries(typeof result === 'object' && result !== null ? result : {});
  const binary = new Map(members.flatMap(([name, value]) => (isBytes(value) ? [[name, value] as const] : [])));
  const names = [...binary.keys()];
  const chosen = query ?? (names.length === 1 ? names[0] : undefined);
  const bytes = chosen === undefined ? undefined : binary.get(chosen);
  if (bytes !== undefined) return bytes;
  if (names.length === 0) throw nothingBinary();
  const which =
    query === undefined ? 'the result has several binary members' : `"${query}" does not select a binary member`;
  throw new UsageError(`--raw: ${which}: choose one with --query: ${names.join(', ')}`);
}

export const nothingBinary = () => new UsageError('--raw: the result has no binary member');

const isBytes = (value: unknown): value is Bytes =>
  value instanceof Uint8Array || (typeof value === 'object' && value !== null && Symbol.asyncIterator in value);
