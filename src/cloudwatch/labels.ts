/** Labels with values in them, such as `slowest: ${MAX}`: Amazon CloudWatch User Guide, "Using dynamic labels". */

import { AwsError } from '../api/errors.ts';
import { dimensionNamed } from '../tally/dimensions.ts';
import type { Place } from './access.ts';
import type { TimeSeries } from './math-values.ts';
import type { MetricQuery, PlannedQuery } from './series-values.ts';

/** What stands in a label, and is replaced by what it is of the series. */
const PART = /\$\{([A-Z_]+)(?:\((['"])(.*?)\2\))?\}/g;

/** Stands for a value that does not exist. */
const NOTHING = '--';

type OfValues = (values: readonly number[]) => number | undefined;

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const ofValues: ReadonlyMap<string, OfValues> = new Map<string, OfValues>([
  ['AVG', (values) => (values.length === 0 ? undefined : sum(values) / values.length)],
  ['DATAPOINT_COUNT', (values) => values.length],
  ['FIRST', (values) => values[0]],
  ['LAST', (values) => values.at(-1)],
  ['MAX', (values) => values.reduce<number | undefined>((most, value) => Math.max(most ?? value, value), undefined)],
  ['MIN', (values) => values.reduce<number | undefined>((least, value) => Math.min(least ?? value, value), undefined)],
  ['SUM', (values) => (values.length === 0 ? undefined : sum(values))],
]);

/** @throws NotImplemented for parts of a label that AWS has and ssebox has not */
export function checkLabel(label: string): void {
  for (const [part, name = ''] of label.matchAll(PART)) {
    const isTime = /^(?:MAX|MIN|FIRST|LAST)_TIME(?:_RELATIVE)?$/.test(name);
    if (isTime || (name === 'PROP' && /^Tag\b|^AccountLabel$/.test(part.slice(8, -3))))
      throw new AwsError('NotImplemented', `The part ${part} of a label is not part of ssebox.`);
  }
}

/** The label of a series, oldest value first. Parts that AWS does not have stay as they are. */
export function labelOf(series: TimeSeries, query: PlannedQuery, place: Place): string {
  const values = series.values.map(({ value }) => value);
  return series.label.replaceAll(PART, (part, name: string, _quote, property: string | undefined) => {
    if (name === 'PROP' && property !== undefined)
      return (query.kind === 'metric' ? propertyOf(query, property, place) : undefined) ?? NOTHING;
    if (name === 'LABEL') return query.kind === 'metric' ? query.metric.name : query.id;
    const of = ofValues.get(name);
    return of ? String(of(values) ?? NOTHING) : part;
  });
}

function propertyOf({ metric, stat, seconds }: MetricQuery, name: string, place: Place): string | undefined {
  switch (name) {
    case 'AccountId':
      return place.account;
    case 'MetricName':
      return metric.name;
    case 'Namespace':
      return metric.namespace;
    case 'Period':
      return String(seconds);
    case 'Region':
      return place.region;
    case 'Stat':
      return stat;
    default:
      return name.startsWith('Dim.') ? dimensionNamed(metric.dimensions, name.slice('Dim.'.length)) : undefined;
  }
}
