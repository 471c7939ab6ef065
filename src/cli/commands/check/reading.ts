/** Reads the parts of a file by what they should be, and notes where they are something else. */

import { didYouMean, oneOf } from '../../../api/nearest.ts';
import { type PlacedJson, quoted } from '../../../policy/json-places.ts';
import { kindOf } from '../../../policy/policy-fault.ts';
import type { Fault, Source } from './source.ts';

/** Collects what is wrong with one file. */
export interface Faults {
  readonly source: Source;
  /** @param at an index of the text */
  add(at: number, says: string): undefined;
}

export const faultsOf = (source: Source, into: Fault[]): Faults => ({
  source,
  add(at, says) {
    into.push({ file: source.file, place: source.place(at), says });
  },
});

/** Reads a part that messages call by its name; undefined if it is at fault, which is noted. */
export type Read<T> = (json: PlacedJson, name: string, faults: Faults) => T | undefined;

type ReadAs<R> = { readonly [Name in keyof R]?: R[Name] extends Read<infer T> ? T | undefined : never };

/** An object that has only these members, of which none is required. */
export const members =
  <R extends Readonly<Record<string, Read<unknown>>>>(readers: R): Read<ReadAs<R>> =>
  (json, name, faults) => {
    if (json.kind !== 'object') return faults.add(json.at, takes(name, 'names with values', json));
    const names = Object.keys(readers);
    const found: Record<string, unknown> = {};
    let unknown = 0;
    for (const member of json.members) {
      const reader = Object.hasOwn(readers, member.name) ? readers[member.name] : undefined;
      if (reader) found[member.name] = reader(member.value, member.name, faults);
      else {
        unknown += 1;
        const near = unknown > MOST_COMPARED ? undefined : didYouMean(member.name, names);
        faults.add(
          member.at,
          `"${member.name}" is not a member of ${name}: the members are ${oneOf(names, 'and')}${near === undefined ? '' : `; ${near}`}`,
        );
      }
    }
    // Each member was read by the reader of its name.
    return found as ReadAs<R>;
  };

/** Of so many wrong names, nobody meant another one. */
const MOST_COMPARED = 20;

/** The same, where nothing counts as an object without members. */
export const membersOrNothing = <R extends Readonly<Record<string, Read<unknown>>>>(readers: R): Read<ReadAs<R>> => {
  const read = members(readers);
  return (json, name, faults) =>
    read(isNull(json) ? { kind: 'object', at: json.at, end: json.end, members: [] } : json, name, faults);
};

/** What stands under a name of somebody's choice. */
export interface Named<T> {
  readonly name: string;
  /** The place of the name. */
  readonly at: number;
  readonly value: T;
}

/** An object whose names can be anything, with values of one kind; nothing counts as empty. */
export const byName =
  <T>(read: Read<T>): Read<readonly Named<T>[]> =>
  (json, name, faults) => {
    if (json.kind !== 'object') return isNull(json) ? [] : faults.add(json.at, takes(name, 'names with values', json));
    return json.members.flatMap((member) => {
      const value = read(member.value, member.name, faults);
      return value === undefined ? [] : [{ name: member.name, at: member.at, value }];
    });
  };

/** A list, or a single value that stands for a list of one. */
export const oneOrMore =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (json, name, faults) => {
    const items = json.kind === 'list' ? json.items : [json];
    return items.flatMap((item) => read(item, name, faults) ?? []);
  };

/** A text; numbers and truth values count as they are written. */
export const text: Read<string> = (json, name, faults) => {
  if (json.kind === 'scalar' && json.value !== null && json.value !== '') return String(json.value);
  return faults.add(json.at, takes(name, 'a text', json));
};

/** A text that may be empty, such as the value of a tag. */
export const anyText: Read<string> = (json, name, faults) =>
  json.kind === 'scalar' && json.value === '' ? '' : text(json, name, faults);

export const flag: Read<boolean> = (json, name, faults) =>
  json.kind === 'scalar' && typeof json.value === 'boolean'
    ? json.value
    : faults.add(json.at, takes(name, 'true or false', json));

/** One of a few words. */
export const word =
  <const W extends string>(...words: readonly W[]): Read<W> =>
  (json, name, faults) => {
    const found = json.kind === 'scalar' ? words.find((each) => each === json.value) : undefined;
    return found ?? faults.add(json.at, takes(name, `one of ${words.join(', ')}`, json));
  };

/** A value as it is, with its place. */
export const placed =
  <T>(read: Read<T>): Read<{ readonly at: number; readonly value: T }> =>
  (json, name, faults) => {
    const value = read(json, name, faults);
    return value === undefined ? undefined : { at: json.at, value };
  };

/** Texts by name. */
export const texts: Read<Readonly<Record<string, string>>> = (json, name, faults) => {
  const found = byName(anyText)(json, name, faults);
  return found && Object.fromEntries(found.map(({ name: key, value }) => [key, value]));
};

const isNull = (json: PlacedJson): boolean => json.kind === 'scalar' && json.value === null;

/** `"expect" takes a text, not a list`. */
export function takes(name: string, what: string, json: PlacedJson): string {
  // Names are quoted, and what has none is described.
  return `${/^(?:the file|a test)$/.test(name) ? name : `"${name}"`} takes ${what}, not ${shown(json)}`;
}

function shown(json: PlacedJson): string {
  if (json.kind !== 'scalar') return kindOf(json.kind === 'list' ? [] : {});
  if (json.value === null) return 'nothing';
  return quoted(json.value);
}
