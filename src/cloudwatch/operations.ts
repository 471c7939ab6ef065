/** Every operation of CloudWatch that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { GetMetricData } from './get-metric-data.ts';
import { GetMetricStatistics } from './get-metric-statistics.ts';
import { ListMetrics } from './list-metrics.ts';
import { PutMetricData } from './put-metric-data.ts';

export const cloudwatchOperations: OperationTable = {
  GetMetricData,
  GetMetricStatistics,
  ListMetrics,
  PutMetricData,
};
