/** The values of metrics and of expressions over them: Amazon CloudWatch API Reference, GetMetricData. */

import { AwsError } from '../api/errors.ts';
import type { GetMetricDataInput, MetricDataResult, ScanBy } from '../api/model/cloudwatch.types.ts';
import { operation } from '../call/operation.ts';
import { cloudwatchAccess, type Place, placeOf } from './access.ts';
import { checkLabel, labelOf } from './labels.ts';
import type { TimeSeries } from './math-values.ts';
import type { SeriesValue } from './metric-values.ts';
import { readToken, writeToken } from './page-token.ts';
import { firstPeriodMs } from './period.ts';
import { type PlannedQuery, planQueries, type QueryPlan, queryValues } from './series-values.ts';

/** The same page: MetricDataQueries, MaxDatapoints. */
const MOST_QUERIES = 500;
const MOST_POINTS = 100_800;

export const GetMetricData = operation('cloudwatch', 'GetMetricData', {
  resolve: (input, call) => planOf(input, placeOf(call)),
  authorize: (_plan, _input, call) => [cloudwatchAccess('GetMetricData', call)],
  run(plan, input, call) {
    const { NextToken, MaxDatapoints = MOST_POINTS, ScanBy = 'TimestampDescending', ...question } = input;
    const about = { ...question, ScanBy };
    const nowMs = call.now.getTime();
    const span = (seconds: number) => ({
      startMs: firstPeriodMs(input.StartTime.getTime(), seconds, nowMs),
      endMs: input.EndTime.getTime(),
    });
    const results = queryValues(plan, span, { ...placeOf(call), tx: call.tx, nowMs });
    const series = results.flatMap(({ query, series }) =>
      query.isReturned ? series.map((each) => listed(each, query, ScanBy, placeOf(call))) : [],
    );
    const from = NextToken === undefined ? FIRST : placeIn(readToken(NextToken, about));
    const { results: page, next } = pageOf(series, from, MaxDatapoints, ScanBy);
    return {
      MetricDataResults: page,
      ...(next && { NextToken: writeToken([next.series, next.afterMs ?? ''], about) }),
      Messages: [],
    };
  },
});

function planOf(input: GetMetricDataInput, { account }: Place): QueryPlan {
  const { MetricDataQueries: queries, StartTime, EndTime, MaxDatapoints = MOST_POINTS } = input;
  if (queries.length > MOST_QUERIES)
    throw invalid(`The collection MetricDataQueries must not have a size greater than ${MOST_QUERIES}.`);
  if (queries.length === 0) throw invalid('The collection MetricDataQueries must not be empty.');
  if (StartTime.getTime() === EndTime.getTime())
    throw invalid('The parameter StartTime must not equal parameter EndTime.');
  if (StartTime.getTime() > EndTime.getTime())
    throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  if (MaxDatapoints < 1 || MaxDatapoints > MOST_POINTS)
    throw invalid(`The parameter MaxDatapoints must be between 1 and ${MOST_POINTS}.`);
  if (queries.some(({ AccountId }) => AccountId !== undefined && AccountId !== account))
    throw new AwsError('NotImplemented', 'Metrics of linked accounts are not part of ssebox.');
  for (const { Label } of queries) if (Label !== undefined) checkLabel(Label);
  // It is the zone of times in labels, of which ssebox has none.
  const zone = input.LabelOptions?.Timezone;
  if (zone !== undefined && !/^[+-]\d{4}$/.test(zone))
    throw new AwsError(
      'ValidationError',
      `The value ${zone} for parameter LabelOptions.Timezone is invalid.`,
      {},
      'a time zone is + or - with four digits, such as +0130',
    );
  return planQueries(queries);
}

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);

/** A series of the answer. */
interface Listed {
  readonly id: string;
  readonly label: string;
  /** In the order in which they are listed. */
  readonly values: readonly SeriesValue[];
}

const listed = (series: TimeSeries, query: PlannedQuery, scanBy: ScanBy, place: Place): Listed => ({
  id: query.id,
  label: labelOf(series, query, place),
  values: scanBy === 'TimestampAscending' ? series.values : series.values.toReversed(),
});

/** Where a page begins: in which series, and after which of its points. */
interface PagePlace {
  readonly series: number;
  /** Undefined before its first point. */
  readonly afterMs: number | undefined;
}

const FIRST: PagePlace = { series: 0, afterMs: undefined };

const placeIn = ([series, afterMs]: readonly (string | number)[]): PagePlace => ({
  series: Number(series),
  afterMs: typeof afterMs === 'number' ? afterMs : undefined,
});

interface Page {
  readonly results: readonly MetricDataResult[];
  readonly next: PagePlace | undefined;
}

/** So many points from a place on, series by series. One that is not complete goes on with the next page. */
function pageOf(all: readonly Listed[], from: PagePlace, most: number, scanBy: ScanBy): Page {
  const results: MetricDataResult[] = [];
  let left = most;
  for (const [i, { id, label, values }] of all.entries()) {
    if (i < from.series) continue;
    const rest = i === from.series ? after(values, from.afterMs, scanBy) : values;
    if (left === 0 && rest.length > 0) return { results, next: { series: i, afterMs: undefined } };
    const shown = rest.slice(0, left);
    left -= shown.length;
    const isComplete = shown.length === rest.length;
    results.push({
      Id: id,
      Label: label,
      Timestamps: shown.map(({ startMs }) => new Date(startMs)),
      Values: shown.map(({ value }) => value),
      StatusCode: isComplete ? 'Complete' : 'PartialData',
    });
    if (!isComplete) return { results, next: { series: i, afterMs: shown.at(-1)?.startMs } };
  }
  return { results, next: undefined };
}

function after(values: readonly SeriesValue[], afterMs: number | undefined, scanBy: ScanBy): readonly SeriesValue[] {
  if (afterMs === undefined) return values;
  return values.filter(({ startMs }) => (scanBy === 'TimestampAscending' ? startMs > afterMs : startMs < afterMs));
}
