/** Every operation of CloudWatch that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { ListTagsForResource, TagResource, UntagResource } from './alarm-tags.ts';
import { DeleteAlarms, DisableAlarmActions, EnableAlarmActions, PutMetricAlarm, SetAlarmState } from './alarms.ts';
import { DescribeAlarmHistory, DescribeAlarms, DescribeAlarmsForMetric } from './describe-alarms.ts';
import { GetMetricData } from './get-metric-data.ts';
import { GetMetricStatistics } from './get-metric-statistics.ts';
import { ListMetrics } from './list-metrics.ts';
import { PutMetricData } from './put-metric-data.ts';

export const cloudwatchOperations: OperationTable = {
  DeleteAlarms,
  DescribeAlarmHistory,
  DescribeAlarms,
  DescribeAlarmsForMetric,
  DisableAlarmActions,
  EnableAlarmActions,
  GetMetricData,
  GetMetricStatistics,
  ListMetrics,
  ListTagsForResource,
  PutMetricAlarm,
  PutMetricData,
  SetAlarmState,
  TagResource,
  UntagResource,
};
