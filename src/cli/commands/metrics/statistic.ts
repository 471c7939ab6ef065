/** Statistics as people name them. */

import { AwsError, UsageError } from '../../../api/errors.ts';
import { sourceOf } from '../../../cloudwatch/metric-sources.ts';
import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { parseStatistic, STATISTICS, type Statistic } from '../../../cloudwatch/statistics.ts';
import { metricFacts } from '../../../tally/metric-facts.ts';
import type { Choices } from '../../command.ts';

export interface NamedStatistic {
  /** AWS's name. */
  readonly name: string;
  readonly statistic: Statistic;
}

const names: Readonly<Record<string, string>> = {
  average: 'Average',
  avg: 'Average',
  count: 'SampleCount',
  max: 'Maximum',
  maximum: 'Maximum',
  min: 'Minimum',
  minimum: 'Minimum',
  samplecount: 'SampleCount',
  sum: 'Sum',
};

export const statisticChoices: Choices = async () =>
  ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount', 'p50', 'p90', 'p99', 'p99.9', 'tm99', 'IQM'].map((value) => ({
    value,
  }));

/** @throws UsageError */
export function statisticNamed(text: string): NamedStatistic {
  const lower = text.toLowerCase();
  const name = Object.hasOwn(names, lower) ? (names[lower] ?? text) : text;
  try {
    return { name, statistic: parseStatistic(name, 'Stat') };
  } catch (error) {
    if (error instanceof AwsError) throw new UsageError(`"${text}" is not a statistic: ${STATISTICS}`);
    throw error;
  }
}

/**
 * What a metric is customarily looked at by: counts and bytes add up, unless they are how much there is, as all values
 * are that follow from what the store holds.
 */
export function usualStatistic({ namespace, name }: Pick<Metric, 'namespace' | 'name'>): 'Sum' | 'Average' {
  const { unit } = metricFacts({ namespace, metric: name });
  return (unit === 'Count' || unit === 'Bytes') && !sourceOf(namespace, name) ? 'Sum' : 'Average';
}

/** Whether it is one by whose scale single values are lost in the others. */
export const isPercentile = ({ statistic: { kind } }: NamedStatistic): boolean => kind === 'percentile';

/** Whether no values are as good as 0. */
export const addsUp = ({ name }: NamedStatistic): boolean => name === 'Sum' || name === 'SampleCount';
