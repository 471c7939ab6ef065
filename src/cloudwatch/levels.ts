/** Metrics that are levels: CloudWatch has a value of them every minute. */

import { levelPoints, type Published } from '../tally/levels.ts';
import { seriesIn } from '../tally/reading.ts';
import { findSeries } from '../tally/series.ts';
import type { MetricSource } from './metric-source.ts';

export const levelSource = (
  namespace: string,
  metrics: readonly string[],
  published: Published = 'as it is',
): MetricSource => ({
  namespace,
  metrics: new Set(metrics),
  *list({ account, region, tx }) {
    for (const metric of metrics)
      for (const { name } of seriesIn({ account, region, namespace, metric }, tx)) yield name;
  },
  points(series, stretch, { tx, nowMs }) {
    const number = findSeries(series, tx);
    if (number === undefined) return [];
    return levelPoints(number, { ...stretch, endMs: Math.min(stretch.endMs, nowMs + 1) }, published, tx);
  },
});
