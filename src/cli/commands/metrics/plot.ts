/** `ssebox metrics plot`: metrics as a chart. */

import { UsageError } from '../../../api/errors.ts';
import { OWN_NAMESPACE } from '../../../tally/metric-facts.ts';
import { type Check, command, type Painter, type Result } from '../../command.ts';
import { LEAST_CHART_WIDTH, lineChart } from '../../output/chart.ts';
import { greatestOf, leastOf } from '../../output/chart-axis.ts';
import type { Shown } from '../../output/painted.ts';
import type { Choice, Session } from '../../session.ts';
import { metricTitle, tellNothing } from './get.ts';
import { LATENCY, plotLatency } from './latency.ts';
import { checkMetric, metricChoices, metricNamed, seriesOptions } from './named.ts';
import { dimensionText, readMetrics } from './reading.ts';
import { drawnPeriod, periodOption, periodSeconds, periodsOf, type SpanOptions, spanOf, spanOptions } from './span.ts';
import { isPercentile, type NamedStatistic, statisticChoices, statisticNamed, usualStatistic } from './statistic.ts';
import {
  chartPoints,
  csvLine,
  csvTime,
  isForScript,
  type Measured,
  measure,
  measuredValue,
  unitText,
} from './values.ts';

export const plot = command({
  name: 'plot',
  hasPage: true,
  summary: 'Draw metrics as a chart; in a pipe, write their values as CSV',
  description: `Several metrics, or several statistics of one, are drawn in the same chart if they have the same unit. ${LATENCY} stands for the time of the requests about a bucket, with the parts that KMS, encryption and the disk have in it. Without UTF-8 in the locale (LC_ALL, LC_CTYPE or LANG) charts are drawn in ASCII. A period without calls is 0 in a sum of what ssebox counts, and otherwise a gap.`,
  args: {
    metrics: {
      about: `the names of metrics, as metrics get takes them, or ${LATENCY} with --bucket`,
      many: true,
      choices: plottedChoices,
      check: checkPlotted,
    },
  },
  options: {
    ...seriesOptions,
    stat: {
      about: 'statistics, such as Sum, Average or p99 (default: Sum of counts and sizes, p50 and p99 of times)',
      type: 'list',
      value: 'STATISTIC',
      choices: statisticChoices,
    },
    period: periodOption('the period of a value: 60, 5m, 1h (default: one that fits the time that is shown)'),
    ...spanOptions,
    scale: {
      about: 'the scale of values (default: log for percentiles that are far apart)',
      type: 'string',
      choices: ['linear', 'log'],
    },
    width: {
      about: "the columns of the chart (default: the terminal's)",
      type: 'integer',
      value: 'N',
      values: `${LEAST_CHART_WIDTH} to 500`,
    },
  },
  examples: [
    'ssebox kms create-key && ssebox metrics plot Calls --dimensions Service=kms Operation=CreateKey',
    'ssebox kms create-key && ssebox metrics plot Duration --dimensions Operation=CreateKey --stat p50 p99 --since 1d --output tree',
    'ssebox s3 put report.csv s3://photos/report.csv && ssebox metrics plot latency --bucket photos',
  ],
  async run({ args, options }, session): Promise<Result> {
    checkWidth(options.width);
    const given = options.stat?.map(statisticNamed);
    const seconds = options.period === undefined ? undefined : periodSeconds(options.period);
    await readMetrics(session, ({ nowMs }) => spanOf(options, nowMs));
    if (args.metrics.some((name) => name.toLowerCase() === LATENCY) && options.namespace === undefined) {
      if (args.metrics.length > 1)
        throw new UsageError(`${LATENCY} is a chart of its own: plot it without other metrics`);
      const { bucket, width } = options;
      return plotLatency({ bucket, seconds, width, span: options, given: given !== undefined }, session);
    }
    const plotted: Measured[] = [];
    for (const name of args.metrics) plotted.push(await measuredNamed(name, { ...options, given, seconds }, session));
    requireOneUnit(plotted);
    const isEmpty = plotted.every(({ rows }) => rows.length === 0);
    const [first] = plotted;
    if (isEmpty && first) await tellNothing(first.metric, first, session);
    if (isForScript(session)) return { kind: 'lines', lines: scriptLines(plotted) };
    const Metrics = plotted.map(measuredValue);
    return { kind: 'page', value: { Metrics }, page: (painter) => plotPage(plotted, options, painter) };
  },
});

async function plottedChoices(session: Session): Promise<readonly Choice[]> {
  return [{ value: LATENCY, about: "a bucket's requests: KMS, encryption, disk" }, ...(await metricChoices(session))];
}

function checkPlotted(...[name, session, values]: Parameters<Check>): unknown {
  return name.toLowerCase() === LATENCY ? undefined : checkMetric(name, session, values);
}

/** @throws UsageError */
function checkWidth(width: number | undefined): void {
  if (width === undefined || (width >= LEAST_CHART_WIDTH && width <= 500)) return;
  throw new UsageError(`--width takes ${LEAST_CHART_WIDTH} to 500 columns, not ${width}`);
}

type PlotOptions = Parameters<typeof metricNamed>[1] &
  SpanOptions & { readonly given: readonly NamedStatistic[] | undefined; readonly seconds: number | undefined };

async function measuredNamed(name: string, options: PlotOptions, session: Session): Promise<Measured> {
  const metric = await metricNamed(name, options, session);
  return readMetrics(session, (reading) => {
    const span = spanOf(options, reading.nowMs);
    const stretch = periodsOf(span, options.seconds ?? drawnPeriod(span, reading.nowMs), reading.nowMs);
    if (options.given) return measure(metric, options.given, stretch, reading);
    const usual = measure(metric, [statisticNamed(usualStatistic(metric))], stretch, reading);
    // Of what is measured, the average says too little.
    if (metric.namespace !== OWN_NAMESPACE || usual.unit !== 'Milliseconds') return usual;
    return measure(metric, ['p50', 'p99'].map(statisticNamed), stretch, reading);
  });
}

/** @throws UsageError for metrics that do not fit on one axis */
function requireOneUnit(plotted: readonly Measured[]): void {
  const [first, ...others] = plotted;
  const other = others.find(({ unit }) => unit !== first?.unit);
  if (!first || !other) return;
  throw new UsageError(
    `a chart has one unit: ${first.metric.name} is in ${first.unit}, and ${other.metric.name} in ${other.unit}`,
    'plot them one at a time',
  );
}

/** What is drawn as a line of its own. */
interface Line {
  readonly measured: Measured;
  readonly index: number;
  readonly name: string;
}

function linesOf(plotted: readonly Measured[]): readonly Line[] {
  return plotted.flatMap((measured) =>
    measured.statistics.map((statistic, index) => ({
      measured,
      index,
      name: plotted.length === 1 ? statistic.name : `${fullName(measured)} ${statistic.name}`,
    })),
  );
}

const fullName = ({ metric: { name, dimensions } }: Measured): string =>
  [name, dimensionText(dimensions)].filter((each) => each !== '').join(' ');

/** One line a period that has a value, with a column for each line of the chart. */
function scriptLines(plotted: readonly Measured[]): readonly string[] {
  const lines = linesOf(plotted);
  const byTime = new Map<number, (number | undefined)[]>();
  for (const [i, { measured, index }] of lines.entries()) {
    for (const { startMs, values } of measured.rows) {
      const cells = byTime.get(startMs) ?? lines.map(() => undefined);
      cells[i] = values[index];
      byTime.set(startMs, cells);
    }
  }
  const rows = [...byTime].sort(([one], [other]) => one - other);
  return [
    csvLine(['time', ...lines.map(({ name }) => name)]),
    ...rows.map(([startMs, cells]) => csvLine([csvTime(startMs), ...cells])),
  ];
}

interface Look {
  readonly width?: number | undefined;
  readonly scale?: 'linear' | 'log' | undefined;
}

function plotPage(plotted: readonly Measured[], { width = Number.NaN, scale }: Look, painter: Painter): Shown[] {
  const lines = linesOf(plotted);
  const series = lines.map(({ measured, index, name }) => ({ name, points: chartPoints(measured, index) }));
  const [first] = plotted;
  if (!first) return [];
  const { startMs: from, untilMs: to } = first.stretch;
  const chart = lineChart(
    {
      series,
      across: { kind: 'time', from, to },
      unit: first.unit,
      scale: scale ?? fittingScale(lines, series),
      width: Number.isNaN(width) ? painter.width : width,
    },
    painter,
  );
  const isAlone = lines.length === 1;
  const statistic = isAlone ? `${lines[0]?.name}, ` : '';
  return [
    ...plotted.map(({ metric }) => metricTitle(metric, painter)),
    painter.faint(`${statistic}${unitText(first.unit)}by periods of ${first.stretch.seconds} s`),
    ...chart,
  ];
}

/** From this ratio on, the small ones of percentiles cannot be told apart any more on a linear scale. */
const FAR_APART = 20;

function fittingScale(
  lines: readonly Line[],
  series: readonly { readonly points: readonly { readonly y: number | undefined }[] }[],
): 'linear' | 'log' {
  if (!lines.some(({ measured, index }) => measured.statistics[index] && isPercentile(measured.statistics[index])))
    return 'linear';
  const values = series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? [])).filter((y) => y > 0);
  return greatestOf(values) / leastOf(values) > FAR_APART ? 'log' : 'linear';
}
