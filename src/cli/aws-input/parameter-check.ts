/**
 * The checks that the AWS CLI makes before it sends a request: required members, types and minima. Maxima, patterns and
 * enums are left to the service. Every failure is collected as data, and worded at the end as botocore words it.
 */

import { UsageError } from '../../api/errors.ts';
import { isRecord } from '../../api/message.ts';
import type { ShapeRef, StructureShape } from '../../api/model/shapes.ts';
import { pythonText, pythonType } from './python-text.ts';
import { partOf, type ShapeIn, shapeOf } from './shape-lookup.ts';

type Failure = { readonly at: string } & (
  | { readonly kind: 'missing'; readonly member: string }
  | { readonly kind: 'unknown'; readonly member: string; readonly known: readonly string[] }
  | { readonly kind: 'type'; readonly value: unknown; readonly allowed: string }
  | { readonly kind: 'minimum'; readonly of: 'value' | 'length'; readonly value: number; readonly minimum: number }
  | { readonly kind: 'union'; readonly given: number; readonly members: readonly string[] }
);

/**
 * Checks an input against its shape.
 * @throws UsageError with every failure, under `Parameter validation failed:`.
 */
export function checkParameters(input: unknown, shape: ShapeIn): void {
  refuse([...check(input, shape, '')]);
}

/** The same for an input that is not whole yet: what it lacks itself is not looked at, what its members lack is. */
export function checkGiven(input: unknown, shape: ShapeIn): void {
  refuse([...check(input, shape, '')].filter(({ kind, at }) => kind !== 'missing' || at !== ''));
}

function refuse(failures: readonly Failure[]): void {
  if (failures.length > 0) throw parameterValidationFailed(failures.map(wording));
}

/** The AWS CLI's own refusal of an input. */
export function parameterValidationFailed(lines: readonly string[]): UsageError {
  return new UsageError(['Parameter validation failed:', ...lines]);
}

function* check(value: unknown, place: ShapeIn, at: string, ref?: ShapeRef): Generator<Failure> {
  const shape = shapeOf(place);
  if (!typeFits(shape.type, value)) {
    yield { kind: 'type', at, value, allowed: allowedTypes[shape.type] };
    return;
  }
  // A member that becomes part of the host name is never empty: Smithy 2.0, "hostLabel trait".
  const minimum = ('min' in shape ? shape.min : undefined) ?? (ref?.hostLabel ? 1 : undefined);
  switch (shape.type) {
    case 'structure':
      if (isRecord(value)) yield* checkStructure(value, shape, place, at);
      break;
    case 'list':
      if (!Array.isArray(value)) break;
      yield* checkMinimum('length', value.length, minimum, at);
      for (const [i, item] of value.entries()) yield* check(item, partOf(place, shape.member), `${at}[${i}]`);
      break;
    case 'map':
      for (const [key, item] of Object.entries(value ?? {})) {
        yield* check(key, partOf(place, shape.key), `${at} (key: ${key})`);
        yield* check(item, partOf(place, shape.value), `${at}.${key}`);
      }
      break;
    case 'string':
      if (typeof value === 'string') yield* checkMinimum('length', [...value].length, minimum, at);
      break;
    case 'integer':
    case 'long':
    case 'double':
      if (typeof value === 'number') yield* checkMinimum('value', value, minimum, at);
      break;
    case 'blob':
    case 'boolean':
    case 'timestamp':
      break;
    default:
      shape satisfies never;
  }
}

function* checkStructure(
  value: Readonly<Record<string, unknown>>,
  shape: StructureShape,
  place: ShapeIn,
  at: string,
): Generator<Failure> {
  const known = Object.keys(shape.members);
  const given = Object.keys(value);
  if (shape.union && given.length !== 1) yield { kind: 'union', at, given: given.length, members: known };
  for (const member of shape.required ?? []) {
    if (!Object.hasOwn(value, member)) yield { kind: 'missing', at, member };
  }
  for (const member of given) {
    if (!Object.hasOwn(shape.members, member)) yield { kind: 'unknown', at, member, known };
  }
  for (const member of given) {
    const ref = Object.hasOwn(shape.members, member) ? shape.members[member] : undefined;
    if (ref) yield* check(value[member], partOf(place, ref), `${at}.${member}`, ref);
  }
}

function* checkMinimum(
  of: 'value' | 'length',
  value: number,
  minimum: number | undefined,
  at: string,
): Generator<Failure> {
  if (minimum !== undefined && value < minimum) yield { kind: 'minimum', of, at, value, minimum };
}

const allowedTypes = {
  structure: "<class 'dict'>",
  map: "<class 'dict'>",
  list: "<class 'list'>, <class 'tuple'>",
  string: "<class 'str'>",
  integer: "<class 'int'>",
  long: "<class 'int'>",
  double: "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>",
  boolean: "<class 'bool'>",
  timestamp: "<class 'datetime.datetime'>, timestamp-string",
  blob: "<class 'bytes'>, <class 'bytearray'>, file-like object",
} as const;

function typeFits(type: keyof typeof allowedTypes, value: unknown): boolean {
  switch (type) {
    case 'structure':
    case 'map':
      return isRecord(value);
    case 'list':
      return Array.isArray(value);
    case 'integer':
    case 'long':
      return Number.isInteger(value);
    case 'double':
      return typeof value === 'number';
    case 'timestamp':
      return value instanceof Date;
    case 'blob':
      return (
        value instanceof Uint8Array || (typeof value === 'object' && value !== null && Symbol.asyncIterator in value)
      );
    case 'string':
    case 'boolean':
      return typeof value === type;
  }
}

function wording(failure: Failure): string {
  const name = failure.at === '' ? 'input' : failure.at.replace(/^\./, '');
  switch (failure.kind) {
    case 'missing':
      return `Missing required parameter in ${name}: "${failure.member}"`;
    case 'unknown':
      return `Unknown parameter in ${name}: "${failure.member}", must be one of: ${failure.known.join(', ')}`;
    case 'type': {
      const { value, allowed } = failure;
      return `Invalid type for parameter ${name}, value: ${pythonText(value)}, type: ${pythonType(value)}, valid types: ${allowed}`;
    }
    case 'minimum': {
      const [what, minimum] = failure.of === 'value' ? ['value', 'min value'] : ['length', 'min length'];
      return `Invalid ${what} for parameter ${name}, value: ${failure.value}, valid ${minimum}: ${failure.minimum}`;
    }
    case 'union': {
      const members = failure.members.join(', ');
      if (failure.given === 0)
        return `Must set one of the following keys for tagged unionstructure ${name}: ${members}.`;
      return `Invalid number of parameters set for tagged union structure ${name}. Can only set one of the following keys: ${members}.`;
    }
  }
}
