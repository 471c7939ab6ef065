/** Values of somebody's own metrics: Amazon CloudWatch API Reference, PutMetricData. */

import { AwsError } from '../api/errors.ts';
import type { Dimension, MetricDatum, PutMetricDataInput } from '../api/model/cloudwatch.types.ts';
import { operation } from '../call/operation.ts';
import type { SeriesName } from '../store/records/tally.ts';
import { OWN_NAMESPACE } from '../tally/metric-facts.ts';
import { MINUTE_S, SECOND_S } from '../tally/periods.ts';
import { type PutValues, putValues, type Resolution } from '../tally/put-values.ts';
import { dimensionsOf } from '../tally/series.ts';
import { cloudwatchAccess, type Place, placeOf } from './access.ts';

/** The same page: MetricData, Values. */
const MOST_DATA = 1000;
const MOST_VALUES = 150;

/** MetricDatum, Timestamp. */
const DAY_MS = 86_400_000;
const OLDEST_MS = 14 * DAY_MS;
const AHEAD_MS = DAY_MS / 12;

/** MetricDatum, Value: what is greater than 2 to the 360th, or closer to 0 than its inverse, is refused. */
const GREATEST = 2 ** 360;

/** A checked datum. */
interface Put {
  readonly series: SeriesName;
  readonly timeMs: number;
  readonly resolution: Resolution;
  readonly values: PutValues;
}

export const PutMetricData = operation('cloudwatch', 'PutMetricData', {
  resolve: (input, call) => putsOf(input, placeOf(call), call.now.getTime()),
  authorize: (_puts, { Namespace }, call) => [
    cloudwatchAccess('PutMetricData', call, '*', { 'cloudwatch:namespace': Namespace }),
  ],
  run(puts, _input, { tx }) {
    for (const { series, timeMs, resolution, values } of puts) putValues(series, { timeMs, resolution }, values, tx);
    return {};
  },
  // As the event of PutMetricData in the User Guide, "Logging Amazon CloudWatch API operations with AWS CloudTrail".
  parameters: ({ Namespace, MetricData }) => ({
    namespace: Namespace,
    ...loggedList('metricData', MetricData, loggedDatum),
  }),
});

const loggedDatum = ({ MetricName, Dimensions }: MetricDatum) => ({
  metricName: MetricName,
  ...loggedList('dimensions', Dimensions, ({ Name, Value }) => ({ name: Name, value: Value })),
});

/** The structures of a list; the input of a refused call may be anything. */
function loggedList<T extends object>(name: string, list: readonly T[] | undefined, logged: (each: T) => object) {
  return Array.isArray(list) ? { [name]: list.filter((each) => each instanceof Object).map(logged) } : {};
}

function putsOf(input: PutMetricDataInput, place: Place, nowMs: number): readonly Put[] {
  const { Namespace, MetricData = [], EntityMetricData } = input;
  checkNamespace(Namespace);
  if (EntityMetricData) throw new AwsError('NotImplemented', 'Metrics of entities are not part of ssebox.');
  if (MetricData.length === 0) throw new AwsError('MissingParameter', 'The parameter MetricData is required.');
  if (MetricData.length > MOST_DATA)
    throw invalid(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  return MetricData.map((datum, i) => putOf(datum, `MetricData.member.${i + 1}`, { ...place, Namespace }, nowMs));
}

const invalid = (message: string, reason?: string): AwsError =>
  new AwsError('InvalidParameterValue', message, {}, reason);

function checkNamespace(namespace: string): void {
  if (namespace.startsWith('AWS/'))
    throw invalid('The value AWS/ for parameter Namespace is invalid.', 'only AWS puts values into namespaces of AWS/');
  if (namespace === OWN_NAMESPACE)
    throw invalid(
      `The value ${OWN_NAMESPACE} for parameter Namespace is invalid.`,
      `${OWN_NAMESPACE} has what ssebox counts itself: choose another namespace`,
    );
  // User Guide, "Metrics concepts", namespaces.
  if (!/^[\w.\-/#: ]+$/.test(namespace) || namespace.trim() === '')
    throw invalid(
      `The value ${namespace} for parameter Namespace is invalid.`,
      'a namespace has letters, digits, spaces and . - _ / # :, and not only spaces',
    );
}

function putOf(
  datum: MetricDatum,
  path: string,
  { Namespace, account, region }: Place & Pick<PutMetricDataInput, 'Namespace'>,
  nowMs: number,
): Put {
  const { MetricName, Dimensions = [], Unit, StorageResolution = MINUTE_S, Timestamp } = datum;
  if (MetricName.trim() === '') throw blank(`${path}.MetricName`);
  checkDimensions(Dimensions, `${path}.Dimensions`);
  const timeMs = Timestamp?.getTime() ?? nowMs;
  if (timeMs < nowMs - OLDEST_MS)
    throw invalid(`The parameter ${path}.Timestamp must specify a time within the past two weeks.`);
  if (timeMs > nowMs + AHEAD_MS)
    throw invalid(`The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`);
  if (StorageResolution !== SECOND_S && StorageResolution !== MINUTE_S)
    throw invalid(`The parameter ${path}.StorageResolution must be a value in the set [ 1, 60 ].`);
  const unit = Unit === 'None' ? undefined : Unit;
  const dimensions = dimensionsOf(Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])));
  const series = { account, region, namespace: Namespace, metric: MetricName, dimensions, ...(unit && { unit }) };
  return { series, timeMs, resolution: StorageResolution, values: valuesIn(datum, path) };
}

const blank = (parameter: string): AwsError =>
  invalid(`The parameter ${parameter} must contain at least one non-whitespace character.`);

/** API reference, Dimension. */
function checkDimensions(dimensions: readonly Dimension[], path: string): void {
  const names = new Set<string>();
  for (const [i, { Name, Value }] of dimensions.entries()) {
    const parameters = [
      [`${path}.member.${i + 1}.Name`, Name],
      [`${path}.member.${i + 1}.Value`, Value],
    ] as const;
    for (const [parameter, text] of parameters) {
      if (text.trim() === '') throw blank(parameter);
      if (!/^[ -~\t]*$/.test(text)) throw invalid(`The parameter ${parameter} must contain only ASCII characters.`);
    }
    if (Name.startsWith(':')) throw invalid(`The parameter ${path}.member.${i + 1}.Name must not start with a colon.`);
    names.add(Name);
  }
  if (names.size < dimensions.length) throw invalid('No metric may specify the same dimension name twice.');
}

/** What a datum has: a value, values with their numbers, or what they add up to, which comes first. */
function valuesIn({ Value, Values, Counts, StatisticValues }: MetricDatum, path: string): PutValues {
  if (Value !== undefined && Values) throw exclusive(`${path}.Value`, `${path}.Values`);
  if (Value !== undefined && StatisticValues) throw exclusive(`${path}.Value`, `${path}.StatisticValues`);
  if (Counts && !Values)
    throw new AwsError(
      'InvalidParameterCombination',
      `The parameter ${path}.Values is required when ${path}.Counts is specified.`,
    );
  if (Values) checkValues(Values, Counts, path);
  if (StatisticValues) return statisticSet(StatisticValues, `${path}.StatisticValues`);
  if (Value !== undefined) return { values: [[checkedValue(Value, `${path}.Value`), 1]] };
  if (!Values || Values.length === 0)
    throw new AwsError('InvalidParameterCombination', 'At least one of the parameters must be specified.');
  return { values: Values.map((value, i) => [value, Counts?.[i] ?? 1]) };
}

const exclusive = (one: string, other: string): AwsError =>
  new AwsError(
    'InvalidParameterCombination',
    `The parameters ${one} and ${other} are mutually exclusive and you have specified both.`,
  );

function checkValues(values: readonly number[], counts: readonly number[] | undefined, path: string): void {
  if (values.length > MOST_VALUES)
    throw invalid(`The collection ${path}.Values must not have a size greater than ${MOST_VALUES}.`);
  if (counts && counts.length !== values.length)
    throw invalid(`The parameters ${path}.Values and ${path}.Counts must be of the same size.`);
  for (const [i, value] of values.entries()) checkedValue(value, `${path}.Values.member.${i + 1}`);
  for (const [i, count] of (counts ?? []).entries())
    if (!(count >= 0 && count <= GREATEST)) throw unusable(count, `${path}.Counts.member.${i + 1}`);
}

function statisticSet(
  { SampleCount: count, Sum, Minimum, Maximum }: NonNullable<MetricDatum['StatisticValues']>,
  path: string,
): PutValues {
  const sum = checkedValue(Sum, `${path}.Sum`);
  const min = checkedValue(Minimum, `${path}.Minimum`);
  const max = checkedValue(Maximum, `${path}.Maximum`);
  if (!(checkedValue(count, `${path}.SampleCount`) > 0))
    throw invalid(`The parameter ${path}.SampleCount must be greater than 0.`);
  if (min > max) throw invalid(`The parameter ${path}.Maximum must be greater than ${path}.Minimum.`);
  return { count, sum, min, max };
}

function checkedValue(value: number, parameter: string): number {
  const size = Math.abs(value);
  if (size === 0 || (size <= GREATEST && size >= 1 / GREATEST)) return value;
  throw unusable(value, parameter);
}

const unusable = (value: number, parameter: string): AwsError =>
  invalid(
    `The value ${String(value).replace('Infinity', '∞')} for parameter ${parameter} is invalid.`,
    'a value is 0 or, apart from its sign, between 2^-360 and 2^360',
  );
