/** The metric that a person names for an alarm. */

import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import { metricSources } from '../../../cloudwatch/metric-sources.ts';
import { storeNow } from '../../../store/clock.ts';
import type { SeriesName } from '../../../store/records/tally.ts';
import { dimensionPairs } from '../../../tally/dimensions.ts';
import { publishedMetrics } from '../../../tally/metric-facts.ts';
import { seriesIn } from '../../../tally/reading.ts';
import { dimensionsOf } from '../../../tally/series.ts';
import type { Choices } from '../../command.ts';
import type { Session } from '../../session.ts';

export interface NamedMetric {
  readonly namespace: string;
  readonly metric: string;
}

/** The metrics of the caller's account and region with their dimensions; none for a caller without an account. */
async function knownSeries({ aws, store, region, environment }: Session): Promise<readonly SeriesName[]> {
  const account = await aws.account('cloudwatch');
  if (account === undefined) return [];
  return store.transact((tx) => {
    const reading = { account, region, tx, nowMs: storeNow(tx, environment.now()) };
    const counted = Array.from(seriesIn(reading, tx), ({ name }) => name);
    return [...counted, ...metricSources.flatMap((source) => [...source.list(reading)])];
  });
}

/** The metrics that have values, as `NAMESPACE/METRIC`. */
export const metricChoices: Choices = async (session) => {
  const names = (await knownSeries(session)).map(({ namespace, metric }) => `${namespace}/${metric}`);
  return [...new Set(names)].map((value) => ({ value }));
};

/**
 * The metric with a name. Without its namespace, which may stand before it, it is looked for among the metrics that have
 * values, and then among all that are published. One of a namespace of somebody's own need not have values yet.
 * @throws UsageError for a name that is unknown, or that several namespaces have
 */
export async function metricNamed(text: string, given: string | undefined, session: Session): Promise<NamedMetric> {
  const series = await knownSeries(session);
  const known: readonly NamedMetric[] = [...series, ...publishedMetrics];
  const slash = text.lastIndexOf('/');
  const before = slash > 0 ? text.slice(0, slash) : undefined;
  const isPlaced = given === undefined && before !== undefined && known.some(({ namespace }) => namespace === before);
  const namespace = isPlaced ? before : given;
  const metric = isPlaced ? text.slice(slash + 1) : text;
  if (namespace !== undefined) {
    const isPublished = publishedMetrics.some((each) => each.namespace === namespace);
    const there = known.filter((each) => each.namespace === namespace);
    if (isPublished && !there.some((each) => each.metric === metric))
      throw unknown(`"${metric}" is not a metric of ${namespace}`, metric, there);
    return { namespace, metric };
  }
  const found = namespacesOf(metric, series);
  const [only, ...others] = found.length > 0 ? found : namespacesOf(metric, publishedMetrics);
  if (only === undefined) throw unknown(`"${text}" is not the name of a metric`, metric, known);
  if (others.length > 0)
    throw new UsageError(
      `${[only, ...others].join(' and ')} each have a metric ${metric}: choose one with --namespace`,
    );
  return { namespace: only, metric };
}

const namespacesOf = (metric: string, among: readonly NamedMetric[]): readonly string[] => [
  ...new Set(among.flatMap((each) => (each.metric === metric ? [each.namespace] : []))),
];

const unknown = (message: string, metric: string, known: readonly NamedMetric[]) =>
  new UsageError(
    `${message}: ssebox cloudwatch list-metrics lists those that have values`,
    didYouMean(
      metric,
      known.map((each) => each.metric),
    ),
  );

/**
 * Sets of dimensions with which the metric has values, those first that have most of these in common; undefined if it
 * has values with these.
 */
export async function otherDimensions(
  { namespace, metric }: NamedMetric,
  dimensions: Readonly<Record<string, string>>,
  session: Session,
): Promise<readonly string[] | undefined> {
  const wanted = pairsOf(dimensionsOf(dimensions));
  const there = (await knownSeries(session))
    .filter((each) => each.namespace === namespace && each.metric === metric)
    .map((each) => pairsOf(each.dimensions));
  if (there.some((pairs) => pairs.join() === wanted.join())) return undefined;
  const shared = (pairs: readonly string[]) => pairs.filter((each) => wanted.includes(each)).length;
  const texts = there
    .sort((one, other) => shared(other) - shared(one))
    .map((pairs) => (pairs.length === 0 ? 'no dimensions' : pairs.join(' ')));
  return [...new Set(texts)].slice(0, MOST_SHOWN);
}

const MOST_SHOWN = 3;

/** `KeyArn=arn:…`, of dimensions as they are stored. */
const pairsOf = (dimensions: readonly string[]): readonly string[] =>
  dimensionPairs(dimensions).map(([name, value]) => `${name}=${value}`);
