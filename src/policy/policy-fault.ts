/** What is wrong with a policy that a service refuses, and where in its text that is. */

import { isRecord } from '../api/message.ts';
import {
  JsonFault,
  type JsonPath,
  lineAndColumn,
  type PlacedJson,
  placeOf,
  plainValue,
  readPlaces,
} from './json-places.ts';

/** Something in a document that is not as it should be, in our words. */
export interface Flaw {
  /** Which value is wrong, as a clause: `"Actoin" is not an element of a statement`. */
  readonly says: string;
  /** Leads to it, or to what it is missing from. */
  readonly path: JsonPath;
  /** Whether it is the name of a member, not its value. */
  readonly isName?: boolean | undefined;
  /** What may have been meant, or what is allowed. */
  readonly advice?: string | undefined;
}

/** A flaw with the message of the service that refuses it. */
export interface PolicyFault extends Flaw {
  readonly message: string;
  /** Members of the answer besides code and message. */
  readonly detail?: Readonly<Record<string, string>> | undefined;
}

/** The flaw as a service's refusal words it. */
export const fault = (message: string, flaw: Flaw): PolicyFault => ({ message, ...flaw });

/** A flaw of a part of a document, seen from the document. */
export const within = <F extends Flaw>(path: JsonPath, flaw: F): F => ({ ...flaw, path: [...path, ...flaw.path] });

/** The first flaw among the parts of a document. */
export function firstFlaw<T, F extends Flaw>(
  parts: readonly T[],
  flawOf: (part: T, index: number) => F | undefined,
): F | undefined {
  for (const [index, part] of parts.entries()) {
    const flaw = flawOf(part, index);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** `"Actoin" is not an element of a statement (line 1, column 58): did you mean "Action"?` */
export function reasonOf({ says, path, isName, advice }: Flaw, text: string): string {
  const root = placesOf(text);
  const at = root instanceof JsonFault ? root.at : placeOf(root, path, isName ? 'name' : 'value');
  return `${says} (${lineAndColumn(text, at)})${advice === undefined ? '' : `: ${advice}`}`;
}

/** The flaw of a text that is not a JSON object, or repeats a name. */
export function textFlaw(text: string): Flaw {
  if (text.trim() === '') return { says: 'the policy is empty', path: [] };
  const root = placesOf(text);
  if (root instanceof JsonFault) return { says: root.message, path: [] };
  return { says: `a policy must be a JSON object, not ${kindOf(plainValue(root))}`, path: [] };
}

function placesOf(text: string): PlacedJson | JsonFault {
  try {
    return readPlaces(text);
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
}

/** `a list`, `an object`, `a number`: the kind of a value of JSON, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'an object';
  return typeof value === 'boolean' ? String(value) : typeof value === 'string' ? 'a text' : 'a number';
}
