/** What the options of CloudWatch mean. Amazon CloudWatch API Reference, by operation. */

import type { MeaningsOf } from './meaning.ts';

export const cloudwatchOptions = {
  everywhere: {
    Dimensions: 'the dimensions that the metric has, with their values',
    EntityMetricData: 'values of metrics with the entity that they are about, which is not part of ssebox',
    EndTime: 'the end of the time to look at, itself not included',
    ExtendedStatistics: 'up to ten percentiles or means of a range, such as p99, tm90, TM(2%:98%) or PR(:300)',
    IncludeLinkedAccounts: 'whether to list metrics of linked accounts, which are not part of ssebox',
    MetricData: 'up to 1,000 values or sets of values, each with the name of its metric',
    MetricName: "the metric's name",
    Namespace: "the metric's namespace",
    OwningAccount: 'the linked account whose metrics to list, which is not part of ssebox',
    LabelOptions: 'the time zone of times in labels, such as Timezone=+0100; labels in ssebox have no times',
    MaxDatapoints: 'the most values in a page (default 100800)',
    MetricDataQueries: 'what to get: up to 500 metrics and formulas, each with an Id that formulas use',
    Period: 'the length of a period in seconds: 1, 5, 10, 20, 30 or a multiple of 60',
    RecentlyActive: 'PT3H: list only metrics with values in the last three hours',
    ScanBy: 'whether the newest values come first, or the oldest (default TimestampDescending)',
    StrictEntityValidation: 'whether to refuse entities that are not valid, which are not part of ssebox',
    StartTime: 'the beginning of the time to look at, rounded down to a whole minute',
    Statistics: 'up to five statistics of the values of each period',
    Unit: 'only values in this unit (default: all)',
  },
  within: {
    ListMetrics: {
      Dimensions: 'list only metrics with these dimensions, whatever others they have; without a value, any value',
      MetricName: 'list only metrics of this name (default: all)',
      Namespace: 'list only metrics in this namespace (default: all)',
    },
  },
} as const satisfies MeaningsOf<'cloudwatch'>;
