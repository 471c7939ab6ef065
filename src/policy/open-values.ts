/**
 * The values of an open condition key that policies tell apart: each value in a condition, one besides, and none at all.
 * Between them, every request that a policy could see is like one of these.
 */

import { oneOf } from '../api/nearest.ts';
import { addressesWithin } from './address-cells.ts';
import { type Condition, parseOperator } from './condition.ts';
import { parseAddressRange, parseDecimal } from './condition-operators.ts';
import type { Context } from './context.ts';
import { parseInstant } from './instant.ts';
import { joinedGlob } from './joined-glob.ts';
import { type OpenKey, TIME } from './open-context.ts';

/** One way for a key to be. */
export interface OpenValue {
  /** A value that stands for all that are alike; undefined: the key is absent. */
  readonly value: readonly string[] | undefined;
  readonly is: ValueKind;
  /** Those that say the same with less come first. */
  readonly rank: number;
  /** Whether it stands for another value, too, as a range does that has it. */
  readonly covers?: ((value: string) => boolean) | undefined;
}

/** `place`: of numbers and times, the position among the bounds in the policies: at the n-th, or after it. */
export type ValueKind =
  | { readonly kind: 'absent' }
  | { readonly kind: 'present' }
  | { readonly kind: 'equal'; readonly text: string }
  | { readonly kind: 'like'; readonly pattern: string }
  | { readonly kind: 'within'; readonly range: string }
  /** `isMore`: and with some other value. */
  | { readonly kind: 'set'; readonly texts: readonly string[]; readonly isMore: boolean }
  | { readonly kind: 'other'; readonly than: readonly string[]; readonly verb: 'other than' | 'outside' }
  | { readonly kind: 'place'; readonly place: number; readonly bounds: readonly string[] };

/**
 * The values that the conditions about a key tell apart.
 * @param more values that other things than conditions compare it with
 */
export function openValues(
  key: OpenKey,
  conditions: readonly Condition[],
  context: Context,
  more: readonly string[] = [],
): readonly OpenValue[] {
  const values = new Map<string, OpenValue>();
  const add = (value: readonly string[] | undefined, made: Omit<OpenValue, 'value'>) => {
    if (value !== undefined && key.fits && !value.every(key.fits)) return;
    const text = JSON.stringify(value ?? null);
    if (!values.has(text)) values.set(text, { value, ...made });
  };
  const sorted = sortedConditions(key, conditions, context, more);
  const another = sorted.takesAnother ? anotherValue(key, conditions, context, sorted.within.size > 0) : undefined;
  for (const text of sorted.equal) add([text], { is: { kind: 'equal', text }, rank: 0 });
  for (const [pattern, { likes, covers }] of [...sorted.like, ...joined(sorted.like, key.shape)]) {
    for (const like of likes) add([like], { is: { kind: 'like', pattern }, rank: 0, covers });
  }
  for (const [range, { address, covers }] of sorted.within) {
    add(
      [address],
      range === address
        ? { is: { kind: 'equal', text: address }, rank: 0 }
        : { is: { kind: 'within', range }, rank: 0, covers },
    );
  }
  for (const { value, place } of sorted.places)
    add([value], { is: { kind: 'place', place, bounds: sorted.bounds }, rank: 0 });
  if (sorted.isMultivalued) for (const set of setsOf(sorted.equal, another)) add(set.value, set);
  const than = [...sorted.equal, ...sorted.like.keys(), ...sorted.within.keys()];
  if (another !== undefined) {
    const verb = sorted.within.size > 0 ? 'outside' : 'other than';
    add([another], {
      is: than.length === 0 ? { kind: 'present' } : { kind: 'other', than, verb },
      rank: key.isRare ? 2 : 1,
    });
  }
  if (key.mayLack) add(undefined, { is: { kind: 'absent' }, rank: key.isRare ? 1 : 2 });
  return [...values.values()].sort((one, other) => one.rank - other.rank);
}

/** With more values, not every set of them is looked at. */
const MOST_IN_SETS = 3;

/** The sets of several values. */
function setsOf(texts: readonly string[], another: string | undefined): readonly OpenValue[] {
  const all = another === undefined ? texts : [...texts, another];
  if (texts.length > MOST_IN_SETS)
    return [{ value: all, is: { kind: 'set', texts, isMore: another !== undefined }, rank: 2 }];
  let sets: readonly (readonly string[])[] = [[]];
  for (const text of all) sets = sets.concat(sets.map((set) => [...set, text]));
  return sets
    .filter((set) => set.length > 1)
    .map((value) => {
      const isMore = another !== undefined && value.includes(another);
      return {
        value,
        is: { kind: 'set', texts: value.filter((text) => text !== another), isMore },
        rank: value.length,
      };
    });
}

interface Sorted {
  readonly equal: readonly string[];
  /** By pattern: texts that it covers. */
  readonly like: ReadonlyMap<string, { readonly likes: readonly string[] } & Covering>;
  /** By range: an address that no narrower one has. */
  readonly within: ReadonlyMap<string, { readonly address: string } & Covering>;
  /** Numbers or times, in their order. */
  readonly bounds: readonly string[];
  readonly places: readonly { readonly value: string; readonly place: number }[];
  readonly isMultivalued: boolean;
  /** Whether there are values other than those that the conditions name or lie between. */
  readonly takesAnother: boolean;
}

interface Covering {
  readonly covers: (value: string) => boolean;
}

function sortedConditions(
  { key, shape }: OpenKey,
  conditions: readonly Condition[],
  context: Context,
  more: readonly string[],
): Sorted {
  const equal = new Set<string>(more);
  const like = new Map<string, { likes: readonly string[] } & Covering>();
  const ranges = new Map<string, Covering['covers']>();
  const numbers = new Map<string, bigint | number>();
  let isTime = key === TIME;
  let isBool = false;
  for (const { operator, expected } of conditions) {
    const { base = '' } = parseOperator(operator) ?? {};
    for (const one of expected) {
      const text = one.text(context);
      const covers = (value: string) => one.matches(value, context) === true;
      if (base === 'Bool') {
        isBool = true;
        for (const value of ['true', 'false']) equal.add(value);
      } else if (base.endsWith('IpAddress')) {
        if (parseAddressRange(text)) ranges.set(text, covers);
      } else if (base.startsWith('Numeric') || base.startsWith('Date')) {
        const number = isTime || base.startsWith('Date') ? parseInstant(text) : parseDecimal(text);
        if (number !== undefined) numbers.set(text, number);
        isTime ||= base.startsWith('Date');
      } else if (/Like$|^Arn/.test(base) && /[*?]/.test(text)) {
        like.set(text, { likes: matching(text, shape, covers), covers });
      } else equal.add(text);
    }
  }
  const within = new Map(
    Array.from(addressesWithin([...ranges.keys()]), ([range, address]) => [
      range,
      { address, covers: ranges.get(range) ?? (() => false) },
    ]),
  );
  const bounds = [...numbers].sort(([, one], [, other]) => (one < other ? -1 : one > other ? 1 : 0));
  return {
    equal: [...equal],
    like,
    within,
    bounds: bounds.map(([text]) => text),
    places: placesBetween(bounds, isTime),
    isMultivalued: conditions.some((condition) => condition.isMultivalued),
    takesAnother: !isBool && numbers.size === 0,
  };
}

/** Texts that a pattern covers, of which narrower patterns and single values cover some. */
function matching(pattern: string, shape: string | undefined, isCovered: (text: string) => boolean): readonly string[] {
  const shaped = shape === undefined ? undefined : joinedGlob(pattern, shape);
  const made = [pattern, ...(shaped === undefined ? [] : [shaped])].flatMap(filled);
  return [...new Set(made)].filter((text) => text !== '' && isCovered(text));
}

function filled(pattern: string): readonly string[] {
  const one = pattern.replaceAll('?', 'x');
  return ['', 'x', 'something'].map((text) => one.replaceAll('*', text));
}

/** Of more patterns, not every pair is looked at. */
const MOST_JOINED = 8;

/** Two conditions can each have a pattern: texts that both cover, by how they are said, where there is none yet. */
function joined(like: Sorted['like'], shape: string | undefined): Sorted['like'] {
  const found = new Map<string, { likes: readonly string[] } & Covering>();
  const patterns = [...like].slice(0, MOST_JOINED);
  for (const [i, [one, ours]] of patterns.entries()) {
    for (const [other, theirs] of patterns.slice(i + 1)) {
      const covers = (text: string) => ours.covers(text) && theirs.covers(text);
      if ([...ours.likes, ...theirs.likes].some(covers)) continue;
      const both = joinedGlob(one, other);
      const likes = both === undefined ? [] : matching(both, shape, covers);
      if (likes.length > 0) found.set(`${one} and ${other}`, { likes, covers });
    }
  }
  return found;
}

/** More of them would show how numbers are stored. */
const DIGITS = 15;

/** At each bound, and before, between and after them; a position is twice the number of bounds below it. */
function placesBetween(bounds: readonly (readonly [text: string, value: bigint | number])[], isTime: boolean) {
  const places: { value: string; place: number }[] = [];
  const write = (value: number) =>
    isTime ? new Date(value).toISOString().replace('.000Z', 'Z') : String(Number(value.toPrecision(DIGITS)));
  const step = isTime ? 1000 : 1;
  bounds.forEach(([text, value], i) => {
    const number = Number(value);
    if (i === 0) places.push({ value: write(number - step), place: 0 });
    places.push({ value: isTime ? write(number) : text, place: 2 * i + 1 });
    const next = bounds[i + 1]?.[1];
    const gap = next === undefined ? step : Math.min(step, (Number(next) - number) / 2);
    if (gap > 0) places.push({ value: write(isTime ? number + Math.ceil(gap) : number + gap), place: 2 * i + 2 });
  });
  return places;
}

const ADDRESSES = ['192.0.2.1', '198.51.100.1', '203.0.113.1', '8.8.8.8', '10.0.0.1', '172.16.0.1', '192.168.0.1'];

/** A value that none of the conditions names; undefined if there is none. */
function anotherValue(
  key: OpenKey,
  conditions: readonly Condition[],
  context: Context,
  isAddress: boolean,
): string | undefined {
  const isNamed = (value: string) =>
    conditions.some(({ expected }) => expected.some((one) => one.matches(value, context) === true));
  const isArn = conditions.some(({ operator }) => /Arn/.test(operator)) || /arn$/.test(key.key);
  const made = isArn
    ? ['arn:aws:iam::000000000000:role/another', 'arn:aws:s3:::another']
    : ['another', 'something-else', '~'];
  const tried = isAddress ? ADDRESSES : key.another === undefined ? made : [key.another];
  return tried.find((value) => (key.fits?.(value) ?? true) && !isNamed(value));
}

/**
 * What a key has to be, as a clause: `aws:SourceIp in 203.0.113.0/24`.
 * @param values all that do
 * @param except those that do not
 */
export function saidOf(name: string, values: readonly OpenValue[], except: readonly OpenValue[]): string {
  const places = values.flatMap(({ is }) => (is.kind === 'place' ? [is] : []));
  const equal = textsOf(values, (is) => (is.kind === 'equal' ? is.text : undefined));
  const within = textsOf(values, (is) => (is.kind === 'within' ? is.range : undefined));
  const like = textsOf(values, (is) => (is.kind === 'like' ? is.pattern : undefined));
  const rest = values.flatMap(({ is }) => saidOfKind(name, is) ?? []);
  // A narrower range or value that is among them, and will not do.
  const covered = except.flatMap(({ value, is }) =>
    value !== undefined && values.some(({ covers }) => value.some((text) => covers?.(text))) ? [textOf(is, value)] : [],
  );
  const said = [
    ...rangesOf(name, places),
    ...(equal.length > 0 ? [`${name} = ${oneOf(equal)}`] : []),
    ...(within.length > 0 ? [`${name} in ${oneOf(within)}`] : []),
    ...(like.length > 0 ? [`${name} like ${oneOf(like)}`] : []),
    ...new Set(rest),
  ].join(', or ');
  return covered.length === 0 ? said : `${said}, except ${oneOf([...new Set(covered)], 'and')}`;
}

const textsOf = (
  values: readonly OpenValue[],
  textOfKind: (is: ValueKind) => string | undefined,
): readonly string[] => [...new Set(values.flatMap(({ is }) => textOfKind(is) ?? []))];

const textOf = (is: ValueKind, value: readonly string[]): string => {
  switch (is.kind) {
    case 'within':
      return is.range;
    case 'like':
      return is.pattern;
    default:
      return value.join(' and ');
  }
};

/** Undefined for those that are said together. */
function saidOfKind(name: string, is: ValueKind): string | undefined {
  switch (is.kind) {
    case 'absent':
      return `no ${name}`;
    case 'present':
      return `any ${name}`;
    case 'set':
      return `${name} = ${[...is.texts, ...(is.isMore ? ['others'] : [])].join(' and ')}`;
    case 'other':
      return `${name} ${is.verb} ${oneOf(is.than)}`;
    default:
      return undefined;
  }
}

type Place = Extract<ValueKind, { kind: 'place' }>;

/** Neighbouring places as one range: `aws:CurrentTime >= 2026-05-04T09:00:00Z`. */
function rangesOf(name: string, places: readonly Place[]): readonly string[] {
  const ordered = [...places].sort((one, other) => one.place - other.place);
  const runs: Place[][] = [];
  for (const place of ordered) {
    const last = runs.at(-1);
    if (last && last.at(-1)?.place === place.place - 1) last.push(place);
    else runs.push([place]);
  }
  return runs.map((run) => rangeOf(name, run));
}

function rangeOf(name: string, run: readonly Place[]): string {
  const [first] = run;
  const last = run.at(-1);
  if (!first || !last) return name;
  const { bounds } = first;
  const isAt = (place: number) => place % 2 === 1;
  if (first === last && isAt(first.place)) return `${name} = ${bounds[(first.place - 1) / 2]}`;
  const from =
    first.place === 0
      ? undefined
      : isAt(first.place)
        ? `>= ${bounds[(first.place - 1) / 2]}`
        : `> ${bounds[first.place / 2 - 1]}`;
  const to =
    last.place === 2 * bounds.length
      ? undefined
      : isAt(last.place)
        ? `<= ${bounds[(last.place - 1) / 2]}`
        : `< ${bounds[last.place / 2]}`;
  const said = [from, to].filter((text) => text !== undefined);
  return said.length === 0 ? `any ${name}` : `${name} ${said.join(' and ')}`;
}
