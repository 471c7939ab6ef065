/** What reading an account's configuration finds: what could not be read, what is open, and what was assumed. */

import { isTooDeep } from '../api/json-depth.ts';
import { isRecord } from '../api/message.ts';
import {
  JsonFault,
  type JsonPath,
  type PlacedJson,
  placeOf,
  placesIn,
  readPlaces,
  type TextPlace,
  textOfPlace,
} from '../policy/json-places.ts';

/** A text that was read, such as a file. */
export interface Source {
  /** As messages call it. */
  readonly name: string;
  readonly text: string;
}

/** A value in a source. */
export interface Part {
  readonly value: unknown;
  readonly source: Source;
  /** Where in the source the JSON document begins that it is in: a source may have several. */
  readonly start: number;
  /** Just after that document. */
  readonly end: number;
  /** Leads from the document to it. */
  readonly path: JsonPath;
}

/** Something that is wrong or missing, with its place. */
export interface Finding {
  /** `unread`: could not be read or understood. `open`: not known before Terraform applies its plan. */
  readonly kind: 'unread' | 'open';
  /** `iam.json, line 12, column 7 (UserDetailList[0].Arn)`. */
  readonly place: string;
  /** What is wrong, and what that means for decisions, as a clause. */
  readonly says: string;
}

export interface Findings {
  readonly list: readonly Finding[];
  /** What was taken to be so because nothing says otherwise, as clauses, each with the names of what it is about. */
  readonly assumptions: ReadonlyMap<string, readonly string[]>;
  add(part: Part | Source, says: string, kind?: Finding['kind']): void;
  assume(says: string, about: string): void;
}

/** What a part of a dump lacks, or has in place of what is expected; ends the reading of what it belongs to. */
export class Unreadable extends Error {
  readonly part: Part;
  readonly kind: Finding['kind'];
  constructor(part: Part, says: string, kind: Finding['kind'] = 'unread') {
    super(says);
    this.part = part;
    this.kind = kind;
  }
}

export function newFindings(): Findings {
  const list: Finding[] = [];
  const assumptions = new Map<string, string[]>();
  return {
    list,
    assumptions,
    add(at, says, kind = 'unread') {
      list.push({ kind, place: 'path' in at ? placeText(at) : at.name, says });
    },
    assume(says, about) {
      const known = assumptions.get(says);
      if (!known) assumptions.set(says, [about]);
      else if (!known.includes(about)) known.push(about);
    },
  };
}

/** Runs a piece of reading; what it cannot read is a finding, and undefined is returned. */
export function reading<T>(findings: Findings, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    findings.add(error.part, error.message, error.kind);
    return undefined;
  }
}

// The last document with its places: findings come document by document.
let placed: { readonly source: Source; readonly start: number; readonly json: PlacedJson | undefined } | undefined;

function placesOf({ source, start, end }: Part): PlacedJson | undefined {
  if (placed?.source !== source || placed.start !== start) {
    placed = { source, start, json: readable(source.text.slice(start, end)) };
  }
  return placed.json;
}

/** Undefined for what has a repeated name, which is read all the same. */
function readable(text: string): PlacedJson | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return readPlaces(text);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

function placeText(part: Part): string {
  const { source, start, path } = part;
  const json = placesOf(part);
  const at = start + (json ? placeOf(json, path) : 0);
  const inside = path.length === 0 ? '' : ` (${pathText(path)})`;
  return `${source.name}, ${textOfPlace(placeIn(source)(at))}${inside}`;
}

// The last source: a large file can have thousands of findings.
let found: { readonly source: Source; readonly placeAt: (at: number) => TextPlace } | undefined;

function placeIn(source: Source): (at: number) => TextPlace {
  if (found?.source !== source) found = { source, placeAt: placesIn(source.text) };
  return found.placeAt;
}

/** `UserDetailList[0].Arn`. */
const pathText = (path: JsonPath): string =>
  path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');

/** A member of a part; undefined if there is none, or it is null. */
export function member(part: Part, name: string): Part | undefined {
  const { value } = part;
  if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
  const found = value[name];
  return found === undefined || found === null ? undefined : { ...part, value: found, path: [...part.path, name] };
}

/** @throws Unreadable */
export function required(part: Part, name: string): Part {
  const found = member(part, name);
  if (!found) throw new Unreadable(part, `${name} is missing`);
  return found;
}

/** The items of a list that is a member; none if there is no such member. @throws Unreadable */
export function items(part: Part, name: string): Part[] {
  const list = member(part, name);
  return list ? itemsOf(list) : [];
}

/** @throws Unreadable */
export function itemsOf(list: Part): Part[] {
  if (!Array.isArray(list.value)) throw new Unreadable(list, `${lastName(list)} must be a list, not ${kindText(list)}`);
  return list.value.map((value: unknown, index) => ({ ...list, value, path: [...list.path, index] }));
}

/** A text that is a member. @throws Unreadable if it is something else */
export function optionalText(part: Part, name: string): string | undefined {
  const found = member(part, name);
  return found && textOf(found);
}

/** @throws Unreadable */
export const requiredText = (part: Part, name: string): string => textOf(required(part, name));

/** @throws Unreadable */
export function textOf(part: Part): string {
  if (typeof part.value !== 'string')
    throw new Unreadable(part, `${lastName(part)} must be a text, not ${kindText(part)}`);
  return part.value;
}

/** @throws Unreadable */
export function optionalBoolean(part: Part, name: string): boolean | undefined {
  const found = member(part, name);
  if (found && typeof found.value !== 'boolean') {
    throw new Unreadable(found, `${name} must be true or false, not ${kindText(found)}`);
  }
  return found && found.value === true;
}

/** @throws Unreadable */
export function optionalNumber(part: Part, name: string): number | undefined {
  const found = member(part, name);
  if (!found) return undefined;
  if (typeof found.value === 'number') return found.value;
  throw new Unreadable(found, `${name} must be a number, not ${kindText(found)}`);
}

/** A time, as text or in seconds, in milliseconds. @throws Unreadable */
export function optionalTime(part: Part, name: string): number | undefined {
  const found = member(part, name);
  if (!found) return undefined;
  const { value } = found;
  const ms = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  // What a Date can be: ECMAScript, "Time Values and Time Range".
  if (Math.abs(ms) <= 8.64e15) return Math.trunc(ms);
  throw new Unreadable(found, `${name} must be a time, not ${kindText(found)}`);
}

const lastName = ({ path }: Part): string => {
  const name = path.findLast((step) => typeof step === 'string');
  return name === undefined ? 'this' : String(name);
};

/** What a value is, for messages, short where it is long. */
export function kindText({ value }: Pick<Part, 'value'>): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
