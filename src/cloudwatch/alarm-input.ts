/** What PutMetricAlarm takes: Amazon CloudWatch API Reference, PutMetricAlarm, and refusals of CloudWatch. */

import { parseArn } from '../api/arn.ts';
import { AwsError } from '../api/errors.ts';
import type { MetricDataQuery, PutMetricAlarmInput, Tag } from '../api/model/cloudwatch.types.ts';
import type { Region } from '../api/regions.ts';
import type { AlarmSettings } from '../store/records/alarm.ts';
import type { Place } from './access.ts';
import { comparisonOf, periodOf } from './alarm-schedule.ts';
import { planQueries } from './series-values.ts';
import { parseExtended, STATISTICS } from './statistics.ts';

const HOUR_S = 3600;
const DAY_S = 86_400;
const WEEK_S = 604_800;

/** Service Quotas of CloudWatch: tags of a resource, and metrics and expressions of an alarm. */
const MOST_TAGS = 50;
const MOST_METRICS = 10;

/** @throws ValidationError, or NotImplemented for the kinds of alarms that are not part of ssebox */
export function alarmSettings(input: PutMetricAlarmInput, place: Place): AlarmSettings {
  refuseOtherKinds(input);
  checkName(input.AlarmName);
  if (input.Metrics) checkMetrics(input, input.Metrics, place);
  else checkMetric(input);
  const { EvaluationPeriods = missing('evaluationPeriods'), DatapointsToAlarm } = input;
  const { Threshold = missing('threshold'), ComparisonOperator = missing('comparisonOperator') } = input;
  if (!Number.isFinite(Threshold)) throw invalid('Threshold must be a finite number.');
  comparisonOf(ComparisonOperator);
  checkLength(periodOf(input), EvaluationPeriods);
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw invalid(
      'DatapointsToAlarm must be less than or equal to EvaluationPeriods.',
      `${DatapointsToAlarm} datapoints out of ${EvaluationPeriods}`,
    );
  }
  const { OKActions = [], AlarmActions = [], InsufficientDataActions = [], ActionsEnabled = true } = input;
  for (const action of [...OKActions, ...AlarmActions, ...InsufficientDataActions]) checkAction(action, place.region);
  return {
    ...stated(input),
    ActionsEnabled,
    OKActions,
    AlarmActions,
    InsufficientDataActions,
    EvaluationPeriods,
    Threshold,
    ComparisonOperator,
  };
}

const optional = [
  'AlarmDescription',
  'MetricName',
  'Namespace',
  'Statistic',
  'ExtendedStatistic',
  'Dimensions',
  'Period',
  'Unit',
  'DatapointsToAlarm',
  'TreatMissingData',
  'EvaluateLowSampleCountPercentile',
  'Metrics',
] as const satisfies readonly (keyof AlarmSettings)[];

/** The optional members that were given: the others are absent from answers, too. */
const stated = (input: PutMetricAlarmInput): Pick<PutMetricAlarmInput, (typeof optional)[number]> =>
  Object.fromEntries(optional.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]])));

const invalid = (message: string, reason?: string): AwsError => new AwsError('ValidationError', message, {}, reason);

/** For a member that only other kinds of alarms do without. */
function missing(member: string): never {
  throw invalid(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

const notPart = (what: string): AwsError => new AwsError('NotImplemented', `${what} not part of ssebox.`);

function refuseOtherKinds(input: PutMetricAlarmInput): void {
  const { ThresholdMetricId, EvaluationCriteria, EvaluationInterval, EvaluationWindow } = input;
  if (ThresholdMetricId !== undefined) throw notPart('Anomaly detection is');
  if (EvaluationCriteria !== undefined || EvaluationInterval !== undefined) throw notPart('PromQL alarms are');
  if (EvaluationWindow?.WallClockWindow) throw notPart('Wall clock windows are');
}

function checkName(name: string): void {
  // Half a surrogate pair has no UTF-8 form.
  if (hasControl(name) || !name.isWellFormed()) {
    throw invalid('AlarmName must contain only UTF-8 characters, and cannot contain ASCII control characters.');
  }
}

const hasControl = (text: string): boolean => Array.from(text).some((each) => each < ' ' || each === '\x7f');

function checkMetric(input: PutMetricAlarmInput): void {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = input;
  if (MetricName === undefined) {
    throw invalid(
      'For each PutMetricAlarm operation, you must specify either MetricName, a Metrics array, or an EvaluationCriteria.',
    );
  }
  if (Namespace === undefined) throw invalid('Namespace must be set if MetricName is set.');
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw invalid(
      'For an alarm on a single metric, you must specify either Statistic or ExtendedStatistic but not both.',
    );
  }
  if (ExtendedStatistic !== undefined && !parseExtended(ExtendedStatistic)) {
    throw invalid(`The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`, STATISTICS);
  }
  if (Period === undefined) throw invalid('Period must be set if MetricName is set.');
  const names = (input.Dimensions ?? []).map(({ Name }) => Name);
  if (new Set(names).size < names.length) throw invalid('No metric may specify the same dimension name twice.');
  checkPeriod(Period);
}

function checkPeriod(seconds: number): void {
  if (seconds % 60 === 0 || [10, 20, 30].includes(seconds)) return;
  throw invalid('Period must be 10, 20, 30 or a multiple of 60.', `the period is ${seconds} seconds`);
}

const ofSingleMetric = [
  'MetricName',
  'Namespace',
  'Dimensions',
  'Period',
  'Unit',
  'Statistic',
  'ExtendedStatistic',
] as const;

function checkMetrics(input: PutMetricAlarmInput, metrics: readonly MetricDataQuery[], place: Place): void {
  for (const name of ofSingleMetric) {
    if (input[name] !== undefined) throw invalid(`${name} should not be set if list of Metrics is set.`);
  }
  for (const { Id, AccountId } of metrics) {
    if (AccountId !== undefined && AccountId !== place.account) throw notPart(`Metrics of other accounts (${Id}) are`);
  }
  const { queries } = planQueries(metrics, 'Metrics');
  const ofMetrics = queries.filter(({ kind }) => kind === 'metric').length;
  if (ofMetrics === 0) throw invalid('The Metrics list must contain at least one metric.');
  if (ofMetrics > MOST_METRICS || queries.length - ofMetrics > MOST_METRICS) {
    throw invalid(`The Metrics list cannot contain more than ${MOST_METRICS} metrics and ${MOST_METRICS} expressions.`);
  }
  if (queries.filter(({ isReturned }) => isReturned).length !== 1) {
    throw invalid('Exactly one element of the metrics list should return data.', 'give all others "ReturnData": false');
  }
  for (const { MetricStat } of metrics) if (MetricStat) checkPeriod(MetricStat.Period);
}

/** How long an alarm may look back. */
function checkLength(seconds: number, periods: number): void {
  const most = seconds < HOUR_S ? DAY_S : WEEK_S;
  if (seconds * periods <= most) return;
  const [span, whose] = seconds < HOUR_S ? ['day', '<'] : ['week', '>='];
  throw invalid(
    `Metrics cannot be checked across more than a ${span} (EvaluationPeriods * Period must be <= ${most}) for alarms using period ${whose} ${HOUR_S}`,
    `${periods} periods of ${seconds} seconds are ${seconds * periods}`,
  );
}

/** Actions are not looked for: nothing ever happens to them. */
function checkAction(action: string, region: Region): void {
  const arn = parseArn(action);
  if (arn?.partition !== 'aws' || arn.service === '' || arn.resource === '') {
    throw invalid(`Invalid arn syntax: ${action}`, 'an action is an ARN, such as arn:aws:sns:REGION:ACCOUNT:TOPIC');
  }
  if (arn.region !== '' && arn.region !== region) {
    throw invalid(`Invalid region ${arn.region} specified. Only ${region} is supported.`);
  }
}

/** The tags of an alarm with those that are added: replaced where it had them. @throws ValidationError */
export function withTags(known: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  for (const { Key } of added) {
    if (Key.toLowerCase().startsWith('aws:'))
      throw invalid('Tag keys cannot begin with aws:.', `the tag key is ${Key}`);
  }
  if (new Set(added.map(({ Key }) => Key)).size < added.length) throw invalid('Duplicate tag keys are not allowed.');
  const tags = new Map([...known, ...added].map(({ Key, Value }) => [Key, Value]));
  if (tags.size > MOST_TAGS) throw invalid(`A resource can have at most ${MOST_TAGS} tags.`);
  return Array.from(tags, ([Key, Value]) => ({ Key, Value }));
}
