/**
 * The metrics of the caller's account in the region, as they are stored. Reading them is not a call of CloudWatch: it
 * would be in the audit log, and would count as a request in what it shows.
 */

import { UsageError } from '../../../api/errors.ts';
import type { Reading } from '../../../cloudwatch/metric-source.ts';
import { metricSources } from '../../../cloudwatch/metric-sources.ts';
import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { storeNow } from '../../../store/clock.ts';
import { dimensionPairs } from '../../../tally/dimensions.ts';
import { seriesIn } from '../../../tally/reading.ts';
import type { Session } from '../../session.ts';

/** @throws UsageError for a caller without an account */
export async function readMetrics<T>(session: Session, work: (reading: Reading) => T): Promise<T> {
  const account = await session.aws.account('cloudwatch');
  if (account === undefined) throw new UsageError('only an account has metrics: leave out --no-sign-request');
  const { region, environment, store } = session;
  return store.transact((tx) => work({ account, region, tx, nowMs: storeNow(tx, environment.now()) }));
}

/** Every metric that has values, or of a namespace, by name and dimensions; each once, whatever its units. */
export function metricsIn(reading: Reading, namespace?: string): readonly Metric[] {
  const { account, region, tx } = reading;
  const found = new Map<string, Metric>();
  const add = ({
    namespace: of,
    metric: name,
    dimensions,
  }: {
    namespace: string;
    metric: string;
    dimensions: readonly string[];
  }) => {
    found.set(JSON.stringify([of, name, dimensions]), { namespace: of, name, dimensions });
  };
  for (const { name } of seriesIn({ account, region, namespace }, tx)) add(name);
  for (const source of metricSources) {
    if (namespace === undefined || source.namespace === namespace) for (const name of source.list(reading)) add(name);
  }
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, metric]) => metric);
}

/** `Operation=Encrypt Service=kms`. */
export const dimensionText = (dimensions: readonly string[]): string =>
  dimensionPairs(dimensions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

/** Dimensions as the API has them. */
export const dimensionsValue = (dimensions: readonly string[]) =>
  dimensionPairs(dimensions).map(([Name, Value]) => ({ Name, Value }));
