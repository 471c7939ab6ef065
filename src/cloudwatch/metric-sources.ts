/** The sources of metrics that follow from what the store holds. */

import type { MetricSource } from './metric-source.ts';

export const metricSources: readonly MetricSource[] = [];

/** The source of a metric; undefined if its values are in the tally. */
export const sourceOf = (namespace: string, metric: string): MetricSource | undefined =>
  metricSources.find((source) => source.namespace === namespace && source.metrics.has(metric));
