/** The values of a set of metric queries, some of which are expressions over others: GetMetricData's and alarms'. */

import { AwsError } from '../api/errors.ts';
import type { Dimension, MetricDataQuery, MetricStat } from '../api/model/cloudwatch.types.ts';
import { dimensionsOf } from '../tally/series.ts';
import { ID, type MathExpression, mathError, parseMath } from './math-syntax.ts';
import { checkFunction, evaluateMath, type MathValue, type TimeSeries } from './math-values.ts';
import type { Reading } from './metric-source.ts';
import { type Metric, metricValues } from './metric-values.ts';
import { isPeriod, periodMessage } from './period.ts';
import { parseStatistic, type Statistic } from './statistics.ts';
import { usageQuota } from './usage-quota.ts';

/** A query that was checked on its own. */
export type PlannedQuery = MetricQuery | MathQuery;

interface Common {
  readonly id: string;
  /** What was stated; by default a metric has its name and an expression its Id. */
  readonly label: string | undefined;
  /** Whether its values are part of the answer. */
  readonly isReturned: boolean;
}

export interface MetricQuery extends Common {
  readonly kind: 'metric';
  readonly metric: Metric;
  readonly statistic: Statistic;
  /** The statistic as it was written. */
  readonly stat: string;
  readonly seconds: number;
}

export interface MathQuery extends Common {
  readonly kind: 'math';
  readonly expression: MathExpression;
  /** The length of its periods that was stated, in seconds. */
  readonly seconds: number | undefined;
}

/** Queries that were checked against one another: each refers to others of them, and not to itself. */
export interface QueryPlan {
  /** In the order in which they were asked. */
  readonly queries: readonly PlannedQuery[];
  /** Each after those that it refers to. */
  readonly inOrder: readonly PlannedQuery[];
}

/** A metric by the API's names, with its dimensions in the order in which they are stored. */
export const metricOf = (
  { Namespace, MetricName, Dimensions = [] }: NamedMetric,
  unit?: MetricStat['Unit'],
): Metric => ({
  namespace: Namespace ?? '',
  name: MetricName ?? '',
  dimensions: dimensionsOf(Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]))),
  unit,
});

interface NamedMetric {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
}

/**
 * Checks queries, without a store.
 * @param member of the input that has them, for messages
 * @throws ValidationError for what is not a query, refers to an Id that does not exist, or to itself by way of others;
 *   NotImplemented for what is not part of ssebox
 */
export function planQueries(queries: readonly MetricDataQuery[], member = 'MetricDataQueries'): QueryPlan {
  const planned = queries.map((query, i) => plannedQuery(query, `${member}.member.${i + 1}`));
  const byId = new Map(planned.map((query) => [query.id, query]));
  if (byId.size < planned.length)
    throw new AwsError('ValidationError', `The values for parameter id in ${member} are not unique.`);
  const inOrder = sortedByReference(planned, byId);
  checkStatedPeriods(inOrder);
  return { queries: planned, inOrder };
}

/** The periods of an expression are the longest of what is in it. */
function checkStatedPeriods(inOrder: readonly PlannedQuery[]): void {
  const known = new Map<string, number>();
  const metrics = inOrder.flatMap((query) => (query.kind === 'metric' ? [query.id] : []));
  for (const query of inOrder) {
    const { id, seconds: stated } = query;
    const within = query.kind === 'math' ? referencesIn(query.expression, metrics) : [];
    const longest = Math.max(0, ...within.map((each) => known.get(each) ?? 0));
    if (query.kind === 'math' && stated !== undefined && longest > 0 && stated !== longest)
      throw new AwsError(
        'NotImplemented',
        `The period of expression '${id}' is ${longest} seconds, as that of its metrics; ` +
          `adding it up to ${stated} is not part of ssebox.`,
      );
    known.set(id, query.kind === 'metric' ? query.seconds : longest);
  }
}

function plannedQuery(query: MetricDataQuery, path: string): PlannedQuery {
  const { Id, MetricStat, Expression, Label, ReturnData = true, Period } = query;
  if (!ID.test(Id))
    throw new AwsError(
      'ValidationError',
      `The value for parameter ${path}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
      {},
      `the Id is "${Id}"; one begins with a lower-case letter and has letters, digits and underscores`,
    );
  const common = { id: Id, label: Label, isReturned: ReturnData };
  if (Expression !== undefined && MetricStat) throw exclusive(`${path}.Expression`, `${path}.MetricStat`);
  if (MetricStat) {
    if (Period !== undefined) throw exclusive(`${path}.MetricStat`, `${path}.Period`);
    return {
      kind: 'metric',
      ...common,
      metric: metricOf(MetricStat.Metric, MetricStat.Unit),
      stat: MetricStat.Stat,
      statistic: parseStatistic(MetricStat.Stat, `${path}.MetricStat.Stat`),
      seconds: checkedPeriod(MetricStat.Period, `${path}.MetricStat.Period`),
    };
  }
  if (Expression === undefined)
    throw new AwsError('ValidationError', `The parameter ${path} must have either Expression or MetricStat.`);
  const seconds = Period === undefined ? undefined : checkedPeriod(Period, `${path}.Period`);
  if (/^\s*SELECT\b/i.test(Expression))
    throw new AwsError('NotImplemented', 'Metrics Insights queries are not part of ssebox.');
  return { kind: 'math', ...common, expression: parseMath(Expression, Id), seconds };
}

function checkedPeriod(seconds: number, parameter: string): number {
  if (isPeriod(seconds)) return seconds;
  throw new AwsError('ValidationError', periodMessage(parameter), {}, `the period is ${seconds} seconds`);
}

const exclusive = (one: string, other: string): AwsError =>
  new AwsError(
    'ValidationError',
    `The parameters ${one} and ${other} are mutually exclusive and you have specified both.`,
  );

/** @throws ValidationError for an Id that does not exist, and for a circle */
function sortedByReference(
  queries: readonly PlannedQuery[],
  byId: ReadonlyMap<string, PlannedQuery>,
): readonly PlannedQuery[] {
  const done = new Set<PlannedQuery>();
  const path: string[] = [];
  const visit = (query: PlannedQuery) => {
    if (done.has(query)) return;
    if (path.includes(query.id)) {
      const circle = [...path.slice(path.indexOf(query.id)), query.id].join(' -> ');
      throw mathError(query.id, `Circular reference: ${circle}`, 'an expression cannot depend on its own result');
    }
    path.push(query.id);
    if (query.kind === 'math')
      for (const id of checkedReferences(query.expression, query.id)) {
        const referred = byId.get(id);
        if (!referred) throw mathError(query.id, `Unrecognized Id ${id}`, `no query has the Id ${id}`);
        visit(referred);
      }
    path.pop();
    done.add(query);
  };
  queries.forEach(visit);
  return [...done];
}

/** The Ids in an expression, whose functions are looked at on the way. */
const checkedReferences = (expression: MathExpression, id: string): readonly string[] =>
  referencesIn(expression, [], (name) => checkFunction(name, id));

/**
 * The Ids in an expression.
 * @param metrics those that METRICS stands for
 */
function referencesIn(
  expression: MathExpression,
  metrics: readonly string[],
  onFunction: (name: string) => void = () => undefined,
): readonly string[] {
  const within = (parts: readonly MathExpression[]) => parts.flatMap((part) => referencesIn(part, metrics, onFunction));
  switch (expression.kind) {
    case 'id':
      return [expression.id];
    case 'negation':
      return within([expression.of]);
    case 'operation':
      return within([expression.left, expression.right]);
    case 'list':
      return within(expression.items);
    case 'function':
      onFunction(expression.name);
      return expression.name === 'METRICS' ? metricsWith(expression.args[0], metrics) : within(expression.args);
    case 'number':
    case 'text':
    case 'word':
      return [];
  }
}

/** The metrics that `METRICS('text')` stands for. */
const metricsWith = (part: MathExpression | undefined, metrics: readonly string[]): readonly string[] =>
  part?.kind === 'text' ? metrics.filter((id) => id.includes(part.text)) : metrics;

/** From the first millisecond to the one before the last. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** The series that a query results in: several if its expression results in an array. */
export interface QueryResult {
  readonly query: PlannedQuery;
  readonly series: readonly TimeSeries[];
}

/**
 * The values of queries between two times, in the order in which they were asked.
 * @param spanOf from when to when, by the length of a period in seconds; periods begin with it
 * @throws ValidationError for an expression that does not result in time series
 */
export function queryValues(
  { queries, inOrder }: QueryPlan,
  spanOf: (seconds: number) => Span,
  reading: Reading,
): readonly QueryResult[] {
  const values = new Map<string, MathValue>();
  const metrics = new Map<string, TimeSeries>();
  // METRICS refers to all metrics, wherever they stand.
  for (const query of queries) {
    if (query.kind !== 'metric') continue;
    const series = seriesOf(query, spanOf(query.seconds), reading);
    metrics.set(query.id, series);
    values.set(query.id, { kind: 'series', series });
  }
  const context = {
    valueOf(id: string): MathValue {
      const value = values.get(id);
      if (!value) throw new TypeError(`${id} is referred to before it is evaluated`);
      return value;
    },
    metrics: (part = '') => [...metrics].filter(([id]) => id.includes(part)).map(([, series]) => series),
    starts: (seconds: number) => startsIn(spanOf(seconds), seconds, reading.nowMs),
    quotaOf: (metric: Metric) => usageQuota(metric, reading, reading.tx),
  };
  for (const query of inOrder)
    if (query.kind === 'math') values.set(query.id, evaluateMath(query.expression, { ...context, id: query.id }));
  return queries.map((query) => ({ query, series: resultOf(query, values.get(query.id)) }));
}

const seriesOf = ({ metric, statistic, seconds, label }: MetricQuery, span: Span, reading: Reading): TimeSeries => ({
  label: label ?? metric.name,
  seconds,
  values: metricValues(metric, statistic, { ...span, seconds }, reading),
  metric,
});

/** The beginnings of periods in a span that have begun by now. */
function* startsIn({ startMs, endMs }: Span, seconds: number, nowMs: number): Generator<number> {
  for (let at = startMs; at < endMs && at <= nowMs; at += seconds * 1000) yield at;
}

function resultOf({ id, label, kind }: PlannedQuery, value: MathValue | undefined): readonly TimeSeries[] {
  if (!value || value.kind === 'number')
    throw mathError(
      id,
      'The expression must return a time series or an array of time series',
      'a function of a single time series, such as AVG(m1), returns a number: use it within a larger expression',
    );
  if (kind === 'metric') return value.kind === 'series' ? [value.series] : value.items;
  if (value.kind === 'series') return [{ ...value.series, label: label ?? id }];
  // As the console words the legends of an array: the label of the expression, then that of the metric.
  return value.items.map((series) => ({ ...series, label: `${label ?? id} ${series.label}` }));
}
