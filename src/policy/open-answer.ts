/**
 * The answer to a question that leaves condition keys open: yes, no, or yes if some of them are so. The evaluator is
 * asked with every combination of the values that policies tell apart, and the smallest set of keys that makes the
 * answer yes, whatever the others are, is the condition.
 */

import { type Given, isPossible, NOTHING_GIVEN, type OpenKey } from './open-context.ts';
import type { OpenValue } from './open-values.ts';

/** What is asked about a request with open keys. */
export interface OpenQuestion {
  /**
   * Decides with values for open keys, and reports those that it looks at. Undefined: no request has all these values.
   */
  decide(given: Given, asks: (key: OpenKey) => void): boolean | undefined;
  /** The values of a key that policies tell apart. */
  values(key: OpenKey): readonly OpenValue[];
  /** Whether these are all that policies tell apart, as far as can be seen; a variable may compare it with anything. */
  areAll(key: OpenKey): boolean;
  /** Every open key that policies could look at. */
  keys(): readonly OpenKey[];
  /** Decides with all open conditions taken to be in the caller's favour, or all against it; absent: that says nothing. */
  leaning?(to: Leaning): boolean;
}

export type Leaning = 'hopeful' | 'wary';

/** What an open key has to be. */
export interface Binding {
  readonly key: OpenKey;
  /** Each of them will do; the first stands for all. */
  readonly values: readonly OpenValue[];
  /** The others, which will not. */
  readonly except: readonly OpenValue[];
}

export type OpenAnswer =
  | { readonly answer: 'yes' | 'no' }
  /** All bindings are needed, and enough. */
  | { readonly answer: 'if'; readonly bindings: readonly Binding[] }
  /** There are too many combinations to say more. */
  | { readonly answer: 'depends'; readonly on: readonly OpenKey[] };

/** Combinations beyond these are not tried. */
const MOST_COMBINATIONS = 2048;
const MOST_KEYS = 8;

/** Answers a question. */
export function answerOpen(question: OpenQuestion): OpenAnswer {
  const asked = new Map<string, OpenKey>();
  const asks = (key: OpenKey) => void asked.set(key.key, key);
  const atFirst = question.decide(NOTHING_GIVEN, asks);
  if (asked.size === 0) return { answer: atFirst ? 'yes' : 'no' };
  if (question.leaning) {
    if (!question.leaning('hopeful')) return { answer: 'no' };
    if (question.leaning('wary')) return { answer: 'yes' };
  }
  for (;;) {
    const keys = [...asked.values()];
    const values = keys.map((key) => question.values(key));
    const combinations = values.reduce((product, each) => product * Math.max(1, each.length), 1);
    if (keys.length > MOST_KEYS || combinations > MOST_COMBINATIONS) return { answer: 'depends', on: question.keys() };
    const rows = rowsOf(keys, values, (given) => question.decide(given, asks));
    // What was asked for only with some values has values of its own.
    if (asked.size > keys.length) continue;
    const answer = concluded(keys, values, rows);
    const unsure = keys.filter((key) => !question.areAll(key));
    return answer.answer === 'no' && unsure.length > 0 ? { answer: 'depends', on: unsure } : answer;
  }
}

interface Row {
  /** The number of each key's value. */
  readonly picked: readonly number[];
  readonly isAllowed: boolean;
}

function rowsOf(
  keys: readonly OpenKey[],
  values: readonly (readonly OpenValue[])[],
  decide: (given: Given) => boolean | undefined,
): readonly Row[] {
  const rows: Row[] = [];
  const visit = (picked: readonly number[]) => {
    const at = picked.length;
    if (at < keys.length) {
      // A key without values keeps the one that it has.
      for (let i = 0; i < Math.max(1, values[at]?.length ?? 0); i++) visit([...picked, i]);
      return;
    }
    const given = new Map<string, readonly string[] | undefined>();
    keys.forEach(({ key }, i) => {
      const value = values[i]?.[picked[i] ?? 0];
      if (value) given.set(key, value.value);
    });
    const isAllowed = isPossible(given) ? decide(given) : undefined;
    if (isAllowed !== undefined) rows.push({ picked, isAllowed });
  };
  visit([]);
  return rows;
}

function concluded(
  keys: readonly OpenKey[],
  values: readonly (readonly OpenValue[])[],
  rows: readonly Row[],
): OpenAnswer {
  if (rows.every(({ isAllowed }) => isAllowed)) return { answer: rows.length > 0 ? 'yes' : 'no' };
  if (!rows.some(({ isAllowed }) => isAllowed)) return { answer: 'no' };
  for (let size = 1; size <= keys.length; size++) {
    const found = subsetsOf(keys.length, size).flatMap((subset) => enough(subset, values, rows));
    const [best] = found.sort((one, other) => one.rank - other.rank);
    if (best) return { answer: 'if', bindings: bindingsOf(best, found, keys, values) };
  }
  throw new Error('a combination that allows is not enough');
}

/** Values of some keys that allow, whatever the other keys are. */
interface Enough {
  readonly subset: readonly number[];
  readonly picked: readonly number[];
  readonly rank: number;
}

function enough(
  subset: readonly number[],
  values: readonly (readonly OpenValue[])[],
  rows: readonly Row[],
): readonly Enough[] {
  const groups = new Map<string, { picked: readonly number[]; isAllowed: boolean }>();
  for (const { picked, isAllowed } of rows) {
    const part = subset.map((i) => picked[i] ?? 0);
    const name = part.join();
    const group = groups.get(name);
    if (group) group.isAllowed &&= isAllowed;
    else groups.set(name, { picked: part, isAllowed });
  }
  return [...groups.values()].flatMap(({ picked, isAllowed }) => {
    if (!isAllowed) return [];
    const rank = picked.reduce((sum, value, i) => sum + (values[subset[i] ?? 0]?.[value]?.rank ?? 0), 0);
    return [{ subset, picked, rank }];
  });
}

/** The bindings of a set that is enough, each with the other values that would do in its place. */
function bindingsOf(
  best: Enough,
  all: readonly Enough[],
  keys: readonly OpenKey[],
  values: readonly (readonly OpenValue[])[],
): readonly Binding[] {
  const ofSame = all.filter(({ subset }) => subset.join() === best.subset.join());
  const listed = widened(best, ofSame);
  return best.subset.flatMap((at, i) => {
    const key = keys[at];
    if (!key) return [];
    const [own, ...alike] = (listed[i] ?? []).flatMap((value) => values[at]?.[value] ?? []);
    const except = (values[at] ?? []).filter((_, value) => !listed[i]?.includes(value));
    // That a key which nearly every request has may be absent, too, says nothing.
    const worthSaying = alike.filter((value) => key.isRare || value.value !== undefined);
    return [{ key, values: [...(own ? [own] : []), ...worthSaying], except }];
  });
}

/** For each binding the value that was found and those that do as well, with all that are listed for the others. */
function widened({ picked: found }: Enough, ofSame: readonly Enough[]): readonly (readonly number[])[] {
  const allowed = new Set(ofSame.map(({ picked }) => picked.join()));
  const isAllowed = (lists: readonly (readonly number[])[], picked: readonly number[] = []): boolean => {
    const [next, ...rest] = lists;
    return next ? next.every((value) => isAllowed(rest, [...picked, value])) : allowed.has(picked.join());
  };
  let lists: readonly (readonly number[])[] = found.map((value) => [value]);
  for (let i = 0; i < found.length; i++) {
    for (const value of new Set(ofSame.map(({ picked }) => picked[i] ?? 0))) {
      if (lists[i]?.includes(value)) continue;
      if (!isAllowed(lists.with(i, [value]))) continue;
      lists = lists.with(i, [...(lists[i] ?? []), value]);
    }
  }
  return lists;
}

/** All ways to choose so many of so many. */
function subsetsOf(count: number, size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  const subsets: number[][] = [];
  for (let last = size - 1; last < count; last++) {
    for (const rest of subsetsOf(last, size - 1)) subsets.push([...rest, last]);
  }
  return subsets;
}
