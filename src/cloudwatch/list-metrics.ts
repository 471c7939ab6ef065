/** Which metrics there are: Amazon CloudWatch API Reference, ListMetrics. */

import { AwsError } from '../api/errors.ts';
import type { Dimension, DimensionFilter, ListMetricsInput } from '../api/model/cloudwatch.types.ts';
import { takePage } from '../api/page.ts';
import { operation } from '../call/operation.ts';
import type { SeriesName } from '../store/records/tally.ts';
import { dimensionPairs } from '../tally/dimensions.ts';
import { MINUTE_S, SECOND_S } from '../tally/periods.ts';
import { seriesIn } from '../tally/reading.ts';
import { cloudwatchAccess, placeOf } from './access.ts';
import type { Reading } from './metric-source.ts';
import { metricSources } from './metric-sources.ts';
import { INVALID_TOKEN, positionIn, writeToken } from './page-token.ts';

/** As many as a page has: the same page. */
const PAGE = 500;

export const ListMetrics = operation('cloudwatch', 'ListMetrics', {
  resolve({ OwningAccount, IncludeLinkedAccounts }) {
    if (OwningAccount === undefined && IncludeLinkedAccounts !== true) return undefined;
    throw new AwsError('NotImplemented', 'Metrics of linked accounts are not part of ssebox.');
  },
  authorize: (_target, _input, call) => [cloudwatchAccess('ListMetrics', call)],
  run(_target, input, call) {
    const { NextToken, ...question } = input;
    // Series are in the order of their keys, in which their numbers are not: the token has how many were seen.
    const [seen = 0] = NextToken === undefined ? [] : (positionIn(NextToken, question) ?? refuseToken());
    const reading = { ...placeOf(call), tx: call.tx, nowMs: call.now.getTime() };
    const found = metricsOf([storedSeries(input, reading), derivedSeries(input, reading)], input);
    const { items, hasMore } = takePage(from(Number(seen), found), PAGE);
    const token = hasMore && { NextToken: writeToken([Number(seen) + items.length], question) };
    return { Metrics: items.map(listed), ...token };
  },
});

function refuseToken(): never {
  throw new AwsError('InvalidParameterValue', INVALID_TOKEN);
}

/** Metrics without newer values are not listed: the same page, and RecentlyActive. */
const DAY_MS = 86_400_000;
const LISTED_MS = 14 * DAY_MS;
const RECENT_MS = DAY_MS / 8;

/** From when on a metric must have values. */
const sinceMs = ({ RecentlyActive }: ListMetricsInput, { nowMs }: Reading): number =>
  nowMs - (RecentlyActive === undefined ? LISTED_MS : RECENT_MS);

/** The series of the tally that have values in points of the shorter periods: longer ones are older. */
function* storedSeries(input: ListMetricsInput, reading: Reading): Generator<SeriesName> {
  const { Namespace: namespace, MetricName } = input;
  const { account, region, tx } = reading;
  const metric = namespace === undefined ? undefined : MetricName;
  const since = sinceMs(input, reading);
  for (const { number, name } of seriesIn({ account, region, namespace, metric }, tx)) {
    const isActive = [MINUTE_S, SECOND_S].some((seconds) => {
      const [any] = tx.points.under([number, seconds], { start: [number, seconds, since], limit: 1 });
      return any !== undefined;
    });
    if (isActive) yield name;
  }
}

function* derivedSeries(input: ListMetricsInput, reading: Reading): Generator<SeriesName> {
  const stretch = { startMs: sinceMs(input, reading), endMs: reading.nowMs + 1, seconds: MINUTE_S };
  for (const source of metricSources) {
    if (input.Namespace !== undefined && source.namespace !== input.Namespace) continue;
    for (const series of source.list(reading)) {
      const [any] = source.points(series, stretch, reading);
      if (any) yield series;
    }
  }
}

/** The series that a list asks for; those that differ only in their unit are one metric. */
function* metricsOf(
  all: readonly Iterable<SeriesName>[],
  { MetricName, Dimensions: filters = [] }: ListMetricsInput,
): Generator<SeriesName> {
  const seen = new Set<string>();
  for (const each of all)
    for (const name of each) {
      if (MetricName !== undefined && name.metric !== MetricName) continue;
      if (!filters.every((filter) => hasDimension(name, filter))) continue;
      // Those of other dimensions may stand between two units.
      const metric = JSON.stringify([name.namespace, name.metric, name.dimensions]);
      if (seen.has(metric)) continue;
      seen.add(metric);
      yield name;
    }
}

const hasDimension = (name: SeriesName, { Name, Value }: DimensionFilter): boolean =>
  dimensionsIn(name).some((each) => each.Name === Name && (Value === undefined || each.Value === Value));

function* from<T>(seen: number, all: Iterable<T>): Generator<T> {
  let i = 0;
  for (const each of all) {
    if (i >= seen) yield each;
    i += 1;
  }
}

const listed = (name: SeriesName) => ({
  Namespace: name.namespace,
  MetricName: name.metric,
  Dimensions: dimensionsIn(name),
});

/** A series' dimensions as the API has them. */
const dimensionsIn = ({ dimensions }: SeriesName): readonly Dimension[] =>
  dimensionPairs(dimensions).map(([Name, Value]) => ({ Name, Value }));
