/**
 * Why an alarm is in its state, as a sentence and as JSON. Amazon CloudWatch User Guide, "Alarm evaluation", and answers
 * of CloudWatch.
 */

import { type AlarmPoint, type Comparison, type Criteria, type Finding, isBreaching } from './alarm-evaluation.ts';
import { type JavaJson, javaDouble, javaJson, javaTime } from './java-json.ts';

/** What an alarm looks at, as its reasons word it. */
export interface Watched {
  readonly criteria: Criteria;
  /** Whether M was stated, in which case the words are others. */
  readonly isMOfN: boolean;
  /** The length of a period, in seconds. */
  readonly seconds: number;
  /** The statistic; undefined for an expression. */
  readonly statistic?: string | undefined;
  readonly unit?: string | undefined;
}

/** The reason of an alarm that was never evaluated. */
export const INITIAL_REASON = 'Unchecked: Initial alarm creation';

const comparisonWords: Readonly<Record<Comparison, string>> = {
  GreaterThanOrEqualToThreshold: 'greater than or equal to',
  GreaterThanThreshold: 'greater than',
  LessThanThreshold: 'less than',
  LessThanOrEqualToThreshold: 'less than or equal to',
};

/** The reason as a sentence. */
export function reasonOf({ criteria, isMOfN }: Watched, finding: Finding): string {
  const { periods } = criteria;
  const { state, points, filled } = finding;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${datapoints(periods)} ${were(periods)} unknown.`;
  const deciding = points.filter((point) => isBreaching(criteria, point) === (state === 'ALARM'));
  const treated = treatedAs(criteria, filled);
  if (deciding.length === 0) {
    const received = points.length === 0 ? 'no datapoints were' : `${datapoints(points.length)} ${were(points.length)}`;
    return `Threshold Crossed: ${received} received for ${counted(periods, 'period')}${treated}.`;
  }
  const count = isMOfN ? `${deciding.length} out of the last ${periods} datapoints` : datapoints(deciding.length);
  const not = state === 'ALARM' ? '' : 'not ';
  const compared = `${were(deciding.length)} ${not}${comparisonWords[criteria.comparison]}`;
  const crossed = `${compared} the threshold (${javaDouble(criteria.threshold)})${treated}`;
  const listed = `[${deciding.slice(0, MOST_LISTED).map(shownPoint).join(', ')}]`;
  const least = isMOfN ? ` (${leastToChange(criteria, finding)})` : '';
  return deciding.length < MOST_LISTED
    ? `Threshold Crossed: ${count} ${listed} ${crossed}${least}.`
    : `Threshold Crossed: ${count} ${crossed}. The most recent datapoints which crossed the threshold: ${listed}${least}.`;
}

/** From so many points on the newest are listed in a sentence of their own. */
const MOST_LISTED = 5;

/** How many points it takes to change to the state. CloudWatch words only these two changes. */
function leastToChange({ periods, toAlarm }: Criteria, { state }: Finding): string {
  return state === 'ALARM'
    ? `minimum ${datapoints(toAlarm)} for OK -> ALARM transition`
    : `minimum ${datapoints(periods - toAlarm + 1)} for ALARM -> OK transition`;
}

function treatedAs({ missing }: Criteria, filled: number): string {
  if (filled === 0) return '';
  const as = missing === 'breaching' ? 'Breaching' : 'NonBreaching';
  return ` and ${filled} missing ${filled === 1 ? 'datapoint' : 'datapoints'} ${were(filled)} treated as [${as}]`;
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
const datapoints = (count: number): string => counted(count, 'datapoint');
const were = (count: number): string => (count === 1 ? 'was' : 'were');

/** `32.6 (04/05/26 09:00:00)`: the day, the month and the year. */
function shownPoint({ value, startMs }: AlarmPoint): string {
  const [date = '', time = ''] = new Date(startMs).toISOString().split('T');
  const [year = '', month, day] = date.split('-');
  return `${javaDouble(value)} (${day}/${month}/${year.slice(-2)} ${time.slice(0, 8)})`;
}

/**
 * The reason as JSON: `recentDatapoints` oldest first, `evaluatedDatapoints` newest first. It has as many of the newest
 * as fit into what SetAlarmState takes.
 */
export function reasonDataOf(watched: Watched, finding: Finding, atMs: number): string {
  let text = '';
  for (const most of [watched.criteria.periods, 40, 20]) {
    text = javaJson(reasonData(watched, finding, { atMs, most }));
    if (text.length <= LONGEST_DATA) break;
  }
  return text;
}

/** Amazon CloudWatch API Reference, SetAlarmState, StateReasonData. */
const LONGEST_DATA = 4000;

function reasonData(
  { criteria, seconds, statistic, unit }: Watched,
  { points }: Finding,
  { atMs, most }: { readonly atMs: number; readonly most: number },
): JavaJson {
  const oldest = points.at(-1);
  const newest = points.slice(0, most);
  return {
    version: '1.0',
    queryDate: javaTime(atMs),
    startDate: oldest && javaTime(oldest.startMs),
    unit,
    statistic,
    period: seconds,
    recentDatapoints: newest.map(({ value }) => ({ double: value })).reverse(),
    threshold: { double: criteria.threshold },
    evaluatedDatapoints:
      points.length > 0 ? newest.map(evaluated) : withoutPoints(Math.min(criteria.periods, most), seconds, atMs),
  };
}

const evaluated = ({ startMs, value, sampleCount }: AlarmPoint) => ({
  timestamp: javaTime(startMs),
  sampleCount: sampleCount === undefined ? undefined : { double: sampleCount },
  value: { double: value },
});

/** The periods in which there was no point. */
const withoutPoints = (periods: number, seconds: number, atMs: number) =>
  Array.from({ length: periods }, (_, i) => ({ timestamp: javaTime(atMs - (i + 1) * seconds * 1000) }));
