/** Reads the dimensions of a series, which are stored as names and values in turn. */

import type { Dimensions } from '../store/records/tally.ts';

/** `['KeyArn', 'arn:…']` by name. */
export function dimensionPairs(dimensions: Dimensions): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < dimensions.length; i += 2) pairs.push([dimensions[i] ?? '', dimensions[i + 1] ?? '']);
  return pairs;
}

/** The value of a dimension; undefined if there is none of that name. */
export function dimensionNamed(dimensions: Dimensions, name: string): string | undefined {
  for (let i = 0; i < dimensions.length; i += 2) if (dimensions[i] === name) return dimensions[i + 1];
  return undefined;
}
