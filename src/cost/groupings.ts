/** What a cost report can be grouped by. */

export const groupings = ['service', 'key', 'bucket', 'account', 'usage-type', 'day'] as const;

export type Grouping = (typeof groupings)[number];
