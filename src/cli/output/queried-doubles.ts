/**
 * Doubles in the result of a query. A query works on numbers and does not say which of its results are doubles. So it is
 * asked twice more, with every double a little greater and a little less: what moves with them both times is a double,
 * such as their sum; what does not is a whole number, such as a length.
 */

import { Double } from './double.ts';
import { isList, isMap, type Plain } from './plain.ts';

/** The result of a query over plain data, its doubles included. */
export function withDoubles(select: (data: Plain) => Plain, data: Plain): Plain {
  const result = select(numbersOf(data, 0));
  return marked(result, [select(numbersOf(data, 1)), select(numbersOf(data, -1))], numbersIn(data));
}

interface Known {
  readonly doubles: ReadonlySet<number>;
  readonly others: ReadonlySet<number>;
}

function numbersIn(data: Plain): Known {
  const doubles = new Set<number>();
  const others = new Set<number>();
  const visit = (value: Plain): void => {
    if (value instanceof Double) doubles.add(value.value);
    else if (typeof value === 'number') others.add(value);
    else if (isList(value)) value.forEach(visit);
    else if (isMap(value)) Object.values(value).forEach(visit);
  };
  visit(data);
  return { doubles, others };
}

/** So little that it does not reach the next whole number. */
const STEP = 2 ** -11;
/** A greater double is moved by more than the distance to the next one. */
const RELATIVE_STEP = 2 ** -50;

/** Plain data whose doubles are numbers, moved in a direction. */
function numbersOf(value: Plain, direction: -1 | 0 | 1): Plain {
  if (value instanceof Double) {
    const step = Math.max(STEP, Math.abs(value.value) * RELATIVE_STEP);
    return direction === 0 ? value.value : value.value + direction * step;
  }
  if (isList(value)) return value.map((item) => numbersOf(item, direction));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, numbersOf(item, direction)]));
}

/**
 * A result with its doubles.
 * @param moved the results for moved doubles, as far as they have the same form: a filter may have found something else
 */
function marked(result: Plain, moved: readonly Plain[], known: Known): Plain {
  if (typeof result === 'number') return isDouble(result, moved, known) ? new Double(result) : result;
  if (isList(result)) {
    const alike = moved.filter(isList).filter(({ length }) => length === result.length);
    return result.map((item, i) =>
      marked(
        item,
        alike.map((list) => list[i] ?? null),
        known,
      ),
    );
  }
  if (!isMap(result)) return result;
  const alike = moved.filter(isMap);
  return Object.fromEntries(
    Object.entries(result).map(([name, item]) => {
      const others = alike.flatMap((map) => (Object.hasOwn(map, name) ? [map[name] ?? null] : []));
      return [name, marked(item, others, known)];
    }),
  );
}

function isDouble(value: number, moved: readonly Plain[], { doubles, others }: Known): boolean {
  if (!Number.isInteger(value)) return true;
  const numbers = moved.filter((each) => typeof each === 'number');
  if (numbers.length > 0) return numbers.every((each) => each !== value);
  // A filter for equal values finds no moved ones. Then it is a double if the data has it as one only.
  return doubles.has(value) && !others.has(value);
}
