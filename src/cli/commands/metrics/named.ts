/** The metric that a person names: with as much of its namespace and its dimensions as it takes to be the only one. */

import { keyArn } from '../../../api/arn.ts';
import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import type { Reading } from '../../../cloudwatch/metric-source.ts';
import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { keyNamed } from '../../../kms/account-keys.ts';
import { dimensionPairs } from '../../../tally/dimensions.ts';
import { publishedMetrics } from '../../../tally/metric-facts.ts';
import { bucketChoices, keyChoices } from '../../choices.ts';
import type { Check, Choices, OptionSpec, WithOptions } from '../../command.ts';
import type { Session } from '../../session.ts';
import { dimensionText, metricsIn, readMetrics } from './reading.ts';

export const seriesOptions = {
  namespace: {
    about: 'the namespace of the metric, such as AWS/KMS (default: the one that has it)',
    type: 'string',
    value: 'NAMESPACE',
    choices: namespaceChoices,
  },
  dimensions: {
    about: 'dimensions of the metric, as many as it takes to tell it apart: Service=kms Operation=Encrypt',
    type: 'list',
    value: 'NAME=VALUE',
    choices: dimensionChoices,
  },
  bucket: { about: 'the metric of this bucket', type: 'string', value: 'BUCKET', choices: bucketChoices },
  key: { about: 'the metric of this KMS key', type: 'string', value: 'KEY', choices: keyChoices },
} as const satisfies Record<string, OptionSpec>;

export type SeriesOptions = WithOptions<typeof seriesOptions>['options'];

/** The names of the metrics that have values. */
export const metricChoices: Choices = (session) =>
  readMetrics(session, (reading) => {
    const counts = new Map<string, { namespaces: Set<string>; series: number }>();
    for (const { namespace, name } of metricsIn(reading)) {
      const known = counts.get(name) ?? { namespaces: new Set(), series: 0 };
      known.namespaces.add(namespace);
      counts.set(name, { ...known, series: known.series + 1 });
    }
    return [...counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([value, { namespaces, series }]) => ({ value, about: `${[...namespaces].join(', ')}, ${series} series` }));
  });

export function namespaceChoices(session: Session): ReturnType<Choices> {
  return readMetrics(session, (reading) =>
    [...new Set(metricsIn(reading).map(({ namespace }) => namespace))].map((value) => ({ value })),
  );
}

async function dimensionChoices(session: Session, at?: Parameters<Choices>[1]): ReturnType<Choices> {
  const { metric, metrics } = at?.values.args ?? {};
  const names = [metric, metrics].flat().map((name) => name?.toLowerCase());
  return readMetrics(session, (reading) => {
    const fitting = metricsIn(reading).filter(({ name }) => names.includes(name.toLowerCase()));
    const texts = fitting.flatMap(({ dimensions }) =>
      dimensionPairs(dimensions).map(([name, value]) => `${name}=${value}`),
    );
    return [...new Set(texts)].sort().map((value) => ({ value }));
  });
}

/**
 * The metric with a name, whatever its capitals; its namespace may stand before it, as in `AWS/KMS/SuccessfulRequest`.
 * Of several that fit, the one is taken that has no other dimensions than those given, and else a person is asked.
 * @throws UsageError if there is none, or there are several and nobody to ask
 */
export async function metricNamed(text: string, options: SeriesOptions, session: Session): Promise<Metric> {
  const fitting = await readMetrics(session, (reading) => fittingMetrics(text, options, reading));
  const [only, ...others] = fitting;
  if (only && others.length === 0) return only;
  const title = ({ namespace, name, dimensions }: Metric) =>
    [`${namespace}/${name}`, dimensionText(dimensions)].filter((each) => each !== '').join(' ');
  if (!session.askChoice) throw severalFit(text, fitting);
  const chosen = await session.askChoice(
    { name: text, about: 'which of its series' },
    fitting.map((metric) => ({ value: title(metric) })),
  );
  const found = fitting.find((metric) => title(metric) === chosen);
  if (!found) throw new Error(`"${chosen}" was not among the choices`);
  return found;
}

/** That there is such a metric, with whatever dimensions. @throws UsageError */
export const checkMetric: Check = (name, session, { options: { namespace } }) =>
  readMetrics(session, (reading) =>
    fittingMetrics(name, { ...NOTHING, namespace: typeof namespace === 'string' ? namespace : undefined }, reading),
  );

const NOTHING: SeriesOptions = { namespace: undefined, dimensions: undefined, bucket: undefined, key: undefined };

/** Those that fit, one at least. */
function fittingMetrics(text: string, options: SeriesOptions, reading: Reading): readonly Metric[] {
  const all = metricsIn(reading, options.namespace);
  if (options.namespace !== undefined && all.length === 0) throw unknownNamespace(options.namespace, reading);
  const named = withName(text, all);
  if (named.length === 0) throw unknownMetric(text, all, reading);
  const filters = filtersOf(options, reading);
  const fitting = named.filter(({ dimensions }) => filters.every(({ fits }) => dimensionPairs(dimensions).some(fits)));
  if (fitting.length === 0) throw noneFits(text, named, filters);
  const exact = fitting.filter(({ dimensions }) => dimensions.length === 2 * filters.length);
  return exact.length === 1 ? exact : fitting;
}

function withName(text: string, all: readonly Metric[]): readonly Metric[] {
  const wanted = text.toLowerCase();
  const named = all.filter(({ name }) => name.toLowerCase() === wanted);
  if (named.length > 0) return named;
  return all.filter(({ namespace, name }) => `${namespace}/${name}`.toLowerCase() === wanted);
}

/** What one dimension has to be. */
interface Filter {
  readonly text: string;
  readonly fits: (pair: readonly [name: string, value: string]) => boolean;
}

function filtersOf({ dimensions = [], bucket, key }: SeriesOptions, reading: Reading): readonly Filter[] {
  return [
    ...dimensions.map(dimensionFilter),
    ...(bucket === undefined ? [] : [dimensionFilter(`BucketName=${bucket}`)]),
    ...(key === undefined ? [] : [keyFilter(key, reading)]),
  ];
}

/** `NAME=VALUE`, or as the AWS CLI writes it: `Name=NAME,Value=VALUE`. @throws UsageError */
function dimensionFilter(text: string): Filter {
  const [, name = '', value = ''] = /^Name=([^,]+),Value=(.*)$/s.exec(text) ?? /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === '') throw new UsageError(`--dimensions takes names with values such as Service=kms, not "${text}"`);
  return { text, fits: ([its, has]) => its.toLowerCase() === name.toLowerCase() && has === value };
}

function keyFilter(text: string, { account, region, tx }: Reading): Filter {
  const key = keyNamed(text, account, region, tx);
  const known = key === undefined ? [text] : [key.keyId, keyArn(key.region, key.account, key.keyId)];
  return {
    text: `--key ${text}`,
    fits: ([name, value]) => (name === 'KeyArn' || name === 'KeyId') && known.includes(value),
  };
}

function unknownNamespace(namespace: string, reading: Reading): UsageError {
  const all = metricsIn(reading).map((each) => each.namespace);
  return new UsageError(
    `there are no metrics in the namespace "${namespace}" in ${reading.region}: ssebox metrics list lists them`,
    didYouMean(namespace, all),
  );
}

function unknownMetric(text: string, all: readonly Metric[], { region }: Reading): UsageError {
  const published = publishedMetrics.find(({ metric }) => metric.toLowerCase() === text.toLowerCase());
  if (published) return new UsageError(`${published.metric} has no values in ${region} yet`, 'ssebox metrics list');
  return new UsageError(
    `"${text}" is not a metric with values in ${region}: ssebox metrics list lists them`,
    didYouMean(text, [...all.map(({ name }) => name), ...publishedMetrics.map(({ metric }) => metric)]),
  );
}

function noneFits(text: string, named: readonly Metric[], filters: readonly Filter[]): UsageError {
  const wrong = filters.find(({ fits }) => !named.some(({ dimensions }) => dimensionPairs(dimensions).some(fits)));
  const values = named.flatMap(({ dimensions }) =>
    dimensionPairs(dimensions).map(([name, value]) => `${name}=${value}`),
  );
  const name = named[0]?.name ?? text;
  if (!wrong) return severalFit(text, named, `no series of ${name} has all of these dimensions`);
  return new UsageError(
    `no series of ${name} has ${wrong.text}: ssebox metrics list lists them`,
    didYouMean(wrong.text, values),
  );
}

const MOST_LISTED = 10;

function severalFit(
  text: string,
  fitting: readonly Metric[],
  problem = `${fitting.length} series of ${text} fit: choose one with --dimensions`,
): UsageError {
  const hasNamespaces = new Set(fitting.map(({ namespace }) => namespace)).size > 1;
  const listed = fitting
    .slice(0, MOST_LISTED)
    .map(({ namespace, dimensions }) =>
      [
        ...(hasNamespaces ? [`--namespace ${namespace}`] : []),
        ...(dimensions.length === 0 ? ['without dimensions'] : [`--dimensions ${dimensionText(dimensions)}`]),
      ].join(' '),
    );
  const more = fitting.length > MOST_LISTED ? [`and ${fitting.length - MOST_LISTED} more: ssebox metrics list`] : [];
  return new UsageError([problem, ...[...listed, ...more].map((line) => `  ${line}`)]);
}
