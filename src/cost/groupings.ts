/** What a cost report can be grouped by, and the services in it. */

export const groupings = ['service', 'key', 'bucket', 'account', 'usage-type', 'day'] as const;

export type Grouping = (typeof groupings)[number];

/** The services that a bill has lines of, as the AWS CLI names them. */
export const billedServices = ['kms', 's3', 'cloudtrail', 'cloudwatch'] as const;

export type BilledService = (typeof billedServices)[number];
