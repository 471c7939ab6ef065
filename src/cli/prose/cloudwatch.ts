/** What help and manual say of the operations of CloudWatch. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

export const cloudwatchProse = {
  DeleteAlarms: {
    summary: 'Delete alarms',
    description: `The history of a deleted alarm stays for 30 days. A name that is not an alarm's does not keep the others
from being deleted.`,
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch delete-alarms --alarm-names busy',
      `ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch delete-alarms --alarm-names busy no-such-alarm && ssebox cloudwatch describe-alarm-history --alarm-name busy --query 'AlarmHistoryItems[].HistorySummary'`,
    ],
  },
  DescribeAlarmHistory: {
    summary: 'List what happened to alarms in the last 30 days',
    description: `Alarms are evaluated when a store is next used, with the minute at which they changed as the time of the change.`,
    examples: [
      `ssebox cloudwatch describe-alarm-history --history-item-type StateUpdate --query 'AlarmHistoryItems[].[Timestamp,AlarmName,HistorySummary]' --output text`,
      'ssebox cloudwatch describe-alarm-history --scan-by TimestampAscending --max-items 5',
    ],
  },
  DescribeAlarms: {
    summary: 'List alarms with their settings and states',
    examples: [
      'ssebox cloudwatch describe-alarms --state-value ALARM',
      `ssebox cloudwatch describe-alarms --alarm-name-prefix kms- --query 'MetricAlarms[].[AlarmName,StateValue,StateReason]' --output text`,
    ],
  },
  DescribeAlarmsForMetric: {
    summary: 'List the alarms on one metric',
    description: `Alarms on a formula are not listed.`,
    examples: [
      'ssebox cloudwatch describe-alarms-for-metric --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt',
      'ssebox cloudwatch describe-alarms-for-metric --namespace AWS/S3 --metric-name 4xxErrors --dimensions Name=BucketName,Value=photos Name=FilterId,Value=EntireBucket --statistic Average',
    ],
  },
  DisableAlarmActions: {
    summary: 'Keep alarms from leaving messages',
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch disable-alarm-actions --alarm-names busy',
      `ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch disable-alarm-actions --alarm-names busy && ssebox cloudwatch describe-alarms --alarm-names busy --query 'MetricAlarms[].ActionsEnabled'`,
    ],
  },
  EnableAlarmActions: {
    summary: 'Let alarms leave messages again',
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --no-actions-enabled && ssebox cloudwatch enable-alarm-actions --alarm-names busy',
      `ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --no-actions-enabled && ssebox cloudwatch enable-alarm-actions --alarm-names busy && ssebox cloudwatch describe-alarms --alarm-names busy --query 'MetricAlarms[].ActionsEnabled'`,
    ],
  },
  GetMetricData: {
    summary: 'Get the values of metrics, and of formulas over them',
    description: `Formulas are metric math: + - * / ^, SUM, AVG, MIN, MAX, FILL, METRICS and SERVICE_QUOTA. Other
functions of AWS's are refused by name, as are SEARCH and Metrics Insights. A period without values has none in the
result, and a formula has a value where every metric in it has one; FILL fills the gaps.`,
    examples: [
      `ssebox cloudwatch get-metric-data --start-time $(date -u +%FT00:00Z) --end-time $(date -u +%FT23:59Z) --metric-data-queries '[{"Id":"calls","MetricStat":{"Metric":{"Namespace":"AWS/Usage","MetricName":"CallCount","Dimensions":[{"Name":"Service","Value":"KMS"},{"Name":"Type","Value":"API"},{"Name":"Resource","Value":"CryptographicOperationsSymmetric"},{"Name":"Class","Value":"None"}]},"Period":60,"Stat":"Sum"},"ReturnData":false},{"Id":"used","Label":"% of the quota","Expression":"calls / 60 / SERVICE_QUOTA(calls) * 100"}]'`,
      `ssebox cloudwatch get-metric-data --start-time $(date -u +%FT00:00Z) --end-time $(date -u +%FT23:59Z) --scan-by TimestampAscending --metric-data-queries '[{"Id":"slow","MetricStat":{"Metric":{"Namespace":"SSEBox","MetricName":"Duration","Dimensions":[{"Name":"Service","Value":"kms"},{"Name":"Operation","Value":"GenerateDataKey"}]},"Period":300,"Stat":"p99"}}]'`,
    ],
  },
  GetMetricStatistics: {
    summary: 'Get statistics of one metric',
    description: `Up to 1,440 points are answered. Percentiles and trimmed means need the values themselves, within one
percent: a period in which only statistic sets were put has none.`,
    examples: [
      'ssebox cloudwatch get-metric-statistics --namespace SSEBox --metric-name Duration --dimensions Name=Service,Value=kms Name=Operation,Value=GenerateDataKey --start-time $(date -u +%FT00:00Z) --end-time $(date -u +%FT23:59Z) --period 300 --extended-statistics p50 p99',
      'ssebox cloudwatch get-metric-statistics --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=s3 Name=Operation,Value=PutObject --start-time $(date -u +%FT00:00Z) --end-time $(date -u +%FT23:59Z) --period 3600 --statistics Sum --query "sum(Datapoints[].Sum)"',
    ],
  },
  ListMetrics: {
    summary: 'List the metrics that have values',
    description: `Metrics that AWS publishes are in the namespaces AWS/KMS, AWS/S3 and AWS/Usage; what ssebox counts
besides is in SSEBox. A metric that had no values for two weeks is not listed.`,
    examples: [
      'ssebox cloudwatch list-metrics --namespace AWS/Usage --query "Metrics[].Dimensions[?Name==\'Resource\'].Value" --output text',
      'ssebox cloudwatch list-metrics --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms',
    ],
  },
  ListTagsForResource: {
    summary: 'List the tags of an alarm',
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --tags Key=team,Value=storage && ssebox cloudwatch list-tags-for-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:busy',
      `ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --tags Key=team,Value=storage && ssebox cloudwatch list-tags-for-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:busy --query 'Tags[].Key' --output text`,
    ],
  },
  PutMetricAlarm: {
    summary: 'Create an alarm on a metric, or change it',
    description: `The alarm compares a statistic of each period with the threshold. It is evaluated every minute of the
store's clock, whenever the store is next used. When its state changes it leaves a message for each of its actions;
ssebox never carries one out. Changing an alarm replaces all of its settings and keeps its state. Composite alarms,
anomaly detection and PromQL are not part of ssebox.`,
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --treat-missing-data notBreaching --alarm-actions arn:aws:sns:us-east-1:111122223333:ops',
      `ssebox cloudwatch put-metric-alarm --alarm-name near-quota --evaluation-periods 3 --datapoints-to-alarm 2 --threshold 80 --comparison-operator GreaterThanThreshold --metrics '[{"Id":"calls","MetricStat":{"Metric":{"Namespace":"AWS/Usage","MetricName":"CallCount","Dimensions":[{"Name":"Service","Value":"KMS"},{"Name":"Type","Value":"API"},{"Name":"Resource","Value":"CryptographicOperationsSymmetric"},{"Name":"Class","Value":"None"}]},"Period":60,"Stat":"Sum"},"ReturnData":false},{"Id":"used","Expression":"calls / 60 / SERVICE_QUOTA(calls) * 100"}]'`,
    ],
  },
  PutMetricData: {
    summary: 'Add values to metrics of your own',
    description: `A value counts for the minute of its time, or with --storage-resolution 1 for its second, for three
hours. Values in different units are kept apart. Namespaces that begin with AWS/, and SSEBox, are not yours.`,
    examples: [
      'ssebox cloudwatch put-metric-data --namespace Shop --metric-name Latency --value 12.5 --unit Milliseconds --dimensions Page=cart,Stage=test',
      `ssebox cloudwatch put-metric-data --namespace Shop --metric-data '[{"MetricName":"Latency","Values":[10,20],"Counts":[5,1]},{"MetricName":"Orders","StatisticValues":{"SampleCount":3,"Sum":7,"Minimum":1,"Maximum":4}}]'`,
    ],
  },
  SetAlarmState: {
    summary: 'Set the state of an alarm until it is next evaluated',
    description: `If the state changes, the alarm leaves messages for the actions of the new one: a way to try them out.`,
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch set-alarm-state --alarm-name busy --state-value ALARM --state-reason drill',
      `ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch set-alarm-state --alarm-name busy --state-value OK --state-reason drill && ssebox cloudwatch describe-alarms --alarm-names busy --query 'MetricAlarms[].[StateValue,StateReason]'`,
    ],
  },
  TagResource: {
    summary: 'Tag an alarm',
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch tag-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:busy --tags Key=team,Value=storage',
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold && ssebox cloudwatch tag-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:busy --tags Key=team,Value=storage Key=stage,Value=test',
    ],
  },
  UntagResource: {
    summary: 'Remove tags from an alarm',
    examples: [
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --tags Key=team,Value=storage && ssebox cloudwatch untag-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:busy --tag-keys team',
      'ssebox cloudwatch put-metric-alarm --alarm-name busy --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms Name=Operation,Value=Decrypt --statistic Sum --period 60 --evaluation-periods 1 --threshold 10 --comparison-operator GreaterThanThreshold --tags Key=team,Value=storage && ssebox cloudwatch untag-resource --resource-arn arn:aws:cloudwatch:us-east-1:111122223333:alarm:busy --tag-keys team stage',
    ],
  },
} as const satisfies Readonly<Record<OperationName<'cloudwatch'>, OperationProse>>;
