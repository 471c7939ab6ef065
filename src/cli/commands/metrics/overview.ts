/** `ssebox metrics` alone: what was going on in the last hour. */

import type { Reading } from '../../../cloudwatch/metric-source.ts';
import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { metricValues } from '../../../cloudwatch/metric-values.ts';
import type { Statistic } from '../../../cloudwatch/statistics.ts';
import { aliasesOf } from '../../../kms/account-keys.ts';
import type { StoredPoint } from '../../../store/records/tally.ts';
import { dimensionNamed, dimensionPairs } from '../../../tally/dimensions.ts';
import { quantile } from '../../../tally/histogram.ts';
import { OWN_NAMESPACE } from '../../../tally/metric-facts.ts';
import { mergedPoint, pointOf } from '../../../tally/point.ts';
import { pointsBetween, type Stretch } from '../../../tally/reading.ts';
import { findSeries } from '../../../tally/series.ts';
import { command, type Painter, type Result } from '../../command.ts';
import { quantity } from '../../output/chart-axis.ts';
import type { Shown } from '../../output/painted.ts';
import { columns } from '../columns.ts';
import { metricsIn, readMetrics } from './reading.ts';
import { type ShownStretch, sinceOption, spanOf, spanText, wholeOf } from './span.ts';

export const overview = command({
  name: 'overview',
  hasPage: true,
  summary: 'Show requests, errors and latency by service, and the busiest keys, as metrics alone does',
  description:
    "Counted are the calls of the caller's account in this region, and for keys and buckets of the account those of others, too. KMS SHARE is how much of the time of S3's requests was spent on calls to KMS. Looking at metrics needs no permission, is not counted and not in the audit log. ssebox cloudwatch get-metric-data needs permission, is counted and logged.",
  options: { since: { ...sinceOption.since, about: 'how long ago it begins, or at what time (default: an hour ago)' } },
  examples: ['ssebox metrics', 'ssebox kms create-key && ssebox metrics overview --since 1d --output json'],
  async run({ options }, session): Promise<Result> {
    const value = await readMetrics(session, (reading) => {
      const span = spanOf(options, reading.nowMs);
      return overviewOf(wholeOf(span, reading.nowMs), reading);
    });
    const emptyText =
      options.since === undefined ? 'no calls: ssebox metrics --since 1d looks further back' : 'no calls';
    return {
      kind: 'page',
      value,
      page: (painter) => overviewPage(value, { region: session.region, emptyText }, painter),
    };
  },
});

interface ServiceEntry {
  readonly Service: string;
  readonly Requests: number;
  readonly Errors: number;
  readonly Throttled: number;
  /** Of the duration of its requests; null if it is not known. */
  readonly P99Milliseconds: number | null;
  /** From 0 to 1; only of S3, which calls KMS. */
  readonly KmsShare?: number | undefined;
}

interface KeyEntry {
  readonly KeyArn: string;
  readonly Aliases: readonly string[];
  readonly Requests: number;
  readonly Denied: number;
  /** Requests by operation, the most frequent first. */
  readonly Operations: Readonly<Record<string, number>>;
}

interface Overview {
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly Services: readonly ServiceEntry[];
  readonly BusiestKeys: readonly KeyEntry[];
}

const MOST_KEYS = 5;

function overviewOf(stretch: ShownStretch, reading: Reading): Overview {
  const all = metricsIn(reading);
  return {
    StartTime: new Date(stretch.startMs),
    EndTime: new Date(stretch.untilMs),
    Services: servicesIn(all, stretch, reading),
    BusiestKeys: keysIn(all, stretch, reading).slice(0, MOST_KEYS),
  };
}

function servicesIn(all: readonly Metric[], stretch: Stretch, reading: Reading): ServiceEntry[] {
  const own = all.filter(({ namespace }) => namespace === OWN_NAMESPACE);
  // Totals of a service or an account stand beside what they are the totals of.
  const byOperation = own.filter(({ dimensions }) => has(dimensions, 'Service') && has(dimensions, 'Operation'));
  const sums = (name: string) => sumsBy('Service', named(name, byOperation), stretch, reading);
  const [requests, errors, throttled] = [sums('Calls'), sums('Errors'), sums('Throttles')];
  const durations = named('Duration', byOperation);
  const share = kmsShare(own, stretch, reading);
  return [...requests]
    .map(([Service, Requests]) => ({
      Service,
      Requests,
      Errors: errors.get(Service) ?? 0,
      Throttled: throttled.get(Service) ?? 0,
      P99Milliseconds: p99Of(
        durations.filter(({ dimensions }) => dimensionNamed(dimensions, 'Service') === Service),
        stretch,
        reading,
      ),
      ...(Service === 's3' && share !== undefined && { KmsShare: share }),
    }))
    .filter(({ Requests }) => Requests > 0)
    .sort((one, other) => other.Requests - one.Requests);
}

/** How much of the time of the requests about buckets went to KMS; undefined if there were none. */
function kmsShare(own: readonly Metric[], stretch: Stretch, reading: Reading): number | undefined {
  const total = (name: string) => named(name, own).reduce((sum, metric) => sum + sumOf(metric, stretch, reading), 0);
  const all = total('TotalRequestLatency');
  return all > 0 ? total('KmsTime') / all : undefined;
}

/** The keys with their requests and denials, the busiest first. */
function keysIn(all: readonly Metric[], stretch: Stretch, reading: Reading): KeyEntry[] {
  const found = new Map<string, { requests: number; denied: number; operations: Map<string, number> }>();
  const entryOf = (arn: string) => {
    const entry = found.get(arn) ?? { requests: 0, denied: 0, operations: new Map<string, number>() };
    found.set(arn, entry);
    return entry;
  };
  for (const metric of all.filter((each) => each.namespace === 'AWS/KMS' && each.name === 'SuccessfulRequest')) {
    const count = sumOf(metric, stretch, reading);
    if (count === 0) continue;
    const operation = dimensionNamed(metric.dimensions, 'Operation') ?? '';
    for (const arn of arnsIn(metric.dimensions)) {
      const entry = entryOf(arn);
      entry.requests += count;
      entry.operations.set(operation, (entry.operations.get(operation) ?? 0) + count);
    }
  }
  for (const metric of named(
    'Denials',
    all.filter(({ namespace }) => namespace === OWN_NAMESPACE),
  )) {
    const arn = dimensionNamed(metric.dimensions, 'KeyArn');
    const count = arn === undefined ? 0 : sumOf(metric, stretch, reading);
    if (arn !== undefined && count > 0) entryOf(arn).denied += count;
  }
  const aliases = aliasNames(reading);
  return [...found]
    .map(([KeyArn, { requests, denied, operations }]) => ({
      KeyArn,
      Aliases: aliases.get(KeyArn.slice(KeyArn.lastIndexOf('/') + 1)) ?? [],
      Requests: requests,
      Denied: denied,
      Operations: Object.fromEntries([...operations].sort(([, one], [, other]) => other - one)),
    }))
    .sort(
      (one, other) =>
        other.Requests - one.Requests || other.Denied - one.Denied || (one.KeyArn < other.KeyArn ? -1 : 1),
    );
}

/** The aliases of keys, by the keys' ids. */
function aliasNames({ account, region, tx }: Reading): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, keyId } of aliasesOf(account, region, tx)) found.set(keyId, [...(found.get(keyId) ?? []), name]);
  return found;
}

/** ReEncrypt is about two, which may be the same. */
const arnsIn = (dimensions: readonly string[]): ReadonlySet<string> =>
  new Set(dimensionPairs(dimensions).flatMap(([name, value]) => (name.endsWith('KeyArn') ? [value] : [])));

const has = (dimensions: readonly string[], name: string): boolean => dimensionNamed(dimensions, name) !== undefined;

const named = (name: string, metrics: readonly Metric[]): readonly Metric[] =>
  metrics.filter((metric) => metric.name === name);

const SUM: Statistic = { kind: 'simple', name: 'Sum' };

const sumOf = (metric: Metric, stretch: Stretch, reading: Reading): number =>
  metricValues(metric, SUM, stretch, reading).reduce((sum, { value }) => sum + value, 0);

function sumsBy(
  dimension: string,
  metrics: readonly Metric[],
  stretch: Stretch,
  reading: Reading,
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const metric of metrics) {
    const of = dimensionNamed(metric.dimensions, dimension) ?? '';
    sums.set(of, (sums.get(of) ?? 0) + sumOf(metric, stretch, reading));
  }
  return sums;
}

/** Of all values of several metrics of ours, in milliseconds. */
function p99Of(metrics: readonly Metric[], stretch: Stretch, { account, region, tx }: Reading): number | null {
  let all: StoredPoint | undefined;
  for (const { namespace, name, dimensions } of metrics) {
    const series = findSeries({ account, region, namespace, metric: name, dimensions }, tx);
    if (series === undefined) continue;
    for (const { point } of pointsBetween(series, stretch, tx)) all = all ? mergedPoint(all, point) : point;
  }
  const histogram = all && pointOf(all).histogram;
  const microseconds = histogram && quantile(histogram, 0.99);
  return microseconds === undefined ? null : Math.round(microseconds) / 1000;
}

function overviewPage(
  { StartTime, EndTime, Services, BusiestKeys }: Overview,
  { region, emptyText }: { readonly region: string; readonly emptyText: string },
  painter: Painter,
): Shown[] {
  const span = spanText({ startMs: StartTime.getTime(), untilMs: EndTime.getTime() });
  const counts = (...numbers: readonly number[]) => numbers.map((count) => (count === 0 ? '' : String(count)));
  const services = Services.map(({ Service, Requests, Errors, Throttled, P99Milliseconds, KmsShare }) => [
    Service,
    ...counts(Requests, Errors, Throttled),
    P99Milliseconds === null ? '' : quantity(P99Milliseconds, 'Milliseconds', painter.isUtf8),
    KmsShare === undefined ? '' : `${Math.round(KmsShare * 100)} %`,
  ]);
  const keys = BusiestKeys.map(({ KeyArn, Aliases, Requests, Denied, Operations }) => [
    Aliases[0] ?? KeyArn.slice(KeyArn.lastIndexOf('/') + 1),
    ...counts(Requests, Denied),
    Object.keys(Operations).join(', '),
  ]);
  return [
    painter.faint(`${region}, ${span}`),
    ...columns(['SERVICE', 'REQUESTS', 'ERRORS', 'THROTTLED', 'P99', 'KMS SHARE'], services, emptyText, painter),
    ...(keys.length === 0
      ? []
      : [
          '',
          ...columns(['BUSIEST KEYS', 'REQUESTS', 'DENIED', 'OPERATIONS'], keys, '', painter, [[3, 'wrapped', 20]]),
        ]),
  ];
}
