/**
 * What metric math results in: Amazon CloudWatch User Guide, "Using metric math". Between two series there is a value
 * where both have one; a function of several series has one where any of them does.
 */

import { type MathExpression, mathError, notBuilt, type Operator } from './math-syntax.ts';
import type { Metric, SeriesValue } from './metric-values.ts';

/** Values over time, in periods of one length. */
export interface TimeSeries {
  readonly label: string;
  /** The length of a period, in seconds. */
  readonly seconds: number;
  /** Oldest first. */
  readonly values: readonly SeriesValue[];
  /** The metric whose values these are; undefined for the result of an operation. */
  readonly metric?: Metric | undefined;
}

export type MathValue =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'series'; readonly series: TimeSeries }
  | { readonly kind: 'list'; readonly items: readonly TimeSeries[] };

/** What an expression refers to. */
export interface MathContext {
  /** The Id of the expression, for messages. */
  readonly id: string;
  /** The result of another query. */
  valueOf(id: string): MathValue;
  /** All metrics that are asked for, or those whose Id has a text in it. */
  metrics(part?: string): readonly TimeSeries[];
  /** The beginnings of all periods of a length, oldest first. */
  starts(seconds: number): Iterable<number>;
  /** The quota that a metric counts against; undefined if there is none. */
  quotaOf(metric: Metric): number | undefined;
}

/** @throws ValidationError, NotImplemented */
export function evaluateMath(expression: MathExpression, context: MathContext): MathValue {
  switch (expression.kind) {
    case 'number':
      return { kind: 'number', value: expression.value };
    case 'id':
      return context.valueOf(expression.id);
    case 'negation':
      return eachOf(evaluateMath(expression.of, context), (value) => -value);
    case 'operation':
      return operated(
        expression.operator,
        evaluateMath(expression.left, context),
        evaluateMath(expression.right, context),
        context,
      );
    case 'list':
      return {
        kind: 'list',
        items: expression.items.flatMap((item) => seriesIn(evaluateMath(item, context), context)),
      };
    case 'function':
      return called(expression.name, expression.args, context);
    case 'word':
      throw mathError(context.id, `Unrecognized name ${expression.word}`, 'an Id begins with a lower-case letter');
    case 'text':
      throw mathError(context.id, 'A text can only be an argument of a function');
  }
}

/** The series that a value is; a number is not one. */
function seriesIn(value: MathValue, { id }: MathContext): readonly TimeSeries[] {
  if (value.kind === 'number') throw mathError(id, 'A time series is expected where there is a number');
  return value.kind === 'series' ? [value.series] : value.items;
}

const operators: Readonly<Record<Operator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

function operated(operator: Operator, left: MathValue, right: MathValue, { id }: MathContext): MathValue {
  const operate = operators[operator];
  if (right.kind === 'number') return eachOf(left, (value) => operate(value, right.value));
  if (left.kind === 'number') return eachOf(right, (value) => operate(left.value, value));
  if (left.kind === 'series' && right.kind === 'series')
    return { kind: 'series', series: paired(left.series, right.series, operate) };
  if (left.kind === 'series')
    return { kind: 'list', items: seriesOf(right).map((each) => paired(left.series, each, operate, each.label)) };
  if (right.kind === 'series')
    return { kind: 'list', items: left.items.map((each) => paired(each, right.series, operate, each.label)) };
  if (left.items.length !== right.items.length)
    throw mathError(id, `The arrays on both sides of ${operator} have different numbers of time series`);
  const pairs = left.items.map((each, i) => [each, right.items[i] ?? each] as const);
  return { kind: 'list', items: pairs.map(([one, other]) => paired(one, other, operate, one.label)) };
}

const seriesOf = (value: Exclude<MathValue, { readonly kind: 'number' }>): readonly TimeSeries[] =>
  value.kind === 'series' ? [value.series] : value.items;

/** A value with each of its numbers changed. */
function eachOf(value: MathValue, change: (value: number) => number): MathValue {
  switch (value.kind) {
    case 'number':
      return { kind: 'number', value: change(value.value) };
    case 'series':
      return { kind: 'series', series: changed(value.series, change) };
    case 'list':
      return { kind: 'list', items: value.items.map((each) => changed(each, change)) };
  }
}

const changed = ({ label, seconds, values }: TimeSeries, change: (value: number) => number): TimeSeries => ({
  label,
  seconds,
  values: finite(values.map(({ startMs, value }) => ({ startMs, value: change(value) }))),
});

function paired(
  one: TimeSeries,
  other: TimeSeries,
  operate: (a: number, b: number) => number,
  label = one.label,
): TimeSeries {
  const others = new Map(other.values.map(({ startMs, value }) => [startMs, value]));
  const values: SeriesValue[] = [];
  for (const { startMs, value } of one.values) {
    const beside = others.get(startMs);
    if (beside !== undefined) values.push({ startMs, value: operate(value, beside) });
  }
  return { label, seconds: Math.max(one.seconds, other.seconds), values: finite(values) };
}

/** What is divided by 0 has no value. */
const finite = (values: readonly SeriesValue[]): readonly SeriesValue[] =>
  values.filter(({ value }) => Number.isFinite(value));

type MathFunction = (args: readonly MathExpression[], context: MathContext) => MathValue;

const functions: ReadonlyMap<string, MathFunction> = new Map<string, MathFunction>([
  ['SUM', aggregate('SUM', (values) => values.reduce((sum, value) => sum + value, 0))],
  ['AVG', aggregate('AVG', (values) => values.reduce((sum, value) => sum + value, 0) / values.length)],
  ['MIN', aggregate('MIN', (values) => values.reduce((least, value) => Math.min(least, value)))],
  ['MAX', aggregate('MAX', (values) => values.reduce((greatest, value) => Math.max(greatest, value)))],
  ['FILL', fill],
  ['METRICS', metrics],
  ['SERVICE_QUOTA', serviceQuota],
]);

/** The other functions of AWS's. */
const unbuilt: ReadonlySet<string> = new Set([
  ...['ABS', 'ANOMALY_DETECTION_BAND', 'CEIL', 'DATAPOINT_COUNT', 'DATE', 'DAY', 'DB_PERF_INSIGHTS', 'DIFF'],
  ...['DIFF_TIME', 'EPOCH', 'FIRST', 'FLOOR', 'HOUR', 'IF', 'INSIGHT_RULE_METRIC', 'LAMBDA', 'LAST', 'LOG', 'LOG10'],
  ...['METRIC_COUNT', 'MINUTE', 'MONTH', 'PERIOD', 'RATE', 'REMOVE_EMPTY', 'RUNNING_SUM', 'SEARCH', 'SELECT', 'SLICE'],
  ...['SORT', 'STDDEV', 'TIME_SERIES', 'YEAR'],
]);

/** Whether a name is that of a function that can be called. @throws ValidationError, NotImplemented if it is not */
export function checkFunction(name: string, id: string): void {
  if (functions.has(name)) return;
  if (unbuilt.has(name)) throw notBuilt(`The function ${name}`);
  throw mathError(id, `Unrecognized function ${name}`, `the functions are ${[...functions.keys()].join(', ')}`);
}

function called(name: string, args: readonly MathExpression[], context: MathContext): MathValue {
  checkFunction(name, context.id);
  const found = functions.get(name);
  if (!found) throw new TypeError(`there is no function ${name}`);
  return found(args, context);
}

/** The one argument of a function. */
function onlyArgument(name: string, args: readonly MathExpression[], { id }: MathContext): MathExpression {
  const [only] = args;
  if (only && args.length === 1) return only;
  throw mathError(id, `The function ${name} takes one argument, not ${args.length}`, severalHint(args.length));
}

const severalHint = (count: number): string | undefined =>
  count > 1 ? 'several time series are one argument in brackets, such as [m1, m2]' : undefined;

/** Of a single series a number, of an array a series. */
function aggregate(name: string, of: (values: readonly number[]) => number): MathFunction {
  return (args, context) => {
    const value = evaluateMath(onlyArgument(name, args, context), context);
    if (value.kind === 'number') throw mathError(context.id, `The function ${name} takes time series, not a number`);
    if (value.kind === 'list') return { kind: 'series', series: across(value.items, of, context.id) };
    const { values } = value.series;
    // Without values there is nothing that the number could be of: no value stands for it.
    return { kind: 'number', value: values.length === 0 ? Number.NaN : of(values.map((each) => each.value)) };
  };
}

function across(items: readonly TimeSeries[], of: (values: readonly number[]) => number, label: string): TimeSeries {
  const byStart = new Map<number, number[]>();
  for (const { values } of items)
    for (const { startMs, value } of values) {
      const known = byStart.get(startMs);
      if (known) known.push(value);
      else byStart.set(startMs, [value]);
    }
  const values = [...byStart].map(([startMs, each]) => ({ startMs, value: of(each) }));
  const seconds = items.reduce((longest, item) => Math.max(longest, item.seconds), 1);
  return { label, seconds, values: finite(values.sort((a, b) => a.startMs - b.startMs)) };
}

function metrics(args: readonly MathExpression[], { id, metrics: found }: MathContext): MathValue {
  const [part] = args;
  if (args.length > 1 || (part && part.kind !== 'text'))
    throw mathError(id, "The function METRICS takes nothing or a text, such as METRICS('errors')");
  return { kind: 'list', items: found(part?.text) };
}

function serviceQuota(args: readonly MathExpression[], context: MathContext): MathValue {
  const value = evaluateMath(onlyArgument('SERVICE_QUOTA', args, context), context);
  const quotaOf = (series: TimeSeries): TimeSeries => {
    const quota = series.metric && context.quotaOf(series.metric);
    if (quota !== undefined) return changed(series, () => quota);
    throw mathError(
      context.id,
      'The function SERVICE_QUOTA takes a usage metric that has a service quota',
      'it is a metric of AWS/Usage, such as CallCount of Service KMS and Resource CryptographicOperationsSymmetric',
    );
  };
  const all = seriesIn(value, context).map(quotaOf);
  const [first] = all;
  return value.kind === 'series' && first ? { kind: 'series', series: first } : { kind: 'list', items: all };
}

type Filling = { readonly kind: 'number'; readonly value: number } | { readonly kind: 'REPEAT' | 'LINEAR' };

function fill(args: readonly MathExpression[], context: MathContext): MathValue {
  const [of, by] = args;
  if (!of || !by || args.length > 2)
    throw mathError(context.id, `The function FILL takes two arguments, not ${args.length}`);
  const value = evaluateMath(of, context);
  const filling = fillingOf(by, context);
  const all = seriesIn(value, context).map((series) => filled(series, filling, context));
  const [first] = all;
  return value.kind === 'series' && first ? { kind: 'series', series: first } : { kind: 'list', items: all };
}

function fillingOf(by: MathExpression, context: MathContext): Filling {
  if (by.kind === 'word' && (by.word === 'REPEAT' || by.word === 'LINEAR')) return { kind: by.word };
  const value = by.kind === 'word' ? undefined : evaluateMath(by, context);
  if (value?.kind === 'number') return value;
  throw mathError(context.id, 'The function FILL fills with a number, REPEAT or LINEAR');
}

function filled(series: TimeSeries, filling: Filling, { starts }: MathContext): TimeSeries {
  const known = new Map(series.values.map((each) => [each.startMs, each]));
  const values: SeriesValue[] = [];
  // The index in `series.values` of the first value after the period.
  let after = 0;
  for (const startMs of starts(series.seconds)) {
    while ((series.values[after]?.startMs ?? Number.POSITIVE_INFINITY) <= startMs) after += 1;
    const own = known.get(startMs);
    const value = own?.value ?? fillingAt(startMs, series.values[after - 1], series.values[after], filling);
    if (value !== undefined) values.push({ startMs, value });
  }
  return { label: series.label, seconds: series.seconds, values: finite(values) };
}

/** What fills a period between two values. */
function fillingAt(
  startMs: number,
  before: SeriesValue | undefined,
  after: SeriesValue | undefined,
  filling: Filling,
): number | undefined {
  if (filling.kind === 'number') return filling.value;
  if (filling.kind === 'REPEAT') return before?.value;
  if (!before || !after) return undefined;
  const way = (startMs - before.startMs) / (after.startMs - before.startMs);
  return before.value + (after.value - before.value) * way;
}
