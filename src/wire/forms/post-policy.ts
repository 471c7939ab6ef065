/**
 * The policy of a form: Amazon S3 API Reference, "POST Policy". It says what a form may have, and until when. The words
 * of refusals are those of S3's answers, which the reference does not have.
 */

import { AwsError } from '../../api/errors.ts';
import type { FormField } from './multipart-form.ts';

export interface PostPolicy {
  readonly expiresMs: number;
  readonly conditions: readonly Condition[];
}

type Condition = FieldCondition | SizeCondition;

/** About a field of the form. */
interface FieldCondition {
  readonly kind: 'eq' | 'starts-with';
  /** As the policy has it; with the dollar sign, without which it is never met. */
  readonly name: string;
  readonly value: string;
}

/** About the size of the file, in bytes; bounds that are not numbers are never met. */
interface SizeCondition {
  readonly kind: 'content-length-range';
  readonly bounds: readonly [least: Bound, most: Bound];
}

type Bound = number | string;

/** How many bytes a file may have. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

/** A form's fields by their names in lower case: `bucket` among them, and none that conditions need not cover. */
export type CoveredFields = ReadonlyMap<string, FormField>;

/**
 * Reads a policy.
 * @param encoded in base64, as the form has it
 * @throws AwsError InvalidPolicyDocument
 */
export function parsePostPolicy(encoded: string): PostPolicy {
  const document = jsonOf(encoded);
  if (!isRecord(document)) throw invalidPolicy('Invalid JSON.');
  const { expiration, conditions, ...others } = document;
  const [unexpected] = Object.keys(others);
  if (unexpected !== undefined) throw invalidPolicy(`Unexpected: '${unexpected.toLowerCase()}'`);
  if (expiration === undefined) throw invalidPolicy('Policy missing expiration.');
  if (conditions === undefined) throw invalidPolicy('Policy missing conditions.');
  const expiresMs = typeof expiration === 'string' ? expirationMs(expiration) : undefined;
  if (expiresMs === undefined) throw invalidPolicy(`Invalid 'expiration' value: '${String(expiration)}'`);
  if (!Array.isArray(conditions)) throw invalidPolicy("Invalid 'conditions' value: must be a List.");
  return { expiresMs, conditions: conditions.map(conditionOf) };
}

/**
 * Checks that a form is as its policy says.
 * @param nowMs the machine's clock, by which clients make policies
 * @returns how many bytes the file may have
 * @throws AwsError AccessDenied
 */
export function requirePolicy({ expiresMs, conditions }: PostPolicy, fields: CoveredFields, nowMs: number): SizeRange {
  if (nowMs > expiresMs) throw againstPolicy('Policy expired.');
  const covered = new Set<string>();
  let range: SizeRange = { least: 0, most: Number.POSITIVE_INFINITY };
  for (const condition of conditions) {
    if (condition.kind === 'content-length-range') {
      range = narrowed(range, condition);
      continue;
    }
    if (!isMet(condition, fields)) throw conditionFailed(condition.kind, condition.name, condition.value);
    covered.add(fieldOf(condition));
  }
  for (const [key, { name }] of fields) {
    if (!covered.has(key)) throw againstPolicy(`Extra input fields: ${name}`);
  }
  return range;
}

/** The refusal of a file that is larger than a policy allows. @param size as far as it is known */
export const largerThanAllowed = (size: number, most: number): AwsError =>
  new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: String(size),
    MaxSizeAllowed: String(most),
  });

export const smallerThanAllowed = (size: number, least: number): AwsError =>
  new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(size),
    MinSizeAllowed: String(least),
  });

function jsonOf(encoded: string): unknown {
  // A form may wrap long lines.
  const text = encoded.replace(/[\r\n\t ]+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) throw invalidPolicy('invalid Base64 encoding.');
  try {
    const bytes = Buffer.from(text, 'base64');
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw invalidPolicy('Invalid JSON.');
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** ISO 8601 in UTC, with or without fractions of a second. */
function expirationMs(text: string): number | undefined {
  const [, seconds, fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const ms = Date.parse(`${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}Z`);
  // A day that its month does not have would be taken for one of the next.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(seconds) ? ms : undefined;
}

function conditionOf(condition: unknown): Condition {
  if (Array.isArray(condition)) return listCondition(condition);
  if (!isRecord(condition)) throw invalidPolicy('Invalid condition test: must be a List or Object.');
  const [only, ...others] = Object.entries(condition);
  if (!only || others.length > 0) {
    throw invalidPolicy('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.');
  }
  const [name, value] = only;
  if (typeof value !== 'string') throw invalidPolicy('Invalid Simple-Condition: value must be a string.');
  return { kind: 'eq', name: `$${name}`, value };
}

/** Operators are found in any case. */
function listCondition([operator, ...operands]: readonly unknown[]): Condition {
  if (operator === undefined) throw invalidPolicy('Invalid Condition: missing operation identifier.');
  const kind = typeof operator === 'string' ? operator.toLowerCase() : undefined;
  if (kind !== 'eq' && kind !== 'starts-with' && kind !== 'content-length-range') {
    throw invalidPolicy(`Invalid Condition: unknown operation '${String(operator)}'.`);
  }
  const [first, second, ...others] = operands;
  if (second === undefined || others.length > 0) throw invalidPolicy(`Invalid ${kind}: wrong number of arguments.`);
  if (kind === 'content-length-range') {
    if (!isBound(first) || !isBound(second)) throw invalidPolicy('Invalid JSON.');
    return { kind, bounds: [first, second] };
  }
  if (typeof first !== 'string' || typeof second !== 'string') throw invalidPolicy('Invalid JSON.');
  return { kind, name: first, value: second };
}

/** Texts, too, may have the digits of a size. */
const isBound = (value: unknown): value is Bound =>
  typeof value === 'string' || (Number.isSafeInteger(value) && Number(value) >= 0);

function narrowed({ least, most }: SizeRange, { kind, bounds }: SizeCondition): SizeRange {
  const [from, to] = bounds.map((bound) => (/^\d{1,15}$/.test(String(bound)) ? Number(bound) : Number.NaN));
  if (from === undefined || to === undefined || Number.isNaN(from + to)) throw conditionFailed(kind, ...bounds);
  return { least: Math.max(least, from), most: Math.min(most, to) };
}

/** The field that a condition is about, in lower case. */
const fieldOf = ({ name }: FieldCondition): string => name.slice(1).toLowerCase();

/** A field that the form does not have meets no condition, not even an empty beginning. */
function isMet(condition: FieldCondition, fields: CoveredFields): boolean {
  const { kind, name, value } = condition;
  const given = name.startsWith('$') ? fields.get(fieldOf(condition))?.value : undefined;
  if (given === undefined) return false;
  if (kind === 'eq') return given === value;
  const values = fieldOf(condition) === 'content-type' ? given.split(',').map((each) => each.trim()) : [given];
  return values.every((each) => each.startsWith(value));
}

const conditionFailed = (...condition: readonly Bound[]): AwsError =>
  againstPolicy(`Policy Condition failed: [${condition.map((each) => JSON.stringify(each)).join(', ')}]`);

const againstPolicy = (what: string): AwsError => new AwsError('AccessDenied', `Invalid according to Policy: ${what}`);

const invalidPolicy = (what: string): AwsError => new AwsError('InvalidPolicyDocument', `Invalid Policy: ${what}`);
