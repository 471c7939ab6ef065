/**
 * The state that an alarm is in for the points that it looks at: Amazon CloudWatch User Guide, "Alarm evaluation" and
 * "Configuring how CloudWatch alarms treat missing data". Pure: without a store and without a clock.
 */

import type { StateValue } from '../api/model/cloudwatch.types.ts';

/** What a statistic is compared with the threshold by. */
export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

export interface Criteria {
  /** N, the number of periods that are looked at. */
  readonly periods: number;
  /** M, how many of them have to breach. */
  readonly toAlarm: number;
  readonly comparison: Comparison;
  readonly threshold: number;
  readonly missing: MissingData;
  /** Below how many values in one of the points the state stays as it is. */
  readonly leastSamples?: number | undefined;
}

/** The value of a period. */
export interface AlarmPoint {
  /** When the period begins. */
  readonly startMs: number;
  readonly value: number;
  /** How many values it is of; undefined for the result of an expression. */
  readonly sampleCount?: number | undefined;
}

/** The points of the newest periods, newest first; undefined where there is none. */
export type RecentPoints = readonly (AlarmPoint | undefined)[];

/** What was found, and from what. */
export interface Finding {
  readonly state: StateValue;
  /** The points that were looked at, newest first. */
  readonly points: readonly AlarmPoint[];
  /** How many periods without a point were treated as if they had one. */
  readonly filled: number;
}

const breaches: Readonly<Record<Comparison, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/** Whether a point breaches. */
export const isBreaching = ({ comparison, threshold }: Criteria, { value }: AlarmPoint): boolean =>
  breaches[comparison](value, threshold);

/**
 * How many periods are looked at for the newest N with a point: more than N, so that a late point does not count as
 * missing. The guide says so, and that for N = 3 they are 5, but not the rule; this one fits all of its examples.
 */
export const evaluationRange = (periods: number): number => periods + Math.max(Math.floor(periods / 3), 2);

/**
 * The state for the points of the evaluation range.
 * @returns undefined if the state stays what it is, whatever it is
 */
export function evaluate(criteria: Criteria, recent: RecentPoints): Finding | undefined {
  const { periods, missing, leastSamples = 0 } = criteria;
  const points = recent.filter((point) => point !== undefined).slice(0, periods);
  if (points.some(({ sampleCount = leastSamples }) => sampleCount < leastSamples)) return undefined;
  const filled = missing === 'breaching' || missing === 'notBreaching' ? periods - points.length : 0;
  const state = points.length === 0 ? stateWithout(missing) : stateOf(criteria, points, recent);
  return state && { state, points, filled };
}

/** The state if there is not a single point. */
function stateWithout(missing: MissingData): StateValue | undefined {
  switch (missing) {
    case 'missing':
      return 'INSUFFICIENT_DATA';
    case 'ignore':
      return undefined;
    case 'breaching':
      return 'ALARM';
    case 'notBreaching':
      return 'OK';
  }
}

function stateOf(criteria: Criteria, points: readonly AlarmPoint[], recent: RecentPoints): StateValue | undefined {
  const { periods, toAlarm, missing } = criteria;
  const breaching = points.filter((point) => isBreaching(criteria, point)).length;
  const lacking = periods - points.length;
  if (breaching + (missing === 'breaching' ? lacking : 0) >= toAlarm) return 'ALARM';
  const isUndecided = lacking > 0 && breaching === points.length && (missing === 'missing' || missing === 'ignore');
  return isUndecided ? earlyState(missing, toAlarm, recent) : 'OK';
}

/**
 * The state if there are too few points and each of them breaches, such as at the beginning of an outage: an alarm does
 * not change too early ("Avoiding premature transitions to alarm state").
 */
function earlyState(missing: MissingData, toAlarm: number, recent: RecentPoints): StateValue | undefined {
  if (missing === 'ignore') return undefined;
  const oldest = recent.findLastIndex((point) => point !== undefined) + 1;
  return oldest >= toAlarm ? 'ALARM' : undefined;
}
