/** Which metrics there are: Amazon CloudWatch API Reference, ListMetrics. */

import { AwsError } from '../api/errors.ts';
import type { Dimension, DimensionFilter, ListMetricsInput } from '../api/model/cloudwatch.types.ts';
import { takePage } from '../api/page.ts';
import { operation } from '../call/operation.ts';
import type { SeriesName } from '../store/records/tally.ts';
import { type FoundSeries, seriesIn } from '../tally/reading.ts';
import { cloudwatchAccess, placeOf } from './access.ts';
import { readToken, writeToken } from './page-token.ts';

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
    const { Namespace: namespace, MetricName } = question;
    const place = placeOf(call);
    // Series are in the order of their keys, in which their numbers are not: the token has how many were seen.
    const [seen = 0] = NextToken === undefined ? [] : readToken(NextToken, question);
    const metric = namespace === undefined ? undefined : MetricName;
    const found = metricsOf(seriesIn({ ...place, namespace, metric }, call.tx), input);
    const { items, hasMore } = takePage(from(Number(seen), found), PAGE);
    const token = hasMore && { NextToken: writeToken([Number(seen) + items.length], question) };
    return { Metrics: items.map(listed), ...token };
  },
});

/** The series that a list asks for; those that differ only in their unit are one metric. */
function* metricsOf(
  all: Iterable<FoundSeries>,
  { MetricName, Dimensions: filters = [] }: ListMetricsInput,
): Generator<SeriesName> {
  let last: SeriesName | undefined;
  for (const { name } of all) {
    if (MetricName !== undefined && name.metric !== MetricName) continue;
    if (!filters.every((filter) => hasDimension(name, filter)) || isSame(name, last)) continue;
    last = name;
    yield name;
  }
}

const hasDimension = (name: SeriesName, { Name, Value }: DimensionFilter): boolean =>
  dimensionsIn(name).some((each) => each.Name === Name && (Value === undefined || each.Value === Value));

const isSame = (one: SeriesName, other: SeriesName | undefined): boolean =>
  other !== undefined &&
  one.namespace === other.namespace &&
  one.metric === other.metric &&
  JSON.stringify(one.dimensions) === JSON.stringify(other.dimensions);

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
function dimensionsIn({ dimensions }: SeriesName): readonly Dimension[] {
  const found: Dimension[] = [];
  for (let i = 0; i < dimensions.length; i += 2)
    found.push({ Name: dimensions[i] ?? '', Value: dimensions[i + 1] ?? '' });
  return found;
}
