/** What help and manual say of the operations of CloudWatch. */

import type { OperationName } from '../../api/model/operations.ts';
import type { OperationProse } from './operation-prose.ts';

export const cloudwatchProse = {
  DeleteAlarms: { summary: 'Delete alarms', unavailable: true },
  DescribeAlarmHistory: { summary: 'List what happened to alarms in the last 30 days', unavailable: true },
  DescribeAlarms: { summary: 'List alarms with their settings and states', unavailable: true },
  DescribeAlarmsForMetric: { summary: 'List the alarms on one metric', unavailable: true },
  DisableAlarmActions: { summary: 'Keep alarms from leaving messages', unavailable: true },
  EnableAlarmActions: { summary: 'Let alarms leave messages again', unavailable: true },
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
  ListTagsForResource: { summary: 'List the tags of an alarm', unavailable: true },
  PutMetricAlarm: { summary: 'Create an alarm on a metric, or change it', unavailable: true },
  PutMetricData: {
    summary: 'Add values to metrics of your own',
    description: `A value counts for the minute of its time, or with --storage-resolution 1 for its second, for three
hours. Values in different units are kept apart. Namespaces that begin with AWS/, and SSEBox, are not yours.`,
    examples: [
      'ssebox cloudwatch put-metric-data --namespace Shop --metric-name Latency --value 12.5 --unit Milliseconds --dimensions Page=cart,Stage=test',
      `ssebox cloudwatch put-metric-data --namespace Shop --metric-data '[{"MetricName":"Latency","Values":[10,20],"Counts":[5,1]},{"MetricName":"Orders","StatisticValues":{"SampleCount":3,"Sum":7,"Minimum":1,"Maximum":4}}]'`,
    ],
  },
  SetAlarmState: { summary: 'Set the state of an alarm until it is next evaluated', unavailable: true },
  TagResource: { summary: 'Tag an alarm', unavailable: true },
  UntagResource: { summary: 'Remove tags from an alarm', unavailable: true },
} as const satisfies Readonly<Record<OperationName<'cloudwatch'>, OperationProse>>;
