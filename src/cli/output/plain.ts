/** Results as plain data: members in the model's order, and text for what JSON cannot express. */

import { isStream } from '../../api/message.ts';
import { partOf, type ShapeIn, shapeOf } from '../aws-input/shape-lookup.ts';
import { printTimestamp } from '../aws-input/timestamps.ts';
import { Double, doubleText } from './double.ts';

/** The data that every output format and query works on. */
export type Plain = string | number | Double | boolean | null | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}

/** How a service shows a time. */
export type PrintTime = (time: Date) => string | number;

/**
 * A result as plain data. Bytes become base64, times become ISO 8601, and undefined members are dropped. A structure's
 * members come in the order of its shape, followed by those that the shape does not name.
 * @param printTime how the service formats times.
 */
export function plainOf(value: unknown, place?: ShapeIn, printTime: PrintTime = printTimestamp): Plain {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
      return place?.name === POLICY ? policyOf(value) : value;
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) return String(value);
      return place && shapeOf(place).type === 'double' ? new Double(value) : value;
    case 'bigint':
      return Number(value);
    case 'object':
      return plainObject(value, place, printTime);
    default:
      throw new Error(`a ${typeof value} cannot be a result`);
  }
}

/** Whether plain data is a structure or a map. */
export function isMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof Double);
}

/** Whether plain data is a list. */
export function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

/** Whether there is a double in plain data. */
export function hasDouble(value: Plain): boolean {
  if (isList(value)) return value.some(hasDouble);
  return value instanceof Double || (isMap(value) && Object.values(value).some(hasDouble));
}

/** Whether plain data fits in one cell or field. */
export function isScalar(value: Plain | undefined): value is string | number | Double | boolean | null {
  return typeof value !== 'object' || value === null || value instanceof Double;
}

/** A scalar as the AWS CLI prints it in text and tables, which is how Python does. */
export function scalarText(value: Plain | undefined): string {
  if (value === undefined || value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value instanceof Double ? doubleText(value.value) : String(value);
}

/** IAM's documents, which the AWS CLI shows as JSON and not as text: AWS CLI Command Reference, iam get-role-policy. */
const POLICY = 'policyDocumentType';

function policyOf(text: string): Plain {
  try {
    return plainOf(JSON.parse(text));
  } catch {
    return text;
  }
}

function plainObject(value: object, place: ShapeIn | undefined, printTime: PrintTime): Plain {
  if (value instanceof Date) return printTime(value);
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  const shape = place && shapeOf(place);
  if (Array.isArray(value)) {
    const member = place && shape?.type === 'list' ? partOf(place, shape.member) : undefined;
    return value.map((item) => plainOf(item, member, printTime));
  }
  // Streamed bytes go to a file or standard output, never into a result.
  const entries = new Map(
    value instanceof Map ? value : Object.entries(value).filter(([, item]) => item !== undefined && !isStream(item)),
  );
  if (place && shape?.type === 'map') {
    const each = partOf(place, shape.value);
    return Object.fromEntries([...entries].map(([key, item]) => [key, plainOf(item, each, printTime)]));
  }
  const members = shape?.type === 'structure' ? shape.members : {};
  const known = Object.keys(members).filter((name) => entries.has(name));
  const unknown = [...entries.keys()].filter((name) => !Object.hasOwn(members, name));
  return Object.fromEntries(
    [...known, ...unknown].map((name) => {
      const ref = Object.hasOwn(members, name) ? members[name] : undefined;
      return [name, plainOf(entries.get(name), place && ref && partOf(place, ref), printTime)];
    }),
  );
}
