/** The rows of CloudWatch's alarms. */

import type { AccountId } from '../../api/arn.ts';
import type {
  ComparisonOperator,
  HistoryItemType,
  PutMetricAlarmInput,
  StateValue,
  Tag,
} from '../../api/model/cloudwatch.types.ts';
import type { Region } from '../../api/regions.ts';

/** What an alarm was put with. What was left out is absent. */
export interface AlarmSettings
  extends Pick<
    PutMetricAlarmInput,
    | 'AlarmDescription'
    | 'MetricName'
    | 'Namespace'
    | 'Statistic'
    | 'ExtendedStatistic'
    | 'Dimensions'
    | 'Period'
    | 'Unit'
    | 'DatapointsToAlarm'
    | 'TreatMissingData'
    | 'EvaluateLowSampleCountPercentile'
    | 'Metrics'
  > {
  readonly ActionsEnabled: boolean;
  readonly OKActions: readonly string[];
  readonly AlarmActions: readonly string[];
  readonly InsufficientDataActions: readonly string[];
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: ComparisonOperator;
}

/** The state of an alarm, and since when. Times are those of the store's clock, in milliseconds. */
export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** The reason as JSON text. */
  readonly data?: string | undefined;
  readonly updatedMs: number;
  /** When the value last changed. */
  readonly transitionedMs: number;
  /** Set by hand: the next evaluation that finds a state replaces it, even by the same value. */
  readonly isForced?: true | undefined;
}

export interface AlarmRecord {
  readonly v: 1;
  readonly settings: AlarmSettings;
  readonly createdMs: number;
  /** When it was last put, or its actions switched on or off. */
  readonly configuredMs: number;
  readonly state: AlarmState;
  readonly tags: readonly Tag[];
}

/** Something that happened to an alarm, which may be gone by now. */
export interface AlarmHistoryRecord {
  readonly v: 1;
  readonly alarm: string;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
  /** When it was noted, by the machine's clock. */
  readonly machineMs: number;
}

/**
 * What an alarm left when its state changed: for one of its actions, or for whoever watches where it has none for the new
 * state. The store never carries an action out.
 */
export interface AlarmMessageRecord {
  readonly v: 1;
  readonly account: AccountId;
  readonly region: Region;
  readonly alarm: string;
  /** When the state changed, by the store's clock. */
  readonly timeMs: number;
  /** The ARN of the action; absent where none is set for the new state. */
  readonly action?: string | undefined;
  /** JSON text: what the topic or the function would have received. */
  readonly body: string;
  /** When it was left, by the machine's clock. */
  readonly machineMs: number;
}

/**
 * For how long an alarm cost the same, from the time in the row's key on. It stays when the alarm is deleted, for the
 * bill.
 */
export interface AlarmTerm {
  readonly v: 1;
  /** How many metrics it evaluates. */
  readonly metrics: number;
  /** Whether its period is shorter than a minute, which costs more. */
  readonly isHighResolution: boolean;
  /** When it was no longer, by the store's clock and by the machine's; absent as long as it is. */
  readonly end?: { readonly storeMs: number; readonly machineMs: number } | undefined;
}

/** Where the evaluation of all alarms stands. There are none in a store without this fact. */
export interface AlarmsFact {
  /** All alarms were evaluated up to here, by the store's clock. */
  readonly evaluatedMs: number;
  /** The next instant at which the state of one can change; absent if there are none. */
  readonly nextMs?: number | undefined;
  /** The number of the newest item of the history; numbers are given once. */
  readonly lastItem: number;
  /** The number of the newest message, and of the newest of those that may be read. */
  readonly lastMessage: number;
  readonly readyMessage: number;
  /** An evaluation that was interrupted. */
  readonly pass?: AlarmPass | undefined;
}

/** An evaluation of all alarms from one instant up to another, as far as it has come. */
export interface AlarmPass {
  readonly fromMs: number;
  readonly toMs: number;
  /** The last alarm that is done. */
  readonly after?: readonly [AccountId, Region, name: string] | undefined;
  /** How far the alarm after it is evaluated. */
  readonly reachedMs?: number | undefined;
  /** The next instant of those that are done. */
  readonly nextMs?: number | undefined;
}
