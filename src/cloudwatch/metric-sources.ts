/** The sources of metrics that follow from what the store holds. */

import { levelSource } from './levels.ts';
import type { MetricSource } from './metric-source.ts';
import { storageMetrics } from './storage-metrics.ts';

export const metricSources: readonly MetricSource[] = [
  storageMetrics,
  levelSource('AWS/KMS', ['SecondsUntilKeyMaterialExpiration'], 'seconds until it'),
  levelSource('AWS/Usage', ['ResourceCount']),
  levelSource('AWS/S3', ['BytesPendingReplication', 'OperationsPendingReplication']),
];

/** The source of a metric; undefined if its values are in the tally. */
export const sourceOf = (namespace: string, metric: string): MetricSource | undefined =>
  metricSources.find((source) => source.namespace === namespace && source.metrics.has(metric));
