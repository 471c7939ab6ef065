/** The numbers of series: points are stored under them. */

import { createHash } from 'node:crypto';
import type { AccountId } from '../api/arn.ts';
import type { Region } from '../api/regions.ts';
import type { Dimensions, SeriesName, SeriesRecord } from '../store/records/tally.ts';
import type { Tx } from '../store/tables.ts';

/** Dimensions in the order in which they are stored. */
export const dimensionsOf = (dimensions: Readonly<Record<string, string>>): Dimensions =>
  Object.entries(dimensions)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flat();

type SeriesKey = readonly [AccountId, Region, namespace: string, metric: string, dimensions: string];

/** The key under which a series has its number. */
export const seriesKey = ({ account, region, namespace, metric, dimensions, unit }: SeriesName): SeriesKey => [
  account,
  region,
  namespace,
  metric,
  // A unit makes the number of members odd, so that it is not taken for a dimension.
  dimensionText(unit === undefined ? dimensions : [...dimensions, unit]),
];

/** In bytes. A key of LMDB has 1,978, and namespace and metric up to 765 each. */
const LONGEST_TEXT = 400;

/** Dimensions as part of a key: as JSON, or as a digest of text that is too long. */
function dimensionText(dimensions: readonly string[]): string {
  const text = JSON.stringify(dimensions);
  return Buffer.byteLength(text) <= LONGEST_TEXT ? text : createHash('sha256').update(text).digest('base64url');
}

/** The number of a series; undefined if it never had a value. */
export const findSeries = (name: SeriesName, { series }: Pick<Tx, 'series'>): number | undefined =>
  series.get([...seriesKey(name)]);

/**
 * The number of a series, which it is given if it has none. Names are compared by identity first: a name that is passed
 * again and again is found without being written down.
 */
export function seriesNumber(name: SeriesName, tx: Tx): number {
  const guesses = guessesOf(tx);
  const guess = guesses.get(name);
  // A number that was right once: a transaction may have been undone since, or the series removed.
  if (guess && tx.seriesNames.get([guess.number]) === guess.row) return guess.number;
  const number = findSeries(name, tx) ?? addSeries(name, tx);
  const row = tx.seriesNames.get([number]);
  if (row) guesses.set(name, { number, row });
  return number;
}

function addSeries(name: SeriesName, tx: Tx): number {
  const [last] = tx.seriesNames.range({ reverse: true, limit: 1 });
  const number = (last?.key[0] ?? 0) + 1;
  tx.series.put([...seriesKey(name)], number);
  tx.seriesNames.put([number], { v: 1, ...name });
  return number;
}

/** Removes a series that has neither points nor levels. */
export function removeSeries(number: number, { series, seriesNames }: Pick<Tx, 'series' | 'seriesNames'>): void {
  const name = seriesNames.get([number]);
  if (name) series.remove([...seriesKey(name)]);
  seriesNames.remove([number]);
}

interface Guess {
  readonly number: number;
  readonly row: SeriesRecord;
}

const guessesOfStores = new WeakMap<Tx, WeakMap<SeriesName, Guess>>();

function guessesOf(tx: Tx): WeakMap<SeriesName, Guess> {
  let guesses = guessesOfStores.get(tx);
  if (!guesses) {
    guesses = new WeakMap();
    guessesOfStores.set(tx, guesses);
  }
  return guesses;
}
