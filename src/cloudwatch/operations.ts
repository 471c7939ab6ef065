/** Every operation of CloudWatch that ssebox has, by AWS's name. */

import type { OperationTable } from '../call/operation.ts';
import { ListMetrics } from './list-metrics.ts';

export const cloudwatchOperations: OperationTable = {
  ListMetrics,
};
