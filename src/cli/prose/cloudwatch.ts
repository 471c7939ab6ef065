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
  GetMetricData: { summary: 'Get the values of metrics, and of formulas over them', unavailable: true },
  GetMetricStatistics: { summary: 'Get statistics of one metric', unavailable: true },
  ListMetrics: {
    summary: 'List the metrics that have values',
    description: `Metrics that AWS publishes are in the namespaces AWS/KMS, AWS/S3 and AWS/Usage; what ssebox counts
besides is in SSEBox.`,
    examples: [
      'ssebox cloudwatch list-metrics --namespace AWS/Usage --query "Metrics[].Dimensions[?Name==\'Resource\'].Value" --output text',
      'ssebox cloudwatch list-metrics --namespace SSEBox --metric-name Calls --dimensions Name=Service,Value=kms',
    ],
  },
  ListTagsForResource: { summary: 'List the tags of an alarm', unavailable: true },
  PutMetricAlarm: { summary: 'Create an alarm on a metric, or change it', unavailable: true },
  PutMetricData: { summary: 'Add values to metrics of your own', unavailable: true },
  SetAlarmState: { summary: 'Set the state of an alarm until it is next evaluated', unavailable: true },
  TagResource: { summary: 'Tag an alarm', unavailable: true },
  UntagResource: { summary: 'Remove tags from an alarm', unavailable: true },
} as const satisfies Readonly<Record<OperationName<'cloudwatch'>, OperationProse>>;
