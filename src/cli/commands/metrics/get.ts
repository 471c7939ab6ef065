/** `ssebox metrics get`: the values of a metric, as numbers. */

import type { Metric } from '../../../cloudwatch/metric-values.ts';
import { command, type Painter, type Result } from '../../command.ts';
import { quantity } from '../../output/chart-axis.ts';
import { painted, type Shown } from '../../output/painted.ts';
import { timeText } from '../../output/time.ts';
import type { Session } from '../../session.ts';
import { columns } from '../columns.ts';
import { checkMetric, metricChoices, metricNamed, seriesOptions } from './named.ts';
import { dimensionText, readMetrics } from './reading.ts';
import { periodOption, periodSeconds, periodsOf, spanOf, spanOptions, spanText, wholeOf } from './span.ts';
import { statisticChoices, statisticNamed, usualStatistic } from './statistic.ts';
import { csvLine, csvTime, isForScript, type Measured, measure, measuredValue, unitText } from './values.ts';

export const get = command({
  name: 'get',
  hasPage: true,
  summary: 'Show the values of a metric',
  description:
    "Without --period there is one value of the whole time. In a pipe it stands alone, or as CSV where there are several. A metric is named by as much as it takes to tell it apart: its dimensions are completed where a single series fits. Values are in the unit in which the metric is published, and times are those of the store's clock.",
  args: {
    metric: {
      about: 'the name of the metric, such as Calls or AWS/KMS/SuccessfulRequest',
      choices: metricChoices,
      check: checkMetric,
    },
  },
  options: {
    ...seriesOptions,
    stat: {
      about: 'statistics, such as Sum, Average, Maximum or p99 (default: Sum of counts and sizes, else Average)',
      type: 'list',
      value: 'STATISTIC',
      choices: statisticChoices,
    },
    period: periodOption('show a value of each period: 60, 5m, 1h'),
    ...spanOptions,
  },
  examples: [
    'ssebox kms create-key && ssebox metrics get Calls --dimensions Service=kms Operation=CreateKey',
    'ssebox kms create-key && ssebox metrics get Duration --dimensions Operation=CreateKey --stat p50 p99 --period 1m --since 1d',
  ],
  async run({ args, options }, session): Promise<Result> {
    const given = options.stat?.map(statisticNamed);
    const seconds = options.period === undefined ? undefined : periodSeconds(options.period);
    await readMetrics(session, ({ nowMs }) => spanOf(options, nowMs));
    const metric = await metricNamed(args.metric, options, session);
    const statistics = given ?? [statisticNamed(usualStatistic(metric))];
    const measured = await readMetrics(session, (reading) => {
      const { nowMs } = reading;
      const span = spanOf(options, nowMs);
      const stretch = seconds === undefined ? wholeOf(span, nowMs) : periodsOf(span, seconds, nowMs);
      return measure(metric, statistics, stretch, reading);
    });
    if (measured.rows.length === 0) await tellNothing(metric, measured, session);
    if (isForScript(session)) return { kind: 'lines', lines: scriptLines(measured, seconds !== undefined) };
    return { kind: 'page', value: measuredValue(measured), page: (painter) => getPage(measured, painter) };
  },
});

/** A single number alone; else with a header. */
function scriptLines({ statistics, rows }: Measured, hasPeriods: boolean): readonly string[] {
  const [first] = rows;
  if (!hasPeriods && statistics.length === 1) return first ? [String(first.values[0] ?? '')] : [];
  const header = csvLine(['time', ...statistics.map(({ name }) => name)]);
  return [header, ...rows.map(({ startMs, values }) => csvLine([csvTime(startMs), ...values]))];
}

function getPage({ metric, unit, statistics, stretch, rows }: Measured, painter: Painter): Shown[] {
  const headers = ['TIME', ...statistics.map(({ name }) => name.toUpperCase())];
  const cells = rows.map(({ startMs, values }) => [
    timeText(new Date(startMs)),
    ...values.map((value) => (value === undefined ? '' : quantity(value, unit, painter.isUtf8))),
  ]);
  return [
    metricTitle(metric, painter),
    painter.faint(`${unitText(unit)}${spanText(stretch)}`),
    ...columns(headers, cells, 'no values', painter),
  ];
}

/** A metric's name and what it is about, above its values. */
export const metricTitle = ({ namespace, name, dimensions }: Metric, { strong }: Painter): Shown =>
  painted`${strong(name)} ${[`in ${namespace}`, dimensionText(dimensions)].filter((each) => each !== '').join(', ')}`;

/** Says on standard error that there are no values, and where the last one is. */
export async function tellNothing(
  metric: Metric,
  { stretch }: Pick<Measured, 'stretch'>,
  session: Session,
): Promise<void> {
  const { lastValueOf } = await import('./last-value.ts');
  const lastMs = await readMetrics(session, (reading) => lastValueOf(metric, reading)?.startMs);
  const last = lastMs === undefined ? '' : `; the last one is of ${timeText(new Date(lastMs))}`;
  session.tell(`no values of ${metric.name} from ${spanText(stretch)}${last}`);
}
