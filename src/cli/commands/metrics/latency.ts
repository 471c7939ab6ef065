/** `ssebox metrics plot latency --bucket B`: where the time of a bucket's requests goes. */

import { UsageError } from '../../../api/errors.ts';
import { didYouMean } from '../../../api/nearest.ts';
import type { Reading } from '../../../cloudwatch/metric-source.ts';
import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { dimensionPairs } from '../../../tally/dimensions.ts';
import { OWN_NAMESPACE } from '../../../tally/metric-facts.ts';
import { dimensionsOf } from '../../../tally/series.ts';
import type { Painter, Result } from '../../command.ts';
import { lineChart } from '../../output/chart.ts';
import { quantity } from '../../output/chart-axis.ts';
import { barChart } from '../../output/chart-bars.ts';
import { painted, type Shown } from '../../output/painted.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';
import { tellNothing } from './get.ts';
import { metricsIn, readMetrics } from './reading.ts';
import { drawnPeriod, periodsOf, type ShownStretch, type SpanOptions, spanOf, spanText, wholeOf } from './span.ts';
import { statisticNamed } from './statistic.ts';
import { chartPoints, csvLine, isForScript, type Measured, measure } from './values.ts';

/** What stands in place of a metric's name. */
export const LATENCY = 'latency';

export interface LatencyOptions {
  readonly bucket: string | undefined;
  readonly seconds: number | undefined;
  readonly width: number | undefined;
  readonly span: SpanOptions;
  /** Whether statistics were given, which it does not take. */
  readonly given: boolean;
}

/** @throws UsageError for a bucket without requests, and for one that is not named where there are several */
export async function plotLatency(options: LatencyOptions, session: Session): Promise<Result> {
  if (options.given) throw new UsageError(`${LATENCY} shows p50, p99 and the average: leave out --stat`);
  const bucket = await bucketOf(options.bucket, session);
  const { latency, nothing } = await readMetrics(session, (reading) => latencyOf(bucket, options, reading));
  if (latency.parts[0]?.requests === 0) await tellNothing(metricOf(REQUEST, bucket), nothing, session);
  if (isForScript(session)) return { kind: 'lines', lines: scriptLines(latency) };
  return {
    kind: 'page',
    value: latencyValue(latency),
    page: (painter) => latencyPage(latency, options.width ?? painter.width, painter),
  };
}

const REQUEST = 'TotalRequestLatency';

/** The parts of a request, by the metric that has their time. */
const parts = [
  ['KMS', 'KmsTime'],
  ['encryption', 'EncryptionTime'],
  ['disk', 'DiskTime'],
] as const;

const metricOf = (name: string, bucket: string): Metric => ({
  namespace: OWN_NAMESPACE,
  name,
  dimensions: dimensionsOf({ BucketName: bucket }),
});

/** The bucket that is named, or the only one with requests. */
async function bucketOf(name: string | undefined, session: Session): Promise<string> {
  const buckets = await readMetrics(session, (reading) =>
    metricsIn(reading, OWN_NAMESPACE).flatMap(({ name: metric, dimensions }) =>
      metric === REQUEST ? dimensionPairs(dimensions).map(([, value]) => value) : [],
    ),
  );
  if (name !== undefined && buckets.includes(name)) return name;
  if (name !== undefined)
    throw new UsageError(
      `there were no requests about a bucket "${name}" in ${session.region} yet`,
      didYouMean(name, buckets),
    );
  const [only, ...others] = buckets;
  if (only === undefined) throw new UsageError(`there were no requests about a bucket in ${session.region} yet`);
  if (others.length === 0) return only;
  if (session.askChoice)
    return session.askChoice(
      { name: '--bucket', about: 'the bucket' },
      buckets.map((value) => ({ value })),
    );
  throw new UsageError(`several buckets had requests: choose one with --bucket: ${buckets.join(', ')}`);
}

/** What a part of the requests took, in milliseconds. */
interface Part {
  readonly part: string;
  /** How many requests had it. */
  readonly requests: number;
  /** Of the requests that had it; unknown of what is left. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  /** Of all requests, so that the parts add up to the whole. */
  readonly average: number;
}

interface Latency {
  readonly bucket: string;
  readonly stretch: ShownStretch;
  /** The whole first, and what is left last. */
  readonly parts: readonly Part[];
  /** The whole over time. */
  readonly overTime: Measured;
}

const statistics = ['p50', 'p99', 'Sum', 'SampleCount'].map(statisticNamed);

function latencyOf(bucket: string, { seconds, span: asked }: LatencyOptions, reading: Reading) {
  const { nowMs } = reading;
  const span = spanOf(asked, nowMs);
  const whole = wholeOf(span, nowMs);
  const measured = (name: string) => {
    const { rows } = measure(metricOf(name, bucket), statistics, whole, reading);
    const [p50, p99, sum = 0, count = 0] = rows[0]?.values ?? [];
    return { p50, p99, sum, count };
  };
  const request = measured(REQUEST);
  const average = (sum: number) => (request.count === 0 ? 0 : sum / request.count);
  const found = parts.map(([part, name]) => ({ part, ...measured(name) }));
  const left = Math.max(0, request.sum - found.reduce((sum, each) => sum + each.sum, 0));
  const stretch = periodsOf(span, seconds ?? drawnPeriod(span, nowMs), nowMs);
  const overTime = measure(metricOf(REQUEST, bucket), statistics.slice(0, 2), stretch, reading);
  const latency: Latency = {
    bucket,
    stretch: whole,
    parts: [
      { part: 'request', requests: request.count, p50: request.p50, p99: request.p99, average: average(request.sum) },
      ...found.map(({ part, p50, p99, sum, count }) => ({ part, requests: count, p50, p99, average: average(sum) })),
      { part: 'other', requests: request.count, p50: undefined, p99: undefined, average: average(left) },
    ],
    overTime,
  };
  return { latency, nothing: { stretch: whole } };
}

/** Of the request's average. */
const shareOf = ({ average }: Part, [whole]: readonly Part[]): number =>
  whole && whole.average > 0 ? average / whole.average : 0;

const latencyValue = ({ bucket, stretch, parts: all, overTime }: Latency) => ({
  BucketName: bucket,
  Unit: 'Milliseconds',
  StartTime: new Date(stretch.startMs),
  EndTime: new Date(stretch.untilMs),
  Parts: all.map((each) => ({
    Part: each.part,
    Requests: each.requests,
    p50: each.p50 ?? null,
    p99: each.p99 ?? null,
    Average: each.average,
    Share: shareOf(each, all),
  })),
  Period: overTime.stretch.seconds,
  Values: overTime.rows.map(({ startMs, values: [p50 = null, p99 = null] }) => ({
    Timestamp: new Date(startMs),
    p50,
    p99,
  })),
});

const scriptLines = ({ parts: all }: Latency): readonly string[] => [
  csvLine(['part', 'requests', 'p50', 'p99', 'average', 'share']),
  ...all.map((each) =>
    csvLine([each.part, each.requests, each.p50, each.p99, each.average, Number(shareOf(each, all).toFixed(4))]),
  ),
];

function latencyPage({ bucket, stretch, parts: all, overTime }: Latency, width: number, painter: Painter): Shown[] {
  const { strong, faint, isUtf8 } = painter;
  const [whole, ...within] = all;
  if (!whole || whole.requests === 0) return [faint('no requests')];
  const text = (ms: number | undefined) => (ms === undefined ? '' : quantity(ms, 'Milliseconds', isUtf8));
  const rows = all.map((each) => [
    each.part,
    String(each.requests),
    text(each.p50),
    text(each.p99),
    text(each.average),
    `${Math.round(shareOf(each, all) * 100)} %`,
  ]);
  const names = ['p50', 'p99'];
  const { startMs: from, untilMs: to } = overTime.stretch;
  return [
    painted`${strong('latency')} of requests about ${bucket}, ${spanText(stretch)}`,
    ...columns(['PART', 'REQUESTS', 'P50', 'P99', 'AVERAGE', 'SHARE'], rows, '', painter),
    '',
    ...barChart(
      {
        bars: [{ label: 'average', parts: within.map(({ average }) => average) }],
        parts: within.map(({ part }) => part),
        unit: 'Milliseconds',
        width,
      },
      painter,
    ),
    '',
    faint(`request, by periods of ${overTime.stretch.seconds} s`),
    ...lineChart(
      {
        series: names.map((name, i) => ({ name, points: chartPoints(overTime, i) })),
        across: { kind: 'time', from, to },
        unit: 'Milliseconds',
        scale: 'log',
        width,
      },
      painter,
    ),
  ];
}
