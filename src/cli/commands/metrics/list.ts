/** `ssebox metrics list`: what there is to show. */

import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { command, type Result } from '../../command.ts';
import { timeText } from '../../output/time.ts';
import { columns } from '../columns.ts';
import { lastValueOf } from './last-value.ts';
import { namespaceChoices } from './named.ts';
import { dimensionsValue, dimensionText, metricsIn, readMetrics } from './reading.ts';

export const list = command({
  name: 'list',
  hasPage: true,
  summary: 'List the metrics that have values, with the time of the last one',
  description:
    "What AWS publishes stands in its namespaces, and what it does not in SSEBox. Metrics are those of the caller's account in this region. No permission is needed, unlike for ssebox cloudwatch list-metrics.",
  args: {
    namespace: {
      about: 'only the metrics of this namespace, such as AWS/KMS',
      optional: true,
      choices: namespaceChoices,
    },
  },
  options: { metric: { about: 'only metrics of this name', type: 'string', value: 'NAME' } },
  examples: ['ssebox metrics list', 'ssebox kms create-key && ssebox metrics list SSEBox --metric Calls'],
  async run({ args: { namespace }, options: { metric: name } }, session): Promise<Result> {
    const metrics = await readMetrics(session, (reading) => {
      const all = metricsIn(reading);
      if (namespace !== undefined)
        requireAmong(
          'namespace',
          namespace,
          all.map((each) => each.namespace),
          session.region,
        );
      const there = all.filter((each) => namespace === undefined || each.namespace === namespace);
      if (name !== undefined)
        requireAmong(
          'metric',
          name,
          there.map((each) => each.name),
          session.region,
        );
      return there
        .filter((each) => name === undefined || each.name === name)
        .flatMap((metric) => {
          const last = lastValueOf(metric, reading);
          return last ? [{ metric, last }] : [];
        });
    });
    const entries = metrics.map(({ metric, last }) => ({
      Namespace: metric.namespace,
      MetricName: metric.name,
      Dimensions: dimensionsValue(metric.dimensions),
      Unit: last.unit,
      LastValue: new Date(last.startMs),
    }));
    const rows = metrics.map(({ metric, last }) => [
      metric.namespace,
      metric.name,
      dimensionText(metric.dimensions),
      timeText(new Date(last.startMs)),
    ]);
    const empty = `there are no metrics in ${session.region} yet: calls make them`;
    return {
      kind: 'page',
      value: { Metrics: entries },
      page: (painter) => columns(['NAMESPACE', 'METRIC', 'DIMENSIONS', 'LAST'], rows, empty, painter, GIVE_WAY),
    };
  },
});

const GIVE_WAY = [[2, 'wrapped', 24]] as const;

/** @throws UsageError for a name that no metric has, where there are metrics */
function requireAmong(what: string, name: string, names: readonly string[], region: string): void {
  if (names.length === 0 || names.includes(name)) return;
  throw new UsageError(`there are no metrics of the ${what} "${name}" in ${region}`, didYouMean(name, names));
}
