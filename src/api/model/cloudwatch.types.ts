// Written by `npm run generate` from cloudwatch.json; not to be edited.

export type ActionsSuppressedBy =
  | 'WaitPeriod'
  | 'ExtensionPeriod'
  | 'Alarm';

export interface AlarmHistoryItem {
  readonly AlarmName?: string | undefined;
  readonly AlarmContributorId?: string | undefined;
  readonly AlarmType?: AlarmType | undefined;
  readonly Timestamp?: Date | undefined;
  readonly HistoryItemType?: HistoryItemType | undefined;
  readonly HistorySummary?: string | undefined;
  readonly HistoryData?: string | undefined;
  readonly AlarmContributorAttributes?: Readonly<Record<string, string>> | undefined;
}

export interface AlarmPromQLCriteria {
  readonly Query: string;
  readonly PendingPeriod?: number | undefined;
  readonly RecoveryPeriod?: number | undefined;
}

export type AlarmType =
  | 'CompositeAlarm'
  | 'MetricAlarm'
  | 'LogAlarm';

export type ComparisonOperator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold'
  | 'LessThanLowerOrGreaterThanUpperThreshold'
  | 'LessThanLowerThreshold'
  | 'GreaterThanUpperThreshold';

export interface CompositeAlarm {
  readonly ActionsEnabled?: boolean | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly AlarmArn?: string | undefined;
  readonly AlarmConfigurationUpdatedTimestamp?: Date | undefined;
  readonly AlarmDescription?: string | undefined;
  readonly AlarmName?: string | undefined;
  readonly AlarmRule?: string | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly StateReason?: string | undefined;
  readonly StateReasonData?: string | undefined;
  readonly StateUpdatedTimestamp?: Date | undefined;
  readonly StateValue?: StateValue | undefined;
  readonly StateTransitionedTimestamp?: Date | undefined;
  readonly ActionsSuppressedBy?: ActionsSuppressedBy | undefined;
  readonly ActionsSuppressedReason?: string | undefined;
  readonly ActionsSuppressor?: string | undefined;
  readonly ActionsSuppressorWaitPeriod?: number | undefined;
  readonly ActionsSuppressorExtensionPeriod?: number | undefined;
}

export interface Datapoint {
  readonly Timestamp?: Date | undefined;
  readonly SampleCount?: number | undefined;
  readonly Average?: number | undefined;
  readonly Sum?: number | undefined;
  readonly Minimum?: number | undefined;
  readonly Maximum?: number | undefined;
  readonly Unit?: StandardUnit | undefined;
  readonly ExtendedStatistics?: Readonly<Record<string, number>> | undefined;
}

export interface DeleteAlarmsInput {
  readonly AlarmNames: readonly string[];
}

export interface DescribeAlarmHistoryInput {
  readonly AlarmName?: string | undefined;
  readonly AlarmContributorId?: string | undefined;
  readonly AlarmTypes?: readonly AlarmType[] | undefined;
  readonly HistoryItemType?: HistoryItemType | undefined;
  readonly StartDate?: Date | undefined;
  readonly EndDate?: Date | undefined;
  readonly MaxRecords?: number | undefined;
  readonly NextToken?: string | undefined;
  readonly ScanBy?: ScanBy | undefined;
}

export interface DescribeAlarmHistoryOutput {
  readonly AlarmHistoryItems?: readonly AlarmHistoryItem[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface DescribeAlarmsForMetricInput {
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Statistic?: Statistic | undefined;
  readonly ExtendedStatistic?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
  readonly Period?: number | undefined;
  readonly Unit?: StandardUnit | undefined;
}

export interface DescribeAlarmsForMetricOutput {
  readonly MetricAlarms?: readonly MetricAlarm[] | undefined;
}

export interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[] | undefined;
  readonly AlarmNamePrefix?: string | undefined;
  readonly AlarmTypes?: readonly AlarmType[] | undefined;
  readonly ChildrenOfAlarmName?: string | undefined;
  readonly ParentsOfAlarmName?: string | undefined;
  readonly StateValue?: StateValue | undefined;
  readonly ActionPrefix?: string | undefined;
  readonly MaxRecords?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface DescribeAlarmsOutput {
  readonly CompositeAlarms?: readonly CompositeAlarm[] | undefined;
  readonly MetricAlarms?: readonly MetricAlarm[] | undefined;
  readonly LogAlarms?: readonly LogAlarm[] | undefined;
  readonly NextToken?: string | undefined;
}

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

export interface DimensionFilter {
  readonly Name: string;
  readonly Value?: string | undefined;
}

export interface DisableAlarmActionsInput {
  readonly AlarmNames: readonly string[];
}

export interface EnableAlarmActionsInput {
  readonly AlarmNames: readonly string[];
}

export interface Entity {
  readonly KeyAttributes?: Readonly<Record<string, string>> | undefined;
  readonly Attributes?: Readonly<Record<string, string>> | undefined;
}

export interface EntityMetricData {
  readonly Entity?: Entity | undefined;
  readonly MetricData?: readonly MetricDatum[] | undefined;
}

export interface EvaluationCriteria {
  readonly PromQLCriteria?: AlarmPromQLCriteria | undefined;
}

export type EvaluationState =
  | 'PARTIAL_DATA'
  | 'EVALUATION_FAILURE'
  | 'EVALUATION_ERROR';

export interface EvaluationWindow {
  readonly WallClockWindow?: WallClockWindow | undefined;
  readonly SlidingWindow?: SlidingWindow | undefined;
}

export interface GetMetricDataInput {
  readonly MetricDataQueries: readonly MetricDataQuery[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string | undefined;
  readonly ScanBy?: ScanBy | undefined;
  readonly MaxDatapoints?: number | undefined;
  readonly LabelOptions?: LabelOptions | undefined;
}

export interface GetMetricDataOutput {
  readonly MetricDataResults?: readonly MetricDataResult[] | undefined;
  readonly NextToken?: string | undefined;
  readonly Messages?: readonly MessageData[] | undefined;
}

export interface GetMetricStatisticsInput {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[] | undefined;
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly Period: number;
  readonly Statistics?: readonly Statistic[] | undefined;
  readonly ExtendedStatistics?: readonly string[] | undefined;
  readonly Unit?: StandardUnit | undefined;
}

export interface GetMetricStatisticsOutput {
  readonly Label?: string | undefined;
  readonly Datapoints?: readonly Datapoint[] | undefined;
}

export type HistoryItemType =
  | 'ConfigurationUpdate'
  | 'StateUpdate'
  | 'Action'
  | 'AlarmContributorStateUpdate'
  | 'AlarmContributorAction';

export interface LabelOptions {
  readonly Timezone?: string | undefined;
}

export interface ListMetricsInput {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly DimensionFilter[] | undefined;
  readonly NextToken?: string | undefined;
  readonly RecentlyActive?: RecentlyActive | undefined;
  readonly IncludeLinkedAccounts?: boolean | undefined;
  readonly OwningAccount?: string | undefined;
}

export interface ListMetricsOutput {
  readonly Metrics?: readonly Metric[] | undefined;
  readonly NextToken?: string | undefined;
  readonly OwningAccounts?: readonly string[] | undefined;
}

export interface ListTagsForResourceInput {
  readonly ResourceARN: string;
}

export interface ListTagsForResourceOutput {
  readonly Tags?: readonly Tag[] | undefined;
}

export interface LogAlarm {
  readonly AlarmName?: string | undefined;
  readonly AlarmArn?: string | undefined;
  readonly AlarmDescription?: string | undefined;
  readonly AlarmConfigurationUpdatedTimestamp?: Date | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
  readonly StateValue?: StateValue | undefined;
  readonly StateReason?: string | undefined;
  readonly StateReasonData?: string | undefined;
  readonly StateUpdatedTimestamp?: Date | undefined;
  readonly ScheduledQueryConfiguration?: ScheduledQueryConfiguration | undefined;
  readonly QueryResultsToEvaluate?: number | undefined;
  readonly QueryResultsToAlarm?: number | undefined;
  readonly Threshold?: number | undefined;
  readonly ComparisonOperator?: ComparisonOperator | undefined;
  readonly TreatMissingData?: string | undefined;
  readonly StateTransitionedTimestamp?: Date | undefined;
  readonly EvaluationState?: EvaluationState | undefined;
  readonly ActionLogLineCount?: number | undefined;
  readonly ActionLogLineRoleArn?: string | undefined;
}

export interface MessageData {
  readonly Code?: string | undefined;
  readonly Value?: string | undefined;
}

export interface Metric {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
}

export interface MetricAlarm {
  readonly AlarmName?: string | undefined;
  readonly AlarmArn?: string | undefined;
  readonly AlarmDescription?: string | undefined;
  readonly AlarmConfigurationUpdatedTimestamp?: Date | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
  readonly StateValue?: StateValue | undefined;
  readonly StateReason?: string | undefined;
  readonly StateReasonData?: string | undefined;
  readonly StateUpdatedTimestamp?: Date | undefined;
  readonly MetricName?: string | undefined;
  readonly Namespace?: string | undefined;
  readonly Statistic?: Statistic | undefined;
  readonly ExtendedStatistic?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
  readonly Period?: number | undefined;
  readonly Unit?: StandardUnit | undefined;
  readonly EvaluationPeriods?: number | undefined;
  readonly DatapointsToAlarm?: number | undefined;
  readonly Threshold?: number | undefined;
  readonly ComparisonOperator?: ComparisonOperator | undefined;
  readonly TreatMissingData?: string | undefined;
  readonly EvaluateLowSampleCountPercentile?: string | undefined;
  readonly Metrics?: readonly MetricDataQuery[] | undefined;
  readonly ThresholdMetricId?: string | undefined;
  readonly EvaluationState?: EvaluationState | undefined;
  readonly StateTransitionedTimestamp?: Date | undefined;
  readonly EvaluationWindow?: EvaluationWindow | undefined;
  readonly EvaluationCriteria?: EvaluationCriteria | undefined;
  readonly EvaluationInterval?: number | undefined;
}

export interface MetricDataQuery {
  readonly Id: string;
  readonly MetricStat?: MetricStat | undefined;
  readonly Expression?: string | undefined;
  readonly Label?: string | undefined;
  readonly ReturnData?: boolean | undefined;
  readonly Period?: number | undefined;
  readonly AccountId?: string | undefined;
}

export interface MetricDataResult {
  readonly Id?: string | undefined;
  readonly Label?: string | undefined;
  readonly Timestamps?: readonly Date[] | undefined;
  readonly Values?: readonly number[] | undefined;
  readonly StatusCode?: StatusCode | undefined;
  readonly Messages?: readonly MessageData[] | undefined;
}

export interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[] | undefined;
  readonly Timestamp?: Date | undefined;
  readonly Value?: number | undefined;
  readonly StatisticValues?: StatisticSet | undefined;
  readonly Values?: readonly number[] | undefined;
  readonly Counts?: readonly number[] | undefined;
  readonly Unit?: StandardUnit | undefined;
  readonly StorageResolution?: number | undefined;
}

export interface MetricStat {
  readonly Metric: Metric;
  readonly Period: number;
  readonly Stat: string;
  readonly Unit?: StandardUnit | undefined;
}

export interface PutMetricAlarmInput {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
  readonly MetricName?: string | undefined;
  readonly Namespace?: string | undefined;
  readonly Statistic?: Statistic | undefined;
  readonly ExtendedStatistic?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
  readonly Period?: number | undefined;
  readonly Unit?: StandardUnit | undefined;
  readonly EvaluationPeriods?: number | undefined;
  readonly DatapointsToAlarm?: number | undefined;
  readonly Threshold?: number | undefined;
  readonly ComparisonOperator?: ComparisonOperator | undefined;
  readonly TreatMissingData?: string | undefined;
  readonly EvaluateLowSampleCountPercentile?: string | undefined;
  readonly Metrics?: readonly MetricDataQuery[] | undefined;
  readonly Tags?: readonly Tag[] | undefined;
  readonly ThresholdMetricId?: string | undefined;
  readonly EvaluationWindow?: EvaluationWindow | undefined;
  readonly EvaluationCriteria?: EvaluationCriteria | undefined;
  readonly EvaluationInterval?: number | undefined;
}

export interface PutMetricDataInput {
  readonly Namespace: string;
  readonly MetricData?: readonly MetricDatum[] | undefined;
  readonly EntityMetricData?: readonly EntityMetricData[] | undefined;
  readonly StrictEntityValidation?: boolean | undefined;
}

export type RecentlyActive =
  | 'PT3H';

export type ScanBy =
  | 'TimestampDescending'
  | 'TimestampAscending';

export interface ScheduleConfiguration {
  readonly ScheduleExpression: string;
  readonly StartTimeOffset: number;
  readonly EndTimeOffset?: number | undefined;
}

export interface ScheduledQueryConfiguration {
  readonly QueryString: string;
  readonly LogGroupIdentifiers?: readonly string[] | undefined;
  readonly QueryARN?: string | undefined;
  readonly ScheduledQueryRoleARN: string;
  readonly ScheduleConfiguration: ScheduleConfiguration;
  readonly AggregationExpression: string;
  readonly Tags?: readonly Tag[] | undefined;
}

export interface SetAlarmStateInput {
  readonly AlarmName: string;
  readonly StateValue: StateValue;
  readonly StateReason: string;
  readonly StateReasonData?: string | undefined;
}

export type SlidingWindow = Readonly<Record<string, never>>;

export type StandardUnit =
  | 'Seconds'
  | 'Microseconds'
  | 'Milliseconds'
  | 'Bytes'
  | 'Kilobytes'
  | 'Megabytes'
  | 'Gigabytes'
  | 'Terabytes'
  | 'Bits'
  | 'Kilobits'
  | 'Megabits'
  | 'Gigabits'
  | 'Terabits'
  | 'Percent'
  | 'Count'
  | 'Bytes/Second'
  | 'Kilobytes/Second'
  | 'Megabytes/Second'
  | 'Gigabytes/Second'
  | 'Terabytes/Second'
  | 'Bits/Second'
  | 'Kilobits/Second'
  | 'Megabits/Second'
  | 'Gigabits/Second'
  | 'Terabits/Second'
  | 'Count/Second'
  | 'None';

export type StateValue =
  | 'OK'
  | 'ALARM'
  | 'INSUFFICIENT_DATA';

export type Statistic =
  | 'SampleCount'
  | 'Average'
  | 'Sum'
  | 'Minimum'
  | 'Maximum';

export interface StatisticSet {
  readonly SampleCount: number;
  readonly Sum: number;
  readonly Minimum: number;
  readonly Maximum: number;
}

export type StatusCode =
  | 'Complete'
  | 'InternalError'
  | 'PartialData'
  | 'Forbidden';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface TagResourceInput {
  readonly ResourceARN: string;
  readonly Tags: readonly Tag[];
}

export type TagResourceOutput = Readonly<Record<string, never>>;

export interface UntagResourceInput {
  readonly ResourceARN: string;
  readonly TagKeys: readonly string[];
}

export type UntagResourceOutput = Readonly<Record<string, never>>;

export interface WallClockWindow {
  readonly Timezone?: string | undefined;
}

export interface CloudwatchOperations {
  readonly DeleteAlarms: { readonly input: DeleteAlarmsInput; readonly output: void };
  readonly DescribeAlarmHistory: { readonly input: DescribeAlarmHistoryInput; readonly output: DescribeAlarmHistoryOutput };
  readonly DescribeAlarms: { readonly input: DescribeAlarmsInput; readonly output: DescribeAlarmsOutput };
  readonly DescribeAlarmsForMetric: { readonly input: DescribeAlarmsForMetricInput; readonly output: DescribeAlarmsForMetricOutput };
  readonly DisableAlarmActions: { readonly input: DisableAlarmActionsInput; readonly output: void };
  readonly EnableAlarmActions: { readonly input: EnableAlarmActionsInput; readonly output: void };
  readonly GetMetricData: { readonly input: GetMetricDataInput; readonly output: GetMetricDataOutput };
  readonly GetMetricStatistics: { readonly input: GetMetricStatisticsInput; readonly output: GetMetricStatisticsOutput };
  readonly ListMetrics: { readonly input: ListMetricsInput; readonly output: ListMetricsOutput };
  readonly ListTagsForResource: { readonly input: ListTagsForResourceInput; readonly output: ListTagsForResourceOutput };
  readonly PutMetricAlarm: { readonly input: PutMetricAlarmInput; readonly output: void };
  readonly PutMetricData: { readonly input: PutMetricDataInput; readonly output: void };
  readonly SetAlarmState: { readonly input: SetAlarmStateInput; readonly output: void };
  readonly TagResource: { readonly input: TagResourceInput; readonly output: TagResourceOutput };
  readonly UntagResource: { readonly input: UntagResourceInput; readonly output: UntagResourceOutput };
}
