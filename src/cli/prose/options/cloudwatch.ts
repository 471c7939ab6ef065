/** What the options of CloudWatch mean. Amazon CloudWatch API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

export const cloudwatchOptions = {
  everywhere: {
    Dimensions: 'the dimensions that the metric has, with their values',
    IncludeLinkedAccounts: 'whether to list metrics of linked accounts, which are not part of ssebox',
    MetricName: "the metric's name",
    Namespace: "the metric's namespace",
    OwningAccount: 'the linked account whose metrics to list, which is not part of ssebox',
    RecentlyActive: 'PT3H: list only metrics with values in the last three hours',
  },
  within: {
    ListMetrics: {
      Dimensions: 'list only metrics with these dimensions, whatever others they have; without a value, any value',
      MetricName: 'list only metrics of this name (default: all)',
      Namespace: 'list only metrics in this namespace (default: all)',
    },
  },
} as const satisfies MeaningsOf<'cloudwatch'>;
